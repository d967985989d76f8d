"""What may be on or off in a world: groups of mechanism cards, and the changes that make a second world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sim.refusal import BadInput, ScenarioError, did_you_mean
from sim.scenario.cards.changes import spelled_out
from sim.scenario.cards.read import beside, deck_of, missing
from sim.scenario.interventions import TABLE, key_of, label
from sim.scenario.load import Scenario
from sim.scenario.lookup import path_of
from sim.scenario.paths import BadPath
from sim.scenario.schema.cards import Card
from sim.studies.explain.changes import Change, at, changed, entries


@dataclass(frozen=True)
class Player:
    """Something that is on or off, and the changes that make the difference."""

    name: str
    label: str
    changes: tuple[Change, ...]


class NoCards(BadInput):
    """A scenario without mechanisms that could be switched off."""


Groups = Mapping[str, list[Card]]
"""Cards that are switched off together, by the name of their group."""


def mechanisms(scenario: Scenario, names: Iterable[str] | None = None) -> Groups:
    """The groups of cards beside a scenario, or some of them by name.

    Raises BadInput, `NoCards`, ScenarioError.

    >>> import sim
    >>> [card.claim for card in mechanisms(sim.load("mongolia-2024"), ["rumour"])["rumour"]]
    ['Whispers of a Russian guest bring the courtship of third neighbours forward']
    """
    found = _groups(scenario)
    if names is None:
        return found
    wanted = set(names)
    for name in sorted(wanted - found.keys()):
        hint = did_you_mean(name, found) or f"; there are {', '.join(found)}"
        raise BadInput(f"{name}: no such group of mechanism cards{hint}")
    if not wanted:
        raise BadInput(f"name at least one group of mechanism cards; there are {', '.join(found)}")
    return {name: cards for name, cards in found.items() if name in wanted}


def _groups(scenario: Scenario) -> Groups:
    """All groups, but for what the model does not have yet. Raises NoCards, ScenarioError."""
    place, found = beside(scenario), dict[str, list[Card]]()
    if not place.is_file():
        told = f"{scenario.name}: has no mechanism cards to switch off; write them in {place.name} beside it"
        raise NoCards(f"{told}, or name what a second world changes", about="change")
    for card in deck_of(scenario).cards.values():
        is_lost = card.needs is not None and any(missing(scenario, card))
        if card.group is not None and not is_lost:
            found.setdefault(card.group, []).append(card)
    if not found:
        raise NoCards(f"{place.name}: none of its cards can be switched off; give some a group")
    return found


def switches(scenario: Scenario, groups: Groups) -> tuple[Player, ...]:
    """The players that groups of cards are in a world: what switches each of them off there.

    Raises BadInput for a group that cannot be switched off there.
    """
    found = []
    for name, cards in groups.items():
        changes: list[Change] = []
        try:
            for change in _off(scenario, cards):
                # cards of a group may set one thing, as long as they set it alike
                if change not in changes:
                    changes.append(change)
        except BadPath as error:
            others = ", ".join(other for other in groups if other != name) or "another file"
            told = f"{name}: cannot be switched off in {scenario.name}: {error}"
            raise BadInput(f"{told}; ask about the others: {others}") from None
        found.append(Player(name, cards[0].claim, tuple(changes)))
    return tuple(found)


def _off(scenario: Scenario, cards: Iterable[Card]) -> Iterator[Change]:
    """What some cards switch off. Raises BadPath."""
    for card in cards:
        since = card.month or scenario.case.time.start
        for name, value in spelled_out(scenario, card.off).items():
            if card.how == "reading":
                yield Change(path_of(scenario.raw, name), value, None, lasts=True)
            else:
                yield Change(key_of(scenario.raw, scenario.case, name), value, since, lasts=True)


def changes_of(first: Scenario, second: Scenario) -> tuple[Player, ...]:
    """The players that make the second world of the first: a path or stock each; none if they do not.

    >>> import sim
    >>> base = sim.load("mongolia-2024")
    >>> [player.label for player in changes_of(base, base.intervene({"sanctions": 0.9}, "2025-01"))]
    ['sanctions = 0.9 from 2025-01 on']
    """
    found = (*_read(first, second), *_done(first, second))
    with suppress(ScenarioError):
        together = changed(first, [change for player in found for change in player.changes])
        if together.raw == second.raw:
            return found
    return ()


def _read(first: Scenario, second: Scenario) -> Iterator[Player]:
    """What is read otherwise in a second world."""
    before, after = dict(first.overrides), dict(second.overrides)
    for path in [path for path in before | after if path != TABLE]:
        old, new = before.get(path, at(first, path)), after.get(path, at(second, path))
        if old != new:
            yield Player(path, f"{path} = {new}", (Change(path, new, None),))


def _done(first: Scenario, second: Scenario) -> Iterator[Player]:
    """What is done otherwise in a second world."""
    before = entries(first)
    for key, months in entries(second).items():
        if months != before.get(key):
            yield _deed(key, months)


def _deed(key: str, months: Mapping[int, Any]) -> Player:
    """What is set from some months on, as a player."""
    told = ", ".join(f"{value} from {label(month)} on" for month, value in months.items())
    return Player(
        key, f"{key} = {told}", tuple(Change(key, each, label(month)) for month, each in months.items())
    )
