"""Rows of which a file asks how far they go beyond who decides."""

from __future__ import annotations

from collections.abc import Iterator

from sim.rules.state import at
from sim.scenario.drivers import written
from sim.scenario.expressions import ExpressionError, parse
from sim.scenario.rows import Row, flatten
from sim.scenario.schema import Case, Outcome, Posture


def delegated(case: Case, rows: dict[str, Row]) -> frozenset[str]:
    """Rows whose `unapproved` the file names: in an expression, or where it asks for a state."""
    named = set(_named(case, rows))
    return frozenset(name for name in rows if at("unapproved", name) in named)


def _named(case: Case, rows: dict[str, Row]) -> Iterator[str]:
    """Every number that an expression reads, or that an outcome or posture looks at."""
    for _, text in written(case, rows):
        try:
            yield from parse(text).names
        except ExpressionError:  # told where expressions are read
            continue
    asked: list[Outcome | Posture] = [*case.outcomes.values(), *case.postures.values()]
    for each in asked:
        yield from (*flatten(each.above), *flatten(each.below))
