"""Paths among runs in which something had happened by a month, beside those in which it had not.

The two groups differ by whatever makes it likelier, so that this is association; what it does to the paths is
told by a comparison with the same futures without it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.outcomes.happenings import Happening, happenings_of
from sim.scenario.asked import place_of, simulated
from sim.scenario.labels import state_label
from sim.scenario.load import Scenario
from sim.scenario.lookup import choice
from sim.writing.text import WIDTH

if TYPE_CHECKING:
    from sim.studies.run.ensemble import Ensemble

WITH, WITHOUT = "with", "without"
LEVELS = {"q05": 0.05, "q50": 0.5, "q95": 0.95}
COLUMNS = ["path", "label", "date", "group", "mean", *LEVELS, "runs"]

HEADS = f"{'mean':>9}{'5 to 95 %':>18}"
ASSOCIATION = (
    "This is association, not effect: whatever makes it likelier also tells the two groups apart. The effect "
    "is the difference between the same futures with and without it."
)
DRAWN = "The groups differ in their draws of the uncertain numbers too."


@dataclass(frozen=True)
class Condition:
    """That something has happened by the end of a month such as `2024-09`."""

    happening: Happening
    by: str

    def __str__(self) -> str:
        return f"{self.happening.label} by {self.by}"


def condition_of(
    scenario: Scenario, outcome: str, by: str | None = None, months: int | None = None
) -> Condition:
    """The condition that an outcome or event, by name or label, has happened by a month, the last if None.

    months: simulated ones, all if None. Raises BadInput for what is no outcome, or no month of them.
    """
    if months is None:
        months = scenario.case.time.months
    known = {happening.name: happening for happening in happenings_of(scenario)}
    name = choice("outcome", str(outcome), {each.name: each.label for each in known.values()})
    if by is None:
        by = simulated(scenario.case, months)[-1]
    place_of(scenario.case, by, months)
    return Condition(known[name], by)


def given(ensemble: Ensemble, condition: Condition, paths: Sequence[str]) -> pd.DataFrame:
    """A row for each path, group and month: columns COLUMNS; numbers of a group without runs are none."""
    first = ensemble.tally.first_months(condition.happening.name)
    # What never comes, not a number, is at no month or before it.
    happened = first <= ensemble.dates.index(condition.by)
    parts = []
    for name in paths:
        label, values = state_label(ensemble.scenario.case, name), ensemble.tally.fans.paths(name)
        for group, which in ((WITH, happened), (WITHOUT, ~happened)):
            named = {"path": name, "label": label, "date": ensemble.dates, "group": group}
            parts.append(pd.DataFrame(named | _summed(values[:, which])))
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _summed(values: np.ndarray) -> dict[str, np.ndarray | int]:
    """Mean and quantiles by month of some runs (months, runs)."""
    months, runs = values.shape
    numbers = np.full((1 + len(LEVELS), months), np.nan)
    if runs:
        numbers[0] = values.mean(axis=1)
        numbers[1:] = np.quantile(np.sort(values, axis=1), list(LEVELS.values()), axis=1)
    return {**dict(zip(("mean", *LEVELS), numbers, strict=True)), "runs": runs}


def in_words(ensemble: Ensemble, condition: Condition) -> Iterator[str]:
    """Where headline paths stand at the end in both groups, and what that is not."""
    table = ensemble.given(condition.happening.name, condition.by)
    ends = table[table["date"] == ensemble.dates[-1]]
    one, other = (ends[ends["group"] == group] for group in (WITH, WITHOUT))
    yield ""
    which = "Runs"
    if ensemble.fan_runs < ensemble.runs - ensemble.failed:
        which = f"The first {ensemble.fan_runs:,} runs"
    yield from textwrap.wrap(f"{which}, with and without: {condition}", WIDTH)
    yield f"{'':<44}{_size(one):>27}{_size(other):>27}"
    yield f"{f'Where it stands in {ensemble.dates[-1]}':<44}{HEADS}{HEADS}"
    for row, beside in zip(one.itertuples(), other.itertuples(), strict=True):
        yield f"{row.label[:43]:<44}{_numbers(row)}{_numbers(beside)}".rstrip()
    notes = ASSOCIATION
    if ensemble.beliefs is not None:
        notes = f"{ASSOCIATION} {DRAWN}"
    yield from textwrap.wrap(notes, WIDTH)


def _size(rows: pd.DataFrame) -> str:
    """A group and how many runs it has."""
    (group,), (runs,) = rows["group"].unique(), rows["runs"].unique()
    return f"{group}: {runs:,} runs"


def _numbers(row: Any) -> str:
    """Mean and quantiles of a row; nothing of a group without runs."""
    if not row.runs:
        return f"{'':>27}"
    band = f"{row.q05:.3f} to {row.q95:.3f}"
    return f"{row.mean:>9.3f}{band:>18}"
