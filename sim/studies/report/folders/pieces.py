"""Sections that pages about folders have in common: figures, tables, doubt, and how to make sure."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from pandas.api.types import is_numeric_dtype

from sim.drawing.foreign import inline_file
from sim.studies.caveat import caveat
from sim.studies.report.findings import command_of
from sim.studies.report.folders.columns import Column, column
from sim.studies.report.folders.opened import Folder
from sim.studies.report.folders.shape import Columns, Form, Part, Picture, Shape, number
from sim.studies.report.pieces import Commands, Facts, Figure, Section, Table, Words

MOST_SHOWN, MOST_BESIDE, MOST_SAVED = 60, 12, 5000
"""Rows of a table that are shown, of one with all its columns, and that are saved; the folder has all."""

SAME = "Every number of the page is one of the folder, whose files were held against their checksums."


def figures(folder: Folder, shape: Shape) -> Iterator[Section]:
    """The figures, in the order of the page; none where none was drawn."""
    drawn = [_drawn(folder, each) for each in shape.pictures if f"{each.name}.svg" in folder.files]
    if drawn:
        yield Section("figures", "In pictures", drawn)


def _drawn(folder: Folder, picture: Picture) -> Figure:
    """A stored figure as a part of the page; ids begin with its name, so that no two figures share one."""
    anchor = picture.name.replace("/", "-")
    data = folder.bytes_of(f"{picture.name}.svg")
    svg = inline_file(data, f"figure-{anchor}", picture.title, picture.shows)
    return Figure(svg, picture.title)


def tables(folder: Folder, shape: Shape, of: str | None) -> Iterator[Section]:
    """The tables, each with all its columns to be saved."""
    made = [_table(folder, part, of) for part in shape.parts if part.file in folder.files]
    told = [table for table in made if len(table.data)]
    if told:
        yield Section("tables", "In numbers", told)


def _table(folder: Folder, part: Part, of: str | None) -> Table:
    """A part of the page: what is shown of a stored table, and all its columns to be saved."""
    rows = part.of(folder.table(part.file), folder, of)
    known = {name: seen for name, seen in _columns(folder, part, rows, of).items() if name in rows}
    top = part.seen(rows.head(_shown(part)), folder)
    cells = {heading: _cells(top[name], form) for name, (heading, form) in known.items()}
    texts = tuple(heading for name, (heading, form) in known.items() if not is_numeric_dtype(rows[name]))
    notes = (*part.notes, *_left_out(part, len(rows), _shown(part)))
    saved = _saved(rows, part)
    return Table(part.name, part.caption, pd.DataFrame(cells), saved, folder.command, notes, texts)


def _columns(folder: Folder, part: Part, rows: pd.DataFrame, of: str | None) -> Columns:
    """The columns that a table shows."""
    if part.columns is None:
        return {name: (_known(part, name).label, _form(rows[name])) for name in rows if _holds(rows[name])}
    if callable(part.columns):
        return part.columns(folder, of)
    return part.columns


def _holds(cells: pd.Series) -> bool:
    """Whether a column holds anything."""
    return bool((cells.notna() & (cells != "")).any())


def _form(cells: pd.Series) -> Form | None:
    """How the numbers of a column look that nobody said anything about."""
    if is_numeric_dtype(cells):
        return number
    return None


def _cells(cells: pd.Series, form: Form | None) -> pd.Series:
    """The cells of a column as they are read."""
    # a column of texts may hold nothing at all, and then it was read as numbers
    if form is None or not is_numeric_dtype(cells):
        return cells.astype(object).where(cells.notna(), "")
    return cells.map(form)


def _saved(rows: pd.DataFrame, part: Part) -> pd.DataFrame:
    """What the file of a table holds: every column, headed by its words and its unit."""
    heads = [_known(part, name).heading for name in rows.columns]
    return rows.head(MOST_SAVED).set_axis(heads, axis=1)


def _known(part: Part, name: str) -> Column:
    """What a column is called."""
    return part.own.get(name) or column(name)


def _shown(part: Part) -> int:
    """How many rows of a table are shown."""
    if part.columns is None:
        return MOST_BESIDE
    return MOST_SHOWN


def _left_out(part: Part, rows: int, shown: int) -> Iterator[str]:
    """That rows are not shown, and where they are: a table that is cut in silence reads as all there is."""
    if rows <= shown:
        return
    held = "all of them"
    if rows > MOST_SAVED:
        held = f"{MOST_SAVED:,} of them, {part.file} of the folder all"
    yield f"The first {shown} of {rows:,} rows; the file that is saved holds {held}."


def doubt(folder: Folder, shape: Shape) -> Section:
    """What results of the kind do not say."""
    failed = int(folder.manifest.get("failed_runs") or 0)
    lost = [f"{failed:,} runs had a number that is not finite; they count nowhere."] * bool(failed)
    return Section("doubt", "What to doubt", [Words.of(*lost, *shape.doubts, *caveat(folder.scenario))])


def cite(folder: Folder, command: str) -> Section:
    """What was run, and the commands that made the folder, check it, and make the page (the last given)."""
    told = folder.manifest.get("identity") or folder.manifest
    run = folder.manifest.get("scenario") or {"as_run_sha256": told["scenario"]}
    known = {
        "Scenario": folder.scenario.title,
        "Checksum as run": run["as_run_sha256"],
        "Steppe": folder.manifest.get("versions", {}).get("steppe") or told.get("version"),
        "Seed": told["seed"],
        "Made on": folder.manifest.get("date"),
        "Checksum of the folder": folder.manifest["manifest_sha256"],
    }
    facts = tuple((name, str(value)) for name, value in known.items() if value is not None)
    lines = [
        (folder.command, "made the results"),
        (command_of("verify", str(folder.path)), "checks every file against its checksum"),
        (command, "makes this page"),
    ]
    given = tuple((line, what) for line, what in lines if line)
    return Section("cite", "Cite and verify", [Words.of(SAME), Facts(facts), Commands(given)])
