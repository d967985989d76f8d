"""What may be on or off in a world: groups of mechanism cards, and the changes that make a second world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sim.refusal import BadInput, ScenarioError, did_you_mean
from sim.scenario.cards.changes import spelled_out
from sim.scenario.cards.read import beside, deck_of, missing
from sim.scenario.interventions import TABLE, in_order, key_of, label
from sim.scenario.load import Scenario
from sim.scenario.lookup import path_of
from sim.scenario.paths import BadPath, reached, steps_of
from sim.scenario.schema import month_number
from sim.scenario.schema.cards import Card


@dataclass(frozen=True)
class Change:
    """A value that something in a world is set to, by its path or stock.

    since: the month from which on it is done; None if the world is read so from its start. lasts: whether it
    holds whatever the world itself does later, a list beside what the world has there.
    """

    key: str
    value: Any
    since: str | None
    lasts: bool = False


@dataclass(frozen=True)
class Player:
    """Something that is on or off, and the changes that make the difference."""

    name: str
    label: str
    changes: tuple[Change, ...]


class NoCards(BadInput):
    """A scenario without mechanisms that could be switched off."""


def mechanisms(scenario: Scenario, groups: Iterable[str] | None = None) -> dict[str, tuple[str, list[Card]]]:
    """The groups of cards beside a scenario: the claim of the first card, and the cards.

    Raises BadInput, `NoCards`, ScenarioError. groups: some of them by name; all if None.

    >>> import sim
    >>> mechanisms(sim.load("mongolia-2024"), ["rumour"])["rumour"][0]
    'Whispers of a Russian guest bring the courtship of third neighbours forward'
    """
    place = beside(scenario)
    if not place.is_file():
        told = f"{scenario.name}: has no mechanism cards to switch off; write them in {place.name} beside it"
        raise NoCards(f"{told}, or name what a second world changes", about="change")
    found: dict[str, tuple[str, list[Card]]] = {}
    for card in deck_of(scenario).cards.values():
        # what the model does not have yet cannot be switched off
        is_there = card.needs is None or next(missing(scenario, card), None) is None
        if card.group is not None and is_there:
            found.setdefault(card.group, (card.claim, []))[1].append(card)
    if not found:
        raise NoCards(f"{place.name}: none of its cards can be switched off; give some a group")
    if groups is None:
        return found
    wanted = list(dict.fromkeys(groups))
    for name in wanted:
        if name not in found:
            hint = did_you_mean(name, found) or f"; there are {', '.join(found)}"
            raise BadInput(f"{name}: no such group of mechanism cards{hint}")
    if not wanted:
        raise BadInput(f"name at least one group of mechanism cards; there are {', '.join(found)}")
    return {name: found[name] for name in found if name in wanted}


def switches(scenario: Scenario, groups: Mapping[str, tuple[str, list[Card]]]) -> tuple[Player, ...]:
    """The players that groups of cards are in a world: what switches each of them off there.

    Raises BadInput for a group that cannot be switched off there.
    """
    found = []
    for name, (claim, cards) in groups.items():
        try:
            changes = [change for card in cards for change in _off(scenario, card)]
        except BadPath as error:
            others = ", ".join(other for other in groups if other != name) or "another file"
            told = f"{name}: cannot be switched off in {scenario.name}: {error}"
            raise BadInput(f"{told}; ask about the others: {others}") from None
        once = [change for place, change in enumerate(changes) if change not in changes[:place]]
        found.append(Player(name, claim, tuple(once)))
    return tuple(found)


def _off(scenario: Scenario, card: Card) -> Iterator[Change]:
    """What a card switches off. Raises BadPath."""
    for name, value in spelled_out(scenario, card.off).items():
        if card.how == "reading":
            yield Change(path_of(scenario.raw, name), value, None, lasts=True)
            continue
        since = card.month or scenario.case.time.start
        yield Change(key_of(scenario.raw, scenario.case, name), value, since, lasts=True)


def changes_of(first: Scenario, second: Scenario) -> tuple[Player, ...]:
    """The players that make the second world of the first: a path or stock each; none if they do not."""
    found: list[Player] = []
    before, after = dict(first.overrides), dict(second.overrides)
    for path in dict.fromkeys([*before, *after]):
        now = after.get(path, _at(second, path))
        if path != TABLE and before.get(path, _at(first, path)) != now:
            found.append(Player(path, f"{path} = {now}", (Change(path, now, None),)))
    known = _entries(first)
    for key, entry in _entries(second).items():
        if entry != known.get(key):
            told = ", ".join(f"{value} from {label(month)} on" for month, value in entry.items())
            changes = tuple(Change(key, value, label(month)) for month, value in entry.items())
            found.append(Player(key, f"{key} = {told}", changes))
    with suppress(ScenarioError):
        together = changed(first, [change for player in found for change in player.changes])
        if together.raw == second.raw:
            return tuple(found)
    return ()


def _entries(scenario: Scenario) -> dict[str, dict[int, Any]]:
    """What somebody does in a world, by path or stock and month."""
    start = month_number(scenario.case.time.start)
    return {
        key_of(scenario.raw, scenario.case, name): dict(in_order(value, start))
        for name, value in scenario.case.interventions.changes.items()
    }


def changed(scenario: Scenario, changes: Iterable[Change]) -> Scenario:
    """A world with some changes, those that are read before those that are done. Raises ScenarioError."""
    changes = list(changes)
    read = _read(scenario, [change for change in changes if change.since is None])
    if read:
        scenario = scenario.override(read)
    done = _done(scenario, [change for change in changes if change.since is not None])
    if done:
        scenario = scenario.intervene(done)
    return scenario


def _read(scenario: Scenario, changes: Sequence[Change]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for change in changes:
        before = found.get(change.key, _at(scenario, change.key))
        found[change.key] = _beside(before, change)
    return found


def _done(scenario: Scenario, changes: Sequence[Change]) -> dict[str, Any]:
    """Values by month for each thing that is set."""
    found, own = dict[str, dict[int, Any]](), _entries(scenario)
    for change in changes:
        assert change.since is not None
        since, before = month_number(change.since), found.get(change.key, own.get(change.key, {}))
        months = {since}
        if change.lasts:
            months |= {month for month in before if month > since}
        later = {month: _beside(_in(scenario, change.key, before, month), change) for month in months}
        found[change.key] = before | later
    return {
        key: [[label(month), value] for month, value in by_month.items()] for key, by_month in found.items()
    }


def _in(scenario: Scenario, key: str, by_month: Mapping[int, Any], month: int) -> Any:
    """What something is set to in a month, else what the world has there."""
    earlier = [since for since in by_month if since <= month]
    if earlier:
        return by_month[max(earlier)]
    return _at(scenario, key)


def _at(scenario: Scenario, key: str) -> Any:
    """What stands at a path in the tables of a world; None if nothing."""
    steps = steps_of(key) or []
    place, here = reached(scenario.raw, steps)
    return here if len(place) == len(steps) else None


def _beside(before: Any, change: Change) -> Any:
    """A value as it is; a list that lasts, with what was there before."""
    if change.lasts and isinstance(change.value, list) and isinstance(before, list):
        return list(dict.fromkeys([*before, *change.value]))
    return change.value
