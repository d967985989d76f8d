"""What dated facts say of the months of a game, beside what came of it there, and under the rule."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.assimilation.facts import SERIES, Fact
from sim.assimilation.observations import Data, observations_of
from sim.engine.history import NODES
from sim.engine.seating import Month
from sim.outcomes.happenings import Happening, happenings_of
from sim.play.game import Game
from sim.play.sight import date_of
from sim.play.table import Table
from sim.reading.shipped import shipped
from sim.scenario.load import Scenario
from sim.scenario.schema import month_number
from sim.writing.text import WIDTH

DEEDS = "-deeds"
"""How the name of a table of facts ends that stands beside a scenario."""

Months = tuple[int, ...]
"""Months after the start in which something came."""


HISTORY = "History beside it, of what you have a hand in (as {name} has it):"
BESIDE = "{label}: {real}; in your game {own}; by the rule {ruled}"
NEITHER = "neither then, nor in your game, nor by the rule: {labels}"
NEVER = "never"

DateOf = Callable[[int], str]
"""A month after the start, in words."""


@dataclass(frozen=True)
class Dated:
    """What facts say of something that the actor of a game has a hand in, in the months of the game.

    happening: what it is of; told: months of which the facts say whether it came; real: in which it did, or
    in one of which (of a window of several months).
    """

    happening: Happening
    told: Months
    real: tuple[Months, ...]

    @property
    def label(self) -> str:
        return self.happening.label

    def in_words(self, months: int, date_of: DateOf) -> str:
        """When it really came, or that it did not, as far as is known; months: of the whole game."""

        def window(some: Months) -> str:
            first, last = date_of(some[0]), date_of(some[-1])
            return first if first == last else f"{first} to {last}"

        if self.real:
            return f"really {', '.join(map(window, self.real))}"
        if len(self.told) == months:
            return "really never"
        return f"really not in {window(self.told)}, as far as is known"


@dataclass(frozen=True)
class Past:
    """Something that really came or did not, beside months in which it came of a game, and of the rule."""

    dated: Dated
    own: Months
    ruled: Months


def deeds_of(scenario: Scenario) -> Path | None:
    """The table of facts that stands beside a scenario, or is shipped with it; None if there is none."""
    file = Path(scenario.name)
    beside = file.with_name(f"{file.stem}{DEEDS}.csv")
    if file.suffix and beside.is_file():
        return beside
    return shipped(".csv").get(f"{file.stem}{DEEDS}")


def dated_of(game: Game, facts: Data) -> list[Dated]:
    """What facts say of the months of a game that its actor has a hand in. Raises ScenarioError.

    What the facts say of other months, or of numbers, is left out.
    """
    found, _ = observations_of(facts, game.scenario)
    by_target: dict[str, list[Fact]] = {}
    for fact in found:
        if fact.kind != SERIES:
            by_target.setdefault(fact.target, []).append(fact)
    asked = [each for each in happenings_of(game.scenario) if each.name in by_target]
    told = [_dated(game, each, by_target[each.name]) for each in asked if _has_a_hand_in(game, each)]
    return [each for each in told if each.told]


def past_of(game: Game, facts: Data) -> list[Past]:
    """What facts say, beside what came of a game and of the rule on its luck. Raises ScenarioError."""
    found = dated_of(game, facts)
    own, ruled = _came(game, found, is_ruled=False), _came(game, found, is_ruled=True)
    return [Past(*each) for each in zip(found, own, ruled, strict=True)]


def _has_a_hand_in(game: Game, happening: Happening) -> bool:
    """Whether an actor proposes or answers one of its events, and they alone decide of it."""
    events = game.table.games.world.parts.event
    rows = [events[name] for name in happening.events]
    mine = any(game.actor in (row.principal, row.responder) for row in rows)
    return mine and happening.of_events_alone and happening.node in NODES


def _dated(game: Game, happening: Happening, facts: Sequence[Fact]) -> Dated:
    start = month_number(game.scenario.case.time.start)

    def inside(months: range) -> Months:
        return tuple(month - start for month in months if 0 <= month - start < game.months)

    real = tuple(sorted(inside(fact.came) for fact in facts if inside(fact.came)))
    quiet = {month for fact in facts for month in inside(fact.quiet)}
    told = tuple(sorted(quiet | {month for months in real for month in months}))
    return Dated(happening, told, real)


def _came(game: Game, asked: Sequence[Dated], is_ruled: bool) -> list[Months]:
    """Months in which each came, of the game, or of the rule on its luck."""
    table = game.table.again([game.future])
    lived = []
    for own in game.rounds if asked else ():
        table.take({} if is_ruled else {game.actor: _arrays(own.chosen, table)})
        if not own.is_first:
            lived.append([_happened(table.games.last, each.happening) for each in asked])
    return [tuple(month for month, came in enumerate(lived) if came[place]) for place, _ in enumerate(asked)]


def _arrays(chosen: Mapping[str, float], table: Table) -> dict[str, np.ndarray]:
    return {name: np.full(len(table), value) for name, value in chosen.items()}


def _happened(month: Month | None, happening: Happening) -> bool:
    assert month is not None
    return any(bool(month.happened(row, happening.node)[0]) for row in happening.events)


def past_lines(game: Game, found: Sequence[Past], name: str) -> Iterator[str]:
    """What really came, beside the game and the rule, a line for each."""
    if not found:
        return
    yield HISTORY.format(name=name)
    never = [each.dated.label for each in found if not (each.dated.real or each.own or each.ruled)]
    for each in found:
        if each.dated.label not in never:
            yield from _wrapped(_in_words(game, each))
    if never:
        yield from _wrapped(NEITHER.format(labels=", ".join(never)))


def _in_words(game: Game, past: Past) -> str:
    def date(month: int) -> str:
        return date_of(game.table, month)

    def when(months: Months) -> str:
        return ", ".join(map(date, months)) or NEVER

    dated = past.dated
    real = dated.in_words(game.months, date)
    return BESIDE.format(label=dated.label, real=real, own=when(past.own), ruled=when(past.ruled))


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")
