"""Does every number of a scenario matter? Each is moved within its range, and some probability, path or table
must move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import zip_longest

import numpy as np

from sim.engine.engine import Engine
from sim.engine.history import History
from sim.engine.interpreter import Month, rehearse
from sim.engine.uncertain import drawn, free_numbers
from sim.outcomes.baselines import chances_by
from sim.outcomes.postures import posture
from sim.rules.health import HEALTH
from sim.rules.numbers import total
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import World, lower
from sim.scenario.schema import LEARNINGS, THEORIES
from sim.studies.check.reach import (
    AS_SHIPPED,
    BASE_RUNS,
    CORNER_RUNS,
    NODE_VERBS,
    PRESSED_RUNS,
    Changes,
    Reach,
    endings,
    pressed,
)

MOVED = 1e-9
"""A path or a probability has moved if it differs by more than this somewhere."""


def nudges(scenario: Scenario, path: str) -> Iterator[Scenario]:
    """The scenario with one number at either end of its range, or as far there as it goes; what must sum to
    one still does.
    """
    value = scenario.numbers[path]
    known = scenario.provenance.get(path)
    low, high = (known.low, known.high) if known is not None else (value - 0.1, value + 0.1)
    for end in (high, low):
        for moved in (end, round(end), (value + end) / 2, value + (end - value) / 16):
            if moved == value:
                continue
            try:
                yield scenario.override({path: moved} | _rescaled(scenario, path, moved))
                break
            except ScenarioError:
                continue


def _rescaled(scenario: Scenario, path: str, moved: float) -> Changes:
    """The other parts of a whole, in their proportions."""
    steps = path.split(".")
    match steps:
        case ["shares", _, channel]:
            whole = [f"shares.{name}.{channel}" for name in scenario.case.shares]
        case ["channels", _, "weight"]:
            whole = [f"channels.{name}.weight" for name in scenario.case.channels]
        case ["actors", actor, "factions", _, "clout"]:
            whole = [f"actors.{actor}.factions.{name}.clout" for name in scenario.case.actors[actor].factions]
        case ["actors", actor, "effort", _]:
            whole = [f"actors.{actor}.effort.{name}" for name in scenario.case.actors[actor].effort or {}]
        case _:
            return {}
    others = {name: scenario.numbers[name] for name in whole if name != path and name in scenario.numbers}
    left = total(others[name] for name in sorted(others))
    return {name: size * (1.0 - moved) / left for name, size in others.items() if left > 0}


class _Setting:
    """Some changes of the scenario under which numbers are tried, and what happens there without a nudge."""

    def __init__(self, scenario: Scenario, changes: Changes, runs: int) -> None:
        self.scenario, self.runs = scenario.override(changes), runs
        self.world = lower(self.scenario)
        self._coming = self._months(self.world)
        self._past: list[Month] = []

    def _months(self, world: World) -> Iterator[Month]:
        names = [name for name in self.world.recorded if name != HEALTH]
        for event in self.world.parts.events:
            names += [f"proposal.{event.name}", f"outlook.{event.name}"]
        return rehearse(world, self.runs, names=names)

    def _unnudged(self) -> Iterator[Month]:
        """The months as they are, worked out once."""
        yield from self._past
        for month in self._coming:
            self._past.append(month)
            yield month

    def moves(self, world: World) -> bool:
        """Whether anything differs in a world that differs by a nudge."""
        for before, after in zip_longest(self._unnudged(), self._months(world)):
            if before is None or after is None or (before[1] != after[1]).any():
                return True
            if not np.isclose(before[0], after[0], rtol=0.0, atol=MOVED, equal_nan=True).all():
                return True
        return False


def _apart(scenario: Scenario) -> Scenario:
    """The scenario with equal numbers set apart by less than a millionth, so that machine code tells one from
    another.

    Counts, zeros, ones and the parts of a whole stay as they are.
    """
    changes = {
        path: value * (1.0 + 1e-9 * (place + 1))
        for place, (path, value) in enumerate(scenario.numbers.items())
        if value != round(value) and not _rescaled(scenario, path, value)
    }
    try:
        return scenario.override(changes)
    except ScenarioError:
        return scenario


class _Paths:
    """Some runs of the scenario in machine code: nearly all numbers move some path of them."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = _apart(scenario)
        self._engine = Engine.of(lower(self._scenario))
        self._history = self._run(self._engine)

    @staticmethod
    def _run(engine: Engine) -> History:
        return engine.page(1, np.arange(PRESSED_RUNS, dtype=np.uint64))

    def moves(self, path: str) -> bool:
        """Whether some path differs if a number is nudged; of nudges that need machine code of their own, no."""
        return any(self._moved(lower(nudged)) for nudged in nudges(self._scenario, path))

    def _moved(self, world: World) -> bool:
        engine = self._engine.along(world)
        if engine is None:
            return False
        own, other = self._history, self._run(engine)
        if other.months != own.months or (other.raw_codes != own.raw_codes).any():
            return True
        return not np.isclose(other.raw, own.raw, rtol=0.0, atol=MOVED, equal_nan=True).all()


