"""The programs of a scenario whose numbers vary: each with the tape that gives its constants at any point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import ValidationError

from sim.engine.engine import programs_of
from sim.engine.families import ASIDE, Stage, Told, as_done, traced_world
from sim.engine.held import ANYWHERE, Course, courses_of, month_under
from sim.engine.tape import Tape, Tracer
from sim.engine.telling import telling, told_of
from sim.refusal import ScenarioError
from sim.registry import Detour
from sim.scenario.load import Scenario
from sim.scenario.lower import World, lower

Stages = tuple[tuple[int, Stage], ...]


@dataclass(frozen=True)
class Inputs:
    """What a tape computes from, in this order: numbers as they are read, numbers as somebody sets them, and
    of each stock that may be held whether it is, and at which level.

    A number that somebody sets is among those that are read, too: the start goes by these.
    """

    read: tuple[str, ...]
    done: tuple[str, ...]
    held: tuple[str, ...]

    def own(self, numbers: Mapping[str, float]) -> np.ndarray:
        """The inputs (inputs,) of a scenario as it stands, by its numbers."""
        told = [numbers[path] for path in (*self.read, *self.done)]
        return np.array([*told, *[0.0, ANYWHERE] * len(self.held)])


@dataclass(frozen=True)
class Way:
    """What a scenario does wherever the guards of a tape hold: stages by the month from which on.

    telling: the same stages, whose months note odds and reasons of every event besides; told: their names in
    the state, by event.
    """

    tape: Tape
    stages: Stages
    telling: Stages
    told: Told

    @classmethod
    def of(cls, scenario: Scenario, inputs: Inputs) -> Way:
        """Traced at the scenario's own numbers. Raises ScenarioError, ValidationError, Detour."""
        tape, plain = Tape(), lower(scenario)
        traced = traced_world(scenario, [*inputs.read, *map(as_done, inputs.done)], None, tape)
        courses = courses_of(tape, traced.scenario.case, inputs.held)
        told = told_of([plain], [event.name for event in plain.parts.events])
        told_worlds = telling(plain, told), telling(traced, told)
        return cls(tape, _stages(plain, traced, courses), _stages(*told_worlds, courses), told)

    def holds(self, values: np.ndarray) -> np.ndarray:
        """At which points (points,) with these inputs (inputs, points) the guards hold."""
        return self.tape.run(values)[1]


def _stages(plain: World, traced: World, courses: Mapping[str, Course]) -> Stages:
    """The stages of a world, plain and traced, in which stocks follow courses while they are held."""
    programs = programs_of(traced, Tracer, month_under(courses))
    both = zip(plain.stages, programs, strict=True)
    return tuple((since, Stage.of(own, other, program)) for (since, own), (_, other, program) in both)


def ways_of(scenario: Scenario, inputs: Inputs) -> list[Way]:
    """The way of a scenario as it stands; if its program makes an exception of some number there, such as an
    exponent of one half, then that of its neighbours too.

    Raises ScenarioError for what cannot be traced.
    """
    try:
        own = Way.of(scenario, inputs)
        apart = exceptions(own, scenario, inputs)
        if not apart:
            return [own]
        return [own, Way.of(scenario.override(apart), inputs)]
    except (ValidationError, Detour) as error:
        told = "its numbers cannot be moved in a page"
        raise ScenarioError([f"{scenario.name}: {told} ({error})"]) from None


def exceptions(way: Way, scenario: Scenario, inputs: Inputs) -> dict[str, float]:
    """Numbers at whose value the program makes an exception, by path, moved aside by less than counts."""
    names: Sequence[str] = (*inputs.read, *inputs.done)
    own = inputs.own(scenario.numbers)[:, None]
    alone = np.eye(len(own), dtype=bool)[:, : len(names)]
    above, below = (way.holds(np.where(alone, factor, 1.0) * own) for factor in (ASIDE, 2 - ASIDE))
    held = zip(names, above | below, strict=True)
    return {path: scenario.numbers[path] * ASIDE for path, holds in held if not holds}
