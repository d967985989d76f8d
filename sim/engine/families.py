"""Many points of one scenario that differ in numbers only: prepared together, run by one engine."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pydantic import BaseModel, ValidationError

from sim.engine.engine import Engine, initial_of, programs_of, series_of
from sim.engine.knowing import NOTHING_KNOWN, Known, knowing, known_in
from sim.engine.points import Numbers
from sim.engine.record import Program
from sim.engine.tape import Tape, Traced, Tracer, Untraceable, traced_constants
from sim.refusal import ScenarioError
from sim.registry import Detour
from sim.scenario.interventions import TABLE, WHEN, settings, triggered
from sim.scenario.load import Scenario
from sim.scenario.lower import World, lower
from sim.scenario.paths import put, steps_of, values
from sim.scenario.references import problems
from sim.scenario.schema import File, month_number
from sim.scenario.templates import written_out

READ_ELSEWHERE = ("time", "outcomes", "postures", "interventions", "levers")
"""Sections whose numbers are read by more than the program of the month."""

BUILDING = ("dimensions", "lead", "window")
"""Keys of counts by which a program is built: another count, another program."""

ANYWHERE = (-math.inf, math.inf)
"""Where whoever asks for points has seen for himself that the scenario takes them."""

ASIDE = 1.0 + 1e-9
"""What a number at which a program makes an exception is multiplied by: less than anything that counts."""

Ranges = Mapping[str, tuple[float, float]]
"""Low and high end of what numbers may be, by path; by `as_done` of a path of what somebody sets it to."""

DONE, SET = f"{TABLE}.", (f"{TABLE}.", f"{WHEN}.")

Told = Mapping[str, tuple[str, ...]]
"""Names in the state of reasons, by the event that they decide."""

NOTHING: Told = {}


def as_done(path: str) -> str:
    """The name in `Ranges` of a number as somebody sets it from the first month on: the start stays as read.

    >>> as_done("decision.precision")
    'interventions.changes.decision.precision'
    """
    return f"{DONE}{path}"


@dataclass(frozen=True)
class Stage:
    """What a family does from a month on: the engine at one point, and which of its numbers are traced, by
    their places.
    """

    engine: Engine
    constants: dict[int, Traced]
    initial: dict[int, Traced]
    series: dict[int, Traced]

    @classmethod
    def of(cls, plain: World, traced: World, program: Program) -> Stage:
        """Of a world, plain and traced, and the program of its traced month."""
        initial = [traced.start.get(name, 0.0) for name in program.slots]
        engine, constants = Engine.of_program(plain, program), traced_constants(program)
        return cls(engine, constants, _traced(initial), _traced(series_of(traced, program)))

    def at(self, found: list[Any]) -> Engine:
        """The engine at all points of which these are the numbers of the tape."""
        own = self.engine
        return replace(
            own,
            constants=_filled(own.constants, self.constants, found),
            initial=_filled(own.initial, self.initial, found),
            series=_filled(own.series, self.series, found),
        )


@dataclass(frozen=True)
class Family:
    """A scenario with numbers that vary: what it does at one point, and the tape that gives it at others.

    stages: by the month from which on; one, if nobody intervenes. traced: the values by path at which it was
    traced. bounds: for each path the values between which the scenario is known to be valid. waiting:
    numbers of the scenario that triggers may set, by path; fired: where those that have fired say what they
    set, by path, for each combination of them; given: what they say in the scenario.
    """

    stages: tuple[tuple[int, Stage], ...]
    tape: Tape
    traced: dict[str, float]
    bounds: dict[str, tuple[float, float]]
    waiting: dict[str, float]
    fired: tuple[dict[str, str], ...]
    given: dict[str, float]

    @classmethod
    def of(
        cls, scenario: Scenario, ranges: Ranges, months: int | None = None,
        watched: Sequence[str] = (), told: Told = NOTHING, known: Known = NOTHING_KNOWN,
    ) -> Family | None:  # fmt: skip
        """The family of a scenario whose numbers at some paths vary within ranges; None if none is traced.

        It is traced at the scenario's own numbers, which it so holds. watched: numbers of the state that are
        recorded besides; told: reasons of events that a month notes; known: deeds that it keeps to.
        """
        if not {_read_at(scenario, path) for path in ranges} <= set(traceable(scenario)):
            return None
        try:
            _check_ends(scenario, {path: ends for path, ends in ranges.items() if not path.startswith(SET)})
            tape = Tape()
            worlds = lower(scenario, months), traced_world(scenario, ranges, months, tape)
            plain, traced = (watching(knowing(noting(each, told), known), watched) for each in worlds)
            programs = programs_of(traced, Tracer)
        except (ScenarioError, ValidationError, Detour):
            return None
        stages = [
            (since, Stage.of(own, other, program))
            for (since, own), (_, other, program) in zip(plain.stages, programs, strict=True)
        ]
        own = {path: scenario.numbers[_read_at(scenario, path)] for path in ranges}
        fired, given = _combinations(scenario), _said(scenario)
        return cls(tuple(stages), tape, own, dict(ranges), _waiting(scenario), fired, given)

    @classmethod
    def beside(
        cls, scenario: Scenario, ranges: Ranges, months: int | None = None,
        watched: Sequence[str] = (), told: Told = NOTHING, known: Known = NOTHING_KNOWN,
    ) -> Family | None:  # fmt: skip
        """The same, traced a hair's breadth beside numbers at whose value the program makes an exception.

        So its neighbours share the program, and a point with such a number needs one of its own.
        """
        family = cls.of(scenario, ranges, months, watched, told, known)
        if family is None:
            return None
        apart = {_read_at(scenario, path): value for path, value in family._exceptions().items()}
        if apart:
            return cls.of(scenario.override(apart), ranges, months, watched, told, known)
        return family

    def _exceptions(self) -> dict[str, float]:
        """Numbers at a value of which the program makes an exception, such as an exponent of one half; each
        by its path, moved aside.
        """
        own = np.array(list(self.traced.values()))[:, None]
        alone = np.eye(len(own), dtype=bool)
        # to either side: at a bound there is but one
        above, below = (self.holds(np.where(alone, factor, 1.0) * own) for factor in (ASIDE, 2 - ASIDE))
        held = zip(self.traced.items(), above | below, strict=True)
        return {path: value * ASIDE for (path, value), holds in held if not holds}

    @property
    def engine(self) -> Engine:
        """The engine of the scenario's own numbers, or of those beside them."""
        return Engine.joined([(since, stage.engine) for since, stage in self.stages])

    def at(self, values: np.ndarray) -> tuple[Engine, np.ndarray]:
        """The engine of the points with these values of the paths (paths, points).

        And which of them (points,) it may run: the others go another way, and need a program of their own.
        """
        found, holds = self._along(values)
        apart = values.shape[1]
        stages = [(since, replace(stage.at(found), apart=apart)) for since, stage in self.stages]
        return Engine.joined(stages), holds

    def holds(self, values: np.ndarray) -> np.ndarray:
        """Which points (points,) with these values of the paths (paths, points) go the way of the trace."""
        return self._along(values)[1]

    def _along(self, values: np.ndarray) -> tuple[list[Any], np.ndarray]:
        """All numbers of the tape at points, and which of them it holds for."""
        found, holds = self.tape.run(
            np.concatenate([self._inputs(values, each) for each in self.fired], axis=1)
        )
        held = np.all(holds.reshape(len(self.fired), -1), axis=0)
        low, high = np.array(list(self.bounds.values())).reshape(-1, 2).T[:, :, None]
        return found, held & ((values >= low) & (values <= high)).all(axis=0)

    def _inputs(self, values: np.ndarray, fired: Mapping[str, str]) -> np.ndarray:
        """The numbers of the tape at points (inputs, points), where some triggers have fired."""
        read = dict(zip(self.bounds, values, strict=True))
        said: dict[str, Any] = {**self.given, **read}
        set_to = {**self.waiting, **read, **{path: said[place] for path, place in fired.items()}}
        rows = [np.full(values.shape[1:], set_to[path]) for path in self.waiting]
        return np.array([*values, *rows]).reshape(-1, values.shape[1])


