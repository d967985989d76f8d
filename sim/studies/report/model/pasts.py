"""Pasts that travel with a page: where each particle stands when it is free, and what it has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from sim.assimilation.given import Given
from sim.assimilation.past import Past
from sim.assimilation.relived import Relived
from sim.engine.beliefs import Beliefs, beliefs_in
from sim.engine.fingerprint import fingerprint
from sim.engine.history import History
from sim.engine.setups import Plain
from sim.outcomes.happenings import Findings, happening_of
from sim.outcomes.measures import measured
from sim.outcomes.postures import posture
from sim.scenario.lower import World
from sim.studies.report.model.blob import Blob, Place
from sim.studies.report.model.doubt import Doubt

MOST = 256
"""Particles that travel at most."""


def few_of(given: Given, most: int = MOST) -> Given:
    """The same from a few of its pasts, from which any number of runs go on in turn."""
    return replace(given, past=given.past.thinned(most))


def own_numbers(given: Given) -> Beliefs | None:
    """The uncertain numbers with which particles go on, as draws in the order of runs; None if all have one
    set.
    """
    beliefs, past = beliefs_in(given.setup), given.past
    if beliefs is None:
        return None
    values = {name: each[past.place_of] for name, each in past.values.items()}
    return replace(beliefs, values=values)


@dataclass(frozen=True)
class Pasts:
    """The few pasts of a page: run k goes on from one of them in turn, by luck of its own.

    given: of these pasts alone; world: the months that are simulated.
    """

    given: Given
    world: World
    seed: int

    @classmethod
    def of(cls, given: Given, holds: np.ndarray | None, world: World, seed: int) -> Pasts:
        """Those of whose numbers a page's program holds (particles,); None: all go on with the file's."""
        if holds is None:
            return cls(Given(Plain(given.scenario), given.past), world, seed)
        return cls(replace(given, past=given.past.of(given.past.place_of[holds])), world, seed)

    @property
    def past(self) -> Past:
        return self.given.past

    @cached_property
    def _relived(self) -> Relived:
        found = self.given.prepared(self.world, self.seed)
        assert isinstance(found, Relived)
        return found

    def futures(self, count: int) -> History:
        """What the first runs leave behind, their pasts included."""
        return self._relived.lived(self.seed, np.arange(count, dtype=np.uint64))

    def print_of(self, futures: History) -> str:
        """The fingerprint of what runs leave behind from the month on in which they are free."""
        free, codes = futures.raw[:, self.past.lived :], futures.raw_codes[:, self.past.lived :]
        return fingerprint([replace(futures, raw=free, raw_codes=codes)])

    def doubt(self, blob: Blob) -> dict[str, Any]:
        """What differs from past to past, as draws: numbers of their own, if they have any."""
        beliefs = own_numbers(self.given)
        if beliefs is None:
            return {"draws": self.past.particles, "numbers": {}}
        return Doubt(beliefs).told(blob)

    def told(
        self, blob: Blob, columns: Sequence[str], happenings: Sequence[str], paths: Sequence[str]
    ) -> dict[str, Any]:
        """What the page knows of them; columns: names of the state that its programs go on from.

        Arrays of numbers by particle: states (particles, columns), paths and classes (months, particles),
        codes (months, events, particles), first months of happenings (particles,), -1 for never.
        """
        history, crowd = self._relived.before()
        found, path = Findings(history), measured(history.world, history.__getitem__)
        events = [event.name for event in history.world.parts.events]
        codes = np.stack([history.codes(name) for name in events], axis=1)
        firsts = [found.first(happening_of(self.given.scenario, name)) for name in happenings]
        return {
            "since": self.past.lived,
            "particles": self.past.particles,
            "own": beliefs_in(self.given.setup) is not None,
            "columns": len(columns),
            "states": blob.put("f8", crowd.state(columns)),
            "paths": {name: blob.put("f4", path(name)) for name in paths},
            "postures": blob.put("u1", posture(history)),
            "codes": blob.put("u1", codes),
            "firsts": [_months(blob, first) for first in firsts],
        }


def _months(blob: Blob, first: np.ndarray) -> Place:
    """First months (particles,), -1 for never."""
    return blob.put("i2", np.nan_to_num(first, nan=-1.0).astype(int))


def inputs_of(
    beliefs: Beliefs, names: Sequence[str], own: np.ndarray, numbers: Mapping[str, np.ndarray]
) -> np.ndarray:
    """What a tape computes from under draws (inputs, draws), by the names of its first inputs."""
    found = np.repeat(own[:, None], beliefs.draws, axis=1)
    for place, name in enumerate(names):
        if name in numbers:
            found[place] = numbers[name]
    return found
