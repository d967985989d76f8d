"""How much a number tells of something that happens or not: mutual information, from counts of classes.

Information in bits (Shannon 1948), of classes that were cut beforehand. What a table of counts says of it is
too much by about its free cells over twice its size (Miller 1955), and by more where runs come in clusters.
So it is corrected, and its error found, by leaving out one group of clusters after the other: the jackknife
(Zahl 1977, Ecology 58:907; Efron 1982, The Jackknife).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.statistics.intervals import student95

NO_CUT = np.inf
"""A cut that nothing lies above."""


@dataclass(frozen=True)
class Counted:
    """Runs by group, by what was known before, by class and by whether it came.

    cells: (groups, ..., given, classes, 2); total (groups,): all runs of each group, counted in cells or not.
    """

    cells: np.ndarray
    total: np.ndarray


@dataclass(frozen=True)
class Estimate:
    """Estimates of any shape with their standard errors, from so many groups."""

    mean: np.ndarray
    error: np.ndarray
    groups: int

    @property
    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """95 % interval (low, high)."""
        half = student95(self.groups - 1) * self.error
        return self.mean - half, self.mean + half

    @classmethod
    def together(cls, estimates: Sequence[Estimate]) -> Estimate:
        """Estimates one above the other."""
        mean, error = (np.array([getattr(each, name) for each in estimates]) for name in ("mean", "error"))
        return cls(mean, error, min(each.groups for each in estimates))

    @classmethod
    def least(cls, estimates: Sequence[Estimate]) -> Estimate:
        """Of each the one that is least, with its error."""
        all_of = cls.together(estimates)
        place = all_of.mean.argmin(axis=0)[None]
        mean, error = (np.take_along_axis(each, place, axis=0)[0] for each in (all_of.mean, all_of.error))
        return cls(mean, error, all_of.groups)


def cuts_of(values: np.ndarray, classes: int) -> np.ndarray:
    """Cuts (rows, classes - 1) that part the values (rows, runs) of each row into about equal classes.

    A cut lies half way between two neighbours that differ, the nearest such to where a quantile is: values
    that many runs share stay together. Rows with fewer such places have NO_CUT at the end.

    >>> cuts_of(np.array([[0.0, 0.0, 0.0, 1.0], [1.0, 2.0, 3.0, 4.0]]), 2)
    array([[0.5],
           [2.5]])
    """
    rows, runs = values.shape
    found = np.full((rows, classes - 1), NO_CUT)
    if runs < 2:
        return found
    ordered = np.sort(values, axis=1).astype(float)
    between = (ordered[:, 1:] + ordered[:, :-1]) / 2
    # in single precision two neighbours may differ by nothing that their middle shows
    is_edge = (ordered[:, :-1] < between) | (between < ordered[:, 1:])
    places = np.arange(runs - 1)
    before = np.maximum.accumulate(np.where(is_edge, places, -runs), axis=1)
    after = np.minimum.accumulate(np.where(is_edge, places, 2 * runs)[:, ::-1], axis=1)[:, ::-1]
    for cut in range(classes - 1):
        wanted = round((cut + 1) * runs / classes) - 1
        wanted = min(max(wanted, 0), runs - 2)
        down, up = wanted - before[:, wanted], after[:, wanted] - wanted
        place = np.where(down <= up, before[:, wanted], after[:, wanted])
        is_there = (place >= 0) & (place < runs - 1)
        found[is_there, cut] = between[is_there, place[is_there]]
    # the same cut twice would part nothing
    found[:, 1:][found[:, 1:] == found[:, :-1]] = NO_CUT
    return np.sort(found, axis=1)


def classes_of(values: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """The class of each value (rows, runs): how many cuts (rows, cuts) it lies above."""
    found = np.zeros(values.shape, dtype=np.uint8)
    for cut in cuts.T:
        found += values > cut[:, None]
    return found


def counted(
    classes: np.ndarray, came: np.ndarray, group: np.ndarray, sizes: tuple[int, int],
    given: np.ndarray | None = None, known: int = 1,
) -> np.ndarray:  # fmt: skip
    """Cells (groups, rows, known, classes, 2) of classes (rows, runs) of which each is below sizes[1].

    came (runs,): whether it came; group (runs,): of sizes[0] groups; given (runs,): what was known before,
    one of `known`.
    """
    rows, (groups, kinds) = len(classes), sizes
    place = group.astype(np.int64) * rows
    inner = came.astype(np.int64)
    if given is not None:
        inner = inner + given.astype(np.int64) * (2 * kinds)
    cell = (place + np.arange(rows)[:, None]) * (2 * kinds * known) + inner + 2 * classes.astype(np.int64)
    return np.bincount(cell.ravel(), minlength=groups * rows * known * kinds * 2).reshape(
        groups, rows, known, kinds, 2
    )


def bits(cells: np.ndarray, total: np.ndarray | float) -> np.ndarray:
    """What classes tell of whether it came, beyond what was known before [bits a run], as counts have it.

    cells (..., given, classes, 2), total (...): runs, those that no cell counts learn nothing.

    >>> float(bits(np.array([[[4, 0], [0, 4]]]), 8))
    1.0
    """
    whole = _spread(cells).sum(axis=(-3, -2, -1)) + _spread(cells.sum(axis=(-2, -1))).sum(axis=-1)
    parts = _spread(cells.sum(axis=-1)).sum(axis=(-2, -1)) + _spread(cells.sum(axis=-2)).sum(axis=(-2, -1))
    return (whole - parts) / total


def entropy(came: np.ndarray | float, total: np.ndarray | float) -> np.ndarray:
    """The entropy of something that came in some of all runs [bits a run].

    >>> float(entropy(4, 8))
    1.0
    """
    came, total = np.asarray(came, dtype=float), np.asarray(total, dtype=float)
    return (_spread(total) - _spread(came) - _spread(total - came)) / total


def _spread(counts: np.ndarray) -> np.ndarray:
    """n log2 n, which is 0 at 0."""
    return counts * np.log2(np.maximum(counts, 1))


def jackknifed(whole: np.ndarray, without: np.ndarray) -> Estimate:
    """What a statistic (...) says with the bias of first order taken out, and its standard error.

    without: (groups, ...), the statistic of all runs but those of a group.
    """
    groups = len(without)
    middle = without.mean(axis=0)
    error = np.sqrt((groups - 1) / groups * ((without - middle) ** 2).sum(axis=0))
    return Estimate(groups * whole - (groups - 1) * middle, error, groups)


def information(counted: Counted, came: np.ndarray) -> Estimate:
    """What classes tell of whether it came as a share of its entropy [0, 1], beyond what was known before.

    came (groups,): runs of each group in which it came, counted in cells or not.
    """
    cells, total = counted.cells, counted.total
    one = (len(total), *[1] * (cells.ndim - 4))
    all_cells, all_runs, all_came = cells.sum(axis=0), total.sum(), came.sum()
    whole = bits(all_cells, all_runs) / entropy(all_came, all_runs)
    left, left_came = (all_runs - total).reshape(one), (all_came - came).reshape(one)
    without = bits(all_cells - cells, left) / entropy(left_came, left)
    return jackknifed(whole, without)
