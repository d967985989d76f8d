"""Scalar stocks: those of the file, and goodwill and credit, which the model adds (ODD 7.1)."""

from __future__ import annotations

from sim.rules import structure as p
from sim.rules.numbers import as_number
from sim.rules.state import at, row_of
from sim.scenario import index
from sim.scenario.lower.drivers import Drivers
from sim.scenario.lower.order import in_order
from sim.scenario.schema import Quantity


def stocks(drivers: Drivers) -> tuple[p.Stock, ...]:
    """Every stock, in the order of names."""
    return tuple(_stock(drivers, name) for name in sorted(index.stocks(drivers.case)))


def _stock(drivers: Drivers, name: str) -> p.Stock:
    row, owners = row_of(name)
    made = ADDED.get(row.kind)
    if made is None:
        return _quantity(drivers, name)
    return made(drivers, name, *owners)


def _quantity(drivers: Drivers, name: str) -> p.Stock:
    case = drivers.case
    q, couplings = case.quantities[name], in_order(case.couplings.get(name, {}))
    intercept = _intercept(q)
    sources = tuple(
        p.Source(drivers.read(text), weight, intercept is None) for text, weight in couplings.items()
    )
    noise, curvature = q.given("noise"), q.given("curvature")
    return p.Stock(
        name, q.relaxation, noise, q.low, q.high, intercept, sources, curvature, name in case.paths
    )


def _intercept(q: Quantity) -> float | None:
    """Where a stock rests without sources; None for one that rests at its start, as sources then stood."""
    if q.intercept == "auto":
        return None
    return as_number(q.intercept)


def _goodwill(drivers: Drivers, name: str, power: str) -> p.Stock:
    """Goodwill has one source: how near the target stands to the power."""
    case, (low, high) = drivers.case, row_of(name)[0].bounds
    g = case.goodwill
    near = p.Source(drivers.read(at("closeness", power)), g.closeness_weight, True)
    noise, curvature = g.given("noise"), g.given("curvature")
    return p.Stock(name, g.relaxation, noise, low, high, None, (near,), curvature, name in case.paths)


def _credit(drivers: Drivers, name: str, faction: str) -> p.Stock:
    """Credit is forgotten, and events alone renew it."""
    case, (low, high) = drivers.case, row_of(name)[0].bounds
    return p.Stock(name, case.clout.credit_decay, None, low, high, None, (), None, name in case.paths)


ADDED = {"goodwill": _goodwill, "credit": _credit}
"""How the stocks are made that the model adds."""
