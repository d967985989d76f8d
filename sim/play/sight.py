"""What whoever sits in a seat is told of one future: where things stand, what is news, what may be chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field

from sim.engine.history import NODES, month_label
from sim.engine.seating import ANSWER, Choice, Seat, table_of_terms
from sim.play.table import Table
from sim.rules.structure import Event
from sim.scenario.labels import faction_label
from sim.scenario.schema import month_number


@dataclass(frozen=True)
class Option:
    """A legal choice: what each faction gains by a yes [logits], by its label; terms: those on the table."""

    choice: Choice
    advice: Mapping[str, float] = field(default_factory=dict)
    terms: float | None = None

    @property
    def name(self) -> str:
        return self.choice.name


@dataclass(frozen=True)
class Sight:
    """What is seen from a seat before a round of choices; nothing that luck will do, nor anybody's odds.

    numbers: by name in the state, at the end of the last month; news: what happened in it, in words; worth:
    what it has come to so far, beyond the start [logits].
    """

    seat: Seat
    future: int
    month: int
    date: str
    is_first_round: bool
    numbers: Mapping[str, float]
    news: tuple[str, ...]
    options: tuple[Option, ...]
    worth: float

    @property
    def actor(self) -> str:
        return self.seat.actor

    def option(self, name: str) -> Option | None:
        """A legal choice by its name; None if it is none."""
        return next((each for each in self.options if each.name == name), None)


def sights(table: Table, actor: str) -> Iterator[Sight]:
    """What is seen from a seat, future by future."""
    seat, games = table.seat(actor), table.games
    names, seen, worth = seat.seen, table.seen(actor).tolist(), table.worth_now(actor).tolist()
    choices = () if table.is_over else table.choices(actor)
    options = [_Offered.of(table, seat, choice) for choice in choices]
    for place, (number, own) in enumerate(zip(games.numbers.tolist(), seen, strict=True)):
        legal = tuple(each.at(place) for each in options if each.legal[place])
        yield Sight(
            seat, number, games.month, games.date, table.is_first_round, dict(zip(names, own, strict=True)),
            tuple(news_of(table, place)), legal, worth[place],
        )  # fmt: skip


@dataclass(frozen=True)
class _Offered:
    """A choice in all futures: where it is legal, what factions say of it, and the terms on the table."""

    choice: Choice
    legal: list[bool]
    advice: Mapping[str, list[float]]
    terms: list[float] | None

    @classmethod
    def of(cls, table: Table, seat: Seat, choice: Choice) -> _Offered:
        case, month = table.games.world.scenario.case, table.ahead if table.is_first_round else table.table
        assert month is not None
        advice = {
            faction_label(case, unit): month[name].tolist() for unit, name in seat.advice(choice).items()
        }
        terms = _terms(table, choice)
        return cls(choice, table.is_legal(choice).tolist(), advice, terms)

    def at(self, place: int) -> Option:
        advice = {faction: gains[place] for faction, gains in self.advice.items()}
        return Option(self.choice, advice, None if self.terms is None else self.terms[place])


def _terms(table: Table, choice: Choice) -> list[float] | None:
    """The concession on the table; None where none is bargained over."""
    if choice.kind != ANSWER or table.table is None:
        return None
    event = table.games.world.parts.event[choice.about]
    if event.terms is None:
        return None
    return table.table[table_of_terms(event)].tolist()


def news_of(table: Table, place: int) -> Iterator[str]:
    """What happened last month, an event a line."""
    last = table.games.last
    if last is None:
        return
    for event in last.history.world.parts.events:
        code = int(last.history.codes(event.name)[-1][place])
        told = happened(event, {node for node, bit in NODES.items() if code & bit})
        if told:
            yield f"{event.label}: {told}"


def happened(event: Event, nodes: Set[str]) -> str:
    """What became of an event in a month, in words; empty if nothing did."""
    is_new = {"proposed", "accepted"} & nodes
    # what takes place in the month in which it is agreed is told by that
    told = [
        word
        for node, word in words_of(event).items()
        if node in nodes - ({"took_place"} if is_new else set())
    ]
    return ", ".join(told)


def words_of(event: Event) -> dict[str, str]:
    """What becomes of an event, in the words of its kind, by node."""
    later = {"cancelled": "called off", "took_place": "takes place"}
    if event.answer == "contest":
        won, lost = event.endings
        return {"accepted": won, "refused": lost, **later}
    if not event.can_fail:
        return {"proposed": "is announced" if event.lead else "happens", **later}
    asked = "threatened" if event.is_threat else "proposed"
    return {
        "proposed": asked, "accepted": "accepted", "refused": "refused", "executed": "threat carried out",
        **later,
    }  # fmt: skip


def date_of(table: Table, month: int) -> str:
    """A month after the start as a date."""
    return month_label(month_number(table.games.world.scenario.case.time.start) + month)