def with_triggers(world: World) -> Engine:
    """The engine of a world in which somebody waits for something. Raises ScenarioError."""
    known = known_in(world)
    family = Family.of(world.scenario, {}, world.months, world.parts.kept, world.parts.told, known)
    if family is not None:
        engine, holds = family.at(np.empty((0, 1)))
        if holds.all():
            return _started(engine, world)
    told = "changes what the program of a month does, not numbers alone; do it from a month on"
    raise ScenarioError([f"{world.scenario.name}: {WHEN}: {told}"])


def _started(engine: Engine, world: World) -> Engine:
    """The engine with the starts and series of a world, which may go on from somebody's past, or be cut."""
    started = [
        (since, replace(each.following(own), initial=initial_of(own, each.program)))
        for (since, each), (_, own) in zip(engine.stages, world.stages, strict=True)
    ]
    return Engine.joined(started)


def _combinations(scenario: Scenario) -> tuple[dict[str, str], ...]:
    """Where triggers say what they set, by path, for each combination of those that have fired: by their
    bits, in order.
    """
    names, found = sorted(scenario.case.interventions.when), []
    for bits in range(2 ** len(names)):
        has_fired = [name for place, name in enumerate(names) if bits >> place & 1]
        found.append(_fired(scenario, has_fired))
    return tuple(found)


