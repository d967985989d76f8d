"""What a page asks of its futures, as data: paths, outcomes by month, postures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np

from sim.engine.history import NODES, History
from sim.outcomes.happenings import Happening, happening_of
from sim.outcomes.measures import (
    bloc_closeness,
    bloc_share,
    largest_vulnerability,
    measured,
    measures_of,
    paths_of,
    start_of,
)
from sim.outcomes.postures import posture_names
from sim.rules.state import row_of
from sim.scenario.asked import asked, simulated
from sim.scenario.labels import posture_label, state_label
from sim.scenario.lower import World, state_name
from sim.scenario.rows import flatten
from sim.scenario.schema import Case, Nested

HOW = {
    bloc_share: ("total", "share"),
    bloc_closeness: ("mean", "closeness"),
    largest_vulnerability: ("max", "vulnerability"),
}
"""How each measure follows from recorded numbers, and of which kind these are."""

PATHS = 12
"""Paths that are shown where the file names no headlines."""


@dataclass
class Asked:
    """What is asked of a world; left_out gathers what only a function of Python answers.

    happenings: what may happen, each after those that it waits for; free: the first month [after the start]
    of which anything is to be asked.
    """

    world: World
    left_out: list[str]
    happenings: list[dict[str, Any]] = field(default_factory=list)
    free: int = 0

    @property
    def case(self) -> Case:
        return self.world.scenario.case

    @cached_property
    def _places(self) -> dict[str, int]:
        """Places of recorded numbers by their names."""
        return {name: place for place, name in enumerate(self.world.recorded)}

    @cached_property
    def _measures(self) -> dict[str, dict[str, Any]]:
        """Measures by their names: of which recorded numbers each is made, and how."""
        found = {}
        for measure in measures_of(self.world):
            assert isinstance(measure.of, partial), "a measure is made of those that it names"
            (owners,) = measure.of.keywords.values()
            how, kind = HOW[measure.of.func]
            found[measure.name] = {"how": how, "of": [self._places[f"{kind}.{owner}"] for owner in owners]}
        return found

    def measured(self, name: str) -> dict[str, Any]:
        """A number of the state, or a measure, as the file calls it: how it is made of recorded numbers."""
        own = state_name(self.case, name)
        if own in self._measures:
            return self._measures[own]
        return {"how": "total", "of": [self._places[own]]}

    def paths(self, sample: History) -> list[dict[str, Any]]:
        """The headlines, each with what is known of it; sample: some futures, for ends that are not known."""
        names = self.case.headlines or paths_of(self.world)[:PATHS]
        return [self._path(name, sample) for name in names]

    def _path(self, name: str, sample: History) -> dict[str, Any]:
        own = state_name(self.case, name)
        low, high = self._ends(own, sample)
        start = start_of(self.world, own)
        known = np.isfinite(start)
        return {
            "name": name, "label": state_label(self.case, own), "unit": row_of(own)[0].unit, "low": low,
            "high": high, "start": start if known else None, "measured": self.measured(name),
        }  # fmt: skip

    def _ends(self, name: str, sample: History) -> tuple[float, float]:
        """Between which values a path lies: its bounds, else as far as it goes in a sample."""
        low, high = row_of(name)[0].bounds
        if name in self.case.quantities:
            low, high = self.case.quantities[name].low, self.case.quantities[name].high
        if math.isfinite(high - low):
            return low, high
        found = measured(self.world, sample.__getitem__)(name)
        known = found[np.isfinite(found)]
        if not known.size:
            return 0.0, 1.0
        return float(known.min()), float(known.max())

    def outcomes(self) -> list[dict[str, Any]]:
        """The outcomes that have a month, each with the months by which it is asked about."""
        found, dates = [], simulated(self.case, self.world.months)
        for name, outcome in self.case.outcomes.items():
            place = self._happening(name)
            if place is None:
                self.left_out.append(f"outcomes.{name}: follows from a function of Python")
                continue
            every = asked(self.case, name, self.world.months)
            by = [month for month in every if month >= self.free] or every
            told = {"name": name, "label": outcome.label, "happening": place}
            found.append(told | {"by": by, "dates": [dates[month] for month in by]})
        return found

    def _happening(self, name: str) -> int | None:
        """The place of a happening among those that are asked; None of what Python alone answers."""
        known = [each["name"] for each in self.happenings]
        if name in known:
            return known.index(name)
        own = happening_of(self.world.scenario, name)
        before = list(filter(None, [own.before]))
        others = {each: self._happening(each) for each in (*own.all_of, *before)}
        if own.function is not None or None in others.values():
            return None
        waits: dict[str, Any] = {"all_of": [others[each] for each in own.all_of], "before": None}
        if own.before is not None:
            waits["before"] = others[own.before]
        self.happenings.append(self._told(own) | waits)
        return len(self.happenings) - 1

    def _told(self, happening: Happening) -> dict[str, Any]:
        """What has to hold in a month by itself: events at a node, by its bit, and bounds."""
        places = {event.name: place for place, event in enumerate(self.world.parts.events)}
        return {
            "name": happening.name, "events": [places[event] for event in happening.events],
            "any": bool(happening.events), "bit": NODES[happening.node],
            **self._bounds(happening.above, happening.below),
        }  # fmt: skip

    def _bounds(self, above: Nested, below: Nested) -> dict[str, Any]:
        return {"above": list(self._bound(above)), "below": list(self._bound(below))}

    def _bound(self, bounds: Nested) -> Iterator[dict[str, Any]]:
        for name, bound in flatten(bounds).items():
            yield {**self.measured(name), "bound": float(bound)}

    def postures(self) -> list[dict[str, Any]]:
        """The classes of months in order; the last, without bounds, is of what fits none of them."""
        bounds: list[Any] = [self._bounds(rule.above, rule.below) for rule in self.case.postures.values()]
        names = posture_names(self.case)
        return [
            {"name": name, "label": posture_label(self.case, name), "bounds": own}
            for name, own in zip(names, [*bounds, None], strict=True)
        ]
