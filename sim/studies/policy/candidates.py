"""Candidates: what an actor may do with its levers, each on a grid of values, and what that makes of a
scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.engine.ranged import Ranged
from sim.engine.uncertain import free_numbers
from sim.refusal import BadInput
from sim.rules.state import at
from sim.scenario import interventions
from sim.scenario.levers import Sets, sets_of
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from sim.scenario.paths import join
from sim.scenario.schema import month_number
from sim.scenario.schema.levers import Lever

STEPS = 20
"""Steps of a lever, and of a bar, from one end to the other."""

DIGITS = 6
"""Digits of a value on a grid."""

AT_ONCE = -1
"""The place of a bar where a lever does not wait."""

Places = tuple[int, ...]
"""For each knob in its order the place of its value, and then of its bar."""


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

    @property
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

    def change(self, place: int) -> float:
        """By how much all that it sets is moved together [unit]; 1 for a choice."""
        value = self.values[place]
        if value is None:
            return 0.0
        if not self.own:
            return 1.0
        return float(sum(abs(value - own) for own in self.own.values()))

    def said(self, place: int, bar: int) -> str:
        """What is done with it, in words."""
        value = self.values[place]
        if value is None:
            return ""
        parts = []
        if self.sets.stocks:
            parts.append(f"held at {value:g}")
        elif self.own:
            parts.append(f"{value:g} instead of {' or '.join(f'{own:g}' for own in set(self.own.values()))}")
        elif len(self.values) > 2:
            parts.append(str(value))
        if self.lever.from_ is not None:
            parts.append(f"from {self.lever.from_} on")
        if bar != AT_ONCE:
            parts.append(f"once {self.lever.when} > {self.bars[bar]:g}")
        if parts:
            return f"{self.lever.label} ({' '.join(parts)})"
        return self.lever.label


@dataclass(frozen=True)
class Knobs:
    """The levers of one actor, and what may be done with them together."""

    scenario: Scenario
    actor: str
    each: tuple[Knob, ...]

    @property
    def sizes(self) -> list[int]:
        """How many places each variable of a search has: values; of a signal its bars, and not to wait."""
        return [
            size
            for knob in self.each
            for size in (len(knob.values), *([len(knob.bars) + 1] if knob.bars else []))
        ]

    def candidate(self, variables: Sequence[int]) -> Places:
        """The candidate of a point of a search; what is left alone waits for nothing."""
        found, rest = list[int](), iter(map(int, variables))
        for knob in self.each:
            place, bar = next(rest), AT_ONCE
            if knob.bars:
                bar = next(rest) - 1
            if place == knob.alone:
                bar = AT_ONCE
            found += [place, bar]
        return tuple(found)

    def variables(self, candidate: Places) -> list[int]:
        """The point of a search of a candidate."""
        found = list[int]()
        for knob, place, bar in self.settings(candidate):
            found += [place, bar + 1] if knob.bars else [place]
        return found

    def settings(self, candidate: Places) -> list[tuple[Knob, int, int]]:
        """Each lever with the places of its value and its bar."""
        return list(zip(self.each, candidate[::2], candidate[1::2], strict=True))

    @property
    def status_quo(self) -> Places:
        """All is left alone."""
        return tuple(place for knob in self.each for place in (knob.alone, AT_ONCE))

    def waits(self, candidate: Places) -> bool:
        """Whether some lever waits for its signal."""
        return any(bar != AT_ONCE for bar in candidate[1::2])

    def said(self, candidate: Places) -> str:
        """What is done, in words."""
        told = filter(None, (knob.said(place, bar) for knob, place, bar in self.settings(candidate)))
        return "; ".join(told) or "nothing: all levers left alone"

    def program(self, candidate: Places) -> Places:
        """What candidates that differ in numbers alone have in common: places of choices, what is held, what
        waits.
        """
        found = list[int]()
        for knob, place, bar in self.settings(candidate):
            is_set = place != knob.alone
            if not knob.sets.others:
                place = int(is_set and bool(knob.sets.stocks))
            found += [place, bar != AT_ONCE]
        return tuple(found)

    def check_free(self, scenario: Scenario) -> None:
        """Raises BadInput for what a lever sets and somebody or something else does too."""
        drawn = {path: f"uncertain.{entry.name}" for entry in free_numbers(scenario) for path in entry.paths}
        changes = scenario.case.interventions.changes
        done = {
            interventions.key_of(scenario.raw, scenario.case, name): "an intervention" for name in changes
        }
        for knob in self.each:
            for key in knob.sets.all:
                other = (drawn | done).get(key)
                if other is not None:
                    raise BadInput(
                        f"levers.{knob.name}: {key} is set by {other} too; leave it to one of them"
                    )

    def done(self, scenario: Scenario, candidate: Places) -> Scenario:
        """A scenario in which a candidate is done. Raises ScenarioError."""
        dated, waiting = dict[str, dict[str, Any]](), dict[str, Any]()
        for knob, place, bar in self.settings(candidate):
            value = knob.values[place]
            set_to = {key: self._at(knob, key, value) for key in knob.sets.all}
            set_to = {key: each for key, each in set_to.items() if each is not None}
            if bar != AT_ONCE:
                waiting[knob.trigger] = {"if": knob.lever.when, "above": knob.bars[bar], "changes": set_to}
            elif set_to:
                month = knob.lever.from_ or scenario.case.time.start
                dated.setdefault(month, {}).update(set_to)
        for month, changes in dated.items():
            scenario = scenario.intervene(changes, month)
        if waiting:
            own = scenario.raw.get("interventions", {}).get("when", {})
            scenario = scenario.override({interventions.WHEN: own | waiting})
        return scenario

    def _at(self, knob: Knob, key: str, value: Any) -> Any:
        """What a number, stock or choice is set to; None where it is left alone."""
        # a number is set to what it is: so all candidates share a program
        if value is None and key in knob.sets.numbers:
            return knob.own[key]
        return value

    def numbers(self, scenario: Scenario, candidate: Places) -> list[Ranged]:
        """The numbers of a scenario in which a candidate is done that another of its program sets otherwise.

        In the order of levers, and of what each sets.
        """
        last = month_number(scenario.case.time.start) + scenario.case.time.months
        there = interventions.settings(scenario.raw, scenario.case, last)
        places = {path: place for place, path in there.items()}
        found = list[Ranged]()
        for knob, place, bar in self.settings(candidate):
            value, ends = knob.values[place], [*knob.own.values(), *(knob.lever.ends or ())]
            set_to = {key: self._at(knob, key, value) for key in knob.sets.numbers}
            if bar != AT_ONCE:
                waits = join(interventions.WHEN, knob.trigger)
                found.append(_number(f"{waits}.above", knob.bars[bar], knob.bars))
                found += [_number(join(f"{waits}.changes", key), each, ends) for key, each in set_to.items()]
                continue
            found += [_number(places[key], each, ends) for key, each in set_to.items()]
            if value is not None:
                held = (places[f"{join('paths', key)}.0.1"] for key in knob.sets.stocks)
                found += [_number(path, value, ends) for path in held]
        return found


def _number(path: str, value: float, ends: Sequence[float]) -> Ranged:
    return Ranged(path, path, "", min(ends), max(ends), value)


def knobs_of(scenario: Scenario, actor: str | None = None) -> Knobs:
    """The levers of an actor; of the only one that has some, else of the target, if none is named.

    Raises BadInput where there are none, and for what draws of uncertain numbers or interventions set too.
    """
    case = scenario.case
    if not case.levers:
        raise BadInput(f"{scenario.name}: has no levers; say under [levers.NAME] what somebody can do")
    owners = list(dict.fromkeys(lever.actor for lever in case.levers.values()))
    if actor is None:
        targets = [name for name in owners if name in case.actors and case.actors[name].role == "target"]
        actor = (targets or owners)[0]
    if actor not in owners:
        raise BadInput(f"{scenario.name}: '{actor}' has no levers; those who have: {', '.join(owners)}")
    own = {name: lever for name, lever in case.levers.items() if lever.actor == actor}
    knobs = Knobs(scenario, actor, tuple(_knob(scenario, name, lever) for name, lever in own.items()))
    knobs.check_free(scenario)
    return knobs


def _knob(scenario: Scenario, name: str, lever: Lever) -> Knob:
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
    assert lever.ends is not None
    grid = _grid(*lever.ends)
    if sets.stocks:
        return (None, *grid)
    alone = own[sets.numbers[0]]
    return tuple(None if value == alone else value for value in sorted({*grid, alone}))


def _grid(low: float, high: float) -> list[float]:
    """Values from end to end, in few digits."""
    return [float(f"{value:.{DIGITS}g}") for value in np.linspace(low, high, STEPS + 1)]
