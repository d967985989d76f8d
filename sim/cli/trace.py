"""Command `trace`: one future as a story."""

from __future__ import annotations

from typing import Annotated

from sim.cli.changes import load_scenario, tell_outside
from sim.cli.exits import plain_errors
from sim.cli.options import Changes, Deeds, File, Months, Seed, counted
from sim.cli.printing import say_all


def trace(
    scenario: File,
    run: Annotated[int, counted(0, 2**48 - 1, "Number of the run.")] = 0,
    seed: Seed = 1,
    months: Months = None,
    changes: Changes = None,
    deeds: Deeds = None,
) -> None:
    """Tell one future as a story: who proposed what, why, and what came of it."""
    with plain_errors():
        loaded = load_scenario(scenario, changes, deeds=deeds)
        from sim.scenario.lower import lower
        from sim.studies.trace.ask import story

        say_all(story(lower(loaded, months), seed, run))
        tell_outside(months, loaded)
