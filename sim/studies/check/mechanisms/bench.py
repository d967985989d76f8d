"""Many worlds of one scenario on the same luck: those that differ in numbers are points of one program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np

from sim.engine.engine import Engine, runs_at_once
from sim.engine.families import ANYWHERE, DONE, Family, as_done, watching
from sim.engine.history import History
from sim.engine.pages import Lot, Together, lots_of, simulate
from sim.scenario.cards.changes import beside, spelled_out
from sim.scenario.load import Scenario
from sim.scenario.lower import World, lower
from sim.scenario.schema import month_number
from sim.scenario.schema.cards import Measured
from sim.studies.check.mechanisms.arms import Arm
from sim.studies.check.mechanisms.measures import value

SEED = 1

Numbers = Mapping[str, np.ndarray]
"""Numbers of the scenario, by path, at each of some points (points,), such as draws."""

Lived = Callable[[Lot], Together]
"""How runs are lived: as they are, or with somebody in a seat."""


def by_rule(lot: Lot) -> Together:
    """Runs as the rules decide them."""
    return lot


class Bench:
    """A scenario, and the worlds in which measures are looked at.

    uncertain: paths of numbers that differ from draw to draw; watched: numbers of the state that are recorded
    besides; lived: how runs are lived.
    """

    def __init__(
        self, scenario: Scenario, arms: Iterable[Arm], uncertain: Iterable[str], watched: Iterable[str],
        lived: Lived = by_rule,
    ) -> None:  # fmt: skip
        self.scenario, self._watched, self._lived = scenario, tuple(watched), lived
        read, done = dict.fromkeys(uncertain), dict[str, None]()
        for each in arms:
            numbers, _ = each.parts(scenario)
            (read if each.is_reading else done).update(dict.fromkeys(numbers))
        self._free = dict.fromkeys([*read, *map(as_done, done)], ANYWHERE)
        self._families: dict[str, Family | None] = {}
        self._engines: list[Engine] = []

    def values(self, arm: Arm, asked: list[Measured], runs: range, numbers: Numbers) -> np.ndarray:
        """Measures (measures, points, runs) of the same runs at each point; without numbers, at one point."""
        points = len(next(iter(numbers.values()), [0]))
        lots = map(self._lived, [*self._lots(arm, runs, numbers, points)])
        pages = simulate(lots, SEED, work=lambda history: self._looked_at(history, asked))
        return np.concatenate(list(pages), axis=1).reshape(len(asked), points, len(runs))

    def _looked_at(self, history: History, asked: list[Measured]) -> np.ndarray:
        return np.array([value(history, each) for each in asked]).reshape(len(asked), -1)

    def _lots(self, arm: Arm, runs: range, numbers: Numbers, points: int) -> Iterator[Lot]:
        """Runs at one point after the other, those that go one way by one engine."""
        together, holds = self._together(arm, numbers, points)
        for stretch in np.split(np.arange(points), np.flatnonzero(np.diff(holds)) + 1):
            if together is not None and holds[stretch[0]]:
                yield from _lots(together, stretch, runs)
                continue
            for point in stretch.tolist():
                own = {path: float(values[point]) for path, values in numbers.items()}
                yield from _lots(self._alone(arm, own), np.array([0]), runs)

    def _together(self, arm: Arm, numbers: Numbers, points: int) -> tuple[Engine | None, np.ndarray]:
        """The engine of a world at all points, and at which of them (points,) it holds."""
        changed, others = arm.parts(self.scenario)
        # a family knows what is done from the first month on; anything else is a scenario by itself
        is_twofold = bool(others or self.scenario.segments) and arm.month is not None
        if is_twofold or (others and arm.is_reading):
            return None, np.zeros(points, dtype=bool)
        family = self._family(others)
        if family is None:
            return None, np.zeros(points, dtype=bool)
        engine, holds = family.at(self._rows(arm, changed, numbers, points))
        if arm.month is None:
            return engine, holds
        before, also = family.at(self._rows(arm, {}, numbers, points))
        since = month_number(arm.month) - month_number(self.scenario.case.time.start)
        if since == 0:
            return engine, holds
        return Engine.joined([(0, before), (since, engine)]), holds & also

    def _rows(self, arm: Arm, changed: Mapping[str, object], numbers: Numbers, points: int) -> np.ndarray:
        """Values of the numbers that are free (numbers, points): as read, and as done."""
        rows = []
        for name in self._free:
            path = name.removeprefix(DONE)
            own = numbers.get(path, np.full(points, self.scenario.numbers[path]))
            is_read = name == path
            # what a reading changes is also what everybody goes on with
            if path in changed and (arm.is_reading or not is_read):
                own = np.broadcast_to(beside(own, changed[path]), points)
            rows.append(own)
        return np.array(rows, dtype=float)

    def _family(self, others: Mapping[str, object]) -> Family | None:
        """The scenario in which something that is no number is done, its numbers free."""
        key = repr(sorted(others.items()))
        if key not in self._families:
            scenario = self.scenario
            if others:
                scenario = scenario.intervene(others)
            # of one point there is no family
            if self._free:
                self._families[key] = Family.of(scenario, self._free, watched=self._watched)
        return self._families.get(key)

    def _alone(self, arm: Arm, numbers: Mapping[str, float]) -> Engine:
        """A world prepared by itself. Raises ScenarioError."""
        scenario = self.scenario
        if numbers:
            scenario = scenario.override(numbers)
        changes = spelled_out(scenario, arm.changes)
        if arm.is_reading:
            scenario = scenario.override(changes)
        elif changes:
            scenario = scenario.intervene(changes, arm.month)
        engine = Engine.of(self._world(scenario), self._engines)
        self._engines.append(engine)
        return engine

    def _world(self, scenario: Scenario) -> World:
        return watching(lower(scenario), self._watched)


def _lots(engine: Engine, points: np.ndarray, runs: range) -> Iterator[Lot]:
    """Runs by their numbers at points of an engine, as many at once as memory holds well."""
    return lots_of(engine, points, runs, page=runs_at_once(engine.world))
