"""Does every number of a scenario matter? Moved within its range, it must move something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import zip_longest

import numpy as np

from sim.engine.engine import Engine
from sim.engine.history import History
from sim.engine.interpreter import Month, rehearse
from sim.engine.uncertain import drawn, free_numbers
from sim.outcomes.baselines import chances_by
from sim.outcomes.happenings import happened
from sim.outcomes.postures import posture
from sim.rules.health import HEALTH
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import World, lower
from sim.scenario.schema import LEARNINGS, THEORIES
from sim.studies.check.nudges import nudges, set_apart
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


def _differ(values: np.ndarray, moved: np.ndarray) -> bool:
    """Whether numbers differ somewhere; what is not a number in both does not."""
    return not np.isclose(values, moved, rtol=0.0, atol=MOVED, equal_nan=True).all()


def _months_differ(before: Month, after: Month) -> bool:
    """Whether a number of the state or what happened to some event differs."""
    (values, codes), (moved, other_codes) = before, after
    if (codes != other_codes).any():
        return True
    return _differ(values, moved)


class _Setting:
    """Some changes of the scenario under which numbers are tried, and what happens there without a nudge."""

    def __init__(self, scenario: Scenario, changes: Changes, runs: int) -> None:
        self.scenario, self.runs = scenario.override(changes), runs
        self.world = lower(self.scenario)
        # Most nudges show in the first months: the rest of the months is worked out only if one asks for it.
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

    def moves(self, path: str) -> bool:
        """Whether anything differs here if a number is nudged."""
        return any(map(self._moved, nudges(self.scenario, path)))

    def _moved(self, nudged: Scenario) -> bool:
        """Whether some month differs from the one without a nudge: after the first that does, none is run."""
        for before, after in zip_longest(self._unnudged(), self._months(lower(nudged))):
            if before is None or after is None:  # one run is longer than the other
                return True
            if _months_differ(before, after):
                return True
        return False


class _Paths:
    """Some runs of the scenario in machine code: nearly all numbers move some path of them."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = set_apart(scenario)
        self._engine = Engine.of(lower(self._scenario))
        self._history = self._run(self._engine)

    @staticmethod
    def _run(engine: Engine) -> History:
        return engine.page(1, np.arange(PRESSED_RUNS, dtype=np.uint64))

    def moves(self, path: str) -> bool:
        """Whether some path differs if a number is nudged; no for nudges that need code of their own."""
        return any(map(self._moved, nudges(self._scenario, path)))

    def _moved(self, nudged: Scenario) -> bool:
        # Compiling takes seconds: a nudge that changes the code is left to the interpreter.
        engine = self._engine.along(lower(nudged))
        if engine is None:
            return False
        own, other = self._history, self._run(engine)
        # Of unequal length, so that nothing below could be compared.
        if other.months != own.months:
            return True
        if (other.raw_codes != own.raw_codes).any():
            return True
        return _differ(other.raw, own.raw)


def _baselines(scenario: Scenario) -> list[dict[str, float]]:
    """What baselines say of each outcome by each of its dates."""
    found = []
    for outcome in scenario.case.outcomes.values():
        found += [chances_by(scenario.case, outcome, date) for date in outcome.by]
    return found


def _two_out(scenario: Scenario) -> dict[str, float]:
    """Uncertain numbers by path, each two standard deviations out."""
    free = free_numbers(scenario)
    values = {entry.name: entry.value(np.array([2.0])) for entry in free}
    return {path: float(number[0]) for path, number in drawn(scenario, free, values).items()}


