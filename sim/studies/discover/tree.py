"""CART on the cells of a sweep: a tree of limits that parts cells of high share from those of low."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.refusal import BadInput
from sim.studies.discover.box import Limit, Side, typed, within
from sim.studies.discover.cases import Cases
from sim.studies.discover.peeling import LEAST_CELLS, PEEL
from sim.studies.discover.search import folds
from sim.studies.discover.workbench import NEEDS

MOST_LEAVES = 8
"""Leaves of a tree that still fits on a screen."""


Way = tuple[tuple[Limit, bool], ...]
"""Limits in the order in which they are asked, with whether they hold."""


@dataclass(frozen=True)
class Tree:
    """Branches of one limit each, or a leaf without any; cells (cells,) are those that come to it."""

    cells: np.ndarray
    limit: Limit | None = None
    holds: Tree | None = None
    otherwise: Tree | None = None

    def leaves(self, way: Way = ()) -> Iterator[tuple[Way, np.ndarray]]:
        """The way to each leaf, and the cells (cells,) in it."""
        if self.limit is None or self.holds is None or self.otherwise is None:
            yield way, self.cells
            return
        yield from self.holds.leaves((*way, (self.limit, True)))
        yield from self.otherwise.leaves((*way, (self.limit, False)))


@dataclass(frozen=True)
class Grown:
    """A tree, and which part of the differences between cells it explains in cells held out [1]."""

    tree: Tree
    explained: float

    @property
    def used(self) -> list[int]:
        """The places of the conditions that it asks about, the first asked first."""
        return list(dict.fromkeys(limit.place for way, _ in self.tree.leaves() for limit, _ in way))


def grown(cases: Cases, rng: np.random.Generator) -> Grown:
    """The tree (Breiman and others 1984) with as few leaves as do no worse in cells held out.

    Splits are those of least squares on the shares of cells, the same as of Gini's index on their futures.
    Raises BadInput where scikit-learn is not installed.
    """
    counts = range(1, MOST_LEAVES + 1)
    errors = np.zeros((len(counts), cases.count))
    for out in folds(cases, rng):
        for place, leaves in enumerate(counts):
            found = _predicted(cases.some(~out), leaves, cases.values[out])
            errors[place, out] = (cases.shares[out] - found) ** 2
    most = errors.mean(axis=1).argmin()
    worse = errors - errors[most]
    # the one standard error rule, of differences, as both trees meet the same chance in the cells
    alike = worse.mean(axis=1) <= worse.std(axis=1) / cases.count**0.5
    leaves = counts[int(alike.argmax())]
    tree = _tree(cases, leaves)
    return Grown(tree, float(1 - errors[alike.argmax()].mean() / errors[0].mean()))


def _fitted(cases: Cases, leaves: int) -> Any:
    try:
        from sklearn.tree import DecisionTreeRegressor
    except ImportError:
        raise BadInput(NEEDS) from None
    least = max(LEAST_CELLS, int(PEEL * cases.count))
    grower = DecisionTreeRegressor(max_leaf_nodes=leaves, min_samples_leaf=least, random_state=0)
    return grower.fit(_columns(cases, cases.values), cases.shares)


def _predicted(cases: Cases, leaves: int, values: np.ndarray) -> np.ndarray:
    """What a tree of some cells says of others by their values (cells, conditions)."""
    if leaves == 1:
        return np.full(len(values), cases.shares.mean())
    return _fitted(cases, leaves).predict(_columns(cases, values))


def _asked(cases: Cases) -> list[tuple[int, int | None]]:
    """What may be asked: of numbers their place, of choices their place and the choice."""
    found: list[tuple[int, int | None]] = []
    for place, condition in enumerate(cases.conditions):
        found += [(place, code) for code in range(len(condition.choices))] or [(place, None)]
    return found


def _columns(cases: Cases, values: np.ndarray) -> np.ndarray:
    """Values as a tree takes them: numbers, and of each choice whether it is made."""
    columns = [
        values[:, place] if code is None else values[:, place] == code for place, code in _asked(cases)
    ]
    return np.array(columns, dtype=float).T


def _tree(cases: Cases, leaves: int) -> Tree:
    every = np.ones(cases.count, dtype=bool)
    if leaves == 1:
        return Tree(every)
    grown, asked = _fitted(cases, leaves).tree_, _asked(cases)

    def branch(node: int, cells: np.ndarray) -> Tree:
        low, high = int(grown.children_left[node]), int(grown.children_right[node])
        if low < 0:
            return Tree(cells)
        place, code = asked[int(grown.feature[node])]
        if code is None:
            own = cases.values[cells, place]
            limit = Limit(place, Side.MOST, typed(float(grown.threshold[node]), Side.MOST, own))
        else:
            # of a choice the branch above one half is the one that makes it
            low, high = high, low
            limit = Limit(place, Side.AMONG, among=(code,))
        held = within((limit,), cases.values)
        return Tree(cells, limit, branch(low, cells & held), branch(high, cells & ~held))

    return branch(0, every)
