"""What a scenario calls by name: attributes of agents, and expressions of them as functions of Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.rules.expressions import Expression
from sim.rules.state import row_of
from sim.scenario.lower import World

if TYPE_CHECKING:
    from tests.support.plain_mesa.model import PlainModel

PLACES = {
    "calendar": "model.calendar['calendar.{0}.{1}']", "clout": "factions['{0}'].clout",
    "alignment": "axes[{name!r}].level", "hazard": "offers['{0}'].hazard",
    "happened": "offers['{0}'].happened", "terms": "offers['{0}'].terms", "agreed": "offers['{0}'].agreed",
    "conceded": "offers['{0}'].conceded", "bandwidth": "links['{0}', '{1}'].bandwidth",
    "dependence": "links['{0}', '{1}'].dependence", "attraction": "links['{0}', '{1}'].attraction",
    "value": "deciders['{0}'].values.get('{1}', 0.0)",
}  # fmt: skip
"""Where the numbers of a kind stand; those of other kinds with an owner are a supplier's attributes."""


class Names:
    """The names of a model."""

    def __init__(self, model: PlainModel) -> None:
        self.model, self.start = model, model.start
        self.known: dict[str, int] = {}
        self.functions: list[Callable[[], float]] = []
        self.values: list[float] = []

    def place(self, name: str) -> str:
        """Where a number stands, as Python."""
        for table in ("stocks", "means"):
            if name in getattr(self.model, table):
                return f"{table}[{name!r}].level"
        row, owners = row_of(name)
        kind = row.kind
        if not owners:
            return f"model.{name}"
        if (kind, len(owners)) == ("closeness", 2):
            return f"model.near[{owners!r}]"
        return PLACES.get(kind, f"suppliers['{{0}}'].{kind}").format(*owners, name=name)

    def text(self, expression: Expression) -> str:
        """An expression as Python."""
        if expression.parts:
            left, right = map(self.text, expression.parts)
            if expression.kind in ("min", "max"):
                return f"{expression.kind}({left}, {right})"
            return f"({left} {expression.kind} {right})"
        if expression.kind == "number":
            return repr(expression.value)
        if expression.kind == "name":
            return self.place(expression.name)
        start = repr(self.start[f"start.{expression.name}"])
        return start if expression.kind == "start" else f"({self.place(expression.name)} - {start})"

    def made(self, text: str) -> Any:
        """What a text of Python gives."""
        m = self.model
        return eval(text, {
            "model": m, "stocks": m.stocks, "axes": m.axes, "offers": m.offers, "links": m.links,
            "suppliers": m.suppliers, "factions": m.factions, "means": m.means, "deciders": m.deciders,
        })  # fmt: skip

    def function(self, expression: Expression) -> Callable[[], float]:
        return self.made(f"lambda: {self.text(expression)}")

    def driver(self, expression: Expression) -> int | None:
        """The place of an expression among those that are worked out once a month; None for one that is 1."""
        text = self.text(expression)
        if text == "1.0":
            return None
        if text not in self.known:
            self.known[text] = len(self.known)
            self.functions.append(self.made(f"lambda: {text}"))
        return self.known[text]

    def evaluate(self) -> None:
        self.values = [function() for function in self.functions]

    def reporters(self, world: World) -> dict[str, Callable[[PlainModel], Any]]:
        """What a run keeps of every month: the ensemble's numbers, and what took place."""
        found = {"news": lambda model: [offer.name for offer in model.offers.values() if offer.took_place]}
        for name in world.recorded:
            if name.startswith("driver."):
                function = self.function(world.parts.drivers[name.removeprefix("driver.")])
                found[name] = lambda model, function=function: function()
            elif name != "health":
                found[name] = self.made(f"lambda model: {self.place(name)}")
        return found
