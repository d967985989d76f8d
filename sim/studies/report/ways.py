"""What somebody could do about the answer: each lever, and what the page lets its reader do, at both ends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.outcomes.target import Target
from sim.refusal import Refusal
from sim.rules.numbers import is_number
from sim.scenario.labels import actor_label
from sim.scenario.levers import sets_of
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from sim.statistics.paired import Difference, difference, matched
from sim.studies.explain.changes import Change
from sim.studies.explain.game import OneWorld
from sim.studies.explain.players import Player
from sim.studies.report.because import Untold
from sim.studies.report.model.numbers import DO, Choice
from sim.studies.report.study import Tell

RUNS = 2_000


@dataclass(frozen=True)
class Way:
    """Something that is done from a month on: in words, and as what interventions set.

    who: whose lever it is; None for what the page lets its reader move; own: what is otherwise so at the
    start, if it is a number; is_stock: whether it moves by itself unless it is held.
    """

    label: str
    who: str | None
    sets: tuple[str, ...]
    value: Any
    since: str
    own: float | None = None
    is_stock: bool = False

    @property
    def player(self) -> Player:
        changes = tuple(Change(key, self.value, self.since) for key in self.sets)
        return Player(self.label, self.label, changes)

    @property
    def told(self) -> str:
        """What is done, in words."""
        if self.is_stock:
            return f"“{self.label}” held at {_in_words(self.value)} ({self.own:g} at the start)"
        who, instead = "", ""
        if self.who is not None:
            who = f" ({self.who})"
        if self.own is not None:
            instead = f" instead of {self.own:g}"
        return f"“{self.label}”{who} at {_in_words(self.value)}{instead}"

    @property
    def deeds(self) -> tuple[str, ...]:
        """The same as interventions in a command."""
        return tuple(f"{key}={json.dumps(self.value)}@{self.since}" for key in self.sets)


def _in_words(value: Any) -> str:
    """A value that something is set to: a number, a choice, or a list of names."""
    if is_number(value):
        return f"{value:g}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


@dataclass(frozen=True)
class Moved:
    """What a way does to the target: without it, with it, and the paired difference with its interval."""

    way: Way
    before: float
    after: float
    apart: Difference


def ways_of(scenario: Scenario, target: Target) -> list[Way]:
    """All that levers can do by the month of a target, and what the page's reader may do, at both ends."""
    levers = [*_levers(scenario)]
    taken = {key for way in levers for key in way.sets}
    every = [*levers, *(way for way in _moves(scenario) if way.sets[0] not in taken)]
    return [way for way in every if way.since <= target.dates[0]]


def _levers(scenario: Scenario) -> Iterator[Way]:
    case = scenario.case
    for lever in case.levers.values():
        sets = sets_of(scenario.raw, case, lever).all
        who = actor_label(case, lever.actor) if lever.actor in case.actors else lever.actor
        for value in lever.choices or lever.ends or ():
            own = scenario.numbers.get(sets[0])
            yield Way(lever.label, who, sets, value, lever.from_ or case.time.start, own)


def _moves(scenario: Scenario) -> Iterator[Way]:
    """Numbers and stocks of the page at the ends of their plausible range."""
    for number in Choice(lower(scenario)).numbers():
        if number.kind == DO:
            for value in number.plausible:
                start = scenario.case.time.start
                yield Way(number.label, None, (number.path,), value, start, number.value, number.stock)


def moved_by(
    scenario: Scenario, ways: Sequence[Way], target: Target, seed: int, threads: int | None, tell: Tell
) -> tuple[Moved, ...] | Untold:
    """What each way does to the target on the same futures, the one that moves it most first."""
    if not ways:
        return Untold("the scenario names no lever, and no stock that can be held")
    # each by itself: what two of them do together would be neither's
    players = tuple(way.player for way in ways)
    game = OneWorld(scenario, players, target, seed, off=False, threads=threads)
    # nobody does anything, then each way by itself
    on = np.repeat(np.vstack([np.zeros(len(ways), dtype=bool), np.eye(len(ways), dtype=bool)]), RUNS, axis=0)
    try:
        found = game.values(on, np.tile(np.arange(RUNS), len(ways) + 1), tell).reshape(-1, RUNS)
    except Refusal as error:
        return Untold(str(error))
    found = found[:, ~np.isnan(found).any(axis=0)]
    if not found.shape[1]:
        return Untold("every run failed")
    moved = [_moved(way, found[0], own, target.is_share) for way, own in zip(ways, found[1:], strict=True)]
    return tuple(sorted(moved, key=lambda each: -abs(each.apart.mean)))


def _moved(way: Way, first: np.ndarray, second: np.ndarray, is_share: bool) -> Moved:
    apart = matched(first == 1, second == 1) if is_share else difference(first, second)
    return Moved(way, float(first.mean()), float(second.mean()), apart)
