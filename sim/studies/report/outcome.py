"""What came of the outcome that a report is about: its number by each month, with both intervals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.outcomes.baselines import BASELINES, OF_EVENTS
from sim.outcomes.columns import Kind
from sim.statistics.intervals import QUANTILES, Z95, student95
from sim.statistics.nested import (
    Groups,
    grand_mean,
    least_share,
    parameter_interval,
    parameter_share,
    standard_error,
)
from sim.studies.report.because import Untold
from sim.studies.report.told import counting

if TYPE_CHECKING:
    from sim.studies.report.findings import Findings
    from sim.studies.run.ensemble import Ensemble

Ends = tuple[float, float]

SIMPLE = tuple(name for name in OF_EVENTS if not BASELINES[name].constant)
"""Rules without a model that are worth a word: one that says the same of every month is left to the table."""


@dataclass(frozen=True)
class Row:
    """An outcome by the end of a month.

    value: a probability [0, 1] or a mean over runs; luck: its 95 % interval; doubt: what 5 to 95 % of draws
    of the uncertain numbers expect, None without draws; differs: whether draws differ beyond chance; simple:
    what rules without a model say, by name; quantiles: of runs, of a number.
    """

    date: str
    value: float
    luck: Ends
    doubt: Ends | None = None
    differs: bool = False
    simple: dict[str, float] = field(default_factory=dict)
    quantiles: tuple[float, ...] = ()

    @property
    def band(self) -> Ends:
        """All that the value may be, by chance or in doubt."""
        if self.doubt is None or not self.differs:
            return self.luck
        low, high = zip(self.luck, self.doubt, strict=True)
        return min(low), max(high)


def outcome_of(found: Findings) -> tuple[Row, ...]:
    """The outcome by each of its months; not a number where every run failed. Raises BadInput."""
    target, ensemble = found.target, found.ensemble
    if target.column.happening is not None and target.column.kind is Kind.DATE:
        events = found.events
        rows = events[events["event"] == target.column.happening.name].set_index("date")
        shares = _shares(ensemble, rows.loc[list(target.dates)], "probability", target.name)
        return _from_pasts(found, shares)
    # A registered function that says yes or no has one row, for the whole of a run.
    if target.is_share:
        table = found.table
        rows = table[(table["kind"] == "outcome") & (table["name"] == target.name)].set_index("date")
        return _from_pasts(found, _shares(ensemble, rows, "value", target.name))
    return _from_pasts(found, [_number(ensemble, target.column.name)])


def _from_pasts(found: Findings, rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows with what pasts expect, if runs have pasts of their own: as draws tell of numbers."""
    if found.given is None or isinstance(found.spread, Untold):
        return tuple(rows)
    spread, wider = found.spread, np.sqrt(found.runs / counting(found.given.past))
    told = []
    for place, row in enumerate(rows):
        doubt = float(spread.low[place]), float(spread.high[place])
        luck = row.luck
        # of shares the interval is of the runs that count already
        if row.quantiles:
            luck = tuple(row.value + wider * (end - row.value) for end in luck)
        told.append(replace(row, luck=luck, doubt=doubt, differs=bool(spread.differs[place])))
    return tuple(told)


def _shares(ensemble: Ensemble, rows: pd.DataFrame, value: str, name: str) -> Iterator[Row]:
    """Rows of a table of shares."""
    for date, row in rows.iterrows():
        doubt, differs = None, False
        if ensemble.beliefs is not None:
            doubt = (row["parameters_low"], row["parameters_high"])
            differs = bool(row["parameters_share"] > _least(ensemble))
        yield Row(
            str(date), row[value], (row["low"], row["high"]), doubt, differs, _simple(ensemble, name, date)
        )


def _simple(ensemble: Ensemble, name: str, date: object) -> dict[str, float]:
    """What rules without a model say of an outcome by a month."""
    table = ensemble.table()
    own = table[(table["kind"] == "outcome") & (table["name"] == name) & (table["date"] == date)]
    return {rule: own[rule].iloc[0] for rule in SIMPLE if len(own) and pd.notna(own[rule].iloc[0])}


def _number(ensemble: Ensemble, column: str) -> Row:
    """A number of every run: its mean, with quantiles of the runs themselves."""
    rows = ensemble.outcomes  # one row a run, whatever the tables tell: any column may be asked about
    rows = rows[~rows["failed"]]
    values, last = rows[column].to_numpy(dtype=float), ensemble.dates[-1]
    if not len(values):
        nothing = (np.nan, np.nan)
        return Row(last, np.nan, nothing, quantiles=(np.nan,) * len(QUANTILES))
    quantiles = tuple(map(float, np.quantile(values, QUANTILES)))
    mean = float(values.mean())  # of numbers the mean has both intervals, as probabilities have
    if ensemble.beliefs is None:
        half = Z95 * float(values.std()) / np.sqrt(max(len(values) - 1, 1))
        return Row(last, mean, (mean - half, mean + half), quantiles=quantiles)
    groups = _groups(values, rows["draw"].to_numpy(), ensemble.beliefs.draws)
    half = student95(ensemble.beliefs.draws - 1) * standard_error(groups).item()
    low, high = parameter_interval(groups)[:, 0]
    differs = bool(parameter_share(groups).item() > _least(ensemble))
    mean = grand_mean(groups).item()
    return Row(last, mean, (mean - half, mean + half), (low, high), differs, quantiles=quantiles)


def _groups(values: np.ndarray, draws: np.ndarray, count: int) -> Groups:
    """The numbers of runs by draw."""
    groups = Groups.empty(count, 1)
    for draw in range(count):
        groups.add(draw, values[None, draws == draw])
    return groups


def _least(ensemble: Ensemble) -> float:
    """The share of the draws in what makes runs differ that chance alone feigns."""
    assert ensemble.beliefs is not None
    return least_share(ensemble.beliefs.draws, ensemble.runs // ensemble.beliefs.draws)
