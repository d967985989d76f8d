"""A lever on a grid of values, and what it is to have pulled it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim.engine.ranged import Ranged
from sim.rules.state import at
from sim.scenario.interventions import WHEN
from sim.scenario.levers import Sets, sets_of
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from sim.scenario.paths import join
from sim.scenario.schema.levers import Lever

STEPS = 20
"""Steps of a lever, and of a bar, from one end to the other."""

DIGITS = 6
"""Digits of a value on a grid."""

AT_ONCE = -1
"""The place of a bar where a lever does not wait."""


@dataclass(frozen=True)
class Knob:
    """A lever, ready to be set.

    own: what the file has, by number or stock that is set [unit of each]; values: what it may be set to, in
    order, None where it is left alone; bars: of its signal [unit of the signal], none where it has none.
    """

    name: str
    lever: Lever
    sets: Sets
    own: dict[str, float]
    values: tuple[Any, ...]
    bars: tuple[float, ...]

    @cached_property
    def alone(self) -> int:
        """The place at which it is left alone."""
        return self.values.index(None)

    @property
    def trigger(self) -> str:
        """The name of what it waits for."""
        return f"lever_{self.name}"

    @property
    def latched(self) -> str:
        """The number of the state that is 1 once its signal has been seen."""
        return at("latched", self.trigger)

    @property
    def ends(self) -> list[float]:
        """Values between which all that it may set lie, those of the file among them [unit]."""
        return [*self.own.values(), *(self.lever.ends or ())]


@dataclass(frozen=True)
class Pull:
    """A knob as a candidate has it: the places of its value and of its bar."""

    knob: Knob
    place: int
    bar: int

    @property
    def value(self) -> Any:
        """What it is set to; None where it is left alone."""
        return self.knob.values[self.place]

    @property
    def waits(self) -> bool:
        return self.bar != AT_ONCE

    @property
    def above(self) -> float | None:
        """The bar of its signal; None where it does not wait."""
        if self.waits:
            return self.knob.bars[self.bar]
        return None

    @property
    def change(self) -> float:
        """By how much all that it sets is moved together [unit]; 1 for a choice."""
        if self.value is None:
            return 0.0
        if not self.knob.own:
            return 1.0
        return float(sum(abs(self.value - own) for own in self.knob.own.values()))

    @property
    def program(self) -> tuple[int, int]:
        """What it has in common with others that differ in numbers alone."""
        is_set = self.place != self.knob.alone
        if self.knob.sets.others:
            return self.place, self.waits
        # a number that is left alone is set to what it is; a stock that is held lives by another program
        return int(is_set and bool(self.knob.sets.stocks)), self.waits

    @property
    def set_to(self) -> dict[str, Any]:
        """What it sets, by path or stock; a number that is left alone to what it is."""
        if self.value is None:
            return {key: self.knob.own[key] for key in self.knob.sets.numbers}
        return dict.fromkeys(self.knob.sets.all, self.value)

    @property
    def trigger(self) -> dict[str, Any]:
        """What waits, as the file writes it."""
        return {"if": self.knob.lever.when, "above": self.above, "changes": self.set_to}

    def numbers(self, places: dict[str, str]) -> Iterator[Ranged]:
        """The numbers of the scenario in which it is done, by where they stand there.

        places: in the table of interventions, by what is set.
        """
        if self.waits:
            table = join(WHEN, self.knob.trigger)
            yield _number(f"{table}.above", self.knob.bars[self.bar], self.knob.bars)
            places = {key: join(f"{table}.changes", key) for key in self.set_to}
        for key, value in self.set_to.items():
            if key in self.knob.sets.others:
                continue
            place = places.get(key) or places[f"{join('paths', key)}.0.1"]
            yield _number(place, value, self.knob.ends)

    @property
    def said(self) -> str:
        """What is done, in words; nothing where it is left alone."""
        if self.value is None:
            return ""
        parts = " ".join(filter(None, (self._to(), self._since())))
        if parts:
            return f"{self.knob.lever.label} ({parts})"
        return self.knob.lever.label

    def _to(self) -> str:
        if self.knob.sets.stocks:
            return f"held at {self.value:g}"
        if self.knob.own:
            own = dict.fromkeys(f"{own:g}" for own in self.knob.own.values())
            return f"{self.value:g} instead of {' or '.join(own)}"
        # the one choice that there is need not be told
        if len(self.knob.values) == 2:
            return ""
        return str(self.value)

    def _since(self) -> str:
        if self.waits:
            return f"once {self.knob.lever.when} > {self.knob.bars[self.bar]:g}"
        if self.knob.lever.from_ is not None:
            return f"from {self.knob.lever.from_} on"
        return ""


def _number(path: str, value: float, ends: Sequence[float]) -> Ranged:
    return Ranged(path, path, "", min(ends), max(ends), value)


def knob_of(scenario: Scenario, name: str, lever: Lever) -> Knob:
    """A lever of a scenario on its grid."""
    sets = sets_of(scenario.raw, scenario.case, lever)
    own = {key: scenario.numbers[key] for key in sets.numbers}
    if sets.stocks:
        start = lower(scenario, 1, ()).start
        own |= {key: float(start[key]) for key in sets.stocks}
    bars: tuple[float, ...] = ()
    if lever.bars is not None:
        bars = tuple(_grid(*lever.bars))
    return Knob(name, lever, sets, own, _values(lever, sets, own), bars)


def _values(lever: Lever, sets: Sets, own: dict[str, float]) -> tuple[Any, ...]:
    """What a lever may be set to; of a number that of the file stands in its order, and means: left alone."""
    if lever.choices is not None:
        return (None, *lever.choices)
    assert lever.ends is not None, "a lever was checked to have ends or choices"
    grid = _grid(*lever.ends)
    if sets.stocks:
        return (None, *grid)
    alone = own[sets.numbers[0]]
    return tuple(None if value == alone else value for value in sorted({*grid, alone}))


def _grid(low: float, high: float) -> list[float]:
    """Values from end to end, in few digits."""
    return [float(f"{value:.{DIGITS}g}") for value in np.linspace(low, high, STEPS + 1)]
