"""Command `games`: games of a class, each played again, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.exits import Refused, plain_errors, saved, saving
from sim.cli.options import Overwrite, refuse_if, written
from sim.cli.printing import answering, note

NOTHING_TO_REPLACE = "--overwrite replaces a folder of games; give one with --out"


def games(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Lines of games, as steppe play --results wrote them."),
    ],
    scenario: Annotated[
        Path | None,
        typer.Option(metavar="SCENARIO", help="Where its file lies, if not where the lines say."),
    ] = None,
    out: Annotated[
        Path | None, written("Folder for the table and its figure; without one nothing is saved.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Play every game of a class again, and lay side by side who gained what over the model's rule.

    Exit codes: 0 every line is what its game comes to; 1 some are not (each is told), or the folder holds
    results; 2 input that cannot be used.
    """
    with plain_errors(), answering() as answer:
        from sim.play.kept.ask import games as play_again
        from sim.play.kept.text import told
        from sim.writing.manifest import GAMES
        from sim.writing.places import place_of

        refuse_if(overwrite and out is None, NOTHING_TO_REPLACE)
        if out is not None:
            place_of(out, GAMES, overwrite)  # a folder that is taken is told before the work
        found = play_again(files, scenario=scenario, progress=True)
        answer(told(found))
        for line in found.wrong:
            note(f"steppe: {line}")
        if out is not None:
            saving(out)
            saved(out, found.save(out, overwrite))
        if found.wrong:
            raise Refused(f"{len(found.wrong)} lines are not what their games come to, and are left out")
