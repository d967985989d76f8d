"""Command `discover`: under which conditions of a sweep something comes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.exits import plain_errors, saved, saving
from sim.cli.options import Folder, MonthElse, Overwrite, counted, folder_of, written
from sim.cli.printing import answering
from sim.cli.progress import searches_bar


def discover(
    folder: Folder,
    where: Annotated[
        str | None,
        typer.Option(
            metavar="STATEMENT",
            help='What holds in a future or not: "OUTCOME < 0.5", "OUTCOME by 2024-12", "no OUTCOME" '
            "[default: the first outcome comes].",
        ),
    ] = None,
    by: MonthElse = None,
    boxes: Annotated[int, counted(1, 9, "Boxes, each looked for in what those before it leave.")] = 1,
    resamples: Annotated[int, counted(2, 1000, "Random halves of the cells by which limits are tried.")] = 40,
    seed: Annotated[int, counted(0, 2**64 - 1, "Of what is held out and resampled.")] = 1,
    out: Annotated[Path | None, written("Folder for the results [default: results/DIR-discover].")] = None,
    overwrite: Overwrite = False,
) -> None:
    """Find under which conditions of a sweep something comes, as boxes and a tree, from what it stored.

    Exit codes: 0 answered, also where no condition is found; 1 the sweep is not finished, or the folder is
    there; 2 a sweep or a statement that cannot be used.
    """
    with plain_errors(), answering() as answer:
        into = results_of(out, folder)
        from sim.studies.discover.ask import discover as find
        from sim.studies.discover.search import FOLDS
        from sim.studies.discover.text import discovered_told
        from sim.writing.manifest import DISCOVER
        from sim.writing.places import place_of

        place_of(into, DISCOVER, overwrite)  # a folder that is taken is told before the work
        with searches_bar(FOLDS + resamples) as tell:
            found = find(folder, where, by=by, boxes=boxes, resamples=resamples, seed=seed, progress=tell)
        answer(discovered_told(found))
        saving(into)
        saved(into, found.save(into, overwrite))


def results_of(out: Path | None, folder: Path) -> Path:
    """The folder for the results: the one that was asked for, else one named after that of the sweep."""
    return folder_of(out, Path(Path(folder).absolute().name), "-discover")
