"""A page about stored runs: how often what comes, with both intervals, and what the doubt is due to."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.scenario.lookup import choice
from sim.statistics.nested import least_share
from sim.studies.report.folders.columns import SHARE, Column, column
from sim.studies.report.folders.opened import Folder
from sim.studies.report.folders.shape import Columns, Part, Picture, Shape, month_told, number, share
from sim.studies.report.outcome import Row
from sim.studies.report.pieces import Answer, Piece, Words
from sim.studies.report.sections.answer import grid_of, said_of
from sim.studies.report.words import between, counted


def _question(folder: Folder, of: str | None) -> Iterator[str]:
    """What was run."""
    told = folder.manifest
    yield f"What comes of it from {month_told(told['first_month'])} to {month_told(told['last_month'])}?"
    size = f"{counted(told['runs'], 'run')}, seed {told['seed']}"
    if told["beliefs"]:
        size += f", under {told['beliefs']['draws']:,} draws of the uncertain numbers"
    if told.get("known"):
        size += f", {_known(told['known'])}"
    changes = "; ".join(f"{path} = {value}" for path, value in folder.scenario.changes)
    yield f"{size}; {changes or 'the scenario as in its file'}."


def _known(told: dict[str, Any]) -> str:
    """What runs keep to, and how many of them count."""
    facts = f"given {counted(told['used'], 'fact')} known until {month_told(told['from'])}"
    return f"{facts}, which leaves as much as {told['effective_runs']:,.0f} runs"


def _answer(folder: Folder, of: str | None) -> Iterator[Piece]:
    """The outcome that is asked about by its first and last month."""
    table = folder.table("table.csv")
    outcomes = table[(table["kind"] == "outcome") & (table["date"] != "")]
    if not len(outcomes):
        yield Words.of("The scenario asks about nothing that comes by a month; the table has what it gives.")
        return
    labels = dict(zip(outcomes["name"], outcomes["label"], strict=True))
    name = next(iter(labels)) if of is None else choice("outcome", of, labels)
    own = outcomes[outcomes["name"] == name]
    first, last = (_row(folder, own.iloc[place]) for place in (0, -1))
    runs = int(own["runs"].iloc[0])
    beside = [*_sure(first)]
    if len(own) > 1:
        beside.append(f"By the end of {month_told(last.date)} it is {said_of(last, runs)}")
    asked = f"{labels[name]}, by the end of {month_told(first.date)}"
    yield Answer(asked, said_of(first, runs), tuple(beside), grid_of(first))


def _row(folder: Folder, stored: pd.Series) -> Row:
    """An outcome by a month as it is stored, as the page of a scenario has it."""
    doubt = None
    if folder.manifest["beliefs"] is not None:
        doubt = (float(stored["parameters_low"]), float(stored["parameters_high"]))
    differs = doubt is not None and bool(stored["parameters_share"] > _least(folder))
    luck = (float(stored["low"]), float(stored["high"]))
    return Row(str(stored["date"]), float(stored["value"]), luck, doubt, differs)


def _sure(row: Row) -> Iterator[str]:
    """How far chance and what nobody knows reach."""
    yield f"Run again with other luck, it would be {between(*row.luck)} in 100."
    if row.doubt is not None and row.differs:
        ends = between(*row.doubt)
        yield f"Over what nobody knows about the numbers it is {ends} in 100 (5 to 95 % of draws)."


def _least(folder: Folder) -> float:
    """The share of variance due to draws that chance alone feigns; without draws none is beyond it."""
    beliefs = folder.manifest["beliefs"]
    if beliefs is None:
        return math.inf
    return least_share(beliefs["draws"], beliefs["runs_per_draw"])


def _beyond_chance(table: pd.DataFrame, folder: Folder) -> pd.DataFrame:
    """The ends that are due to draws only where these differ beyond chance: else they show chance again."""
    ends = [name for name in ("parameters_low", "parameters_high") if name in table]
    if not ends:
        return table
    # a share that is no number, of what comes in none or in all runs, is beyond nothing
    return table.assign(
        **{name: table[name].where(table["parameters_share"] > _least(folder)) for name in ends}
    )


def _outcomes(table: pd.DataFrame, folder: Folder, of: str | None) -> pd.DataFrame:
    """What has come or not by some months."""
    return table[table["kind"] == "outcome"]


def _others(table: pd.DataFrame, folder: Folder, of: str | None) -> pd.DataFrame:
    """What has a value instead: where paths end, and at which terms deals take place."""
    return table[table["kind"] != "outcome"]


_SHARES: Columns = {
    "label": ("What", None), "date": ("by the end of", None), "value": ("comes in, %", share),
    "low": ("other luck, from", share), "high": ("to", share),
    "parameters_low": ("what nobody knows, from", share), "parameters_high": ("to, %", share),
}  # fmt: skip
_MEANS: Columns = {
    "kind": ("Kind", None), "label": ("what", None), "date": ("month", None),
    "value": ("value", number), "low": ("from", number), "high": ("to", number),
    "start": ("at the start", number),
}  # fmt: skip
_FACTS: Columns = {
    "target": ("What", None), "when": ("when", None), "value": ("value", number), "source": ("source", None),
}  # fmt: skip
_DRAWS = {
    "parameters_low": Column("over what nobody knows, 5 % of draws", SHARE),
    "parameters_high": Column("over what nobody knows, 95 % of draws", SHARE),
    "parameters_share": Column("due to the draws", "share of the variance of runs"),
}

RAN = Shape(
    "Many futures of one scenario",
    _question,
    _answer,
    (
        Part(
            "table.csv", "outcomes", "How often it has come, by the months that are asked about", _SHARES,
            _outcomes, _DRAWS | {name: column(name).of(SHARE) for name in ("value", "low", "high")},
            seen=_beyond_chance,
        ),
        Part("table.csv", "others", "All else that the scenario puts first", _MEANS, _others, _DRAWS),
        Part(
            "drivers.csv", "drivers",
            "What each uncertain number explains by itself of what differs between draws",
            own={"share": Column("explained by itself", "share of the variance between draws")},
        ),
        Part(
            "facts.csv", "facts", "What is known, as the table of facts has it", _FACTS,
            own={"value": Column("1 if it came, else 0; of a first time its month; of a series its value")},
            notes=("Runs keep to those that end before the months that are free.",),
        ),
        Part("given.csv", "given", "Paths among futures with and without it: association, not effect"),
    ),
    (
        Picture("figures/events", "When events happen", "How often events have come, by month."),
        Picture("figures/paths", "Paths", "Quantiles of headline paths over the futures, by month."),
        Picture("figures/postures", "Postures", "The share of futures in each posture, by month."),
        Picture("figures/goodwill", "Goodwill", "Quantiles of goodwill over the futures, by month."),
        Picture("figures/actors", "Actors", "Where actors stand at the end, over the futures."),
        Picture("figures/given", "With and without", "Paths among futures with and without it."),
    ),
    (
        "More runs narrow the first interval, no number of runs the second.",
        "Conditions that the scenario does not know of are in none of its futures.",
    ),
    by_outcome=True,
)  # fmt: skip
