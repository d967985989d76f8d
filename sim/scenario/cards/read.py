"""The cards beside a scenario, read and checked: one line for each thing that does not fit."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.reading.shipped import place_of
from sim.reading.source import source_of
from sim.refusal import BadInput, ScenarioError, did_you_mean
from sim.scenario import index, interventions
from sim.scenario.cards.changes import spelled_out
from sim.scenario.hints import unknown
from sim.scenario.load import Scenario, tables_of
from sim.scenario.messages import MOST, messages
from sim.scenario.paths import BadPath, named
from sim.scenario.schema import month_number
from sim.scenario.schema.cards import Card, Deck, Measured

ENDING = ".mechanisms.toml"

PARTS = ("off", "low", "high", "against", "without")
"""Keys of a card that hold what is changed."""


def beside(scenario: Scenario) -> Path:
    """Where the cards of a scenario lie: beside its file, under its name."""
    return Path(place_of(scenario.name)).with_suffix(ENDING)


def deck_of(scenario: Scenario) -> Deck:
    """The cards of a scenario. Raises ScenarioError, BadInput if it has none.

    >>> import sim
    >>> deck_of(sim.load("mongolia-2024")).cards["S6"].least
    0.2
    """
    place = beside(scenario)
    if not place.is_file():
        raise BadInput(f"{scenario.name}: has no mechanism cards; write them in {place.name} beside it")
    source = source_of(place)
    raw = tables_of(source)
    try:
        deck = Deck.model_validate(raw)
    except ValidationError as error:
        raise _refusal(place.name, messages(error, raw, _hint)) from None
    wrong = list(islice(_problems(scenario, deck), MOST))
    if wrong:
        raise _refusal(place.name, wrong)
    return deck


def _refusal(name: str, lines: Sequence[str]) -> ScenarioError:
    return ScenarioError([f"{name}: {line}" for line in lines])


def _hint(place: Sequence[Any], word: str, _: Any = None) -> str:
    """The key that is meant by one that is none."""
    section = (Deck, Deck, Card)[len(place)] if len(place) < 3 else Measured
    return did_you_mean(word, [field.alias or name for name, field in section.model_fields.items()])


def _problems(scenario: Scenario, deck: Deck) -> Iterator[str]:
    for name, card in deck.cards.items():
        for key, told in card.flaws():
            yield f"{where(name, key)}: {told}"
        for key, told in _misdated(scenario, card):
            yield f"{where(name, key)}: {told}"
        # what the model does not have yet is not there to be named
        if card.needs is None:
            yield from (f"{where(name, key)}: {told}" for key, told in missing(scenario, card))
    yield from _overlaps(scenario, deck)


def where(name: str, key: str = "") -> str:
    """The place of a card, or of a key of it, in its file.

    >>> where("S5.a", "off")
    'cards."S5.a".off'
    """
    return ".".join(filter(None, (named(("cards", name)), key)))


def missing(scenario: Scenario, card: Card) -> Iterator[tuple[str, str]]:
    """What a card names and the scenario does not have: the key of the card, and what to say of it."""
    for pattern in card.numbers:
        if not any(fnmatch.fnmatchcase(path, pattern) for path in scenario.numbers):
            yield "numbers", f"no such number: {pattern}"
    for key in PARTS:
        for name, value in getattr(card, key).items():
            if told := _unnamed(scenario, card, name, value):
                yield key, f"no such number: {told}"
    yield from (("outcome", told) for told in _unmeasured(scenario, card.outcome))


def _unnamed(scenario: Scenario, card: Card, name: str, value: Any) -> str | None:
    """Why nothing of the scenario can be changed under a name; None if something can."""
    try:
        for path in spelled_out(scenario, {name: value}):
            if card.how == "do":
                interventions.key_of(scenario.raw, scenario.case, path)
            elif told := scenario.misplaced(path):
                return told
    except BadPath as error:
        return str(error)
    return None


def _unmeasured(scenario: Scenario, asked: Measured) -> Iterator[str]:
    """Names of a measure that mean nothing in the scenario."""
    happenings = {*scenario.case.outcomes, *scenario.rows, *scenario.case.events}
    for name in [asked.happened] * (asked.happened is not None) + (asked.count or []):
        if name not in happenings:
            yield f"no such event or outcome: '{name}'{unknown(str(name), happenings)}"
    paths = paths_known(scenario)
    for name in names_of(asked.path):
        if name not in paths:
            yield f"no such path: '{name}'{unknown(name, paths)}"
    for inner in filter(None, (asked.less, asked.per)):
        yield from _unmeasured(scenario, inner)


def names_of(path: str | list[str] | None) -> list[str]:
    """Paths that are looked at together."""
    if isinstance(path, str):
        return [path]
    return path or []


def paths_known(scenario: Scenario) -> set[str]:
    """Recorded paths, drivers, and numbers of the state that could be recorded."""
    case = scenario.case
    return {
        *index.path_names(case),
        *(f"driver.{name}" for name in case.drivers),
        *(f"credit.{name}" for name in index.factions(case)),
    }


def _misdated(scenario: Scenario, card: Card) -> Iterator[tuple[str, str]]:
    """Months outside the simulated ones."""
    time = scenario.case.time
    first = month_number(time.start)
    last = first + time.months - 1
    dates = {"month": card.month, **_dates(card.outcome)}
    for key, date in dates.items():
        if date is not None and not first <= month_number(date) <= last:
            span = f"{interventions.label(first)} to {interventions.label(last)}"
            yield key, f"{date} lies outside the months of the scenario, {span}"


def _dates(asked: Measured) -> Mapping[str, str | None]:
    own = {f"outcome.{key}": getattr(asked, key) for key in ("since", "by", "at")}
    for key in ("less", "per"):
        inner = getattr(asked, key)
        if inner is not None:
            own |= {place.replace("outcome", f"outcome.{key}"): date for place, date in _dates(inner).items()}
    return own


def _overlaps(scenario: Scenario, deck: Deck) -> Iterator[str]:
    """Numbers that two groups switch off, or that one group sets twice."""
    taken: dict[str, tuple[str, str, Any]] = {}
    for name, card in deck.cards.items():
        if card.group is None:
            continue
        for path, value in _switched(scenario, card):
            other, group, theirs = taken.setdefault(path, (name, card.group, value))
            if group != card.group:
                yield f"{where(name, 'group')}: {path} is switched off by group '{group}' too; use one group"
            elif theirs != value:
                yield f"{where(name, 'off')}: sets {path} otherwise than {where(other)}, of the same group"


def _switched(scenario: Scenario, card: Card) -> Iterator[tuple[str, Any]]:
    """What a card switches off, by path; of a list, such as forbidden events, each entry by itself."""
    try:
        own = spelled_out(scenario, card.off)
    except BadPath:
        # of what is not there yet only the names are known
        own = dict(card.off)
    for path, value in own.items():
        if isinstance(value, list):
            yield from ((f"{path} {entry}", True) for entry in value)
        else:
            yield path, value