def _fired(scenario: Scenario, names: Iterable[str]) -> dict[str, str]:
    """Where some triggers say what they set, by path."""
    return triggered(scenario.raw, scenario.case, names)


def _said(scenario: Scenario) -> dict[str, float]:
    """What all triggers set, by where they say so."""
    places = _fired(scenario, scenario.case.interventions.when).values()
    return {place: scenario.numbers[place] for place in places}


def _waiting(scenario: Scenario) -> dict[str, float]:
    """The numbers of a scenario that triggers may set, by path."""
    # a trigger may set what the file leaves to the program
    known = {**scenario.defaults, **scenario.numbers}
    return {path: known[path] for path in _fired(scenario, scenario.case.interventions.when)}


def traceable(scenario: Scenario) -> list[str]:
    """Paths of the numbers that a family can trace."""
    return list(filter(_is_of_a_month, scenario.numbers))


def _is_of_a_month(path: str) -> bool:
    """Whether a number is read by the program of a month alone, and not by what builds it."""
    if path.startswith(READ_ELSEWHERE) and not path.startswith(SET):
        return False
    return path.rpartition(".")[2] not in BUILDING


def _read_at(scenario: Scenario, path: str) -> str:
    """Where the number of a name in `Ranges` stands in the scenario."""
    if path in scenario.numbers:
        return path
    return path.removeprefix(DONE)


def watching(world: World, names: Sequence[str]) -> World:
    """The world with further numbers of its state recorded."""
    then = tuple((since, watching(own, names)) for since, own in world.then)
    kept = tuple(dict.fromkeys((*world.parts.kept, *names)))
    return replace(world, parts=replace(world.parts, kept=kept), then=then)


def noting(world: World, told: Told) -> World:
    """The world in whose months reasons of events are noted in the state."""
    then = tuple((since, noting(own, told)) for since, own in world.then)
    return replace(world, parts=replace(world.parts, told=told), then=then)


def _check_ends(scenario: Scenario, ranges: Ranges) -> None:
    """Raises ValidationError if a number cannot lie at an end of its range.

    What numbers must be together, such as parts of a whole, is guarded where the scenario is checked traced.
    """
    known = {path: ends for path, ends in ranges.items() if ends != ANYWHERE}
    for ends in zip(*known.values(), strict=True):
        plain = values(scenario.raw)
        for path, end in zip(known, ends, strict=True):
            put(plain, path, end)
        File.model_validate(plain)


