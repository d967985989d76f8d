"""What a scenario holds: numbers with label, unit, range and source, events, and what can be named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

from sim.refusal import Unknown, did_you_mean
from sim.scenario.index import path_names
from sim.scenario.labels import state_label
from sim.scenario.load import Scenario
from sim.scenario.lookup import choice, folded, is_pattern, labelled
from sim.scenario.rows import Row
from sim.scenario.schema import Faction

Labels = dict[str, str]
"""Labels by key, empty where there is none."""


@dataclass(frozen=True)
class Number:
    """A number of a scenario: its path and label, value and plausible range [unit], source and tier.

    A setting that the file leaves to the program has neither unit, range nor tier.
    """

    path: str
    label: str
    value: float
    unit: str
    low: float | None
    high: float | None
    source: str
    tier: str


COLUMNS = tuple(field.name for field in fields(Number))
"""Headings of the table of numbers."""

OWN = "left to the program"
"""The source of a setting that a file does not give."""


def numbers_of(scenario: Scenario, word: str = "") -> list[Number]:
    """The numbers whose path, label or unit holds a word, or whose paths fit a pattern; all without one.

    Raises Unknown if there is none.

    >>> import sim
    >>> [number.path for number in numbers_of(sim.load("mongolia-2024"), "liberals, clout")]
    ['actors.Mongolia.factions.pro_west.clout']
    """
    every = [*_given(scenario), *_left(scenario)]
    found = [number for number in every if _fits(number, word)]
    if found:
        return found
    hint = did_you_mean(word, {number.path: number.label for number in every}, most=5)
    raise Unknown(f"no number has '{word}' in its path, label or unit{hint}")


def _given(scenario: Scenario) -> Iterator[Number]:
    """The numbers that the file gives; those of paths and interventions are choices and have no source."""
    known = scenario.provenance
    for path, value in scenario.numbers.items():
        if path in known:
            of = known[path]
            label = labelled(scenario.raw, path)
            yield Number(path, label, value, of.unit, of.low, of.high, of.source, of.tier)


def _left(scenario: Scenario) -> Iterator[Number]:
    """The settings that the file leaves to the program."""
    for path, value in scenario.defaults.items():
        yield Number(path, labelled(scenario.raw, path), value, "", None, None, OWN, "")


def _fits(number: Number, word: str) -> bool:
    """Whether a number's path, label or unit holds a word, or its path fits a pattern."""
    if is_pattern(word):
        return fnmatchcase(number.path, word)
    part = folded(word)
    return any(part in folded(text) for text in (number.path, number.label, number.unit))


def rows_of(numbers: list[Number]) -> list[tuple[object, ...]]:
    """The table of some numbers: a row of headings, and a row for each; cells without a value are empty."""
    return [COLUMNS, *map(_row, numbers)]


def _row(number: Number) -> tuple[object, ...]:
    """The cells of a number; what it does not have is empty."""
    return tuple("" if value is None else value for value in astuple(number))


def event_rows(scenario: Scenario, name: str) -> list[Row]:
    """The event rows of a name or label: one, or all of a template. Raises Unknown.

    >>> import sim
    >>> [row.name for row in event_rows(sim.load("mongolia-2024"), "russian president visits")]
    ['visit_russia']
    """
    meant = choice("event", name, event_labels(scenario))
    return [row for row in scenario.rows.values() if meant in (row.name, row.template)]


def event_labels(scenario: Scenario) -> Labels:
    """Templates of events and the rows made of them, by what may name them."""
    labels = {name: event.label for name, event in scenario.case.events.items()}
    for row in scenario.rows.values():
        if row.name != row.template:
            labels[row.name] = row.label
    return labels


def names_of(scenario: Scenario) -> dict[str, Labels]:
    """Everything that can be named in a scenario, by its kind, with labels."""
    case = scenario.case
    factions: dict[str, Faction] = {}
    for actor in case.actors.values():
        factions |= actor.factions
    return {
        "Quantities": {name: state_label(case, name) for name in [*case.aggregates, *case.quantities]},
        "Parameters": dict.fromkeys(case.parameters, ""),
        "Drivers": dict.fromkeys(case.drivers, ""),
        "Actors": _labels(case.actors),
        "Factions": _labels(factions),
        "Channels": _labels(case.channels),
        "Events": event_labels(scenario),
        "Outcomes": _labels(case.outcomes),
        "Observations": _labels(case.observations),
        PATHS: {name: state_label(case, name) for name in path_names(case)},
    }


def _labels(things: Mapping[str, Any]) -> Labels:
    """The labels of things; an author may leave some out."""
    return {name: thing.label or "" for name, thing in things.items()}


PATHS = "Recorded paths"
"""The kind of what every run records by month: more names than a person reads at once."""


def holding(labels: Labels, word: str) -> Labels:
    """The names that hold a word, in themselves or in their labels.

    >>> holding({"war": "War abroad", "oil": "Price of oil"}, "ABROAD")
    {'war': 'War abroad'}
    """
    part = folded(word)
    found: Labels = {}
    for name, label in labels.items():
        # a name as it is written too: a word with an underscore may be a part of one
        if part in folded(f"{name} {label}") or part in name:
            found[name] = label
    return found