class Liveness:
    """Where each number of a scenario was seen to matter."""

    def __init__(self, scenario: Scenario, found: Reach, tell: Callable[[str], None]) -> None:
        self.scenario, self.reach, self.tell = scenario, found, tell
        self.where: dict[str, str | None] = dict.fromkeys(scenario.numbers)
        self._settings: dict[str, _Setting] = {}

    def try_all(self, paths: list[str] | None = None) -> None:
        """Try numbers by path (all of them by default)."""
        if paths is None:
            paths = list(self.where)
        for path in paths:
            self.tell(path)
            self.where[path] = self._first(path)

    def _first(self, path: str) -> str | None:
        """The first setting in which a number matters, in words."""
        beside = self._beside_the_months(path)
        if beside is None:
            return self._first_in_months(path)
        where, moves = beside
        if moves(path):
            return where
        return None

    def _beside_the_months(self, path: str) -> tuple[str, Callable[[str], bool]] | None:
        """For a number that moves no path: where it matters instead, and how that is seen; else None."""
        if self._bounds_a_path(path):
            return "in what paths may be given", self._refuses_paths
        section, _, _ = path.partition(".")
        seen: dict[str, tuple[str, Callable[[str], bool]]] = {
            "outcomes": ("in the table", self._moves_baselines),
            "postures": ("in the postures", self._moves_postures),
            "observations": ("in what would be observed", self._moves_observed),
            "uncertain": ("in draws of uncertain numbers", self._moves_draws),
        }
        return seen.get(section)

    def _first_in_months(self, path: str) -> str | None:
        """The first setting in which a number moves some month."""
        # Machine code first: nearly every number moves a path there, in milliseconds.
        if self._paths.moves(path):
            return AS_SHIPPED
        for label, changes, runs in self._tries(path):
            # Settings take longer, so each is prepared once for all numbers.
            if label not in self._settings:
                self._settings[label] = _Setting(self.scenario, changes, runs)
            if self._settings[label].moves(path):
                return label
        return None

    @cached_property
    def _paths(self) -> _Paths:
        """Runs as shipped, made when the first number asks for them."""
        return _Paths(self.scenario)

    def _tries(self, path: str) -> Iterator[tuple[str, Changes, int]]:
        """Settings in which a number may matter: as shipped, each rule, its event pressed, each posture."""
        yield AS_SHIPPED, {}, PRESSED_RUNS
        section, _, rest = path.partition(".")
        if section == "decision":
            for name in THEORIES:
                yield f"theory {name}", {"decision.theory": name}, CORNER_RUNS
        if section == "effort":
            for name in LEARNINGS:
                yield f"learning {name}", {"decision.learning": name}, CORNER_RUNS
        if section == "events":
            yield from self._pressed(rest.split(".")[0])
        for name, changes in self.reach.postures.items():
            if changes:
                yield f"the scenario of posture {name}", changes, CORNER_RUNS

    def _pressed(self, template: str) -> Iterator[tuple[str, Changes, int]]:
        """Each ending of the rows of an event, or of one that is the same but for some keys, made likely."""
        for event, node in endings(lower(self.scenario)):
            row = self.scenario.rows[event]
            if template in (row.template, self.scenario.case.events[row.template].same_as):
                label = f"{event} pressed to {NODE_VERBS[node]}"
                yield label, pressed(self.scenario, row, node), PRESSED_RUNS

    def _moves_baselines(self, path: str) -> bool:
        if self._tells_apart(path, _baselines):
            return True
        return self._moves_classes(path, happened)

    def _tells_apart(self, path: str, say: Callable[[Scenario], object]) -> bool:
        """Whether what is said of the scenario itself, without a run, is another if a number is nudged."""
        own = say(self.scenario)
        return any(say(nudged) != own for nudged in nudges(self.scenario, path))

    def _moves_postures(self, path: str) -> bool:
        return self._moves_classes(path, posture)

    def _moves_classes(self, path: str, of: Callable[[History], np.ndarray]) -> bool:
        """Whether a number moves what is made of histories that reach far."""
        for nudged in nudges(self.scenario, path):
            world = lower(nudged)
            for history in self._histories:
                # The same months, told by other thresholds: nothing has to be run again.
                moved = of(replace(history, world=world))
                if (moved != of(history)).any():
                    return True
        return False

    @cached_property
    def _histories(self) -> list[History]:
        """What happens where each posture was met."""
        found = []
        for changes in self.reach.postures.values():
            if changes is None:
                continue
            # Changes were sought for their posture, so a few runs show it; without any it may be rare.
            runs = CORNER_RUNS if changes else BASE_RUNS
            history = self.reach.history(changes, runs)
            if history is not None:
                found.append(history)
        return found

    def _moves_observed(self, path: str) -> bool:
        """Errors enter nothing but what is observed, there as they are: another error, another value."""
        name = path.split(".")[1]

        def error(scenario: Scenario) -> float:
            return scenario.case.observations[name].error

        return self._tells_apart(path, error)

    def _bounds_a_path(self, path: str) -> bool:
        match path.split("."):
            case ["quantities", name, "low" | "high"]:
                return name in self.scenario.case.paths
        return False

    def _refuses_paths(self, path: str) -> bool:
        """A stock on a path never meets its bounds: moved across the path, they must refuse it."""
        _, name, end = path.split(".")
        values = [value for _, value in self.scenario.case.paths[name]]
        # The smallest step that leaves a value of the path out: a larger one may break another rule.
        if end == "low":
            across = np.nextafter(max(values), np.inf)
        else:
            across = np.nextafter(min(values), -np.inf)
        try:
            self.scenario.override({path: float(across)})
        except ScenarioError as error:
            return any(f"paths.{name}: " in problem for problem in error.problems)
        return False

    def _moves_draws(self, path: str) -> bool:
        """Whether some uncertain number is another one, two standard deviations out."""
        return self._tells_apart(path, _two_out)

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
