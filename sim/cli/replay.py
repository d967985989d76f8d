"""Command `replay`: one stored row again."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.exits import Refused, plain_errors
from sim.cli.options import Folder, counted
from sim.cli.printing import say_all


def replay(
    folder: Folder,
    run: Annotated[int, counted(0, 2**48 - 1, "Number of the run.")],
    point: Annotated[int, counted(0, 10**6, "Of a sweep: the design point.")] = 0,
    lever: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of a sweep: the lever [default: the first].")
    ] = None,
    tell: Annotated[bool, typer.Option("--story", help="Tell the future too, as steppe trace does.")] = False,
) -> None:
    """Run one stored row again from the manifest alone, and print it beside what was stored.

    Exit codes: 0 both are the same; 1 they differ, or the row is not stored; 2 there can be no such row.
    """
    with plain_errors():
        from sim.studies.replay.ask import replay as run_again
        from sim.studies.replay.text import replayed

        found = run_again(folder, run, point, lever)
        say_all(replayed(found))
        if tell:
            from sim.studies.trace.ask import story

            say_all(("", *story(found.setup, found.seed, found.run, found.world.months)))
        if not found.same:
            raise Refused(f"run {run}, run again, does not give what {folder} holds")
