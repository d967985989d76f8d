"""The nearest point of a box at which a margin is no longer positive.

This is the design point of structural reliability: the shortest way to the boundary between what holds and
what fails (Hasofer and Lind 1974, J. Eng. Mech. 100:111). The steps are those of Rackwitz and Fiessler (1978,
Computers & Structures 9:489), against the slopes at the last point of the boundary, with two changes: numbers
end at those of the box, and each step is followed along its way to where the margin itself, not its linear
form, comes to nothing. So every point that is taken fails, and each is nearer than the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from sim.studies.overturn.box import Box, distance

Margins = Callable[[np.ndarray], np.ndarray]
"""Margins of runs (points, runs) at points (points, numbers), on the same luck at all of them; not a number
where a point makes no scenario. What is asked about is their mean, which holds above 0 and fails elsewhere.
"""

OCTAVE = 2
"""Points by which the distance along a way doubles."""

OCTAVES, PARTS, ROUNDS = 8, 8, 3
"""How often the way to a corner is halved at first; in how many parts a stretch is cut, and how often."""

STEPS, CORNERS = 12, 4
"""The most steps of a descent, and of a way from corner to corner."""

PROGRESS = 1e-3
"""The least part by which a step must come nearer, or the descent ends."""

MIXED = (1.0, 0.5, 0.25)
"""How much of a new way is taken with the old one; a step that would overshoot is so cut short."""

SURE = 4.0
"""Squared standard errors that a slope must be away from 0 to count at all."""


def means(margins: Margins, points: np.ndarray) -> np.ndarray:
    """Mean margins (points,); not a number where a point makes no scenario."""
    return margins(points).mean(axis=1)


def crossings(
    margins: Margins, box: Box, ways: Sequence[np.ndarray], rounds: int = ROUNDS
) -> list[np.ndarray]:
    """The first failing point (numbers,) along each way that leads to one, in order.

    To a thousandth of its distance in ROUNDS rounds; what fails on a shorter stretch than those of the first
    look may be missed.
    """
    shares = 2.0 ** (np.arange(1 - OCTAVES * OCTAVE, 1) / OCTAVE)
    far = [distance(box.corner(way)) for way in ways]
    stretches = [np.concatenate([[0.0], end * shares]) for end in far]
    found = _first(margins, box, ways, stretches)
    for _ in range(rounds):
        ways = [ways[place] for place in found]
        stretches = [np.linspace(*ends, PARTS + 1) for ends in found.values()]
        found = _first(margins, box, ways, stretches)
    return [box.along(way, np.array([found[place][1]]))[0] for place, way in enumerate(ways)]


def _first(
    margins: Margins, box: Box, ways: Sequence[np.ndarray], stretches: Sequence[np.ndarray]
) -> dict[int, tuple[float, float]]:
    """Between which distances the margin first fails, by the place of the way, of those on which it does."""
    if not ways:
        return {}
    points = np.array([box.along(way, ends[1:]) for way, ends in zip(ways, stretches, strict=True)])
    fails = means(margins, points.reshape(-1, points.shape[2])).reshape(points.shape[:2]) <= 0
    found = {}
    for place in np.flatnonzero(fails.any(axis=1)).tolist():
        first = int(np.argmax(fails[place]))
        found[place] = float(stretches[place][first]), float(stretches[place][first + 1])
    return found


def slopes(margins: Margins, box: Box, at: np.ndarray, step: float, moving: np.ndarray) -> np.ndarray:
    """How the mean margin changes with each number (numbers,) at a point; 0 of those not `moving` (numbers,).

    By finite steps to either side, paired run by run. What a slope owes to chance is taken off by the
    non-negative garrote (Breiman 1995, Technometrics 37:373): many small errors would make a long way. A
    number that stands at the origin has a kink there, where another unit begins: its slope is that of the
    side on which it lowers the margin more, 0 if on neither.
    """
    places = np.flatnonzero(moving)
    points = np.repeat(at[None], 2 * len(places), axis=0)
    down, up = np.arange(len(places)), len(places) + np.arange(len(places))
    points[down, places], points[up, places] = (ends[places] for ends in _ends(at, step))
    points = box.held(points)
    runs = margins(np.concatenate([at[None], points]))
    here, runs = runs[0], runs[1:]
    # a point that makes no scenario tells nothing: the number seems not to move
    missing = np.isnan(runs).any(axis=1)
    runs[missing] = here
    points[missing] = at
    below, above = points[down, places], points[up, places]
    own, stands = at[places], at[places] == 0
    # the kink is at the origin alone: elsewhere both sides have one unit
    whole = _slope(runs[up] - runs[down], above - below)
    right, left = _slope(runs[up] - here, above - own), _slope(here - runs[down], own - below)
    aside = np.where(-right > left, np.minimum(right, 0.0), np.maximum(left, 0.0))
    found = np.zeros(len(at))
    found[places] = np.where(stands, aside, whole)
    return found


def _ends(at: np.ndarray, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Where a step from a point leads each number, down and up (numbers,): not across the origin."""
    away = np.abs(at)
    back = np.where(away > 0, np.minimum(away, step), step)
    # near the origin a step as short as the way back would see nothing but chance
    on = np.where(back < step / 2, step, back)
    return at - np.where(at > 0, back, on), at + np.where(at > 0, on, back)


def _slope(apart: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Mean differences (numbers, runs) by their widths (numbers,), less what may be chance."""
    mean, width = apart.mean(axis=1), np.where(width > 0, width, 1.0)
    noise = apart.var(axis=1) / max(apart.shape[1] - 1, 1)
    shown = np.where(mean != 0, 1.0 - SURE * noise / np.where(mean != 0, mean, 1.0) ** 2, 0.0)
    return np.maximum(shown, 0.0) * mean / width


def descent(margins: Margins, box: Box, start: np.ndarray, step: float, moving: np.ndarray) -> np.ndarray:
    """The nearest failing point (numbers,) that steps from a failing one lead to; only `moving` ones move.

    After the first step only those that mattered there.
    """
    best = start
    for _ in range(STEPS):
        way = -slopes(margins, box, best, step, moving)
        if not way.any():
            break
        found = crossings(margins, box, [*_mixed(best, way)])
        nearest = min(found, key=distance, default=best)
        if distance(nearest) > (1 - PROGRESS) * distance(best):
            break
        best, moving = nearest, way != 0
    return best


def _mixed(old: np.ndarray, new: np.ndarray) -> Iterator[np.ndarray]:
    """A new way, and others between it and an old one."""
    new = new * (distance(old) / distance(new))
    for part in MIXED:
        yield (1 - part) * old + part * new


def deepest(margins: Margins, box: Box, step: float, moving: np.ndarray) -> np.ndarray:
    """The corner (numbers,) to which slopes lead, from corner to corner while the margin falls."""
    at, least = box.origin, np.inf
    for _ in range(CORNERS):
        way = -slopes(margins, box, at, step, moving)
        beyond = np.where(way != 0, box.corner(way), at)
        margin = float(means(margins, beyond[None])[0])
        # also where it is not a number: such a corner makes no scenario
        if not margin < least:
            break
        at, least = beyond, margin
    return at
