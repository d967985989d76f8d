"""What a page says of a number that moves: its words, its ends, and where its own value comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sim.engine.ranged import Ranged
from sim.refusal import cleaned
from sim.rules.state import row_of
from sim.scenario.labels import actor_label, sentence, state_label
from sim.scenario.load import Scenario
from sim.scenario.lookup import labelled
from sim.scenario.lower import World
from sim.scenario.provenance import LEAST, Provenance
from sim.studies.report.links import addresses

DO, SET = "do", "set"
"""What somebody does from a month on, and what is read otherwise from the start."""


@dataclass(frozen=True)
class Number:
    """A number that moves: what it is, between which values, and where its own value comes from.

    kind: DO or SET; path: as interventions or readings name it; stock: whether it is a stock that is held.
    """

    kind: str
    path: str
    label: str
    unit: str
    value: float
    low: float
    high: float
    plausible: tuple[float, float]
    tier: str
    source: str
    actor: str | None
    stock: bool

    def told(self) -> dict[str, Any]:
        """What the page is told of it."""
        found = next(addresses(cleaned(self.source)), None)
        url, host = (None, None) if found is None else (found.whole, found.host)
        return {"key": f"{self.kind}:{self.path}", **asdict(self), "url": url, "host": host}


def stock_called(world: World, name: str) -> Number:
    """A stock that somebody may hold anywhere in its bounds, by its name in the state."""
    case, scenario = world.scenario.case, world.scenario
    low, high = _bounds(world, name)
    known = scenario.provenance.get(f"quantities.{name}.start")
    if known is None:
        known = Provenance(row_of(name)[0].unit, low, high, "", LEAST)
    label = case.page.labels.get(name, state_label(case, name))
    return Number(
        DO, name, label, known.unit, float(world.start[name]), low, high, (known.low, known.high), known.tier,
        known.source, None, True,
    )  # fmt: skip


def _bounds(world: World, name: str) -> tuple[float, float]:
    """Between which values a stock may be; a mean of several between the ends of any."""
    case = world.scenario.case
    quantity: Any = case.quantities.get(name) or case.file.quantities.get(name)
    if quantity is None:
        return row_of(name)[0].bounds
    return _end(quantity.low, min), _end(quantity.high, max)


def _end(given: Any, of_all: Callable[..., float]) -> float:
    """An end that all actors have, or of a table by actor the widest."""
    if isinstance(given, dict):
        return float(of_all(given.values()))
    return float(given)


def number_at(scenario: Scenario, kind: str, entry: Ranged) -> Number:
    """A number of the file, as far as the scenario takes it."""
    path, known = entry.name, scenario.provenance[entry.name]
    label = scenario.case.page.labels.get(path, sentence(labelled(scenario.raw, path)))
    # the file's own number may lie beyond what is plausible: whoever writes it may
    low, high = min(entry.low, entry.own), max(entry.high, entry.own)
    return Number(
        kind, path, label, known.unit, entry.own, low, high, (known.low, known.high), known.tier,
        known.source, _actor(scenario, path), False,
    )  # fmt: skip


def _actor(scenario: Scenario, path: str) -> str | None:
    """Whose number it is, in words; None of what is nobody's."""
    section, *rest = path.split(".")
    case, owner = scenario.case, ""
    if section == "actors":
        owner = rest[0]
    if section == "events":
        owner = case.events[rest[0]].initiator
    if owner in case.actors:
        return actor_label(case, owner)
    return None
