"""Who wants what, how much, and with what influence: a table of actors, or one made from a scenario."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from sim.refusal import BadInput
from sim.rules.structure import Unit
from sim.scenario.labels import faction_label
from sim.scenario.lower import World
from sim.writing.tables import write_rows

FIXED = ("Actor", "Description", "Influence")
FULL = 100.0
"""End of the scales of position and salience, and the most attention that an actor has."""


@dataclass(frozen=True)
class Stakeholders:
    """Actors (n) and questions (d): influence (n,), position (n, d) [0, 100], salience (n, d) [0, 100]."""

    title: str
    text: str
    names: tuple[str, ...]
    labels: tuple[str, ...]
    questions: tuple[str, ...]
    influence: np.ndarray
    position: np.ndarray
    salience: np.ndarray

    @property
    def weight(self) -> np.ndarray:
        """Power brought to bear on each question, influence x salience / 100 (n, d), KTAB's effective one."""
        return self.influence[:, None] * self.salience / FULL

    @property
    def told(self) -> tuple[str, ...]:
        """What each actor is called: its label, behind its name where several have one label."""
        shared = Counter(self.labels)
        called = []
        for name, label in zip(self.names, self.labels, strict=True):
            if shared[label] > 1:
                label = f"{name}, {label}"
            called.append(label)
        return tuple(called)

    def rows(self) -> Iterator[list[Any]]:
        """The rows of the CSV."""
        yield [self.title, self.text, str(len(self.names)), str(len(self.questions))]
        heads = list(FIXED)
        for question in self.questions:
            heads += [question, f"Salience of {question}"]
        yield heads
        for i, (name, label) in enumerate(zip(self.names, self.labels, strict=True)):
            pairs = np.column_stack([self.position[i], self.salience[i]]).ravel()
            yield [name, label, float(self.influence[i]), *pairs.tolist()]

    def write(self, path: Path) -> None:
        """Write the CSV."""
        write_rows(self.rows(), path)


def of_world(world: World) -> Stakeholders:
    """The actors of a scenario on where the target stands, a question for each axis of alignment.

    Influence [%]: of a faction of the target its clout, of a power its share of influence, as in the
    expected-utility theory of choice. Position: the ideal, from 0 (-1 on the axis) to 100 (+1). Salience [%]:
    what the actor values alignment at [logit], in per cent of the most that any actor does, split evenly over
    the axes; our assumption: stakes stand for attention. Raises BadInput if nobody values alignment.
    """
    case, axes, target = world.scenario.case, world.parts.axes, world.parts.target
    units = _deciding(world)
    # Who wants distance cares as much as who wants closeness.
    stake = np.abs([unit.values.get("alignment", 0.0) for unit in units])
    if not stake.any():
        raise BadInput(
            f"{world.scenario.name}: no actor values alignment, so no table of actors can be made; give a CSV"
        )
    salience = FULL / len(axes) * stake[:, None] / stake.max()
    names = [unit.name for unit in units]
    labels = [faction_label(case, name) for name in names]
    influence = np.array([_influence(world, unit) for unit in units])
    return Stakeholders(
        title=case.title,
        text=f"Where {case.actors[target].label} stands; 0 is -1 on the axis and 100 is +1",
        names=tuple(names),
        labels=tuple(labels),
        questions=tuple(questions_of(world)),
        influence=FULL * influence,
        position=to_scale(np.array([unit.ideal for unit in units])),
        salience=np.repeat(salience, len(axes), axis=1),
    )


def questions_of(world: World) -> list[str]:
    """The axes of alignment, as questions are called in a table."""
    return [axis.removeprefix("alignment.") for axis in world.parts.axes]


def _deciding(world: World) -> list[Unit]:
    """Those who decide, in the order of the scenario: the factions of an actor, or the actor itself."""
    units = world.parts.units
    known = {unit.name: unit for unit in chain.from_iterable(units.values())}
    found = []
    for name, actor in world.scenario.case.actors.items():
        if name not in units:
            continue
        found += [known[each] for each in actor.factions or [name]]
    return found


def _influence(world: World, unit: Unit) -> float:
    """Share of all influence on the target [0, 1]: of its own factions by their clout."""
    own = 1.0
    if unit.actor != world.parts.target:
        own = world.start[f"share.{unit.actor}"]
    return own * world.start[unit.clout]


def to_scale(coordinate: np.ndarray) -> np.ndarray:
    """A coordinate on an axis of alignment [-1, 1] as a position [0, 100]."""
    return 0.5 * FULL * (1.0 + coordinate)
