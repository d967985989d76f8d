"""Who does what to whom, as the file says it: parties, what each may do, who answers, and what it moves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sim.rules.state import QUANTITY, Change, row_of
from sim.scenario.labels import actor_label, faction_label, plain, sentence, state_label
from sim.scenario.load import Scenario
from sim.scenario.rows import Effect, Row
from sim.scenario.schema import CONTEST, Case

CHANCE, DATES, MONTH = "nature", "calendar", "month"
"""Who begins what no actor begins; MONTH: what one quantity does to another, month by month."""

NOBODY = {CHANCE: "Chance", DATES: "The calendar", CONTEST: "A contest", MONTH: "Month by month"}

KINDS = {
    "goodwill": "Goodwill towards powers",
    "tilt": "Position between powers",
    "bandwidth": "Links, by channel",
    "attraction": "Attraction, by channel",
    "credit": "Credit of factions",
    "closeness": "Closeness of positions",
    "hazard": "Odds of events",
}
"""What numbers of a kind are called together."""

SAME = {"dependence": "bandwidth"}
"""Kinds that are told as another one, from which they follow."""

NAME = re.compile(r"[A-Za-z_][\w.]*")


@dataclass(frozen=True)
class Party:
    """An actor, or a bloc of several; details: factions or members; patron: for whom it acts."""

    name: str
    label: str
    details: tuple[str, ...] = ()
    patron: str = ""
    is_target: bool = False


@dataclass
class Act:
    """What a party, chance or a date may bring about, and who answers; what it moves, by thing.

    moves: 1 for more, -1 for less, 0 for either; otherwise: the same of what it moves only if it is refused,
    fails, is carried out or is called off.
    """

    label: str
    by: str
    to: str | None
    moves: dict[str, int] = field(default_factory=dict)
    otherwise: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Acts:
    """All acts of a scenario, its parties, and the things that acts move with their labels."""

    title: str
    parties: tuple[Party, ...]
    acts: tuple[Act, ...]
    things: dict[str, str]

    def of(self, name: str) -> list[Act]:
        """What somebody begins."""
        return [act for act in self.acts if act.by == name]

    def label(self, name: str) -> str:
        """What a party, or whoever else begins or decides, is called."""
        for party in self.parties:
            if party.name == name:
                return party.label
        return NOBODY[name]


def acts_of(scenario: Scenario) -> Acts:
    """The acts of a scenario.

    >>> import sim
    >>> found = acts_of(sim.load("armenia-2024"))
    >>> [act.label for act in found.of("Iran")], found.of("Iran")[0].to
    (['More gas from Iran'], 'Armenia')
    """
    case = scenario.case
    acts = [act for name in case.events for act in _acts(case, name, scenario.rows.values())]
    acts += _couplings(case)
    things: dict[str, str] = {}
    for name in [*case.quantities, *KINDS]:
        thing, label = _thing(case, name)
        if any(thing in {**act.moves, **act.otherwise} for act in acts):
            things[thing] = label
    return Acts(scenario.title, tuple(_parties(case, acts)), tuple(acts), things)


def _parties(case: Case, acts: Iterable[Act]) -> Iterator[Party]:
    """Actors and blocs in the order of the file, the target first; not suppliers that never act."""
    seen = {name for act in acts for name in (act.by, act.to)}
    names = dict.fromkeys(party_of(case, name) for name in case.actors)
    for name in sorted(names, key=lambda name: not _is_target(case, name)):
        if name in case.actors:
            actor = case.actors[name]
            factions = tuple(faction_label(case, faction) for faction in actor.factions)
            patron = "" if actor.patron is None else party_of(case, actor.patron)
            if name in seen or actor.role != "domestic":
                yield Party(name, actor.label, factions, patron, _is_target(case, name))
        else:
            yield Party(name, plain(name), tuple(actor_label(case, each) for each in case.blocs[name]))


def _is_target(case: Case, name: str) -> bool:
    return name in case.actors and case.actors[name].role == "target"


def party_of(case: Case, actor: str) -> str:
    """The bloc of several to which an actor belongs, or the actor."""
    for bloc, held in case.blocs.items():
        if actor in held and len(held) > 1:
            return bloc
    return actor


def _acts(case: Case, template: str, rows: Iterable[Row]) -> Iterator[Act]:
    """The acts of an event: one for each pair of parties between which it may come."""
    found: dict[tuple[str, str | None], Act] = {}
    who: dict[tuple[str, str | None], list[str]] = {}
    for row in rows:
        if row.template != template:
            continue
        to = None if row.responder is None else party_of(case, row.responder)
        pair = party_of(case, row.initiator), to
        act = found.setdefault(pair, Act(case.events[template].label, *pair))
        who.setdefault(pair, []).append(row.initiator)
        for which, effects in row.effects.items():
            _moved(case, act.moves if which == "accepted" else act.otherwise, effects)
    for pair, act in found.items():
        whole = case.blocs.get(pair[0], [])
        # What only some of a bloc may do bears their names.
        if pair[0] not in case.actors and whole and set(who[pair]) < set(whole):
            some = ", ".join(actor_label(case, each) for each in dict.fromkeys(who[pair]))
            act.label = f"{act.label} ({some})"
        yield act


def _moved(case: Case, moves: dict[str, int], effects: Iterable[Effect]) -> None:
    for effect in effects:
        # What is felt by somebody changes nothing.
        if effect.size and row_of(effect.key)[0].change is not Change.FEEL:
            _add(moves, _thing(case, effect.key)[0], effect.size)


def _add(moves: dict[str, int], thing: str, size: float) -> None:
    """Note that a thing is moved; where it goes both ways, 0."""
    sign = (size > 0) - (size < 0)
    moves[thing] = sign if moves.get(thing, sign) == sign else 0


def _thing(case: Case, key: str) -> tuple[str, str]:
    """What a number of the state belongs to, and what that is called: all of one kind are one thing."""
    template = key.partition(".")[0]
    template = SAME.get(template, template)
    if template in KINDS and key not in case.quantities:
        return template, KINDS[template]
    if template in case.aggregates:
        return template, case.file.quantities[template].label
    if key in case.quantities:
        shared = case.file.quantities.get(template)
        # Of one that is written out for several actors all are one thing.
        if template != key and shared is not None:
            return template, str(shared.label).partition(" (")[0]
        return key, case.quantities[key].label
    row, _ = row_of(key)
    return row.kind or key, state_label(case, key) if row is QUANTITY else sentence(plain(row.kind))


def _couplings(case: Case) -> Iterator[Act]:
    """What each quantity does to others month by month, one act for each."""
    found: dict[str, Act] = {}
    for target, sources in case.couplings.items():
        for text, size in sources.items():
            names = [name for name in NAME.findall(text) if _is_told(case, name)]
            for name in dict.fromkeys(names):
                thing, label = _thing(case, name)
                act = found.setdefault(thing, Act(label, MONTH, None))
                # Of several names together nobody can say the direction of one.
                _add(act.moves, _thing(case, target)[0], size if text == name else 0.0)
    yield from found.values()


def _is_told(case: Case, name: str) -> bool:
    """Whether a name of an expression is one of the state: parameters, drivers and functions are not."""
    if name in case.quantities or name in case.aggregates:
        return True
    row, _ = row_of(name)
    return row is not QUANTITY
