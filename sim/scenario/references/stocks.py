"""Stocks: where they start, what couples them, and the courses that paths give them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.refusal import did_you_mean
from sim.rules.numbers import is_number
from sim.rules.state import row_of
from sim.scenario.index import holdable
from sim.scenario.schema import Case, Quantity, month_number


def stock_problems(case: Case) -> Iterator[str]:
    """One line for each thing that does not fit in [quantities], [couplings], [paths] and [beyond]."""
    for name, quantity in case.quantities.items():
        yield from _quantity(f"quantities.{name}", quantity, name in case.paths)
    known = holdable(case)
    for name in case.couplings:
        if name not in case.quantities:
            yield f"couplings.{name}: no quantity of this name{did_you_mean(name, case.quantities)}"
    for name, points in case.paths.items():
        if name not in known:
            yield f"paths.{name}: no quantity or position of this name{did_you_mean(name, known)}"
        yield from _course(f"paths.{name}", points, case.quantities.get(name))
    for name in case.beyond:
        if name not in case.paths:
            yield f"beyond.{name}: no path of this name{did_you_mean(name, case.paths)}"


def _quantity(where: str, q: Quantity, on_path: bool) -> Iterator[str]:
    """Bounds in the wrong order, and a start that is missing or cannot be."""
    if q.low >= q.high:
        yield f"{where}: low must be below high"
    for key in ("start", "relaxation"):
        if key not in q.model_fields_set and not on_path:
            yield f"{where}.{key}: missing; add it, or give the stock a course under [paths]"
    if q.start == "rest" and q.intercept == "auto":
        yield f'{where}.start: "rest" needs a numeric intercept to rest at'
    # A start at rest is solved for, inside the bounds.
    start: Any = q.start
    if is_number(start) and not q.low <= start <= q.high:
        yield f"{where}.start: {start:g} lies outside {q.low:g} to {q.high:g}"


def _course(where: str, points: list[tuple[str, float]], q: Quantity | None) -> Iterator[str]:
    """Dates that do not rise, and values that the stock cannot have."""
    months = [month_number(month) for month, _ in points]
    if months != sorted(set(months)):
        yield f"{where}: the dates must rise"
        return
    low, high = _ends(where, q)
    outside = [point for point in points if not low <= point[1] <= high]
    if not outside:
        return
    (month, value), *others = outside
    told = f"{where}: {value:g} in {month} lies outside {low:g} to {high:g}"
    if others:
        told = f"{told} (and {len(others)} more of its points)"
    yield told


def _ends(where: str, q: Quantity | None) -> tuple[float, float]:
    """Between what a stock or position lies: what the file does not bound, by the table of the state."""
    if q is not None:
        return q.low, q.high
    return row_of(where.removeprefix("paths."))[0].bounds
