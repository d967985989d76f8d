"""The search for the nearest numbers at which a finding fails: with all numbers, with few, and with two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.statistics.intervals import Z95
from sim.studies.overturn.box import Box, distance
from sim.studies.overturn.margins import Asked, Reading
from sim.studies.overturn.nearest import crossings, deepest, descent, means, slopes

WORK, LEAST_RUNS, MOST_RUNS, HELD = 4_000_000, 200, 2_000, 2**24
"""Run-months of one set of points in the search, fewest and most runs of a point, most numbers in memory."""

STARTS = 3
"""From how many points of the boundary the search descends."""

FROM_DRAWS = 8
"""The nearest draws in which the finding fails, whose directions are tried for starts."""

MOST_OF_IT = 0.95
"""Share of the squared distance that the few numbers of an answer make."""

CRUMBS = 1e-3
"""Share of the squared distance below which numbers together are left where they are."""

ANGLES = 16
"""Directions in the plane of two numbers from which the search in it begins."""

FINER = 4
"""By how much steps are made smaller at the end."""

BESIDE = np.array([0.9, 1.1])
"""Where the slope along the way to a point is measured [its distance]."""


@dataclass(frozen=True)
class Shift:
    """Numbers away from those of the file, at a distance from it that other luck puts between low and high.

    point: (entries,) in units of what is plausible; there: what runs on other luck say.
    """

    point: np.ndarray
    distance: float
    low: float
    high: float
    there: Reading

    @property
    def parts(self) -> np.ndarray:
        """The part of the squared distance that each number makes (entries,)."""
        return self.point**2 / max(float((self.point**2).sum()), np.finfo(float).tiny)

    @property
    def moved(self) -> list[int]:
        """Places of the numbers that move, those that move most first."""
        order = np.argsort(-self.parts, kind="stable")
        return [place for place in order.tolist() if self.point[place] != 0]

    @property
    def few(self) -> list[int]:
        """The fewest of them that make MOST_OF_IT."""
        moved = self.moved
        enough = int(np.searchsorted(np.cumsum(self.parts[moved]), MOST_OF_IT)) + 1
        return moved[:enough]


@dataclass(frozen=True)
class Found:
    """What the search found: shifts that overturn, None where there is none.

    nearest: of any numbers; few: of those alone that make most of it; two: of the two alone that do most of
    it; closest: where none overturns, that which comes closest to it. margins: mean margins at draws
    (draws,), not a number for those that make no scenario.
    """

    nearest: Shift | None
    few: Shift | None
    two: Shift | None
    closest: Shift | None
    margins: np.ndarray


@dataclass(frozen=True)
class Search:
    """A finding, with as many runs at the points that are told, and how many draws of all numbers."""

    asked: Asked
    runs: int
    draws: int

    @property
    def _box(self) -> Box:
        return self.asked.space.box

    def found(self) -> Found:
        """The shifts, from the slopes at the file's point and from the nearest failing draws."""
        space = self.asked.space
        drawn = space.points({entry.name: entry.draw(self.draws, self._seed) for entry in space.entries})
        margins = means(self.asked.on(self.enough(self.draws)), drawn)
        # slopes at the file's point see the nearest failure that begins there; others show among draws
        failing = np.flatnonzero(margins <= 0)
        order = np.argsort(distance(drawn[failing]), kind="stable")
        hints = drawn[failing[order[:FROM_DRAWS]]]
        every = np.ones(len(space.entries), dtype=bool)
        nearest = self._landed(self._nearest(every, hints))
        if nearest is None:
            return Found(None, None, None, self._closest(drawn, margins), margins)
        few = self._alone(nearest.few, [nearest.point])
        two = self._alone(nearest.moved[:2], _angles(every, nearest.moved[:2]))
        # on all runs fewer numbers may turn out to be nearer than what the search took for the nearest
        nearest = min(filter(None, (nearest, few, two)), key=lambda shift: shift.distance)
        return Found(nearest, few, two, None, margins)

    @property
    def _seed(self) -> int:
        return self.asked.responses[0].seed

    def enough(self, points: int) -> int:
        """Runs at each of some points of the search, which so takes about as long for many as for few."""
        months = self.asked.finding.months
        affordable = min(WORK // (points * months), HELD // points, MOST_RUNS)
        return min(max(affordable, LEAST_RUNS), self.runs)

    def _alone(self, places: Sequence[int], ways: Iterable[np.ndarray]) -> Shift | None:
        moving = np.zeros(len(self._box.low), dtype=bool)
        moving[list(places)] = True
        return self._landed(self._nearest(moving, ways))

    def _nearest(self, moving: np.ndarray, ways: Iterable[np.ndarray]) -> np.ndarray | None:
        """The nearest failing point (entries,) that some numbers alone reach, on the luck of the search."""
        box, step = self._box, self.asked.space.step
        margins = self.asked.on(self.enough(2 * int(moving.sum()) + 1))
        # one way for slopes, some for hints: the descents from the nearest crossings decide
        steepest = -slopes(margins, box, box.origin, step, moving)
        tried = [way for way in (np.where(moving, each, 0.0) for each in (steepest, *ways)) if way.any()]
        starts = crossings(margins, box, tried, rounds=1)
        # where the margin rises again on every way, corners may lie beyond
        if not starts:
            corner = deepest(margins, box, step, moving)
            starts = crossings(margins, box, [corner])
        starts = sorted(starts, key=distance)[:STARTS]
        ends = [descent(margins, box, start, step, moving) for start in starts]
        if not ends:
            return None
        # with all numbers once more: some may matter here that did not where a descent began
        best = descent(margins, box, min(ends, key=distance), step, moving)
        best = descent(margins, box, best, step / FINER, best != 0)
        return _without_crumbs(best)

    def _landed(self, point: np.ndarray | None) -> Shift | None:
        """A point with all runs: where the finding fails on the way to it; None if it does nowhere there."""
        if point is None:
            return None
        found = crossings(self.asked.on(self.runs), self._box, [point])
        if not found:
            return None
        return self._shift(found[0])

    def _shift(self, point: np.ndarray) -> Shift:
        margins, away = self.asked.on(self.runs), float(distance(point))
        here = margins(point[None])[0]
        beside = self._box.along(point, BESIDE * away)
        fall = -np.diff(means(margins, beside))[0] / max(np.diff(distance(beside))[0], np.finfo(float).tiny)
        half = np.inf
        if fall > 0:
            half = Z95 * float(here.std()) / len(here) ** 0.5 / fall
        # other runs than those by which the point was chosen, which favour it
        there = self.asked.reading(point, range(self.runs, 2 * self.runs))
        return Shift(point, away, max(away - half, 0.0), away + half, there)

    def _closest(self, drawn: np.ndarray, margins: np.ndarray) -> Shift:
        """The point of least margin among draws and the corners that slopes lead to."""
        box, every = self._box, np.ones(len(self._box.low), dtype=bool)
        own = self.asked.on(self.enough(2 * len(every) + 1))
        tried = [deepest(own, box, self.asked.space.step, every)]
        if not np.isnan(margins).all():
            tried.append(drawn[np.nanargmin(margins)])
        least = np.nanargmin(means(own, np.array(tried)))
        point = tried[int(least)]
        there = self.asked.reading(point, range(self.runs, 2 * self.runs))
        return Shift(point, float(distance(point)), np.nan, np.nan, there)


def _without_crumbs(point: np.ndarray) -> np.ndarray:
    """A point without the numbers that together make next to nothing of its distance."""
    order = np.argsort(point**2, kind="stable")
    small = order[np.cumsum(point[order] ** 2) < CRUMBS * float((point**2).sum())]
    kept = point.copy()
    kept[small] = 0.0
    return kept


def _angles(every: np.ndarray, two: Sequence[int]) -> np.ndarray:
    """Ways (ANGLES, entries) in the plane of two numbers, all around; of one number alone both its ways."""
    around = 2 * np.pi * np.arange(ANGLES) / ANGLES
    ways = np.zeros((ANGLES, len(every)))
    for place, part in zip(two, (np.cos(around), np.sin(around)), strict=False):
        ways[:, place] = part
    return ways
