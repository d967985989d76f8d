"""A card in words: what carries it, what is changed, what has to move and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.scenario.cards.changes import is_relative
from sim.scenario.cards.read import names_of
from sim.scenario.schema.cards import Card, Measured


def changes(card: Card) -> str:
    """What is changed, in a line."""
    told = _given(card.off)
    if card.low:
        told = f"{_given(card.low)} to {_given(card.high)}"
    if card.against:
        told = f"{told} against {_given(card.against)}"
    if card.without:
        told = f"{told}, with and without {_given(card.without)}"
    if not told:
        return "nothing"
    if card.how == "reading":
        return f"{told} (read so)"
    if card.month:
        return f"{told} (done from {card.month})"
    return told


def _given(given: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_value(value)}" for name, value in given.items())


def _value(value: Any) -> str:
    if is_relative(value):
        ((how, by),) = value.items()
        return {"plus": f"{by:+g}", "times": f"x {by:g}"}[how]
    if isinstance(value, float | int):
        return f"= {value:g}"
    if isinstance(value, list):
        return f"= {', '.join(map(str, value))}"
    return f"= {value}"


def outcome(asked: Measured) -> str:
    """What is looked at, in a line."""
    told = _measure(asked)
    if asked.less is not None:
        told = f"{told} less {outcome(asked.less)}"
    if asked.per is not None:
        told = f"{told} per {outcome(asked.per)}"
    return told


def _measure(asked: Measured) -> str:
    if asked.happened is not None:
        return f"P({asked.happened}{_when(asked)})"
    if asked.count is not None:
        return f"number of {' + '.join(asked.count)}{_when(asked)}"
    told = ", ".join(names_of(asked.path))
    if isinstance(asked.path, list):
        told = f"mean of {told}"
    told = f"{told} in {asked.at or 'the last month'}"
    if asked.since:
        told = f"{told} less that in {asked.since}"
    if asked.falls:
        return f"P({told} below 0)"
    return told


def _when(asked: Measured) -> str:
    """What has to happen, and in which months."""
    told = ""
    if asked.node != "took_place":
        told = f" {asked.node}"
    if asked.since:
        told = f"{told} from {asked.since}"
    if asked.by:
        told = f"{told} by {asked.by}"
    return told


def asks(card: Card) -> str:
    """What has to be, in a word or two."""
    if card.within is not None:
        return f"{card.within[0]:g} to {card.within[1]:g}"
    assert card.least is not None, "a card asks for one or the other"
    least = f"{card.least:.3g}"
    if card.scale == "ratio":
        least = f"{100 * card.least:.3g} %"
    if card.sign == "any":
        return f"{least} or more either way"
    if card.least == 0:
        return {"+": "not below 0", "-": "not above 0"}[card.sign]
    return f"{card.sign}{least} or more"


def moves(card: Card) -> str:
    """What has to move and by how much, or where it has to lie."""
    told = outcome(card.outcome)
    if card.within is not None:
        return f"{told} lies at {asks(card)}"
    return f"{told}: {asks(card)}"


def kind(card: Card) -> str:
    """Whether it follows from one row or several, and with what it is switched off."""
    told = card.kind.replace("_", " ")
    if card.group:
        return f"{told}, group {card.group}"
    return told
