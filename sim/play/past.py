"""What dated facts say of the months of a game, beside what came of it there, and under the rule."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
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


@dataclass(frozen=True)
class Past:
    """Something that came or did not: as the facts have it, in a game, and by the rule on the same luck.

    told: months of which the facts say whether it came; real: in which it did, or in one of which (of a
    window of several months); own, ruled: months in which it came of the game, and of the rule.
    """

    label: str
    told: Months
    real: tuple[Months, ...]
    own: Months
    ruled: Months


def deeds_of(scenario: Scenario) -> Path | None:
    """The table of facts that stands beside a scenario, or is shipped with it; None if there is none."""
    file = Path(scenario.name)
    beside = file.with_name(f"{file.stem}{DEEDS}.csv")
    if file.suffix and beside.is_file():
        return beside
    return shipped(".csv").get(f"{file.stem}{DEEDS}")


def past_of(game: Game, facts: Data) -> list[Past]:
    """What facts say of the months of a game that its actor has a hand in. Raises ScenarioError.

    What the facts say of other months, or of numbers, is left out.
    """
    found, _ = observations_of(facts, game.scenario)
    by_target: dict[str, list[Fact]] = {}
    for fact in found:
        if fact.kind != SERIES:
            by_target.setdefault(fact.target, []).append(fact)
    asked = [each for each in happenings_of(game.scenario) if each.name in by_target]
    asked = [each for each in asked if _has_a_hand_in(game, each)]
    if not asked:
        return []
    own, ruled = _came(game, asked, is_ruled=False), _came(game, asked, is_ruled=True)
    told = [_past(game, each, by_target[each.name], own[each.name], ruled[each.name]) for each in asked]
    return [each for each in told if each.told]


def _has_a_hand_in(game: Game, happening: Happening) -> bool:
    """Whether an actor proposes or answers one of its events, and they alone decide of it."""
    events = game.table.games.world.parts.event
    rows = [events[name] for name in happening.events if name in events]
    mine = any(game.actor in (row.principal, row.responder) for row in rows)
    return mine and happening.of_events_alone and happening.node in NODES


def _past(game: Game, happening: Happening, facts: Sequence[Fact], own: Months, ruled: Months) -> Past:
    start = month_number(game.scenario.case.time.start)

    def inside(months: range) -> Months:
        return tuple(month - start for month in months if 0 <= month - start < game.months)

    real = tuple(sorted(inside(fact.came) for fact in facts if inside(fact.came)))
    quiet = {month for fact in facts for month in inside(fact.quiet)}
    told = tuple(sorted(quiet | {month for months in real for month in months}))
    return Past(happening.label, told, real, own, ruled)


def _came(game: Game, asked: Sequence[Happening], is_ruled: bool) -> Mapping[str, Months]:
    """Months in which each came, of the game, or of the rule on its luck."""
    table = game.table.again([game.future])
    found: dict[str, list[int]] = {each.name: [] for each in asked}
    for own in game.rounds:
        table.take({} if is_ruled else {game.actor: _arrays(own.chosen, table)})
        if not own.is_first:
            for each in asked:
                if _happened(table.games.last, each):
                    found[each.name].append(own.month)
    return {name: tuple(months) for name, months in found.items()}


def _arrays(chosen: Mapping[str, float], table: Table) -> dict[str, np.ndarray]:
    return {name: np.full(len(table), value) for name, value in chosen.items()}


def _happened(month: Month | None, happening: Happening) -> bool:
    assert month is not None
    return any(bool(month.happened(row, happening.node)[0]) for row in happening.events)


def past_lines(game: Game, found: Sequence[Past], name: str) -> Iterator[str]:
    """What really came, beside the game and the rule, a line for each."""
    if not found:
        return
    yield f"History beside it, of what you have a hand in (as {name} has it):"
    never = [each.label for each in found if not (each.real or each.own or each.ruled)]
    for each in found:
        if each.label not in never:
            beside = f"in your game {_when(game, each.own)}; by the rule {_when(game, each.ruled)}"
            yield from _wrapped(f"{each.label}: {_real(game, each)}; {beside}")
    if never:
        yield from _wrapped(f"neither then, nor in your game, nor by the rule: {', '.join(never)}")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _real(game: Game, past: Past) -> str:
    if past.real:
        dates = (_window(game, months) for months in past.real)
        return f"really {', '.join(dates)}"
    if len(past.told) == game.months:
        return "really never"
    return f"really not in {_window(game, past.told)}, as far as is known"


def _window(game: Game, months: Months) -> str:
    first, last = date_of(game.table, months[0]), date_of(game.table, months[-1])
    return first if first == last else f"{first} to {last}"


def _when(game: Game, months: Months) -> str:
    return ", ".join(date_of(game.table, month) for month in months) or "never"
