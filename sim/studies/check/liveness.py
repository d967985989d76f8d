"""Does every number of a scenario matter? Moved within its range, it must move something else."""

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
    return not np.isclose(values, moved, rtol=0.0, atol=MOVED, equal_nan=True).all()


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

    def moves(self, world: World) -> bool:
        """Whether anything differs in a world that differs by a nudge."""
        for before, after in zip_longest(self._unnudged(), self._months(world)):
            if before is None or after is None:
                return True
            (values, codes), (moved, other_codes) = before, after
            if (codes != other_codes).any() or _differ(values, moved):
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
        return any(self._moved(lower(nudged)) for nudged in nudges(self._scenario, path))

    def _moved(self, world: World) -> bool:
        engine = self._engine.along(world)
        if engine is None:
            return False
        own, other = self._history, self._run(engine)
        if other.months != own.months or (other.raw_codes != own.raw_codes).any():
            return True
        return _differ(other.raw, own.raw)


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
        section, _, _ = path.partition(".")
        if self._bounds_a_path(path):
            return "in what paths may be given" if self._refuses_paths(path) else None
        if section in self._beside_the_months:
            where, moves = self._beside_the_months[section]
            return where if moves(path) else None
        # Machine code first: nearly every number moves a path there, in milliseconds.
        if self._paths is None:
            self._paths = _Paths(self.scenario)
        if self._paths.moves(path):
            return AS_SHIPPED
        return self._first_setting(path)

    def _first_setting(self, path: str) -> str | None:
        """The same among settings, which take longer: each is prepared once for all numbers."""
        for label, changes, runs in self._tries(path):
            if label not in self._settings:
                self._settings[label] = _Setting(self.scenario, changes, runs)
            setting = self._settings[label]
            if any(setting.moves(lower(nudged)) for nudged in nudges(setting.scenario, path)):
                return label
        return None

    @property
    def _beside_the_months(self) -> dict[str, tuple[str, Callable[[str], bool]]]:
        """Sections whose numbers move no path: where they matter instead, and how that is seen."""
        return {
            "outcomes": ("in the table", self._moves_baselines),
            "postures": ("in the postures", self._moves_postures),
            "observations": ("in what would be observed", self._moves_observed),
            "uncertain": ("in draws of uncertain numbers", self._moves_draws),
        }

    def _tries(self, path: str) -> Iterator[tuple[str, Changes, int]]:
        """Settings in which a number may matter: as shipped, each rule, its event pressed, each posture."""
        yield AS_SHIPPED, {}, PRESSED_RUNS
        section, _, rest = path.partition(".")
        if section == "decision":
            yield from ((f"theory {name}", {"decision.theory": name}, CORNER_RUNS) for name in THEORIES)
        if section == "effort":
            yield from ((f"learning {name}", {"decision.learning": name}, CORNER_RUNS) for name in LEARNINGS)
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
        def table(scenario: Scenario) -> list[dict[str, float]]:
            outcomes = scenario.case.outcomes.values()
            return [chances_by(scenario.case, outcome, date) for outcome in outcomes for date in outcome.by]

        tables = (table(nudged) != table(self.scenario) for nudged in nudges(self.scenario, path))
        return any(tables) or self._moves_classes(path, happened)

    def _moves_postures(self, path: str) -> bool:
        return self._moves_classes(path, posture)

    def _moves_classes(self, path: str, of: Callable[[History], np.ndarray]) -> bool:
        """Whether a number moves what is made of histories that reach far."""
        if self._histories is None:
            self._histories = self._in_every_posture()
        for nudged in nudges(self.scenario, path):
            world = lower(nudged)
            if any((of(replace(h, world=world)) != of(h)).any() for h in self._histories):
                return True
        return False

    def _in_every_posture(self) -> list[History]:
        """What happens where each posture was met."""
        met = [changes for changes in self.reach.postures.values() if changes is not None]
        tried = [self.reach.history(changes, CORNER_RUNS if changes else BASE_RUNS) for changes in met]
        return [history for history in tried if history is not None]

    def _moves_observed(self, path: str) -> bool:
        """Errors enter nothing but what is observed, there as they are: another error, another value."""
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
