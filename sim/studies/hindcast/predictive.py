"""What runs predict of each observation: free-running, and after all that was known in sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.assimilation.facts import IN_SAMPLE, SERIES, Fact
from sim.statistics.intervals import wilson
from sim.studies.hindcast.rolling import Forecast

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
QUANTILES = ("q05", "q25", "q50", "q75", "q95")


def last_known(facts: Sequence[Fact], samples: Sequence[str]) -> dict[str, int]:
    """The place of the last in-sample fact of each series."""
    found: dict[str, int] = {}
    for place, (fact, sample) in enumerate(zip(facts, samples, strict=True)):
        if fact.kind != SERIES or sample != IN_SAMPLE:
            continue
        # The last in time, whatever the order of the table.
        before = facts[found.setdefault(fact.target, place)]
        if (before.last, before.first) < (fact.last, fact.first):
            found[fact.target] = place
    return found


@dataclass(frozen=True)
class Predictive:
    """What runs predict (facts, runs): `free` from the start alone, `told` after all that is in sample.

    is_told (facts,): whether they were; of others both are the same.
    """

    free: np.ndarray
    told: np.ndarray
    is_told: np.ndarray

    @classmethod
    def of(cls, said: np.ndarray, facts: Sequence[Fact], forecast: Forecast | None) -> Predictive:
        """From what would have been observed of free runs (facts, runs), none of which has failed.

        forecast: what other runs, which were told all that was in sample, say of later series.
        """
        told, is_told = said.copy(), np.zeros(len(facts), dtype=bool)
        if forecast is not None:
            rows = {fact: row for fact, row in zip(forecast.facts, forecast.said, strict=True)}
            for place, fact in enumerate(facts):
                if fact.kind == SERIES and fact in rows:
                    told[place], is_told[place] = spread(rows[fact], said.shape[1]), True
        return cls(said, told, is_told)

    def of_first(self, count: int) -> Predictive:
        """Of the first facts."""
        return Predictive(self.free[:count], self.told[:count], self.is_told[:count])


def spread(values: np.ndarray, count: int) -> np.ndarray:
    """As many values (count,) as are wanted, evenly from all of them (values,)."""
    return np.asarray(values[np.linspace(0, len(values) - 1, count).round().astype(int)])


def share_interval(happened: np.ndarray, draw_of: np.ndarray | None) -> tuple[float, float]:
    """Wilson 95 % interval of the share of runs (runs,) in which something happened, for runs and draws.

    draw_of: the draw of each run (runs,), if numbers were drawn. Runs of a draw are alike, so the share
    counts as that of as many independent runs as would spread as much as the draws do (Kish 1965, effective
    sample size); of the draws alone if all agree.
    """
    share, runs = float(happened.mean()), float(len(happened))
    if draw_of is not None:
        # Draws that happen to spread less than chance in their runs do not make more runs of them.
        runs = min(runs, _independent(happened, draw_of))
    low, high = wilson(share * runs, runs)
    return float(low), float(high)


def _independent(happened: np.ndarray, draw_of: np.ndarray) -> float:
    """How many independent runs would spread as much as these runs (runs,) do over their draws."""
    _, draw = np.unique(draw_of, return_inverse=True)
    groups = np.bincount(draw, happened) / np.bincount(draw)
    share, spread = float(happened.mean()), 0.0
    if len(groups) > 1:
        spread = float(np.var(groups, ddof=1)) / len(groups)
    # Draws that all agree say nothing of how far they spread: they count as that many runs, no more.
    if not spread > 0:
        return float(len(groups))
    return share * (1 - share) / spread