def traced_world(scenario: Scenario, paths: Iterable[str], months: int | None, tape: Tape) -> World:
    """A scenario ready to run, with numbers that note what is made of them.

    What may be done is traced apart from what is read: the start follows from the one, the months from the
    other. Raises ScenarioError, Untraceable.
    """
    inputs = {path: tape.input(scenario.numbers[_read_at(scenario, path)]) for path in paths}
    told = {path: number for path, number in inputs.items() if path in scenario.numbers}
    done = {path.removeprefix(DONE): inputs[path] for path in inputs if path not in told}
    # what a trigger sets comes in by the combinations of those that have fired
    read = {path: number for path, number in told.items() if not _is_set(path)}
    fired = {path: tape.input(value) for path, value in _waiting(scenario).items()}
    segments = []
    for since, changed in _segments(scenario, done | fired):
        # what somebody sets is set at every point
        set_then = [path for path, _ in changed.overrides if changed is not scenario]
        if any(_is_within(path, set_then) for path in done):
            raise Untraceable("the scenario itself sets it")
        free = {path: number for path, number in (read | done).items() if not _is_within(path, set_then)}
        free |= _set_then(scenario, since, told)
        segments.append((since, traced_scenario(changed, free | fired)))
    return lower(traced_scenario(scenario, read), months, segments)


def _is_set(path: str) -> bool:
    """Whether a number of the scenario says what something else is set to."""
    if path.startswith(DONE):
        return True
    return path.startswith(f"{WHEN}.") and not path.endswith(".above")


def _set_then(scenario: Scenario, since: int, told: Mapping[str, Traced]) -> dict[str, Traced]:
    """Of traced numbers of interventions those that hold from a month on, by what they set."""
    month = since + month_number(scenario.case.time.start)
    there = settings(scenario.raw, scenario.case, month)
    return {there[path]: number for path, number in told.items() if path in there}


def _segments(scenario: Scenario, done: Mapping[str, Traced]) -> list[tuple[int, Scenario]]:
    """What takes the place of a scenario, from the first month on if anything may be done there."""
    own = list(scenario.segments)
    if done and (not own or own[0][0] > 0):
        own.insert(0, (0, scenario))
    return own


def _is_within(path: str, tables: Iterable[str]) -> bool:
    """Whether a path is one of some places, or within one."""
    return any(f"{path}.".startswith(f"{table}.") for table in tables)


def traced_scenario(scenario: Scenario, inputs: Mapping[str, Traced]) -> Scenario:
    """A scenario with traced numbers in the place of its own. Raises ScenarioError, Untraceable."""
    file: Any = scenario.case.file
    for path, number in inputs.items():
        file = _with(file, steps_of(path) or [], number)
    case = written_out(file)
    traced = Scenario(case, scenario.raw, scenario.name, scenario.overrides)
    wrong = next(problems(case, traced.rows), None)
    if wrong is not None:
        raise ScenarioError([wrong])
    return traced


def _filled(own: Numbers, traced: dict[int, Traced], found: list[Any]) -> Numbers:
    """Numbers of the engine, those that are traced as they are at each point."""
    return Numbers.of(own.shared, {place: found[number.place] for place, number in traced.items()})


def _traced(numbers: Iterable[Any]) -> dict[int, Traced]:
    return {place: number for place, number in enumerate(numbers) if type(number) is Traced}


def _with(here: Any, steps: Sequence[str], number: Traced) -> Any:
    """A part of a file with one number replaced. Raises Untraceable if there is no float at that place."""
    if not steps:
        if type(here) not in (float, int) or float(here).hex() != number.value.hex():
            raise Untraceable("not the number of the file")
        return number
    step, rest = steps[0], steps[1:]
    if isinstance(here, BaseModel):
        fields = type(here).model_fields
        name = step
        # a key such as `from`, a word of Python, has a field of another name
        if step not in fields:
            name = next(key for key, field in fields.items() if field.alias == step)
        return here.model_copy(update={name: _with(getattr(here, name), rest, number)})
    if isinstance(here, dict):
        return here | {step: _with(here[step], rest, number)}
    place = int(step)
    return [*here[:place], _with(here[place], rest, number), *here[place + 1 :]]
