"""Templates: what they are written out for, the tables of values by actor, and weights."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import repeat
from typing import Any

from sim.scenario.references.told import no_such, not_one
from sim.scenario.rows import written_for
from sim.scenario.schema import DriverTemplate, File, Quantity, StockTemplate

MOST_WRITTEN = 10_000
"""Stocks, drivers and couplings that all templates together are written out to, at most."""


def template_problems(file: File) -> Iterator[str]:
    """One line for each thing that cannot be written out."""
    for where, each in _lists(file):
        yield from no_such(where, "actor", each, file.actors)
        if len(set(each)) < len(each):
            yield f"{where}: names an actor twice; once is enough"
    for name, value in file.parameters.items():
        if isinstance(value, Mapping):
            yield from no_such(f"parameters.{name}", "actor", value, file.actors)
    written = sum(len(actors) for actors in _copies(file))
    if written > MOST_WRITTEN:
        told = f"{written:,} stocks, drivers and couplings for each of some actors"
        yield f"quantities: {told}; at most {MOST_WRITTEN:,} can be written out"
        return
    for name, template in file.quantities.items():
        yield from _by_actor(f"quantities.{name}", template)
        yield from _weights(file, f"quantities.{name}", template)
        yield from _one_key(file, name)
        if template.weights is not None and name in file.paths:
            yield from _held(f"paths.{name}", template, file.paths[name])


def _lists(file: File) -> Iterator[tuple[str, list[str]]]:
    """Every list of actors that something is written out for, with its place."""
    for name, template in file.quantities.items():
        yield f"quantities.{name}.each", template.each or []
    for name, driver in file.drivers.items():
        if isinstance(driver, DriverTemplate):
            yield f"drivers.{name}.each", driver.each


def _copies(file: File) -> Iterator[Collection[str]]:
    """The actors of each template, and of each coupling of one."""
    for _, each in _lists(file):
        yield each
    for name, sources in file.couplings.items():
        if name in file.quantities:
            yield from repeat(file.quantities[name].each or (), len(sources))


def _by_actor(where: str, template: StockTemplate) -> Iterator[str]:
    """Tables of values by actor have one for each, and nobody else's."""
    for key in Quantity.model_fields:
        value = getattr(template, key)
        if not isinstance(value, Mapping):
            continue
        if template.each is None:
            yield f"{where}.{key}: a value for each of some actors needs a list `each`"
        else:
            yield from _exactly(f"{where}.{key}", template.each, value)


def _exactly(where: str, each: Collection[str], table: Collection[str]) -> Iterator[str]:
    """A line for every actor that a table does not have, or has and should not."""
    for name in each:
        if name not in table:
            yield f"{where}: no number for {name}"
    for name in table:
        if name not in each:
            yield f"{where}.{name}: not in `each`"


def _weights(file: File, where: str, template: StockTemplate) -> Iterator[str]:
    """Weights are a table of parameters with these actors: parts of a whole."""
    if template.weights is None:
        return
    if template.each is None:
        yield f"{where}.weights: only what is written out for each of some actors has them; add `each`"
        return
    tables = {name: table for name, table in file.parameters.items() if isinstance(table, Mapping)}
    yield from no_such(f"{where}.weights", "table of parameters", [template.weights], tables)
    if template.weights in tables:
        yield from _whole(f"parameters.{template.weights}", template.each, tables[template.weights])


def _whole(where: str, each: Collection[str], weights: Mapping[str, float]) -> Iterator[str]:
    if wrong := [*_exactly(where, each, weights)]:
        yield from wrong
        return
    below = [name for name, weight in weights.items() if weight < 0]
    if below:
        yield f"{where}.{below[0]}: a weight must be at least 0 (found {weights[below[0]]:g})"
    yield from not_one(where, "the weights sum", [weights[name] for name in sorted(weights)])


def _one_key(file: File, name: str) -> Iterator[str]:
    """Couplings of which one would be lost, as two are the same for some actor."""
    sources, each = file.couplings.get(name, {}), file.quantities[name].each or ()
    for actor in each:
        alone = file.couplings.get(f"{name}.{actor}", {})
        texts = [*(written_for(actor, text) for text in sources), *alone]
        if len(set(texts)) < len(texts):
            yield f"couplings.{name}: two of its keys are one for {actor}; write one of them"


def _held(where: str, template: StockTemplate, course: list[tuple[str, float]]) -> Iterator[str]:
    """A mean that takes a course needs members of which it is known where they start, and where they end."""
    starts = _values(template.start)
    if "rest" in [start for start in starts if isinstance(start, str)]:
        yield f'{where}: members follow a mean from their starts, which must be numbers and not "rest"'
    low, high = max(_values(template.low)), min(_values(template.high))
    for month, value in course:
        if not low <= value <= high:
            yield f"{where}: {value:g} in {month} lies outside {low:g} to {high:g}"
            return


def _values(value: Any) -> list[Any]:
    """What a key of a template is for all actors, each value once."""
    if isinstance(value, Mapping):
        return list(value.values())
    return [value]
