"""Drivers that somebody values, with their slopes by what effects may change."""

from __future__ import annotations

from sim.rules.slopes import slope
from sim.rules.state import row_of
from sim.rules.structure import Stake
from sim.scenario import index
from sim.scenario.lower.drivers import Drivers


def stakes(drivers: Drivers) -> dict[str, Stake]:
    """Every driver that an actor or faction values, in the order of names."""
    case = drivers.case
    valued = [name for name in sorted(case.drivers) if name in index.valuations(case)]
    return {name: _stake(drivers, name) for name in valued}


def _stake(drivers: Drivers, name: str) -> Stake:
    """A driver with its slopes: by stocks and by shares, which effects move, in the order of names."""
    expression, slopes = drivers.driver(name), {}
    read = {step.name for step in expression.steps if step.name and step.kind != "start"}
    for each in sorted(filter(_moves, read)):
        rise = slope(expression, each)
        if rise is not None:
            slopes[each] = rise
    return Stake(name, slopes)


def _moves(name: str) -> bool:
    """Whether a number is a stock, or a share of a channel."""
    row, _ = row_of(name)
    return row.stock or row.kind == "dependence"
