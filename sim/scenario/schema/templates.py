"""Sections that stand for as many things as they have actors, each written out under a name of its own."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field

from sim.scenario.schema.actors import Quantity
from sim.scenario.schema.kinds import Names, Number, Scale, Section, Share, Text, key

Value = TypeVar("Value")

ByActor = Annotated[dict[str, Value], Field(min_length=1)]
"""A value for each of some actors."""

NumberByActor = ByActor[Number]

Start = Number | Literal["rest"]
Intercept = Number | Literal["auto"]


def _as_of_a_stock(name: str) -> Any:
    """A key as a stock has it: its default, unit and meaning."""
    field = Quantity.model_fields[name]
    extra: Any = field.json_schema_extra
    return key(f"{field.description}", field.default, extra.get("unit", ""))


class StockTemplate(Section):
    """A stock; on a path it needs neither start nor relaxation, which a path makes idle.

    With `each` it is a stock NAME.ACTOR for each of some actors, of which any value may be a table by actor.
    """

    label: Text = key("what tables and figures call it")
    each: Names | None = key("actors for each of which a stock is written out", None)
    weights: str | None = key(
        "a table of parameters by these actors, which sums to 1: NAME is the mean of the stocks", None
    )
    start: Start | ByActor[Start] | None = _as_of_a_stock("start")
    relaxation: Share | ByActor[Share] = _as_of_a_stock("relaxation")
    noise: Scale | ByActor[Scale] = _as_of_a_stock("noise")
    curvature: Share | ByActor[Share] = _as_of_a_stock("curvature")
    low: Number | NumberByActor = _as_of_a_stock("low")
    high: Number | NumberByActor = _as_of_a_stock("high")
    intercept: Intercept | ByActor[Intercept] = _as_of_a_stock("intercept")


class DriverTemplate(Section):
    """An expression that is written out for each of some actors, as a driver NAME.ACTOR."""

    label: Text | None = key("what tables and figures call it", None)
    each: Names = key("actors for each of which a driver is written out")
    is_: Text = key("the expression, with the word each in the place of the actor", alias="is")
