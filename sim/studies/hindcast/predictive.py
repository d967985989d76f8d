"""What runs predict of each observation: free-running, and updated by the last value that was known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.assimilation.facts import IN_SAMPLE, SERIES, Fact
from sim.statistics.intervals import wilson

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
QUANTILES = ("q05", "q25", "q50", "q75", "q95")


def updated(said: np.ndarray, anchor: np.ndarray, known: float) -> np.ndarray:
    """Runs (facts, runs) [unit] told an observation: y + b (known - y0), b = cov(y, y0) / var(y0) over runs.

    Sums are not left to a library of linear algebra, whose last bits differ between machines and with the
    number of facts. anchor: y0 (runs,), what the runs say of that observation, error of measurement included.
    The ensemble Kalman update with perturbed observations: Evensen 1994, JGR 99:10143; Burgers, van Leeuwen
    and Evensen 1998, MWR 126:1719. Runs without spread stay as they are.

    >>> said = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]])
    >>> updated(said, anchor=said[0], known=2.0)
    array([[2., 2., 2.],
           [4., 4., 4.]])
    """
    # Products and sums one by one, not `@`: see above.
    apart = anchor - anchor.mean()
    spread = float((apart * apart).sum())
    if not spread > 0:
        return said.copy()
    slope = ((said - said.mean(axis=1, keepdims=True)) * apart).sum(axis=1) / spread
    return said + slope[:, None] * (known - anchor)[None, :]


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
    """What runs predict (facts, runs): `free` from the start alone, `told` also the last in-sample value.

    In-sample rows, events, times and series without an in-sample value are the same in both.
    """

    free: np.ndarray
    told: np.ndarray

    @classmethod
    def of(
        cls, said: np.ndarray, facts: Sequence[Fact], samples: Sequence[str], known: int | None = None
    ) -> Predictive:
        """From what would have been observed of runs (facts, runs), error of measurement included.

        None of them has failed. Only the first `known` facts have come, all by default; the others are asked
        about.
        """
        told = said.copy()
        series = [place for place, fact in enumerate(facts) if fact.kind == SERIES]
        after = [place for place in series if samples[place] != IN_SAMPLE]
        for target, place in last_known(facts[:known], samples[:known]).items():
            later = [i for i in after if facts[i].target == target]
            told[later] = updated(said[later], said[place], facts[place].value)
        return cls(said, told)

    def of_first(self, count: int) -> Predictive:
        """Of the first facts."""
        return Predictive(self.free[:count], self.told[:count])


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
