"""Boxes one after another, what of them holds in cells that were held out, and how firm their limits are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.statistics.clusters import Share
from sim.studies.discover.box import Box, Limit, within
from sim.studies.discover.cases import Cases
from sim.studies.discover.peeling import LEAST_CELLS, best, quasi_p

FOLDS = 10
"""Parts of the cells that are held out in turn."""


@dataclass(frozen=True)
class Firm:
    """A limit: its quasi-p value, the share of resamples that have it, where the middle 95 % of these do."""

    limit: Limit
    quasi_p: float
    reproduced: float
    low: float
    high: float


@dataclass(frozen=True)
class Told:
    """A box that does better than chance in cells held out.

    density, coverage: corrected for the optimism of the cells that found it; density_found, coverage_found:
    in these cells; rest: the density of all cells that earlier boxes leave; inside (cells,).
    """

    box: Box
    density: Share
    coverage: Share
    density_found: float
    coverage_found: float
    rest: float
    gain: Share
    inside: np.ndarray
    limits: tuple[Firm, ...] = ()

    @property
    def ordered(self) -> Box:
        """Its limits, those that chance made least likely first."""
        return tuple(each.limit for each in sorted(self.limits, key=lambda each: each.quasi_p))

    @property
    def mass(self) -> float:
        """The share of cells in it."""
        return float(self.inside.mean())


def boxes_in(cases: Cases, most: int) -> list[Box]:
    """At most so many boxes, each found in what those before it leave."""
    found, left = list[Box](), np.ones(cases.count, dtype=bool)
    for _ in range(most):
        own = cases.some(left)
        # of fewer cells a box would be half, and of equal ones none is better
        if own.count < 2 * LEAST_CELLS or np.ptp(own.shares) == 0:
            break
        box = best(own)
        if not box:
            break
        found.append(box)
        left &= ~within(box, cases.values)
    return found


def apart(boxes: list[Box], values: np.ndarray, most: int) -> np.ndarray:
    """Which cells lie in each box and in none before it (most, cells), as 1 or 0; 0 where there is no box."""
    found, left = np.zeros((most, len(values))), np.ones(len(values), dtype=bool)
    for place, box in enumerate(boxes):
        inside = within(box, values) & left
        found[place] = inside
        left &= ~inside
    return found


def held_out(
    cases: Cases, most: int, rng: np.random.Generator, tell: Callable[[int], Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Which cells lie in the boxes that all others find (most, cells), and how optimistic these are.

    Optimism of density and coverage (2, most): by how much they are higher in the cells that found a box.
    Not a number where no box is found.
    """
    inside = np.zeros((most, cases.count))
    seen = np.full((2, most, FOLDS), np.nan)
    for fold, out in enumerate(folds(cases, rng)):
        own = cases.some(~out)
        boxes = boxes_in(own, most)
        inside[:, out] = apart(boxes, cases.values[out], most)
        for place, weight in enumerate(apart(boxes, own.values, len(boxes))):
            seen[0, place, fold] = own.futures.density(weight).value
            seen[1, place, fold] = own.futures.coverage(weight).value
        tell(1)
    optimism = np.full((2, most), np.nan)
    for place, weight in enumerate(inside):
        if weight.any():
            new = cases.futures.density(weight).value, cases.futures.coverage(weight).value
            optimism[:, place] = np.nanmean(seen[:, place], axis=1) - new
    return inside, optimism


def folds(cases: Cases, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Cells (cells,) that are held out together, in turn: cells of one point stand together."""
    points, place = np.unique(cases.futures.points, return_inverse=True)
    fold = rng.permutation(len(points)) % FOLDS
    for number in range(FOLDS):
        yield fold[place] == number


def told(cases: Cases, most: int, rng: np.random.Generator, tell: Callable[[int], Any]) -> list[Told]:
    """Boxes until one does no better than chance in cells that were held out."""
    boxes = boxes_in(cases, most)
    inside, optimism = held_out(cases, most, rng, tell)
    found, left = list[Told](), np.ones(cases.count)
    new = np.ones(cases.count)
    for place, (box, own) in enumerate(zip(boxes, apart(boxes, cases.values, most), strict=False)):
        # without this box others found none where it is held out, so nothing speaks for it
        if not inside[place].any():
            break
        gain = cases.futures.gain(inside[place], new)
        if gain.low <= 0:
            break
        futures, (density, coverage) = cases.futures, optimism[:, place]
        found.append(
            Told(
                box, futures.density(own, density), futures.coverage(own, coverage),
                futures.density(own).value, futures.coverage(own).value, futures.density(left).value, gain,
                own > 0,
            )
        )  # fmt: skip
        # what later boxes are compared with: in all cells, and in those held out
        left, new = left - own, new - inside[place]
    return found


def firm(
    found: list[Told], cases: Cases, resamples: int, rng: np.random.Generator, tell: Callable[[int], Any]
) -> tuple[list[tuple[Firm, ...]], np.ndarray]:
    """The limits of boxes with what random halves of the cells make of them, and how many restrict each
    condition in the first box (conditions,).

    Halves without replacement vary as much as samples of this size would, if limits were like means; where a
    share jumps at a limit all cells place it better than that.
    """
    drawn = [_half(cases, len(found), rng, tell) for _ in range(resamples)]
    restricted = np.zeros(len(cases.conditions))
    for boxes in drawn:
        first = boxes[:1] or [()]
        restricted[list({limit.place for limit in first[0]})] += 1
    left, limits = np.ones(cases.count, dtype=bool), []
    for place, each in enumerate(found):
        chance = quasi_p(each.box, cases.some(left))
        others = [boxes[place] for boxes in drawn if len(boxes) > place]
        limits.append(
            tuple(
                _firm(limit, float(p), others, resamples) for limit, p in zip(each.box, chance, strict=True)
            )
        )
        left &= ~each.inside
    return limits, restricted / max(resamples, 1)


def _half(cases: Cases, most: int, rng: np.random.Generator, tell: Callable[[int], Any]) -> list[Box]:
    points, place = np.unique(cases.futures.points, return_inverse=True)
    kept = rng.permutation(len(points)) < len(points) // 2
    found = boxes_in(cases.some(kept[place]), most)
    tell(1)
    return found


def _firm(limit: Limit, chance: float, boxes: list[Box], resamples: int) -> Firm:
    same = [other for box in boxes for other in box if (other.place, other.side) == (limit.place, limit.side)]
    low = high = np.nan
    if same and not limit.among:
        low, high = np.quantile([other.number for other in same], [0.025, 0.975])
    return Firm(limit, chance, len(same) / max(resamples, 1), float(low), float(high))
