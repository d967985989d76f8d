"""Drivers that somebody values, with their slopes by what effects may change."""

from __future__ import annotations

from sim.rules.expressions import Expression
from sim.rules.slopes import slope
from sim.rules.state import row_of
from sim.rules.structure import Stake
from sim.scenario import index
from sim.scenario.lower.drivers import Drivers
from sim.scenario.lower.order import in_order


def stakes(drivers: Drivers) -> dict[str, Stake]:
    """Every driver that an actor or faction values, in the order of names."""
    case = drivers.case
    valued = [name for name in sorted(case.drivers) if name in index.valuations(case)]
    return {name: _stake(drivers, name) for name in valued}


def _stake(drivers: Drivers, name: str) -> Stake:
    """A driver with its slopes: by stocks and by shares, which effects move, in the order of names."""
    expression, slopes = drivers.driver(name), dict[str, Expression]()
    read = {step.name for step in expression.steps if step.name and step.kind != "start"}
    for each in sorted(filter(_moves, read)):
        rise = slope(expression, each)
        if rise is not None:
            _add(slopes, drivers.case.aggregates.get(each), each, rise)
    return Stake(name, slopes)


def _add(
    slopes: dict[str, Expression], weights: dict[str, float] | None, name: str, rise: Expression
) -> None:
    """Add a slope by a stock, or by a mean: effects move members, each of which moves it by its weight."""
    by = {name: rise}
    if weights is not None:
        by = {member: _times(weight, rise) for member, weight in in_order(weights).items()}
    for key, each in by.items():
        if key in slopes:
            each = Expression("+", "", (slopes[key], each))
        slopes[key] = each


def _times(weight: float, rise: Expression) -> Expression:
    return Expression("*", "", (Expression("number", "", value=weight), rise))


def _moves(name: str) -> bool:
    """Whether a number is a stock, a mean of some, or a share of a channel."""
    row, _ = row_of(name)
    return row.stock or row.kind == "dependence"
