"""Many runs up to a month, each with a past of its own, from which any worlds go on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.engine.engine import Engine
from sim.scenario.lower import World


@dataclass(frozen=True)
class Trunks:
    """Runs 0, 1, 2, ... up to a month: what each recorded, and the state in which it was left.

    engine: that lived them; values (runs, months, names) and codes (runs, months, events), as it records
    them; state (runs, slots), as it leaves it.
    """

    engine: Engine
    values: np.ndarray = field(repr=False)
    codes: np.ndarray = field(repr=False)
    state: np.ndarray = field(repr=False)

    @property
    def months(self) -> int:
        return self.values.shape[1]

    def recorded(self, world: World, runs: np.ndarray, lanes: int) -> tuple[np.ndarray, np.ndarray]:
        """What was recorded until then of runs (runs,), as in `History`; of what was not, not a number."""
        own, places = runs.astype(np.intp), {name: at for at, name in enumerate(self.engine.world.recorded)}
        values = np.full((len(runs), self.months, len(world.recorded)), np.nan)
        known = [place for place, name in enumerate(world.recorded) if name in places]
        values[:, :, known] = self.values[own][:, :, [places[world.recorded[place]] for place in known]]
        return in_groups(values, lanes), in_groups(self.codes[own], lanes)

    def left(self, engine: Engine, runs: np.ndarray, points: np.ndarray) -> np.ndarray:
        """The state (runs, slots) from which runs (runs,) at points (runs,) of an engine go on."""
        return engine.taken_over(self.state[runs.astype(np.intp)], self.engine, points, self.months)

    def named(self, runs: np.ndarray) -> dict[str, np.ndarray]:
        """The state in which runs (runs,) were left, by name."""
        own, slots = self.state[runs.astype(np.intp)], self.engine.slots(self.months - 1)
        return {name: own[:, slot] for name, slot in slots.items()}


def by_run(grouped: np.ndarray) -> np.ndarray:
    """(groups, months, names, lanes) as (runs, months, names), with the padding.

    >>> by_run(in_groups(np.arange(6.0).reshape(3, 2, 1), lanes=2))[:3, :, 0].tolist()
    [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
    """
    return grouped.transpose(0, 3, 1, 2).reshape(-1, *grouped.shape[1:3])


def in_groups(own: np.ndarray, lanes: int) -> np.ndarray:
    """(runs, months, names) as machine code lays them down: (groups, months, names, lanes)."""
    groups = -(-len(own) // lanes)
    padded = np.concatenate([own, np.repeat(own[-1:], groups * lanes - len(own), axis=0)])
    return np.ascontiguousarray(padded.reshape(groups, lanes, *own.shape[1:]).transpose(0, 2, 3, 1))
