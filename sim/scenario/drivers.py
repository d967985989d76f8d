"""The expressions of a scenario together: what they read, how drivers rest on drivers, and what they cost."""

from __future__ import annotations

import math
import operator
from collections.abc import Collection, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from sim.rules.numbers import divide, maximum, minimum
from sim.scenario import index
from sim.scenario.expressions import ExpressionError, Node, parse
from sim.scenario.hints import unknown
from sim.scenario.rows import Row
from sim.scenario.schema import Case

MOST_DRIVERS = 1_000
"""Drivers of a scenario, at most."""

DEEPEST = 100
"""Drivers in a chain in which each rests on the next, at most."""

MOST_IN_ALL = 50_000
"""Steps of all expressions at most, with the drivers that they rest on written out: the work of a month."""

Written = tuple[str, str]
"""Where an expression stands, and its text."""

OPERATIONS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": divide, "min": minimum, "max": maximum,
}  # fmt: skip


def expression_problems(
    case: Case, rows: dict[str, Row], known: Collection[str], state: Collection[str]
) -> Iterator[str]:
    """One line for each expression that cannot be read, or worked out.

    known: names that may stand in expressions; state: those that may stand in change() and start().
    """
    every = [*written(case, rows), *signals(case)]
    misread = list(_misread(every, known, state))
    yield from misread
    yield from _same_twice(every)
    # What rests on what, and how long it takes, is known only of expressions that can be read.
    if misread:
        return
    graph = _graph(case)
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        yield f"drivers.{circle[0]}: is defined through itself ({' > '.join(circle)})"
        return
    too_much = _too_much(case, every, graph, order)
    # Constants are worked out step by step, and there must not be too many steps for that.
    if too_much is not None:
        yield too_much
    else:
        yield from _never_finite(case, every, order)


def written(case: Case, rows: dict[str, Row]) -> Iterator[Written]:
    """Every expression that a month reads; those of drivers come first."""
    for name, text in case.drivers.items():
        yield f"drivers.{name}", text
    for target, sources in case.couplings.items():
        yield from _keys(f"couplings.{target}", sources)
    for row in rows.values():
        yield from _of_row(row)
    yield from _of_actors(case)
    for *names, text in index.ties(case):
        yield ".".join(["alignment.ties", *filter(None, names)]), text
    for name, trigger in case.interventions.when.items():
        yield f"interventions.when.{name}.if", trigger.if_


def signals(case: Case) -> Iterator[Written]:
    """Expressions that levers may wait for; no month reads them until one does."""
    for name, lever in case.levers.items():
        if lever.when is not None:
            yield f"levers.{name}.when", lever.when


def _of_actors(case: Case) -> Iterator[Written]:
    """Expressions of who there is: means, what matters more or less, and who counts with whom."""
    for name, actor in case.actors.items():
        if actor.capability is not None:
            yield f"actors.{name}.capability", actor.capability
        for what, text in actor.salience.items():
            yield f"actors.{name}.salience.{what}", text
    for name, alike in case.similarity.items():
        if alike.times is not None:
            yield f"similarity.{name}.times", alike.times


def _keys(where: str, table: Collection[str]) -> Iterator[Written]:
    """The keys of a table, which are expressions themselves."""
    for text in table:
        yield f'{where}."{text}"', text


def _of_row(row: Row) -> Iterator[Written]:
    where = f"events.{row.template}"
    yield from _keys(f"{where}.shifts", row.shifts)
    yield from _keys(f"{where}.response_shifts", row.response_shifts)
    if row.cancel is not None:
        yield from _keys(f"{where}.cancel.shifts", row.cancel.shifts)
    if row.gate is not None:
        yield f"{where}.gate", row.gate
    for effects in row.effects.values():
        for effect in effects:
            if effect.times is not None:
                yield effect.path, effect.times


def _graph(case: Case) -> dict[str, list[str]]:
    """The drivers that each driver reads, in order of their names."""
    return {name: sorted(parse(text).names & case.drivers.keys()) for name, text in case.drivers.items()}


def _misread(every: list[Written], known: Collection[str], state: Collection[str]) -> Iterator[str]:
    for where, text in every:
        try:
            tree = parse(text)
        except ExpressionError as error:
            yield f"{where}: {error}"
            continue
        for name in sorted(tree.names.difference(known)):
            yield f"{where}: no '{name}' in this scenario{unknown(name, known)}"
        for name in sorted(tree.deviations.intersection(known).difference(state)):
            yield f"{where}: change() and start() take a state, not '{name}'"


