"""CSV tables and JSON documents, changed by rows, cells, columns, keys, values and bytes; each returns what
was done.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from random import Random
from typing import Any

from tests.fuzz import hostile
from tests.fuzz.damage import damaged
from tests.fuzz.mutate import delete, nudge_number, rename_key, set_value, swap, take_other_leaf

CELLS = (
    "", " ", "nan", "inf", "-inf", "1e308", "1e999", "-1", "0", "1", "2", "0,5", "1_0", ".5", "5.", "0x10",
    "１", "²", "never", "yes", "true",
    "2010", "2010-13", "2010-06", "2012-01/2011-01", "2009", "2999", "9" * 400, "1" + "0" * 400, "series",
    "event", "time", "income", "loan",
)  # fmt: skip


def _cell(rows: list[list[str]], rng: Random) -> None:
    row = rng.choice([row for row in rows if row] or [[""]])
    if row:
        row[rng.randrange(len(row))] = rng.choice(
            (rng.choice(CELLS), rng.choice(CELLS), rng.choice(hostile.TEXTS))
        )


def _other_cell(rows: list[list[str]], rng: Random) -> None:
    cells = [(row, place) for row in rows for place in range(len(row))]
    if cells:
        (row, place), (other, from_) = rng.choice(cells), rng.choice(cells)
        row[place] = other[from_]


def _row_gone(rows: list[list[str]], rng: Random) -> None:
    if rows:
        del rows[rng.randrange(len(rows))]


def _row_again(rows: list[list[str]], rng: Random) -> None:
    if rows:
        rows.insert(rng.randrange(len(rows) + 1), list(rng.choice(rows)))


def _rows_mixed(rows: list[list[str]], rng: Random) -> None:
    rng.shuffle(rows)


def _cell_more(rows: list[list[str]], rng: Random) -> None:
    if rows:
        rng.choice(rows).append(rng.choice(CELLS))


def _cell_less(rows: list[list[str]], rng: Random) -> None:
    row = rng.choice(rows or [[]])
    if row:
        row.pop()


def _column_gone(rows: list[list[str]], rng: Random) -> None:
    place = rng.randrange(8)
    for row in rows:
        if len(row) > place:
            del row[place]


def _column_again(rows: list[list[str]], rng: Random) -> None:
    place = rng.randrange(3)
    for row in rows:
        if len(row) > place:
            row.append(row[place])


def _many_rows(rows: list[list[str]], rng: Random) -> None:
    rows.extend([list(rng.choice(rows)) for _ in range(200)] if rows else [])


TABLE_CHANGES = (
    _cell,
    _cell,
    _cell,
    _other_cell,
    _row_gone,
    _row_again,
    _rows_mixed,
    _cell_more,
    _cell_less,
    _column_gone,
    _column_again,
    _many_rows,
)
TREE_CHANGES = (set_value, set_value, take_other_leaf, delete, rename_key, swap, nudge_number)


def table(name: str, text: str, rng: Random) -> str:
    """Write a changed table; returns what was done."""
    if rng.random() < 0.3:
        what, data = damaged(text.encode(), rng.randrange(2**32))
        Path(name).write_bytes(data)
        return what
    rows = list(csv.reader(io.StringIO(text)))
    done = []
    for _ in range(rng.choice((1, 1, 2, 4))):
        change = rng.choice(TABLE_CHANGES)
        change(rows, rng)
        done.append(change.__name__)
    out = io.StringIO(newline="")
    csv.writer(
        out, lineterminator=rng.choice(("\n", "\n", "\r\n", "\r")), delimiter=rng.choice(",,,,,,;\t")
    ).writerows(rows)
    Path(name).write_bytes(
        out.getvalue().encode(
            rng.choice(("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1")), errors="replace"
        )
    )
    return ", ".join(done)


def json_changed(tree: Any, rng: Random) -> tuple[str, str]:
    """A document of JSON with one to three changes: what was done, and its text."""
    done = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        change = rng.choice(TREE_CHANGES)
        if tree:
            change(tree, rng)
            done.append(change.__name__)
    return ", ".join(done), json.dumps(tree, default=lambda value: getattr(value, "text", str(value)))
