"""Paths that are computed from recorded ones: of blocs, and the largest vulnerability."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from sim.rules.health import HEALTH
from sim.rules.numbers import total
from sim.scenario.lower import World, state_name
from sim.scenario.names import BLOC
from sim.scenario.rows import flatten
from sim.scenario.schema import Case, Nested

Get = Callable[[str], Any]
"""What gives a recorded number by its name: its path (months, runs), its last month (runs,), its start ()."""


@dataclass(frozen=True)
class Measure:
    """A number that follows from recorded ones: `of(get)`, in the shape of what `get` gives."""

    name: str
    meaning: str
    of: Callable[[Get], np.ndarray]


def bloc_share(get: Get, members: tuple[str, ...]) -> np.ndarray:
    """Share of all influence on the target that a bloc holds together [0, 1]."""
    return total(get(f"share.{member}") for member in members)


def bloc_closeness(get: Get, members: tuple[str, ...]) -> np.ndarray:
    """Closeness of the target's position to a bloc, averaged over its members [0, 1]."""
    return total(get(f"closeness.{member}") for member in members) / float(len(members))


def largest_vulnerability(get: Get, powers: tuple[str, ...]) -> np.ndarray:
    """The largest weighted share of the target's needs that one power supplies [0, 1]."""
    return np.max([get(f"vulnerability.{power}") for power in powers], axis=0)


OF_BLOC = {
    "share": (bloc_share, "share of all influence that the bloc holds"),
    "closeness": (bloc_closeness, "mean closeness to the bloc's members"),
}
"""What is measured of a bloc, by the kind of path that it is computed from."""

OF_POWERS = {
    "largest_vulnerability": (
        largest_vulnerability,
        "largest weighted share of the target's needs that one power supplies",
    )
}
"""What is measured of all powers together."""


def paths_of(world: World) -> tuple[str, ...]:
    """Names of the recorded state that mean something to a reader."""
    return tuple(name for name in world.recorded if name != HEALTH)


def kept_of(world: World) -> tuple[str, ...]:
    """Names of the paths that the scenario wants kept run by run; drivers as the state names them."""
    case = world.scenario.case
    return tuple(state_name(case, name) for name in case.keep_paths)


def measures_of(world: World) -> tuple[Measure, ...]:
    """All measures of a world, in the order of their columns."""
    return (*_of_blocs(world), *_of_powers(world))


def _of_blocs(world: World) -> Iterator[Measure]:
    for kind, (of, meaning) in OF_BLOC.items():
        for name in world.scenario.case.blocs:
            members = world.parts.blocs[name]
            yield Measure(f"{kind}.{BLOC}.{name}", meaning, partial(of, members=members))


def _of_powers(world: World) -> Iterator[Measure]:
    powers = tuple(power.name for power in world.parts.powers)
    # of no powers there is no largest
    if not powers:
        return
    for name, (of, meaning) in OF_POWERS.items():
        yield Measure(name, meaning, partial(of, powers=powers))


def start_of(world: World, name: str) -> float:
    """A path or measure before the first month; not a number where it has no start.

    >>> import sim
    >>> from sim.scenario.lower import lower
    >>> world = lower(sim.load("configs/mongolia-2024.toml"), months=1)
    >>> start_of(world, "largest_vulnerability") >= start_of(world, "vulnerability.China")
    True
    """
    for measure in measures_of(world):
        if measure.name == name:
            return float(measure.of(world.start.__getitem__))
    return world.start.get(name, float("nan"))


def measured(world: World, get: Get) -> Get:
    """Gives measures as well as what `get` gives."""
    measures = {measure.name: measure for measure in measures_of(world)}

    def either(name: str) -> np.ndarray:
        if name in measures:
            return measures[name].of(get)
        return get(name)

    return either


def within(case: Case, get: Get, shape: tuple[int, ...], above: Nested, below: Nested) -> np.ndarray:
    """Whether all bounds hold, those themselves included, in the shape of what `get` gives."""
    fits = np.ones(shape, dtype=bool)
    for name, bound in flatten(above).items():
        fits &= get(state_name(case, name)) >= bound
    for name, bound in flatten(below).items():
        fits &= get(state_name(case, name)) <= bound
    return fits
