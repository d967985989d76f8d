"""What a page asks of its futures, as data: paths, outcomes by month, postures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sim.engine.history import NODES, History
from sim.outcomes.happenings import happening_of
from sim.outcomes.measures import (
    bloc_closeness,
    bloc_share,
    largest_vulnerability,
    measures_of,
    paths_of,
    start_of,
)
from sim.outcomes.measures import measured as measured_by
from sim.outcomes.postures import posture_names
from sim.rules.state import row_of
from sim.scenario.asked import asked, simulated
from sim.scenario.labels import posture_label, state_label
from sim.scenario.lower import World, state_name
from sim.scenario.rows import flatten

HOW = {bloc_share: "total", bloc_closeness: "mean", largest_vulnerability: "max"}
"""How a measure follows from recorded numbers."""

PATHS = 12
"""Paths that are shown where the file names no headlines."""


@dataclass
class Asked:
    """What is asked of a world; left_out gathers what only a function of Python answers."""

    world: World
    left_out: list[str] = field(default_factory=list)
    happenings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def case(self) -> Any:
        return self.world.scenario.case

    def measured(self, name: str) -> dict[str, Any]:
        """A number of the state or a measure: of which recorded numbers it is made, and how."""
        places = {each: place for place, each in enumerate(self.world.recorded)}
        name = state_name(self.case, name)
        for measure in measures_of(self.world):
            if measure.name == name and isinstance(measure.of, partial):
                (owners,) = measure.of.keywords.values()
                kind = {bloc_share: "share", bloc_closeness: "closeness"}.get(
                    measure.of.func, "vulnerability"
                )
                return {"how": HOW[measure.of.func], "of": [places[f"{kind}.{owner}"] for owner in owners]}
        return {"how": "total", "of": [places[name]]}

    def paths(self, sample: History) -> list[dict[str, Any]]:
        """The headlines, each with what is known of it; sample: some futures, for ends that are not known."""
        names = self.case.headlines or list(paths_of(self.world))[:PATHS]
        return [self._path(name, sample) for name in names]

    def _path(self, name: str, sample: History) -> dict[str, Any]:
        own = state_name(self.case, name)
        row, _ = row_of(own)
        (low, high), unit = row.bounds, row.unit
        quantity = self.case.quantities.get(name)
        if quantity is not None:
            low, high = quantity.low, quantity.high
        if not (math.isfinite(low) and math.isfinite(high)):
            found = measured_by(self.world, sample.__getitem__)(own)[:, ~sample.failed]
            low, high = (float(found.min()), float(found.max())) if found.size else (0.0, 1.0)
        start = start_of(self.world, own)
        return {
            "name": name, "label": state_label(self.case, own), "unit": unit, "low": low, "high": high,
            "start": start if math.isfinite(start) else None, "measured": self.measured(name),
        }  # fmt: skip

    def outcomes(self) -> list[dict[str, Any]]:
        """The outcomes that have a month, each with the months by which it is asked about."""
        found = []
        for name, outcome in self.case.outcomes.items():
            place = self._happening(name) if outcome.kind == "date" else None
            if place is None:
                self.left_out.append(f"outcomes.{name}: follows from a function of Python")
                continue
            found.append({"name": name, "label": outcome.label, "happening": place, **self.by(name)})
        return found

    def by(self, name: str) -> dict[str, Any]:
        """The months by which an outcome is asked about."""
        by, dates = asked(self.case, name, self.world.months), simulated(self.case, self.world.months)
        return {"by": by, "dates": [dates[month] for month in by]}

    def _happening(self, name: str) -> int | None:
        """The place of a happening among those that are asked; None of what Python alone answers."""
        known = [each["name"] for each in self.happenings]
        if name in known:
            return known.index(name)
        own = happening_of(self.world.scenario, name)
        others = {each: self._happening(each) for each in (*own.all_of, *filter(None, [own.before]))}
        if own.function is not None or None in others.values():
            return None
        events = [event.name for event in self.world.parts.events]
        self.happenings.append(
            {
                "name": name, "events": [events.index(event) for event in own.events],
                "bit": NODES[own.node], "any": bool(own.events), **self._bounds(own.above, own.below),
                "all_of": [others[each] for each in own.all_of],
                "before": others[own.before] if own.before else None,
            }
        )  # fmt: skip
        return len(self.happenings) - 1

    def _bounds(self, above: dict[str, Any], below: dict[str, Any]) -> dict[str, Any]:
        return {"above": list(self._bound(above)), "below": list(self._bound(below))}

    def _bound(self, bounds: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for name, bound in flatten(bounds).items():
            yield {**self.measured(name), "bound": float(bound)}

    def postures(self) -> list[dict[str, Any]]:
        """The classes of months in order; the last is of what fits none of them."""
        rules = list(self.case.postures.values())
        bounds = [self._bounds(rule.above, rule.below) for rule in rules]
        names = posture_names(self.case)
        told = [{"name": name, "label": posture_label(self.case, name)} for name in names]
        return [each | {"bounds": own} for each, own in zip(told, [*bounds, None], strict=True)]
