"""Templates written out: from a file to a case in which everything has one flat name, such as `tax.North`.

What reads a case knows nothing of templates; who asks what the author wrote finds it in `case.file`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sim.refusal import ScenarioError
from sim.rules.aggregates import follow, mean
from sim.scenario.references.templates import template_problems
from sim.scenario.rows import written_for
from sim.scenario.schema import Case, DriverTemplate, File, Quantity, StockTemplate

Value = TypeVar("Value")

Course = list[tuple[str, float]]

MOST = 100
"""Problems of templates that are told."""

PLACE = re.compile(r"(?P<section>\w+)\.(?P<name>\w+)\.(?P<actor>\w+)")
"""The beginning of a line about something that was written out."""

WRITTEN_OUT = ("quantities", "drivers", "couplings", "paths")
"""Sections of which the author knows no place that a template was written out to."""

NOT_A_TEMPLATE = ("each", "weights")
"""Keys of a quantity that say how it is written out."""


def written_out(file: File) -> Case:
    """The case of a file. Raises ScenarioError, a line for each thing that cannot be written out."""
    if wrong := list(template_problems(file)):
        raise ScenarioError(wrong[:MOST])
    quantities = dict(_each(file.quantities, _members))
    written: dict[str, Any] = {
        "quantities": {name: _stock(file, name, *of) for name, of in quantities.items()},
        "parameters": dict(_each(file.parameters, _numbers)),
        "drivers": dict(_each(file.drivers, _expressions)),
        "couplings": _couplings(file),
        "paths": _paths(file),
        "aggregates": {name: weights_of(file, name) for name in weighted(file)},
        "file": file,
    }
    same = {name: getattr(file, name) for name in File.model_fields}
    return Case.model_construct(file.model_fields_set, **same | written)


def in_the_file(file: File, line: str) -> str:
    """A line about something that was written out, as one about what the author wrote.

    >>> import sim
    >>> in_the_file(sim.load("mongolia-2024").case.file, "quantities.war.start: is too large")
    'quantities.war.start: is too large'
    """
    place = PLACE.match(line)
    if place is None or place["section"] not in WRITTEN_OUT:
        return line
    section, name, actor = place.groups()
    # what the author gave one member alone is there under its own name
    if actor in _actors(file, name) and f"{name}.{actor}" not in getattr(file, section):
        return f"{section}.{name}{line[place.end() :]}"
    return line


def members(case: Case, name: str) -> list[Quantity]:
    """The stocks that a name of the file's quantities stands for."""
    return [stock for own, stock in case.quantities.items() if own == name or own.startswith(f"{name}.")]


def weighted(file: File) -> list[str]:
    """Names of the quantities that are a weighted mean, in the order of the file."""
    return [name for name, each in file.quantities.items() if each.weights is not None]


def weights_of(file: File, name: str) -> dict[str, float]:
    """The weights of the members of a weighted mean [1], by their names."""
    template = file.quantities[name]
    table: Any = file.parameters[str(template.weights)]
    return {f"{name}.{actor}": table[actor] for actor in template.each or ()}


def own(value: Any, actor: str | None) -> Any:
    """What a key of a template is for one actor: its own entry of a table, or what all have."""
    if isinstance(value, Mapping):
        return value[actor]
    return value


def _actors(file: File, name: str) -> Sequence[str]:
    """The actors for each of which a quantity or driver is written out."""
    found = file.quantities.get(name) or file.drivers.get(name)
    return getattr(found, "each", None) or ()


def _each(
    table: Mapping[str, Any], inside: Callable[[str, Any], Iterator[tuple[str, Value]]]
) -> Iterator[tuple[str, Value]]:
    """What the entries of a section are written out to, in the order of the file."""
    for name, entry in table.items():
        yield from inside(name, entry)


def _numbers(name: str, entry: Any) -> Iterator[tuple[str, float]]:
    if not isinstance(entry, Mapping):
        yield name, entry
        return
    for actor, value in entry.items():
        yield f"{name}.{actor}", value


def _expressions(name: str, entry: str | DriverTemplate) -> Iterator[tuple[str, str]]:
    if isinstance(entry, str):
        yield name, entry
        return
    for actor in entry.each:
        yield f"{name}.{actor}", written_for(actor, entry.is_)


def _members(name: str, entry: StockTemplate) -> Iterator[tuple[str, tuple[StockTemplate, str | None]]]:
    """Names of the stocks of a quantity, each with the actor whose it is; None of a plain one."""
    if entry.each is None:
        yield name, (entry, None)
        return
    for actor in entry.each:
        yield f"{name}.{actor}", (entry, actor)


def _stock(file: File, name: str, entry: StockTemplate, actor: str | None) -> Quantity:
    """One stock of a quantity."""
    values = {key: own(getattr(entry, key), actor) for key in Quantity.model_fields}
    if actor is not None:
        values["label"] = f"{entry.label} ({file.actors[actor].label})"
    return Quantity.model_construct(entry.model_fields_set.difference(NOT_A_TEMPLATE), **values)


def _couplings(file: File) -> dict[str, dict[str, float]]:
    """Couplings by stock: those of a template are every member's, besides what is coupled to it alone."""
    found: dict[str, dict[str, float]] = {}
    for name, sources in file.couplings.items():
        for target, actor in _targets(file, name):
            held = found.setdefault(target, {})
            held |= {written_for(actor, text): weight for text, weight in sources.items()}
    return found


def _targets(file: File, name: str) -> list[tuple[str, str | None]]:
    """What a name of [couplings] stands for; itself where it is no template."""
    if name not in file.quantities:
        return [(name, None)]
    return [(member, actor) for member, (_, actor) in _members(name, file.quantities[name])]


def _paths(file: File) -> dict[str, Course]:
    """Courses by stock: that of a weighted mean is followed by its members, but for those with their own."""
    found: dict[str, Course] = {}
    for name, course in file.paths.items():
        if name in weighted(file):
            members_of = followed(file, name, course)
            found |= {member: own for member, own in members_of.items() if member not in file.paths}
        else:
            found[name] = course
    return found


def followed(file: File, name: str, course: Course) -> dict[str, Course]:
    """The courses of the members of a weighted mean that takes a course itself."""
    template, weights = file.quantities[name], weights_of(file, name)
    levels, lows, highs = (
        {member: own(getattr(template, key), actor) for member, (_, actor) in _members(name, template)}
        for key in ("start", "low", "high")
    )
    # a stock that stands on a path needs no start
    if None in levels.values():
        return dict.fromkeys(levels, course)
    ends = _mean(levels, weights), _mean(lows, weights), _mean(highs, weights)
    return {
        member: [
            (month, follow(value, level, (lows[member], highs[member]), *ends)) for month, value in course
        ]
        for member, level in levels.items()
    }


def _mean(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    # in the order of names, so that the order of a file moves no bit
    members = sorted(values)
    return mean([values[member] for member in members], [weights[member] for member in members])
