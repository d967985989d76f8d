"""Command `policy`: what an actor should do with its levers, whatever comes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.changes import deeds_of, load_scenario, tell_done
from sim.cli.exits import plain_errors, saved, saving
from sim.cli.options import Changes, Deeds, File, Overwrite, Seed, Threads, counted, folder_of, written
from sim.cli.printing import answering
from sim.cli.progress import searching


def policy(
    scenario: File,
    want: Annotated[
        list[str],
        typer.Option(
            metavar="OUTCOME",
            help='What is wanted: "OUTCOME by 2029-05 > 0.5", or "OUTCOME falls"; may be given many times.',
        ),
    ],
    actor: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Whose levers; the target's by default, or of who has any."),
    ] = None,
    summary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="How to judge it: mean, worst (tenth), share (good enough) [default: mean, worst].",
        ),
    ] = None,
    theory: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A theory of choice to hold under; all shipped ones by default."),
    ] = None,
    others: Annotated[
        list[str] | None,
        typer.Option(
            "--or-do",
            metavar="KEY=VALUE[@YYYY-MM]",
            help="What others may do: a world beside that of the file; may be given many times.",
        ),
    ] = None,
    candidates: Annotated[int, counted(1, 10**5, "Policies to try.")] = 800,
    draws: Annotated[
        int, counted(40, 10**4, "Draws of the uncertain numbers that tell what was found.")
    ] = 200,
    runs: Annotated[int, counted(20, 10**4, "Futures under each draw and theory.")] = 40,
    seed: Seed = 1,
    changes: Changes = None,
    deeds: Deeds = None,
    out: Annotated[Path | None, written("Folder for the results [default: results/SCENARIO-policy].")] = None,
    overwrite: Overwrite = False,
    threads: Threads = None,
) -> None:
    """Search what an actor can do for policies that hold up whatever comes, and tell what they cost.

    A search that was killed goes on from where it was if the same command is given again. Exit codes: 0
    found; 1 the folder is there; 2 input that cannot be used.
    """
    with plain_errors(), answering() as answer:
        loaded = load_scenario(scenario, changes, deeds=deeds)
        folder = folder_of(out, scenario, "-policy")
        may_do = [deeds_of(loaded, [each]) for each in others or []]
        for deed in may_do:
            tell_done(loaded, deed)
        from sim.studies.policy.ask import policy as search
        from sim.studies.policy.objectives import DEFAULT
        from sim.studies.policy.text import policies_told
        from sim.writing.manifest import POLICY
        from sim.writing.places import place_of

        place_of(folder, POLICY, overwrite)  # a folder that is taken is told before the work
        with searching() as tell:
            found = search(
                loaded, want, actor=actor, summaries=summary or DEFAULT, theories=theory or None,
                others=may_do, candidates=candidates, draws=draws, runs=runs, seed=seed, threads=threads,
                folder=folder, progress=tell,
            )  # fmt: skip
        answer(policies_told(found))
        saving(folder)
        saved(folder, found.save(folder, overwrite))
