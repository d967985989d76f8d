"""What a panel says, as lines of text: skill and coverage first, then what states have in common."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.assimilation.facts import EVENT, SERIES
from sim.studies.panel.ask import Panel
from sim.studies.panel.learnt import moved_by
from sim.studies.panel.scenarios import Scenarios
from sim.studies.panel.scores import WAYS
from sim.studies.panel.summed import EVERY, SPENT
from sim.writing.text import CAVEAT, WIDTH

IN_WORDS = {
    "alone": "its own past alone",
    "others": "what the others teach, itself left out",
    "all": "what all teach, itself among them",
}
HEADS = {"alone": "alone", "others": "others", "all": "all"}
HOLD = "hold_last"

NOTE = (
    "Skill is 1 - score / score of the rule: over series by CRPS (geometric mean of ratios over states and "
    "series), over events by Brier score; 95 % intervals allow for years that follow from each other. Alone: "
    "a state's own past under the template's priors; others: under what the other states teach, itself left "
    "out; all: itself among the teachers. Nobody knows a later year than the origin."
)


def scenarios_told(found: Scenarios) -> Iterator[str]:
    """The states of the tables: from when on, how many observations, and what no table shows."""
    yield f"{len(found.states)} states, tables to {found.last}"
    yield ""
    yield f"{'state':<28}{'from':>6}{'series':>9}{'events':>9}"
    for built in found.states.values():
        kinds = [row[0] for row in built.rows]
        counts = f"{kinds.count(SERIES):>9}{kinds.count(EVENT):>9}"
        yield f"{built.state.code} {built.state.name[:23]:<24}{built.first:>6}{counts}"
    yield from ("", *found.left_out)
    yield from _wrapped(f"Left out of every scenario, as no table shows it: {found.roles.unseen}.")
    yield from _wrapped(found.roles.spent)


def lines(found: Panel) -> Iterator[str]:
    """The whole report."""
    yield from _wrapped(_sentence(found))
    yield from found.scenarios.left_out
    yield from (f"{code}: {each.broke}" for code, each in found.lived.items() if each.broke)
    skill = found.skill
    for kind, told in ((SERIES, "Series"), (EVENT, "Events")):
        own = skill[(skill["kind"] == kind) & (skill["state"] == EVERY)]
        if len(own):
            yield ""
            yield from _skills(told, own)
    yield ""
    yield from _numbers(found)
    yield ""
    yield from _trust(found.trust)
    yield ""
    yield from _wrapped(NOTE)
    yield from _wrapped(found.scenarios.roles.spent)
    yield CAVEAT


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)


def _sentence(found: Panel) -> str:
    """The answer in a sentence."""
    rows = found.skill
    pooled = rows[
        (rows["kind"] == SERIES) & (rows["sample"] == EVERY) & (rows["state"] == EVERY)
        & (rows["target"] == EVERY) & (rows["horizon"] == EVERY) & (rows["baseline"] == HOLD)
    ]  # fmt: skip
    told = [f"{_skill(row)} with {IN_WORDS[row['way']]}" for _, row in pooled.iterrows()]
    origins = f"{min(found.populations)} to {max(found.populations)}"
    return (
        f"{len(found.lived)} states, each asked at the ends of {origins} about three years after: skill "
        f"against the last value held is {', '.join(told)}."
    )


def _skill(row: pd.Series) -> str:
    """A skill with its interval."""
    value = f"{row['skill']:+.3f}"
    if pd.isna(row["skill_low"]):
        return value
    return f"{value} ({row['skill_low']:+.3f} to {row['skill_high']:+.3f})"


def _skills(heading: str, own: pd.DataFrame) -> Iterator[str]:
    """All together, by horizon and by target, beside each rule; of years that are spent apart."""
    rule = HOLD if HOLD in set(own["baseline"]) else own["baseline"].iloc[0]
    ways = "".join(f"{HEADS[way]:>27}" for way in WAYS)
    yield f"{heading} against {rule.replace('_', ' ')}"
    yield f"{'':<30}{'facts':>7}{ways}"
    beside = own[own["baseline"] == rule]
    every = beside[beside["sample"] == EVERY]
    together = every[(every["target"] == EVERY)]
    for horizon, rows in together.groupby("horizon", sort=True):
        yield _line("all" if horizon == EVERY else f"{horizon} year(s) ahead", rows)
    for target, rows in every[(every["target"] != EVERY) & (every["horizon"] == EVERY)].groupby("target"):
        yield _line(str(target), rows)
    spent = beside[(beside["sample"] == SPENT) & (beside["target"] == EVERY) & (beside["horizon"] == EVERY)]
    if len(spent):
        yield _line("spent years alone", spent)
    if "within_50" in own and own["within_50"].notna().any():
        yield from _coverage(every)
    others = own[(own["sample"] == EVERY) & (own["target"] == EVERY) & (own["horizon"] == EVERY)]
    for name in others["baseline"].unique():
        if name != rule:
            yield _line(f"all, against {name.replace('_', ' ')}"[:30], others[others["baseline"] == name])


def _line(label: str, rows: pd.DataFrame) -> str:
    """A skill with its interval for each way."""
    by_way = {row["way"]: row for _, row in rows.iterrows()}
    cells = "".join(f"{_skill(by_way[way]):>27}" for way in WAYS)
    return f"{label[:30]:<30}{int(rows['facts'].iloc[0]):>7}{cells}"


def _coverage(every: pd.DataFrame) -> Iterator[str]:
    """How often intervals held, all together and by horizon."""
    together = every[every["target"] == EVERY]
    for level in ("50", "90"):
        for horizon, rows in together.groupby("horizon", sort=True):
            by_way = {row["way"]: row for _, row in rows.iterrows()}
            cells = "".join(f"{_share(by_way[way], level):>27}" for way in WAYS)
            ahead = "all" if horizon == EVERY else f"{horizon} year(s)"
            yield f"{f'in {level} % intervals, {ahead}':<37}{cells}"


def _share(row: pd.Series, level: str) -> str:
    """A share in per cent with its interval."""
    name = f"within_{level}"
    value = f"{100 * row[name]:.0f}"
    if pd.isna(row[f"{name}_low"]):
        return value
    return f"{value} ({100 * row[f'{name}_low']:.0f} to {100 * row[f'{name}_high']:.0f})"


def _numbers(found: Panel) -> Iterator[str]:
    """What states have in common of each number at the last origin."""
    table = found.numbers
    last = table[table["origin"] == table["origin"].max()]
    yield f"What states have in common by the end of {int(table['origin'].max())}, beside the template"
    heads = f"{'90 %':>16}{'between states':>17}{'learnt':>9}  is"
    yield f"{'number':<40}{'factor, shift':>14}{heads}"
    for _, row in last.iterrows():
        yield _number(row)


def _number(row: Any) -> str:
    ends = f"{row['low']:.2f} to {row['high']:.2f}"
    between = f"{row['prior_sd'] * row['spread']:.2f}"
    middle = moved_by(row["kind"], row["middle"])
    return (
        f"{row['label'][:39]:<40}{middle:>14}{ends:>16}{between:>17}{row['contraction']:>9.2f}  {row['told']}"
    )


def _trust(table: pd.DataFrame) -> Iterator[str]:
    """How far series follow what changes in the model, over states."""
    yield "How far series follow the model: odds of none, half, all of its changes, mean over states"
    parts = [name for name in table if name.startswith("follows_")]
    for target, rows in table.groupby("target", sort=False):
        cells = "".join(f"{rows[name].mean():>8.2f}" for name in parts)
        yield f"{target!s:<40}{cells}"
