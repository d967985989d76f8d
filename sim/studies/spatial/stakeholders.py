"""Who wants what, how much, and with what influence: a table of actors in the CSV layout of KTAB, or made
from a scenario.

The layout (KTAB, `smp` model, `SMPModel::csvRead`): a line with name, description, number of actors and
number of questions; a line of headings; then a line an actor with name, description, influence (0 or more),
and for each question a position (0 to 100) and a salience (0 to 100; one actor's saliences sum to at most
100). A comma may end each line.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.reading.numbers import NotANumber, number, shown, whole, whole_of
from sim.reading.source import Source, source_of
from sim.reading.tables import filled_lines
from sim.refusal import BadInput
from sim.rules.numbers import total
from sim.scenario.labels import faction_label
from sim.scenario.lower import World
from sim.writing.tables import write_rows

FIXED = ("Actor", "Description", "Influence")
FULL = 100.0
"""End of the scales of position and salience, and the most attention that an actor has."""
TOLERANCE = 1e-6

MOST_ACTORS, MOST_CELLS = 400, 10**6
"""Actors of an election, whose memory grows with their third power; what a first row may say of actors or
questions.
"""


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
        """Power brought to bear on each question, influence x salience / 100 (n, d); KTAB calls it effective
        power.
        """
        return self.influence[:, None] * self.salience / FULL

    @property
    def told(self) -> tuple[str, ...]:
        """What each actor is called: its label, behind its name where several have one label."""
        shared = Counter(self.labels)
        pairs = zip(self.names, self.labels, strict=True)
        return tuple(label if shared[label] == 1 else f"{name}, {label}" for name, label in pairs)

    def rows(self) -> Iterator[list[Any]]:
        """The rows of the CSV."""
        yield [self.title, self.text, str(len(self.names)), str(len(self.questions))]
        yield [
            *FIXED,
            *(cell for question in self.questions for cell in (question, f"Salience of {question}")),
        ]
        for i, (name, label) in enumerate(zip(self.names, self.labels, strict=True)):
            pairs = np.column_stack([self.position[i], self.salience[i]]).ravel()
            yield [name, label, float(self.influence[i]), *pairs.tolist()]

    def write(self, path: Path) -> None:
        """Write the CSV."""
        write_rows(self.rows(), path)


def of_world(world: World) -> Stakeholders:
    """The actors of a scenario on the question where the target stands, one question for each axis of
    alignment.

    Influence [%]: of a faction of the target its clout, of a power its share of influence, as in the
    expected-utility theory of choice. Position: the ideal, from 0 (-1 on the axis) to 100 (+1). Salience [%]:
    what the actor values alignment at [logit], in per cent of the most that any actor does, split evenly over
    the axes; our assumption: stakes stand for attention. Raises BadInput if nobody values alignment.
    """
    case, axes = world.scenario.case, world.parts.axes
    deciders = [actor for actor in case.actors if actor in world.parts.units]
    known = {unit.name: unit for group in world.parts.units.values() for unit in group}
    units = [known[name] for actor in deciders for name in case.actors[actor].factions or [actor]]
    stake = np.array([abs(u.values.get("alignment", 0.0)) for u in units])
    if not stake.any():
        raise BadInput(
            f"{world.scenario.name}: no actor values alignment, so no table of actors can be made; give a CSV"
        )
    own = [1.0 if u.actor == world.parts.target else world.start[f"share.{u.actor}"] for u in units]
    return Stakeholders(
        title=case.title,
        text=f"Where {case.actors[world.parts.target].label} stands; 0 is -1 on the axis and 100 is +1",
        names=tuple(u.name for u in units),
        labels=tuple(faction_label(case, u.name) for u in units),
        questions=tuple(axis.removeprefix("alignment.") for axis in axes),
        influence=FULL
        * np.array([share * world.start[u.clout] for share, u in zip(own, units, strict=True)]),
        position=to_scale(np.array([u.ideal for u in units])),
        salience=np.repeat(FULL / len(axes) * stake[:, None] / stake.max(), len(axes), axis=1),
    )


def to_scale(coordinate: np.ndarray) -> np.ndarray:
    """A coordinate on an axis of alignment [-1, 1] as a position [0, 100]."""
    return 0.5 * FULL * (1.0 + coordinate)


def read(file: str | Path | Source) -> Stakeholders:
    """Read a CSV in KTAB's layout; rows may be filled up with empty cells. Raises BadInput with file, row,
    column, what to do.
    """
    source = source_of(file)
    name, rows = source.name, filled_lines(source)
    if len(rows) < 3:
        raise BadInput(
            f"{name}: has {len(rows)} rows; needs a row with name, description, counts, a row of headings, and actors"
        )
    (_, head), (_, heads), *actors = ((number, _unpadded(cells)) for number, cells in rows)
    if len(head) != 4:
        raise BadInput(
            f"{name}: row 1 has {len(head)} cells; needs name, description, number of actors, number of questions"
        )
    counted, questions = (_count(name, head[column], column) for column in (2, 3))
    if counted != len(actors):
        raise BadInput(
            f"{name}: row 1, column 3: says {counted} actors, but {len(actors)} rows follow the headings; correct one"
        )
    if counted > MOST_ACTORS:
        raise BadInput(
            f"{name}: has {counted} actors; an election between more than {MOST_ACTORS} takes too long"
        )
    width = len(FIXED) + 2 * questions
    if len(heads) != width:
        raise BadInput(
            f"{name}: row 2 has {len(heads)} headings, but {questions} question(s) need {width}; correct row 1 or 2"
        )
    _check_headings(name, heads)
    values = np.array([_numbers(name, number, cells, heads) for number, cells in actors])
    _check_names(name, heads[0], {number: cells[0] for number, cells in actors})
    table = Stakeholders(
        head[0], head[1], tuple(cells[0] for _, cells in actors),
        tuple(cells[1] or cells[0] for _, cells in actors), tuple(heads[len(FIXED) :: 2]), values[:, 0],
        values[:, 1::2], values[:, 2::2],
    )  # fmt: skip
    _check_weights(name, table)
    return table


def _unpadded(cells: list[str]) -> list[str]:
    """A row without the empty cells at its end, which fill it up to the width of the widest."""
    filled = max((place for place, cell in enumerate(cells, start=1) if cell), default=0)
    return cells[:filled]


def _check_headings(name: str, heads: list[str]) -> None:
    """Questions must be told apart: no two columns have one heading, no column has none."""
    for place, head in enumerate(heads):
        if not head or head in heads[:place]:
            wrong = (
                f"two columns are called {shown(head)}; rename one" if head else "is empty; name the column"
            )
            raise BadInput(f"{name}: row 2, column {place + 1}: {wrong}")


def _check_names(name: str, heading: str, actors: Mapping[int, str]) -> None:
    seen: set[str] = set()
    for row, actor in actors.items():
        if not actor or actor in seen:
            wrong = f"{shown(actor)} is there twice; rename one" if actor else "is empty; name the actor"
            raise BadInput(f"{name}: row {row}, column 1 ({heading}): {wrong}")
        seen.add(actor)


def _check_weights(name: str, table: Stakeholders) -> None:
    """Somebody must care for each question, and all of them together must be a number."""
    with np.errstate(over="ignore"):
        totals = FULL * table.weight.sum(axis=0)
    for question, weight in zip(table.questions, totals, strict=True):
        if not weight > 0:
            raise BadInput(
                f"{name}: column {shown(question)}: no actor has both influence and salience; give one some of both"
            )
        if not np.isfinite(weight):
            raise BadInput(
                f"{name}: column {shown(question)}: influences are too large to be added; divide all by one number"
            )


def _count(name: str, cell: str, column: int) -> int:
    try:
        return whole_of("it", whole(cell), 1, MOST_CELLS)
    except (NotANumber, BadInput):
        raise BadInput(
            f"{name}: row 1, column {column + 1}: must be a whole number above zero, not {shown(cell)}"
        ) from None


def _numbers(name: str, row: int, cells: list[str], heads: list[str]) -> list[float]:
    """Influence, then position and salience of each question."""
    if len(cells) != len(heads):
        raise BadInput(
            f"{name}: row {row} has {len(cells)} cells, but there are {len(heads)} headings; fill or remove cells"
        )
    found = []
    for column in range(2, len(heads)):
        where = f"{name}: row {row}, column {column + 1} ({heads[column]})"
        try:
            value = float(number(cells[column]))
        except NotANumber as error:
            raise BadInput(f"{where}: {error}") from None
        if not 0 <= value <= (math.inf if column == 2 else FULL):
            raise BadInput(f"{where}: {value:g} must be {'0 or more' if column == 2 else 'from 0 to 100'}")
        found.append(value)
    if total(found[2::2]) > FULL + TOLERANCE:
        raise BadInput(
            f"{name}: row {row}: saliences sum to {total(found[2::2]):g}; an actor has 100 at most, lower some"
        )
    return found