def _same_twice(every: list[Written]) -> Iterator[str]:
    """Keys of one table that are one expression in two spellings, such as `a+1` and `a + 1`.

    TOML takes them for two keys, and each would shift the odds.
    """
    keyed = sorted(_without_spaces(every))
    for (table, plain, text), (other_table, other_plain, other) in pairwise(keyed):
        is_same = (table, plain) == (other_table, other_plain)
        if is_same and text != other:
            yield f'{table}"{other}": is "{text}" in another spelling; write one of them'


def _without_spaces(every: list[Written]) -> Iterator[tuple[str, str, str]]:
    """Expressions that are keys: the table, the expression without spaces, and as it is written."""
    for where, text in every:
        # Only a key ends with its own text in quotes; what is a value stands under a plain key.
        if where.endswith('"'):
            yield where.removesuffix(f'"{text}"'), "".join(text.split()), text


def _too_much(
    case: Case, every: list[Written], graph: dict[str, list[str]], order: Sequence[str]
) -> str | None:
    """A line if drivers are too many or lie too deep, or if all expressions together have too many steps.

    A few lines can ask for a great deal: each driver with what it rests on is worked out wherever it is read.
    """
    if len(order) > MOST_DRIVERS:
        return f"drivers: {len(order):,} of them; at most {MOST_DRIVERS:,} can be worked out"
    return _too_deep(graph, order) or _too_long(case, every, graph, order)


def _too_deep(graph: dict[str, list[str]], order: Sequence[str]) -> str | None:
    depth: dict[str, int] = {}
    for name in order:
        # The order has each driver behind those that it reads.
        depth[name] = 1 + max((depth[other] for other in graph[name]), default=0)
    if max(depth.values(), default=0) <= DEEPEST:
        return None
    deepest = max(order, key=depth.__getitem__)
    chain = f"rests on a chain of {depth[deepest] - 1:,} other drivers"
    return f"drivers.{deepest}: {chain}; at most {DEEPEST - 1} can be"


def _too_long(
    case: Case, every: list[Written], graph: dict[str, list[str]], order: Sequence[str]
) -> str | None:
    rests_on: dict[str, set[str]] = {}
    for name in order:
        rests_on[name] = {name}.union(*(rests_on[other] for other in graph[name]))
    steps = 0
    for where, text in every:
        tree = parse(text)
        read = set[str]().union(*(rests_on[name] for name in tree.names & rests_on.keys()))
        steps += len(tree.steps)
        steps += sum(len(parse(case.drivers[name]).steps) for name in read)
        if steps > MOST_IN_ALL:
            most = f"at most {MOST_IN_ALL:,} steps can be, with drivers written out"
            return f"{where}: the expressions up to this one are too long together: {most}"
    return None


def _never_finite(case: Case, every: list[Written], order: Sequence[str]) -> Iterator[str]:
    """Expressions with a part that is never a finite number, such as 1 / 0: every run would fail."""
    known: dict[str, Any] = dict(case.parameters)
    for name in order:
        known[name] = _constant(parse(case.drivers[name]), known)
    for where, text in every:
        value = _constant(parse(text), known)
        if value is not None and not math.isfinite(value):
            told = "is no finite number, whatever the state; it divides by zero or grows beyond all bounds"
            yield f"{where}: '{text}' {told}"


def _constant(tree: Node, known: dict[str, Any]) -> float | None:
    """The value of an expression that no state moves; None if the state decides it.

    NaN if any part of it is never finite: `1 / (1 / 0)` is 0 to IEEE 754, but its run has failed.
    """
    values: dict[int, float | None] = {}
    for step in tree.steps:
        value = _constant_step(step, [values[id(part)] for part in step.parts], known)
        # A parameter whose range is traced is no float, and its value may be any.
        if not isinstance(value, float):
            value = None
        elif not math.isfinite(value):
            return math.nan
        values[id(step)] = value
    return values[id(tree)]


def _constant_step(step: Node, parts: list[float | None], known: dict[str, Any]) -> Any:
    """The value of one step of an expression by those of its parts; None if the state decides it."""
    if step.kind == "number":
        return step.value
    if step.kind == "name":
        return known.get(step.name)
    if parts and None not in parts:
        return OPERATIONS[step.kind](*parts)
    # Whatever the state gives for the other part.
    if step.kind == "/" and parts[1] == 0.0:
        return math.nan
    return None