class Liveness:
    """Where each number of a scenario was seen to matter."""

    def __init__(self, scenario: Scenario, found: Reach, tell: Callable[[str], None]) -> None:
        self.scenario, self.reach, self.tell = scenario, found, tell
        self.where: dict[str, str | None] = dict.fromkeys(scenario.numbers)
        self._settings: dict[str, _Setting] = {}
        self._histories: list[History] | None = None
        self._paths: _Paths | None = None

    def try_all(self, paths: list[str] | None = None) -> None:
        """Try numbers by path (all of them by default)."""
        for path in list(self.where) if paths is None else paths:
            self.tell(path)
            self.where[path] = self._first(path)

    def _first(self, path: str) -> str | None:
        """The first setting in which a number matters, in words."""
        if path.startswith("outcomes."):
            return "in the table" if self._moves_baselines(path) else None
        if path.startswith("postures."):
            return "in the postures" if self._moves_postures(path) else None
        if path.startswith("observations."):
            return "in what would be observed" if self._moves_observed(path) else None
        if self._bounds_a_path(path):
            return "in what paths may be given" if self._refuses_paths(path) else None
        if path.startswith("uncertain."):
            return "in draws of uncertain numbers" if self._moves_draws(path) else None
        if self._paths is None:
            self._paths = _Paths(self.scenario)
        if self._paths.moves(path):
            return AS_SHIPPED
        for label, changes, runs in self._tries(path):
            if label not in self._settings:
                self._settings[label] = _Setting(self.scenario, changes, runs)
            setting = self._settings[label]
            if any(setting.moves(lower(nudged)) for nudged in nudges(setting.scenario, path)):
                return label
        return None

    def _tries(self, path: str) -> Iterator[tuple[str, Changes, int]]:
        """Settings in which a number may matter: as shipped, under each rule, with its event pressed, in each
        posture.
        """
        yield AS_SHIPPED, {}, PRESSED_RUNS
        section, _, rest = path.partition(".")
        if section == "decision":
            yield from ((f"theory {name}", {"decision.theory": name}, CORNER_RUNS) for name in THEORIES)
        if section == "effort":
            yield from ((f"learning {name}", {"decision.learning": name}, CORNER_RUNS) for name in LEARNINGS)
        if section == "events":
            template = rest.split(".")[0]
            for event, node in endings(lower(self.scenario)):
                row = self.scenario.rows[event]
                if template in (row.template, self.scenario.case.events[row.template].same_as):
                    yield (
                        f"{event} pressed to {NODE_VERBS[node]}",
                        pressed(self.scenario, row, node),
                        PRESSED_RUNS,
                    )
        for name, changes in self.reach.postures.items():
            if changes:
                yield f"the scenario of posture {name}", changes, CORNER_RUNS

    def _moves_baselines(self, path: str) -> bool:
        def table(scenario: Scenario) -> list[dict[str, float]]:
            outcomes = scenario.case.outcomes.values()
            return [chances_by(scenario.case, outcome, date) for outcome in outcomes for date in outcome.by]

        return any(table(nudged) != table(self.scenario) for nudged in nudges(self.scenario, path))

    def _moves_postures(self, path: str) -> bool:
        if self._histories is None:
            met = [changes for changes in self.reach.postures.values() if changes is not None]
            tried = [self.reach.history(changes, CORNER_RUNS if changes else BASE_RUNS) for changes in met]
            self._histories = [history for history in tried if history is not None]
        for nudged in nudges(self.scenario, path):
            world = lower(nudged)
            if any((posture(replace(h, world=world)) != posture(h)).any() for h in self._histories):
                return True
        return False

    def _moves_observed(self, path: str) -> bool:
        """Errors of observation enter nothing but the observed value, there as they are: another error,
        another value.
        """
        name = path.split(".")[1]
        own = self.scenario.case.observations[name].error
        return any(nudged.case.observations[name].error != own for nudged in nudges(self.scenario, path))

    def _bounds_a_path(self, path: str) -> bool:
        section, name, *rest = path.split(".")
        return section == "quantities" and name in self.scenario.case.paths and rest in (["low"], ["high"])

    def _refuses_paths(self, path: str) -> bool:
        """A stock on a path never meets its bounds: moved across the path, they must refuse it."""
        _, name, end = path.split(".")
        values = [value for _, value in self.scenario.case.paths[name]]
        across = np.nextafter(max(values), np.inf) if end == "low" else np.nextafter(min(values), -np.inf)
        try:
            self.scenario.override({path: float(across)})
        except ScenarioError as error:
            return any(f"paths.{name}: " in problem for problem in error.problems)
        return False

    def _moves_draws(self, path: str) -> bool:
        """Whether some uncertain number is another one, two standard deviations out."""

        def two_out(scenario: Scenario) -> dict[str, float]:
            free = free_numbers(scenario)
            values = {entry.name: entry.value(np.array([2.0])) for entry in free}
            return {path: float(number[0]) for path, number in drawn(scenario, free, values).items()}

        return any(two_out(nudged) != two_out(self.scenario) for nudged in nudges(self.scenario, path))

    @property
    def dead(self) -> list[str]:
        """Numbers that moved nothing anywhere."""
        return [path for path, where in self.where.items() if where is None]

    def fixed(self, path: str) -> bool:
        """Whether the range of a number leaves it no other value."""
        return next(nudges(self.scenario, path), None) is None


def liveness(scenario: Scenario, found: Reach, tell: Callable[[str], None] = lambda line: None) -> Liveness:
    """Try every number of a scenario; `tell` hears which one is being tried."""
    live = Liveness(scenario, found, tell)
    live.try_all()
    return live
