"""Who wants what, how much, and with what influence: a table of actors in the CSV layout of KTAB, or made from a scenario.

The layout (KTAB, `smp` model, `SMPModel::csvRead`): a line with name, description, number of actors and number of questions; a
line of headings; then a line an actor with name, description, influence (0 or more), and for each question a position (0 to 100)
and a salience (0 to 100; one actor's saliences sum to at most 100). A comma may end each line.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.labels import faction_label
from sim.refusal import BadInput
from sim.scenario.lower import World
from sim.writing.tables import as_meant, write_rows

FIXED = ("Actor", "Description", "Influence")
FULL = 100.0
"""End of the scales of position and salience, and the most attention that an actor has."""
TOLERANCE = 1e-6


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
        """Power brought to bear on each question, influence x salience / 100 (n, d); KTAB calls it effective power."""
        return self.influence[:, None] * self.salience / FULL

    def rows(self) -> Iterator[list[str]]:
        """The rows of the CSV."""
        yield [self.title, self.text, str(len(self.names)), str(len(self.questions))]
        yield [*FIXED, *(cell for question in self.questions for cell in (question, f"Salience of {question}"))]
        for i, (name, label) in enumerate(zip(self.names, self.labels, strict=True)):
            pairs = np.column_stack([self.position[i], self.salience[i]]).ravel()
            yield [name, label, f"{self.influence[i]:.4f}", *(f"{value:.4f}" for value in pairs)]

    def write(self, path: Path) -> None:
        """Write the CSV."""
        write_rows(self.rows(), path)


def of_world(world: World) -> Stakeholders:
    """The actors of a scenario on the question where the target stands, one question for each axis of alignment.

    Influence [%]: of a faction of the target its clout, of a power its share of influence, as in the expected-utility theory of
    choice. Position: the ideal, from 0 (-1 on the axis) to 100 (+1). Salience [%]: what the actor values alignment at [logit], in
    per cent of the most that any actor does, split evenly over the axes; our assumption: stakes stand for attention.
    Raises BadInput if nobody values alignment.
    """
    case, axes = world.scenario.case, world.parts.axes
    units = [unit for group in world.parts.units.values() for unit in group]
    stake = np.array([abs(u.values.get("alignment", 0.0)) for u in units])
    if not stake.any():
        raise BadInput(f"{world.scenario.name}: no actor values alignment, so no table of actors can be made; give a CSV")
    own = [1.0 if u.actor == world.parts.target else world.start[f"share.{u.actor}"] for u in units]
    return Stakeholders(
        title=case.title,
        text=f"Where {case.actors[world.parts.target].label} stands; 0 is -1 on the axis and 100 is +1",
        names=tuple(u.name for u in units),
        labels=tuple(faction_label(case, u.name) for u in units),
        questions=tuple(axis.removeprefix("alignment.") for axis in axes),
        influence=FULL * np.array([share * world.start[u.clout] for share, u in zip(own, units, strict=True)]),
        position=to_scale(np.array([u.ideal for u in units])),
        salience=np.repeat(FULL / len(axes) * stake[:, None] / stake.max(), len(axes), axis=1),
    )


def to_scale(coordinate: np.ndarray) -> np.ndarray:
    """A coordinate on an axis of alignment [-1, 1] as a position [0, 100]."""
    return 0.5 * FULL * (1.0 + coordinate)


def read(path: Path) -> Stakeholders:
    """Read a CSV in KTAB's layout. Raises BadInput with file, row, column and what to do."""
    rows = [(number, cells) for number, cells in _lines(path) if any(cells)]
    if len(rows) < 3:
        raise BadInput(f"{path}: has {len(rows)} rows; needs a row with name, description, counts, a row of headings, and actors")
    (_, head), (_, heads), *actors = rows
    if len(head) != 4:
        raise BadInput(f"{path}: row 1 has {len(head)} cells; needs name, description, number of actors, number of questions")
    counted, questions = (_count(path, head[column], column) for column in (2, 3))
    if counted != len(actors):
        raise BadInput(f"{path}: row 1, column 3: says {counted} actors, but {len(actors)} rows follow the headings; correct one")
    width = len(FIXED) + 2 * questions
    if len(heads) != width:
        raise BadInput(f"{path}: row 2 has {len(heads)} headings, but {questions} question(s) need {width}; correct row 1 or 2")
    values = np.array([_numbers(path, number, cells, heads) for number, cells in actors])
    names = [cells[0] for _, cells in actors]
    for (number, _), name in zip(actors, names, strict=True):
        if not name or names.count(name) > 1:
            wrong = f"{name!r} is there twice; rename one" if name else "is empty; name the actor"
            raise BadInput(f"{path}: row {number}, column 1 ({heads[0]}): {wrong}")
    table = Stakeholders(
        head[0], head[1], tuple(names), tuple(cells[1] or cells[0] for _, cells in actors), tuple(heads[len(FIXED) :: 2]),
        values[:, 0], values[:, 1::2], values[:, 2::2],
    )  # fmt: skip
    for question, total in zip(table.questions, table.weight.sum(axis=0), strict=True):
        if not total > 0:
            raise BadInput(f"{path}: column {question!r}: no actor has both influence and salience; give one some of both")
    return table


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers; cells without the blanks around them, and without the empty one after a last comma."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read ({error}); it must be a CSV file in UTF-8") from None
    reader = csv.reader(text.splitlines(), skipinitialspace=True)
    try:
        for cells in reader:
            stripped = [as_meant(cell).strip() for cell in cells]
            yield reader.line_num, stripped[:-1] if stripped and not stripped[-1] else stripped
    except csv.Error as error:
        raise BadInput(f"{path}: row {reader.line_num}: {error}; it must be a CSV file") from None


def _count(path: Path, cell: str, column: int) -> int:
    if not (cell.isascii() and cell.isdigit() and int(cell[:9]) > 0):
        raise BadInput(f"{path}: row 1, column {column + 1}: must be a whole number above zero, not {cell[:40]!r}")
    return int(cell[:9])


def _numbers(path: Path, row: int, cells: list[str], heads: list[str]) -> list[float]:
    """Influence, then position and salience of each question."""
    if len(cells) != len(heads):
        raise BadInput(f"{path}: row {row} has {len(cells)} cells, but there are {len(heads)} headings; fill or remove cells")
    found = []
    for column in range(2, len(heads)):
        where = f"{path}: row {row}, column {column + 1} ({heads[column]})"
        top = math.inf if column == 2 else FULL
        try:
            value = float(cells[column])
        except ValueError:
            raise BadInput(f"{where}: must be a number, not {cells[column][:40]!r}") from None
        if not (0 <= value <= top and math.isfinite(value)):
            raise BadInput(f"{where}: {value:g} must be {'finite and 0 or more' if column == 2 else 'from 0 to 100'}")
        found.append(value)
    if sum(found[2::2]) > FULL + TOLERANCE:
        raise BadInput(f"{path}: row {row}: saliences sum to {sum(found[2::2]):g}; an actor has 100 at most, lower some")
    return found
