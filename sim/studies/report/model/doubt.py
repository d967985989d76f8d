"""Draws of the doubtful numbers that travel with a page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sim.engine.beliefs import Beliefs, beliefs_in, prior_beliefs
from sim.engine.families import traceable
from sim.engine.setups import Setup
from sim.engine.uncertain import drawn, free_numbers
from sim.scenario.wholes import wholes
from sim.studies.report.model.blob import Blob, Place

DRAWS = 64
"""Draws that travel: the first of those that a run takes."""


@dataclass(frozen=True)
class Doubt:
    """Draws of a scenario's uncertain numbers."""

    beliefs: Beliefs

    @classmethod
    def of(cls, setup: Setup, seed: int) -> tuple[Doubt | None, str]:
        """The draws of a setup, else from the priors of its file; none, and why, where they cannot travel."""
        beliefs = beliefs_in(setup)
        if beliefs is None:
            if not free_numbers(setup.scenario):
                return None, "the scenario names none"
            beliefs = prior_beliefs(setup.scenario, DRAWS, seed)
        few = {name: values[:DRAWS] for name, values in beliefs.values.items()}
        return cls.travelling(replace(beliefs, values=few))

    @classmethod
    def travelling(cls, beliefs: Beliefs) -> tuple[Doubt | None, str]:
        """All of some draws; none, and why, where they cannot travel."""
        found = cls(beliefs)
        known = set(traceable(beliefs.scenario))
        other = next((path for path in found.paths if path not in known), None)
        if other is not None:
            # such as a bound of an outcome, which is read by more than the months
            return None, f"not counted in this page, which cannot draw {other}"
        return found, ""

    @property
    def values(self) -> dict[str, Any]:
        """Values of the entries, by name (draws,)."""
        return dict(self.beliefs.values)

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the numbers that are drawn, and of those that give way to them."""
        return tuple(drawn(self.beliefs.scenario, self.beliefs.free, self.values))

    def told(self, blob: Blob) -> dict[str, Any]:
        """How each number follows from a draw: a factor or shift of what is read, or a value of its own."""
        scenario, values = self.beliefs.scenario, self.values
        numbers = drawn(scenario, self.beliefs.free, values)
        shared = {path for whole in wholes(scenario) for path in whole}
        found = {path: _told("value", 0.0, blob.put("f8", own)) for path, own in numbers.items()}
        for entry in self.beliefs.free:
            free = [path for path in entry.paths if path not in shared]
            place = blob.put("f8", values[entry.name])
            found |= {path: _told(entry.kind, float(entry.own), place) for path in free}
        return {"draws": len(next(iter(values.values()))), "numbers": found}


def _told(kind: str, centre: float, place: Place) -> dict[str, Any]:
    return {"kind": kind, "centre": centre, "at": place}
