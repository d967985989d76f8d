"""What a scenario holds: its numbers with label, unit, range and source, its events, and what can be named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

from sim.refusal import Unknown, did_you_mean
from sim.scenario.index import path_names
from sim.scenario.labels import state_label
from sim.scenario.load import Scenario
from sim.scenario.lookup import choice, folded, is_pattern, labelled
from sim.scenario.rows import Row

Labels = dict[str, str]
"""Labels by key, empty where there is none."""


@dataclass(frozen=True)
class Number:
    """A number of a scenario: its path and label, value and plausible range [unit], and where it comes from.

    A setting that the file leaves to the program has neither unit nor range.
    """

    path: str
    label: str
    value: float
    unit: str
    low: float | None
    high: float | None
    source: str


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
    known, every = scenario.provenance, []
    for path, value in scenario.numbers.items():
        if path in known:
            of = known[path]
            label = labelled(scenario.raw, path)
            every.append(Number(path, label, value, of.unit, of.low, of.high, of.source))
    for path, value in scenario.defaults.items():
        every.append(Number(path, labelled(scenario.raw, path), value, "", None, None, OWN))
    found = [number for number in every if _fits(number, word)]
    if not found:
        hint = did_you_mean(word, {number.path: number.label for number in every}, most=5)
        raise Unknown(f"no number has '{word}' in its path, label or unit{hint}")
    return found


def rows_of(numbers: list[Number]) -> list[tuple[object, ...]]:
    """The table of some numbers: a row of headings, and a row for each; cells without a value are empty."""
    rows = [astuple(each) for each in numbers]
    return [COLUMNS, *(tuple(_cell(value) for value in row) for row in rows)]


def _cell(value: object) -> object:
    return "" if value is None else value


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
    return labels | {row.name: row.label for row in scenario.rows.values() if row.name != row.template}


def names_of(scenario: Scenario) -> dict[str, Labels]:
    """Everything that can be named in a scenario, by its kind, with labels."""
    case = scenario.case
    factions = dict(pair for actor in case.actors.values() for pair in actor.factions.items())
    return {
        "Quantities": _labels(case.quantities),
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
    return {name: thing.label or "" for name, thing in things.items()}


PATHS = "Recorded paths"
"""The kind of what every run records by month: more names than a person reads at once."""


def holding(labels: Labels, word: str) -> Labels:
    """The names that hold a word, in themselves or in their labels.

    >>> holding({"war": "War abroad", "oil": "Price of oil"}, "ABROAD")
    {'war': 'War abroad'}
    """
    part = folded(word)
    return {
        name: label for name, label in labels.items() if part in folded(f"{name} {label}") or part in name
    }


def _fits(number: Number, word: str) -> bool:
    if is_pattern(word):
        return fnmatchcase(number.path, word)
    part = folded(word)
    return any(part in folded(text) for text in (number.path, number.label, number.unit))
