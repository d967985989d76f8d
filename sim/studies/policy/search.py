"""The search for policies that no other beats in everything: NSGA-II, or NSGA-III where much is judged by.

Deb, Pratap, Agarwal and Meyarivan 2002 (IEEE Trans. Evol. Comput. 6:182), Deb and Jain 2014 (18:577), as
pymoo has them (Blank and Deb 2020, IEEE Access 8:89497).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import comb
from typing import Any

import numpy as np

from sim.refusal import BadInput
from sim.studies.policy.candidates import Knobs, Places
from sim.studies.policy.journal import Journal

NEEDS = "the search for policies needs pymoo: pip install 'steppe-sim[policy]'"

TOGETHER = 40
"""Candidates of a generation."""

FEW = 3
"""Numbers to judge by up to which crowding keeps a front spread out."""

IDLE = 10
"""Generations without a new candidate after which nothing is left to find."""

Judge = Callable[[Sequence[Places]], np.ndarray]
"""Numbers of candidates (candidates, numbers), the smaller the better."""


def search(knobs: Knobs, judge: Judge, numbers: int, most: int, seed: int, journal: Journal) -> list[Places]:
    """Candidates that were tried, at most so many, in the order in which they came.

    Those whose numbers the journal knows are not judged again: the search goes the same way. Raises BadInput
    without pymoo.
    """
    check_installed()
    sizes = np.array(knobs.sizes)
    algorithm = _algorithm(sizes, numbers, _first(knobs, sizes, seed), seed)
    order, idle = dict[Places, None](), 0
    while len(order) < most and idle < IDLE:
        generation = algorithm.ask()
        candidates = [knobs.candidate(variables) for variables in np.rint(generation.get("X")).astype(int)]
        new = [each for each in dict.fromkeys(candidates) if each not in order]
        idle = 0 if new else idle + 1
        unknown = [each for each in new if each not in journal.known]
        if unknown:
            journal.add(unknown, judge(unknown))
        order |= dict.fromkeys(new)
        generation.set("F", np.array([journal.known[each] for each in candidates]))
        for each in generation:
            each.evaluated.add("F")
        algorithm.tell(infills=generation)
    return list(order)[:most]


def check_installed() -> None:
    """Raises BadInput without pymoo."""
    try:
        import pymoo  # noqa: F401
    except ImportError:
        raise BadInput(NEEDS) from None


def _first(knobs: Knobs, sizes: np.ndarray, seed: int) -> np.ndarray:
    """The first generation (candidates, variables): the status quo, each lever alone at its end, and luck."""
    alone = knobs.variables(knobs.status_quo)
    rows, variable = [alone], 0
    for knob in knobs.each:
        row = list(alone)
        row[variable] = len(knob.values) - 1
        rows.append(row)
        variable += 2 if knob.bars else 1
    lots = np.random.default_rng(seed).random((TOGETHER, len(sizes)))
    return np.concatenate([rows, np.floor(lots * sizes)])[:TOGETHER].astype(int)


def _algorithm(sizes: np.ndarray, numbers: int, first: np.ndarray, seed: int) -> Any:
    """The algorithm on whole numbers, ready to be asked."""
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.algorithms.moo.nsga3 import NSGA3
    from pymoo.core.problem import Problem
    from pymoo.operators.crossover.sbx import SBX
    from pymoo.operators.mutation.pm import PM
    from pymoo.operators.repair.rounding import RoundingRepair
    from pymoo.util.ref_dirs import get_reference_directions

    own: dict[str, Any] = {
        "sampling": first,
        "pop_size": TOGETHER,
        "crossover": SBX(prob=0.9, eta=5, vtype=float, repair=RoundingRepair()),
        "mutation": PM(eta=8, vtype=float, repair=RoundingRepair()),
        "eliminate_duplicates": True,
    }
    if numbers <= FEW:
        algorithm = NSGA2(**own)
    else:
        parts = _parts(numbers)
        algorithm = NSGA3(get_reference_directions("das-dennis", numbers, n_partitions=parts), **own)
    problem = Problem(n_var=len(sizes), n_obj=numbers, xl=np.zeros(len(sizes)), xu=sizes - 1, vtype=int)
    # more generations than anybody asks for: `search` says when it is enough
    algorithm.setup(problem, termination=("n_gen", 10**6), seed=seed % 2**32, verbose=False)
    return algorithm


def _parts(numbers: int) -> int:
    """Into how many parts each side of the simplex of directions is cut: as many as a generation serves."""
    parts = 1
    while comb(parts + numbers, numbers - 1) <= TOGETHER:
        parts += 1
    return parts


def front(found: np.ndarray) -> np.ndarray:
    """Which of some candidates (candidates,) no other beats in everything; numbers small are good."""
    no_worse = (found[:, None, :] <= found[None, :, :]).all(axis=2)
    better = (found[:, None, :] < found[None, :, :]).any(axis=2)
    return np.logical_not((no_worse & better).any(axis=0))


def spread_out(found: np.ndarray, most: int) -> list[int]:
    """Places of a few candidates of a front (candidates, numbers) that stand for all: the best in each
    number, then always the farthest from those that are taken.
    """
    low, high = found.min(axis=0), found.max(axis=0)
    scaled = (found - low) / np.where(high > low, high - low, 1.0)
    taken = list(dict.fromkeys(scaled.argmin(axis=0).tolist()))[:most]
    while len(taken) < min(most, len(scaled)):
        away = np.abs(scaled[:, None, :] - scaled[taken][None, :, :]).sum(axis=2).min(axis=1)
        if away.max() == 0:
            break
        taken.append(int(away.argmax()))
    return taken
