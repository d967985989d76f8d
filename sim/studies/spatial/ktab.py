"""A table of actors read from a CSV in the layout of KTAB (`smp` model, `SMPModel::csvRead`).

A line with name, description, number of actors and number of questions; a line of headings; then a line an
actor with name, description, influence (0 or more), and for each question a position (0 to 100) and a
salience (0 to 100; one actor's saliences sum to at most 100). A comma may end each line.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from sim.reading.numbers import NotANumber, number, shown, whole, whole_of
from sim.reading.source import Source, source_of
from sim.reading.tables import filled_lines
from sim.refusal import BadInput
from sim.rules.numbers import total
from sim.studies.spatial.stakeholders import FIXED, FULL, Stakeholders

TOLERANCE = 1e-6

MOST_ACTORS, MOST_CELLS = 400, 10**6
"""Actors of an election, whose memory grows with their third power; what a first row may say of either."""


def read(file: str | Path | Source) -> Stakeholders:
    """Read a CSV in KTAB's layout; rows may be filled up with empty cells.

    Raises BadInput with file, row, column and what to do.
    """
    source = source_of(file)
    name, rows = source.name, filled_lines(source)
    if len(rows) < 3:
        raise BadInput(
            f"{name}: has {len(rows)} rows; needs a row with name, description, counts, a row of headings, "
            "and actors"
        )
    # Rows keep their numbers in the file, in which empty ones may stand between them.
    (_, head), (_, heads), *actors = [(row, _unpadded(cells)) for row, cells in rows]
    if len(head) != 4:
        raise BadInput(
            f"{name}: row 1 has {len(head)} cells; needs name, description, number of actors, "
            "number of questions"
        )
    _check_headings(name, heads, _questions(name, head, len(actors)))
    values = np.array([_numbers(name, row, cells, heads) for row, cells in actors])
    _check_names(name, heads[0], {row: cells[0] for row, cells in actors})
    names = tuple(cells[0] for _, cells in actors)
    described = tuple(cells[1] for _, cells in actors)
    table = Stakeholders(
        title=head[0],
        text=head[1],
        names=names,
        labels=tuple(map(_label, names, described)),
        questions=tuple(heads[len(FIXED) :: 2]),
        influence=values[:, 0],
        position=values[:, 1::2],
        salience=values[:, 2::2],
    )
    _check_weights(name, table)
    return table


def _label(name: str, described: str) -> str:
    """What an actor is called: its description, or its name if the cell is empty."""
    return described or name


def _questions(name: str, head: list[str], actors: int) -> int:
    """The number of questions that a first row says; it must say the number of actors that follow."""
    counted, questions = _count(name, head[2], 2), _count(name, head[3], 3)
    if counted != actors:
        raise BadInput(
            f"{name}: row 1, column 3: says {counted} actors, but {actors} rows follow the headings; "
            "correct one"
        )
    if counted > MOST_ACTORS:
        raise BadInput(
            f"{name}: has {counted} actors; an election between more than {MOST_ACTORS} takes too long"
        )
    return questions


def _unpadded(cells: list[str]) -> list[str]:
    """A row without the empty cells at its end, which fill it up to the width of the widest."""
    filled = [place for place, cell in enumerate(cells, start=1) if cell]
    return cells[: max(filled, default=0)]


def _check_headings(name: str, heads: list[str], questions: int) -> None:
    """Each question has two columns; no two columns have one heading, no column has none."""
    width = len(FIXED) + 2 * questions
    if len(heads) != width:
        raise BadInput(
            f"{name}: row 2 has {len(heads)} headings, but {questions} question(s) need {width}; "
            "correct row 1 or 2"
        )
    seen: set[str] = set()
    for place, head in enumerate(heads, start=1):
        if not head:
            raise BadInput(f"{name}: row 2, column {place}: is empty; name the column")
        if head in seen:
            raise BadInput(f"{name}: row 2, column {place}: two columns are called {shown(head)}; rename one")
        seen.add(head)


def _check_names(name: str, heading: str, actors: Mapping[int, str]) -> None:
    """Each actor has a name of its own; `actors` maps rows of the file to names."""
    seen: set[str] = set()
    for row, actor in actors.items():
        where = f"{name}: row {row}, column 1 ({heading})"
        if not actor:
            raise BadInput(f"{where}: is empty; name the actor")
        if actor in seen:
            raise BadInput(f"{where}: {shown(actor)} is there twice; rename one")
        seen.add(actor)


def _check_weights(name: str, table: Stakeholders) -> None:
    """Somebody must care for each question, and all of them together must be a number."""
    # A sum that overflows is refused below, in words.
    with np.errstate(over="ignore"):
        totals = FULL * table.weight.sum(axis=0)
    for question, weight in zip(table.questions, totals, strict=True):
        where = f"{name}: column {shown(question)}"
        if not weight > 0:  # true of what is not a number, too
            raise BadInput(f"{where}: no actor has both influence and salience; give one some of both")
        if not np.isfinite(weight):
            raise BadInput(f"{where}: influences are too large to be added; divide all by one number")


def _count(name: str, cell: str, column: int) -> int:
    """A number of actors or questions, as the first row says it. Raises BadInput."""
    try:
        return whole_of("it", whole(cell), 1, MOST_CELLS)
    except (NotANumber, BadInput):
        raise BadInput(
            f"{name}: row 1, column {column + 1}: must be a whole number above zero, not {shown(cell)}"
        ) from None


def _check_number(where: str, value: float, influence: bool) -> None:
    """Influence is 0 or more, position and salience are per cent. Raises BadInput."""
    if influence and not value >= 0:
        raise BadInput(f"{where}: {value:g} must be 0 or more")
    if not influence and not 0 <= value <= FULL:
        raise BadInput(f"{where}: {value:g} must be from 0 to 100")


def _numbers(name: str, row: int, cells: list[str], heads: list[str]) -> list[float]:
    """Influence, then position and salience of each question."""
    if len(cells) != len(heads):
        raise BadInput(
            f"{name}: row {row} has {len(cells)} cells, but there are {len(heads)} headings; "
            "fill or remove cells"
        )
    found = []
    for column in range(2, len(heads)):
        where = f"{name}: row {row}, column {column + 1} ({heads[column]})"
        try:
            value = float(number(cells[column]))
        except NotANumber as error:
            raise BadInput(f"{where}: {error}") from None
        _check_number(where, value, influence=column == 2)
        found.append(value)
    # Decimal fractions that sum to 100 on paper may not in binary, hence the tolerance.
    salience = total(found[2::2])
    if salience > FULL + TOLERANCE:
        raise BadInput(
            f"{name}: row {row}: saliences sum to {salience:g}; an actor has 100 at most, lower some"
        )
    return found
