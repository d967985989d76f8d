"""Does every number of a scenario matter? Moved within its range, it must move something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.engine.history import History
from sim.engine.uncertain import drawn, free_numbers
from sim.outcomes.baselines import chances_by
from sim.outcomes.happenings import happened
from sim.outcomes.postures import posture
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import lower
from sim.scenario.schema import LEARNINGS, THEORIES
from sim.studies.check.nudges import nudges
from sim.studies.check.reach import (
    AS_SHIPPED,
    BASE_RUNS,
    CORNER_RUNS,
    NODE_VERBS,
    PRESSED_RUNS,
    Reach,
    endings,
    pressed,
)
from sim.studies.check.setting import Setting
from sim.studies.check.trials import Changes, Trials


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


class Try(NamedTuple):
    """A setting in which a number may matter: what it is called, its changes, and the runs that show it."""

    label: str
    changes: Changes
    runs: int


class Liveness:
    """Where each number of a scenario was seen to matter."""

    def __init__(self, scenario: Scenario, found: Reach, tell: Callable[[str], None]) -> None:
        self.scenario, self.reach, self.tell = scenario, found, tell
        self.where: dict[str, str | None] = dict.fromkeys(scenario.numbers)

    def try_all(self, paths: list[str] | None = None) -> None:
        """Try numbers by path (all of them by default)."""
        waiting = dict[str, Iterator[Try]]()
        for path in paths or self.where:
            beside = self._beside_the_months(path)
            if beside is None:
                waiting[path] = self._tries(path)
                continue
            self.tell(path)
            where, moves = beside
            if moves(path):
                self.where[path] = where
        while waiting:
            self._try_once(waiting)

    def _try_once(self, waiting: dict[str, Iterator[Try]]) -> None:
        """Try each number in the next setting in which it may matter, those of one setting together.

        What is found, and what has no setting left, waits no more.
        """
        together = dict[str, tuple[Try, list[str]]]()
        for path, tries in list(waiting.items()):
            following = next(tries, None)
            if following is None:
                del waiting[path]
            else:
                together.setdefault(following.label, (following, []))[1].append(path)
        for label, (each, paths) in together.items():
            for path in self._setting(each).moved(paths, self.tell):
                self.where[path] = label
                del waiting[path]

    def _setting(self, tried: Try) -> Setting:
        """What a try changes; words, such as a theory, make another scenario of it."""
        words = {path: value for path, value in tried.changes.items() if isinstance(value, str)}
        numbers = {path: value for path, value in tried.changes.items() if path not in words}
        trials = self.reach.trials
        if words:
            trials = Trials(self.scenario.override(words))
        return Setting(trials, numbers, tried.runs)

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
            "levers": ("in what somebody can do about it", self._moves_levers),
        }
        return seen.get(section)

    def _tries(self, path: str) -> Iterator[Try]:
        """Settings in which a number may matter: as shipped, each rule, its event pressed, each posture."""
        yield Try(AS_SHIPPED, {}, PRESSED_RUNS)
        section, _, rest = path.partition(".")
        if section == "decision":
            for name in THEORIES:
                yield Try(f"theory {name}", {"decision.theory": name}, CORNER_RUNS)
        if section == "effort":
            for name in LEARNINGS:
                yield Try(f"learning {name}", {"decision.learning": name}, CORNER_RUNS)
        if section == "events":
            yield from self._pressed(rest.split(".")[0])
        for name, changes in self.reach.postures.items():
            if changes:
                yield Try(f"the scenario of posture {name}", changes, CORNER_RUNS)

    def _pressed(self, template: str) -> Iterator[Try]:
        """Each ending of the rows of an event, or of one that is the same but for some keys, made likely."""
        for event, node in endings(lower(self.scenario)):
            row = self.scenario.rows[event]
            if template in (row.template, self.scenario.case.events[row.template].same_as):
                label = f"{event} pressed to {NODE_VERBS[node]}"
                yield Try(label, pressed(self.scenario, row, node), PRESSED_RUNS)

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
            world = self.reach.trials.world(nudged)
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

    def _moves_levers(self, path: str) -> bool:
        """What a lever costs, and how far it goes, is read as it stands by who looks for policies."""
        return self._tells_apart(path, lambda scenario: scenario.case.levers)

    def _bounds_a_path(self, path: str) -> bool:
        match path.split("."):
            case ["quantities", name, "low" | "high"]:
                return name in self.scenario.case.file.paths
        return False

    def _refuses_paths(self, path: str) -> bool:
        """A stock on a path never meets its bounds: moved across the path, they must refuse it."""
        _, name, end = path.split(".")
        values = [value for _, value in self.scenario.case.file.paths[name]]
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
