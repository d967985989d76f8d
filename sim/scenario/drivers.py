"""What the expressions of a scenario are, taken together: what they read, how drivers rest on drivers, and
what they cost.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from sim.rules.numbers import divide, maximum, minimum
from sim.scenario.expressions import ExpressionError, Node, parse
from sim.scenario.hints import unknown
from sim.scenario.rows import Row
from sim.scenario.schema import Case

MOST_DRIVERS = 1_000
"""Drivers of a scenario, at most."""

DEEPEST = 100
"""Drivers in a chain in which each rests on the next, at most."""

MOST_IN_ALL = 50_000
"""Steps of all expressions with the drivers that they rest on written out, at most: what a month of one run
evaluates.
"""

Written = tuple[str, str]
"""Where an expression stands, and its text."""

OPERATIONS = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": divide, "min": minimum,
    "max": maximum,
}  # fmt: skip


def expression_problems(
    case: Case, rows: dict[str, Row], known: Collection[str], state: Collection[str]
) -> Iterator[str]:
    """One line for each expression that cannot be read, or worked out; `known` names may stand in it, `state`
    in change().
    """
    every = list(written(case, rows))
    wrong = [line for where, text in every for line in _misread(where, text, known, state)]
    yield from wrong
    yield from _same_twice(every)
    if wrong:
        return
    graph = {name: sorted(parse(text).names & case.drivers.keys()) for name, text in case.drivers.items()}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        yield f"drivers.{circle[0]}: is defined through itself ({' > '.join(circle)})"
        return
    too_much = list(_too_much(case, every, graph, order))
    yield from too_much or _never_finite(case, every, order)


def written(case: Case, rows: dict[str, Row]) -> Iterator[Written]:
    """Every expression of a scenario; those of drivers come first."""
    for name, text in case.drivers.items():
        yield f"drivers.{name}", text
    for target, sources in case.couplings.items():
        for text in sources:
            yield f'couplings.{target}."{text}"', text
    for row in rows.values():
        yield from _of_row(row)


def _of_row(row: Row) -> Iterator[Written]:
    where = f"events.{row.template}"
    tables = {
        "shifts": row.shifts,
        "response_shifts": row.response_shifts,
        "cancel.shifts": row.cancel.shifts if row.cancel else {},
    }
    for key, table in tables.items():
        for text in table:
            yield f'{where}.{key}."{text}"', text
    if row.gate is not None:
        yield f"{where}.gate", row.gate
    for effects in row.effects.values():
        for effect in effects:
            if effect.times is not None:
                yield effect.path, effect.times


def _misread(where: str, text: str, known: Collection[str], state: Collection[str]) -> Iterator[str]:
    try:
        tree = parse(text)
    except ExpressionError as error:
        yield f"{where}: {error}"
        return
    for name in sorted(tree.names.difference(known)):
        yield f"{where}: no '{name}' in this scenario{unknown(name, known)}"
    for name in sorted(tree.deviations.intersection(known).difference(state)):
        yield f"{where}: change() and start() take a state, not '{name}'"


def _same_twice(every: list[Written]) -> Iterator[str]:
    """Keys of one table that are one expression in two spellings, such as `a+1` and `a + 1`."""
    keyed = sorted(
        (where.removesuffix(f'"{text}"'), "".join(text.split()), text)
        for where, text in every
        if where[-1] == '"'
    )
    for (table, plain, text), (other_table, other_plain, other) in pairwise(keyed):
        if (table, plain) == (other_table, other_plain) and text != other:
            yield f'{table}"{other}": is "{text}" in another spelling; write one of them'


def _too_much(
    case: Case, every: list[Written], graph: dict[str, list[str]], order: list[str]
) -> Iterator[str]:
    """A line if drivers are too many or lie too deep, or if all expressions together have too many steps."""
    if len(order) > MOST_DRIVERS:
        yield f"drivers: {len(order):,} of them; at most {MOST_DRIVERS:,} can be worked out"
        return
    depth: dict[str, int] = {}
    rests_on: dict[str, set[str]] = {}
    for name in order:
        depth[name] = 1 + max((depth[other] for other in graph[name]), default=0)
        rests_on[name] = {name}.union(*(rests_on[other] for other in graph[name]))
    if order and max(depth.values()) > DEEPEST:
        deepest = max(order, key=lambda name: depth[name])
        yield f"drivers.{deepest}: rests on a chain of {depth[deepest] - 1:,} other drivers; at most {DEEPEST - 1} can be"
        return
    steps = 0
    for where, text in every:
        tree = parse(text)
        read = set[str]().union(*(rests_on[name] for name in tree.names & rests_on.keys()))
        steps += len(tree.steps) + sum(len(parse(case.drivers[name]).steps) for name in read)
        if steps > MOST_IN_ALL:
            told = f"at most {MOST_IN_ALL:,} steps can be, with drivers written out"
            yield f"{where}: the expressions up to this one are too long together: {told}"
            return


def _never_finite(case: Case, every: list[Written], order: list[str]) -> Iterator[str]:
    """Expressions with a part that is no finite number whatever the state, such as 1 / 0."""
    known: dict[str, Any] = dict(case.parameters)
    for name in order:
        known[name] = _constant(parse(case.drivers[name]), known)
    for where, text in every:
        value = _constant(parse(text), known)
        if value is not None and not math.isfinite(value):
            yield f"{where}: '{text}' is no finite number, whatever the state; it divides by zero or grows beyond all bounds"


def _constant(tree: Node, known: dict[str, Any]) -> float | None:
    """The value of an expression that no state moves, NaN if a part of it is never finite; None if the state
    decides.
    """
    values: dict[int, float | None] = {}
    for step in tree.steps:
        parts = [values[id(part)] for part in step.parts]
        if step.parts and None not in parts:
            value = OPERATIONS[step.kind](*parts)
        elif step.kind == "/" and parts[1] == 0.0:
            value = math.nan
        else:
            value = (
                step.value if step.kind == "number" else known.get(step.name) if step.kind == "name" else None
            )
        if isinstance(value, float) and not math.isfinite(value):
            return math.nan
        values[id(step)] = value if isinstance(value, float) else None
    return values[id(tree)]
