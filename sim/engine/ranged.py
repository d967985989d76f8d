"""Numbers of a scenario that may be drawn from their plausible ranges, one by one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import ValidationError

from sim.engine.families import ANYWHERE, Family, traceable
from sim.engine.luck import uniform_of
from sim.refusal import BadInput
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lookup import labelled, paths_of
from sim.scenario.lower import lower
from sim.scenario.paths import put, steps_of, values
from sim.scenario.provenance import Provenance
from sim.scenario.schema import File
from sim.scenario.wholes import scaled

DOUBTS = "uncertain."
"""Where a file says how uncertain its numbers are: a number about numbers."""

Range = tuple[float, float]
"""Low and high end [unit of the number]."""

LIMITS = ("low", "high")
"""Keys of numbers that say what another may be at most."""

HAIR = 1e-9
"""A part of the way through a range that nobody cares about."""

HALVINGS = 8
"""How often the way to an end that a scenario does not take is halved."""


@dataclass(frozen=True)
class Ranged:
    """One number of the file, each value of its range as plausible as any other.

    low, high: ends of the range [unit]; own: the number in the file.
    """

    name: str
    label: str
    unit: str
    low: float
    high: float
    own: float

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.name,)

    @property
    def kind(self) -> str:
        return "value"

    @property
    def ends(self) -> np.ndarray:
        return np.array([self.low, self.high])

    def draw(self, draws: int, seed: int) -> np.ndarray:
        return self.quantile(uniform_of(seed, f"{self.name}/range", draws))

    def quantile(self, level: Any) -> np.ndarray:
        # kept inside: rounding may go a bit beyond an end, where nobody has looked
        return np.clip(self.low + np.asarray(level) * (self.high - self.low), self.low, self.high)

    def applied(self, number: float, value: np.ndarray) -> np.ndarray:
        return value


def ranged_numbers(scenario: Scenario, names: Iterable[str] = ("*",)) -> tuple[Ranged, ...]:
    """The numbers that patterns, paths or names mean and that may be drawn from their ranges.

    Whole numbers, what builds the model (dimensions, leads), what measures it (dates, thresholds, baselines)
    limits and numbers about the doubt in others stay as they are. A range ends where the scenario takes no
    more. Raises BadInput if nothing is left, BadPath for what means no number.

    >>> import sim
    >>> entries = ranged_numbers(sim.load("mongolia-2024"), ["actors.Russia.valuations.*"])
    >>> [(entry.low, entry.own, entry.high) for entry in entries if entry.name.endswith("status")]
    [(39.6, 72.0, 129.6)]
    """
    meant = dict.fromkeys(path for name in names for path in paths_of(scenario.raw, name))
    known = {path: scenario.provenance[path] for path in _drawable(scenario) if path in meant}
    if not known:
        raise BadInput(
            f"{scenario.name}: none of these numbers can be drawn from a range; name others, or give them "
            "ranges with [[provenance]]"
        )
    ends = _allowed(scenario, {path: (of.low, of.high) for path, of in known.items()})
    return tuple(_entry(scenario, path, known[path], *ends[path]) for path in ends)


def _entry(scenario: Scenario, path: str, known: Provenance, low: float, high: float) -> Ranged:
    label = labelled(scenario.raw, path)
    return Ranged(path, label, known.unit, low, high, scenario.numbers[path])


def _drawable(scenario: Scenario) -> Iterator[str]:
    """Paths of numbers that are traced, finite, no whole ones and no bounds, and have a range."""
    for path in traceable(scenario):
        if path.startswith(DOUBTS) or path not in scenario.provenance:
            continue
        is_built_in = scenario.is_whole(path) or path.rpartition(".")[2] in LIMITS
        # log odds of minus infinity mean never: nobody doubts them
        if math.isfinite(scenario.numbers[path]) and not is_built_in:
            yield path


def _allowed(scenario: Scenario, ranges: Mapping[str, Range]) -> dict[str, Range]:
    """Ranges as far as the scenario takes each number, the others being those of the file."""
    found = dict(ranges)
    for side in (0, 1):
        ends = {path: each[side] for path, each in ranges.items()}
        for path in _doubtful(scenario, ends):
            nearest = _nearest(scenario, path, ends[path])
            low, high = found[path]
            found[path] = (nearest, high) if side == 0 else (low, nearest)
    return {path: (low, high) for path, (low, high) in found.items() if low < high}


def _doubtful(scenario: Scenario, numbers: Mapping[str, float]) -> set[str]:
    """Which numbers the scenario may refuse: what it takes for sure is left out."""
    family = Family.beside(scenario, dict.fromkeys(numbers, ANYWHERE), 1)
    if family is None:
        return set(numbers)
    alone = np.eye(len(numbers), dtype=bool)
    one_by_one = {
        path: np.where(at_its_end, numbers[path], own)
        for at_its_end, (path, own) in zip(alone, family.traced.items(), strict=True)
    }
    points = scaled(scenario, one_by_one)
    holds = family.holds(np.array([points[path] for path in family.traced]))
    going_another_way = {path for path, held in zip(numbers, holds, strict=True) if not held}
    # bounds of single numbers are those of the vocabulary, which a family does not look at
    return going_another_way | _refused(scenario, numbers)


def _refused(scenario: Scenario, numbers: Mapping[str, float]) -> set[str]:
    """Which of some numbers that are given at once the vocabulary refuses."""
    plain = values(scenario.raw)
    for path, value in numbers.items():
        put(plain, path, value)
    try:
        File.model_validate(plain)
    except ValidationError as error:
        places = [list(map(str, each["loc"])) for each in error.errors()]
        steps = {path: steps_of(path) or [] for path in numbers}
        return {path for path in numbers for place in places if _is_about(place, steps[path])}
    return set()


def _is_about(place: Sequence[str], steps: Sequence[str]) -> bool:
    """Whether what is told of a place is about a number there, or about a section that it is in."""
    # pydantic adds steps of its own, such as which kind of a union failed
    rest = iter(place)
    return all(step in rest for step in steps) or list(place) == list(steps[: len(place)])


def _nearest(scenario: Scenario, path: str, end: float) -> float:
    """How near a number may come to the end of a range: to a hair, else to 1 / 2**HALVINGS of its way."""
    taken, refused = scenario.numbers[path], end
    # of the end itself the program may make an exception, such as of a factor of nothing
    beside = end + HAIR * (taken - end)
    if _takes(scenario, path, beside):
        return beside
    for _ in range(HALVINGS):
        middle = (taken + refused) / 2
        if _takes(scenario, path, middle):
            taken = middle
        else:
            refused = middle
    return taken


def _takes(scenario: Scenario, path: str, value: float) -> bool:
    """Whether a scenario takes a number, what shares a whole with it giving way."""
    changes = {name: float(number) for name, number in scaled(scenario, {path: np.asarray(value)}).items()}
    try:
        lower(scenario.override(changes), 1)
    except ScenarioError:
        return False
    return True
