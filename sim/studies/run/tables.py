"""What came of many runs as tables: shares by month with their intervals, fans, the headline outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.outcomes.baselines import OF_EVENTS, chances_by
from sim.outcomes.columns import Column, Kind
from sim.outcomes.measures import start_of
from sim.outcomes.tally import Tally
from sim.refusal import Unknown
from sim.scenario.asked import asked, simulated
from sim.scenario.labels import posture_label, state_label
from sim.scenario.lookup import choice
from sim.scenario.lower import World
from sim.scenario.names import BLOC
from sim.scenario.schema import Case, Outcome
from sim.statistics.intervals import wilson
from sim.statistics.mixture import probability_interval
from sim.statistics.nested import Groups, parameter_interval, parameter_share, share_interval

MONTE_CARLO = "95 % Monte Carlo"
BOTH = "95 % Monte Carlo over draws and runs"
BAND = "5-95 % of runs"
"""What `low` and `high` of a row bound."""

LEVEL_COLUMNS = ("q05", "q25", "q50", "q75", "q95")
EVENT_COLUMNS = ["event", "label", "date", "probability", "low", "high", "runs", "failed"]
TABLE_COLUMNS = [
    "kind", "name", "label", "date", "value", "low", "high", "interval", "runs", "failed", "start",
    *OF_EVENTS,
]  # fmt: skip
PARAMETERS = ["parameters_low", "parameters_high", "parameters_share"]
"""Columns that runs under draws have besides."""


@dataclass(frozen=True)
class Tables:
    """The tables of a world's runs, made of what was kept of them."""

    world: World
    tally: Tally

    @property
    def case(self) -> Case:
        return self.world.scenario.case

    @cached_property
    def dates(self) -> list[str]:
        """The simulated months, such as `2024-06`."""
        return simulated(self.case, self.world.months)

    @property
    def paths(self) -> tuple[str, ...]:
        """Names that `fan` knows."""
        return self.tally.fans.names

    @property
    def headlines(self) -> list[str]:
        """Paths that are shown: those that the scenario names, else scalars, quantities and blocs."""
        if self.case.headlines:
            return list(self.case.headlines)
        return [name for name in self.paths if _is_broad(name)]

    @cached_property
    def events(self) -> pd.DataFrame:
        """Probability that each happening has occurred by the end of each month: columns EVENT_COLUMNS."""
        parts, drawn, groups = [], self.tally.by_draw, None
        for place, happening in enumerate(self.tally.questions.happenings):
            names = {"event": happening.name, "label": happening.label}
            if drawn is not None:
                groups = drawn.happened(place)
            parts.append(self._shares(names, self.tally.by_month[place], "probability", groups))
        if parts:
            return pd.concat(parts, ignore_index=True)
        return pd.DataFrame(columns=EVENT_COLUMNS)

    @cached_property
    def postures(self) -> pd.DataFrame:
        """Share of runs in each posture by month."""
        parts, drawn, groups = [], self.tally.by_draw, None
        for place, name in enumerate(self.tally.questions.postures):
            names = {"posture": name, "label": posture_label(self.case, name)}
            if drawn is not None:
                groups = drawn.in_posture(place)
            parts.append(self._shares(names, self.tally.posture_counts[place], "share", groups))
        return pd.concat(parts, ignore_index=True)

    def _shares(
        self,
        names: dict[str, str],
        counts: np.ndarray,
        value: str,
        groups: Groups | None,
        dates: list[str] | None = None,
    ) -> pd.DataFrame:
        """Shares of runs by month (all by default) with their intervals; counts (months,)."""
        runs, share = self.tally.counted, np.full(len(counts), np.nan)
        if runs:
            share = counts / runs
        # Runs under one draw are no independent sample: with draws the interval is that of clusters.
        if groups is None:
            low, high = wilson(counts, runs)
            beside = {}
        else:
            low, high = share_interval(groups)
            ends = probability_interval(groups)
            beside = dict(zip(PARAMETERS, (*ends, parameter_share(groups)), strict=True))
        return pd.DataFrame(
            {
                **names, "date": dates or self.dates, value: share, "low": low, "high": high,
                "runs": runs, "failed": self.tally.failed, **beside,
            }
        )  # fmt: skip

    def fan(self, name: str) -> pd.DataFrame:
        """Quantiles and mean over runs by month of a path, by its name or label. Raises KeyError."""
        name = self.recorded(name)
        # Tables and figures ask for some of them again and again.
        if name not in self._fans:
            self._fans[name] = self._fan(name)
        return self._fans[name].copy()

    @cached_property
    def _fans(self) -> dict[str, pd.DataFrame]:
        """The fans that were asked for, by path."""
        return {}

    def _fan(self, name: str) -> pd.DataFrame:
        fans = self.tally.fans
        return pd.DataFrame(
            {
                **dict(zip(LEVEL_COLUMNS, fans.quantiles(name), strict=True)),
                "mean": fans.mean(name), "sd": fans.spread(name),
                "runs": fans.runs, "failed": self.tally.failed,
            },
            index=pd.Index(self.dates, name="date"),
        )  # fmt: skip

    def recorded(self, name: str) -> str:
        """The recorded path of a name or label. Raises KeyError."""
        names = self.tally.fans.names
        if name in names:
            return name
        try:
            return choice("path", name, {each: state_label(self.case, each) for each in names})
        except Unknown as error:
            raise KeyError(str(error)) from None

    def start(self, name: str) -> float:
        """The value of a path at the start, before the first month; not a number where it has none."""
        return start_of(self.world, name)

    @cached_property
    def table(self) -> pd.DataFrame:
        """Headline outcomes, distributions, terms, postures and events: columns TABLE_COLUMNS."""
        # In the order in which a reader asks: what happens, where it ends up, all events.
        ends = [*self._distributions(), *self._own_distributions(), *self._terms()]
        rows = [*self._outcomes(), *ends, *self._posture_rows(), *self._event_rows()]
        columns = list(TABLE_COLUMNS)
        if self.tally.by_draw is not None:
            columns += PARAMETERS
        return pd.DataFrame(rows, columns=columns).assign(failed=self.tally.failed)

    def _row(self, kind: str, name: str, value: str, row: Any) -> dict[str, Any]:
        """A row of the table made of one of `events` or `postures`."""
        interval, beside = MONTE_CARLO, {}
        if self.tally.by_draw is not None:
            interval = BOTH
            beside = {column: getattr(row, column) for column in PARAMETERS}
        return {
            "kind": kind, "name": name, "label": row.label, "date": row.date, "value": getattr(row, value),
            "low": row.low, "high": row.high, "interval": interval, "runs": row.runs, **beside,
        }  # fmt: skip

    def _outcomes(self) -> Iterator[dict[str, Any]]:
        """What the scenario asks about, by its dates, beside baselines that use no model."""
        for name, outcome in self.case.outcomes.items():
            if outcome.kind == Kind.DATE:
                yield from self._by_dates(name, outcome)
            else:
                yield from self._own_shares(name)

    def _by_dates(self, name: str, outcome: Outcome) -> Iterator[dict[str, Any]]:
        """An outcome by each date that the scenario asks about; by the last month if none is simulated."""
        own = list(_of(self.events, "event", name))
        for month in asked(self.case, name, self.world.months):
            row, beside = own[month], chances_by(self.case, outcome, self.dates[month])
            yield self._row("outcome", name, "probability", row) | {"label": outcome.label} | beside

    def _distributions(self) -> Iterator[dict[str, Any]]:
        drawn = self.tally.by_draw
        for name in self.headlines:
            last = self.fan(name).iloc[-1]
            row = {
                "kind": "distribution", "name": name, "label": state_label(self.case, name),
                "date": self.dates[-1], "value": last["q50"], "low": last["q05"], "high": last["q95"],
                "interval": BAND, "runs": int(last["runs"]), "start": self.start(name),
            }  # fmt: skip
            if drawn is not None:
                groups = drawn.end(name)
                ends = (*parameter_interval(groups), parameter_share(groups))
                row |= {column: each[0] for column, each in zip(PARAMETERS, ends, strict=True)}
            yield row

    def _own(self, outcome: str | None = None) -> list[Column]:
        """Columns of registered functions that have no month, of one outcome or of all."""
        found = [column for column in self.tally.questions.columns if column.own is not None]
        return [column for column in found if outcome in (None, column.own)]

    def _own_shares(self, outcome: str) -> Iterator[dict[str, Any]]:
        """The rows of what an outcome answers with yes or no: the share of runs that say yes."""
        drawn, groups = self.tally.by_draw, None
        for column in self._own(outcome):
            if column.kind is not Kind.YES_NO:
                continue
            names, yes = {"own": outcome, "label": column.label}, self.tally.column(column.name).sum()
            if drawn is not None:
                groups = drawn.column(column.name)
            share = self._shares(names, np.array([yes]), "probability", groups, self.dates[-1:])
            yield self._row("outcome", outcome, "probability", next(share.itertuples()))

    def _own_distributions(self) -> Iterator[dict[str, Any]]:
        """The rows of counts and values: their median over runs, and between what 90 % of runs lie."""
        for column in self._own():
            if column.kind is Kind.YES_NO:
                continue
            values = self.tally.column(column.name)
            if len(values):
                low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
            else:
                low, middle, high = [np.nan] * 3
            yield {
                "kind": "distribution", "name": column.own, "label": f"{column.label} [{column.unit}]",
                "date": self.dates[-1], "value": middle, "low": low, "high": high, "interval": BAND,
                "runs": len(values), "start": np.nan,
            }  # fmt: skip

    def _terms(self) -> Iterator[dict[str, Any]]:
        """At which terms deals took place: the mean over all deals of all runs."""
        interval = MONTE_CARLO
        if self.tally.by_draw is not None:
            interval = BOTH
        for column in self.tally.questions.averages:
            found = self.tally.pooled(column)
            yield {
                "kind": "terms", "name": column.name, "label": column.label, "date": self.dates[-1],
                "value": found.mean, "low": found.low, "high": found.high, "interval": interval,
                "runs": self.tally.counted,
            }  # fmt: skip

    def _posture_rows(self) -> Iterator[dict[str, Any]]:
        for row in _of(self.postures, "date", self.dates[-1]):
            if row.posture in self.case.postures or row.share > 0:
                yield self._row("posture", row.posture, "share", row)

    def _event_rows(self) -> Iterator[dict[str, Any]]:
        for row in _of(self.events, "date", self.dates[-1]):
            if row.event not in self.case.outcomes:
                yield self._row("event", row.event, "probability", row)


def _is_broad(path: str) -> bool:
    """Whether a path is of the whole state or of a bloc, and not of one actor among many."""
    return "." not in path or f".{BLOC}." in path


def _of(table: pd.DataFrame, column: str, value: str) -> Iterable[Any]:
    """The rows of a table with this value in a column."""
    return table[table[column] == value].itertuples()
