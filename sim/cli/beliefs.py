"""Draws of the uncertain numbers, asked for with --posterior or --prior."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.cli.options import given, refuse_if
from sim.cli.printing import note

DRAWS = 200
"""Draws, unless another number is asked for."""

TWO_SOURCES = "--posterior and --prior: draw the uncertain numbers from one of them"
NO_SOURCE = "--draws counts draws of the uncertain numbers; give --posterior or --prior too"


def beliefs_of(scenario: Any, posterior: Path | None, prior: bool, draws: int | None, seed: int) -> Any:
    """Draws from a posterior file, from the priors of the scenario, or none."""
    from sim.engine.beliefs import learnt_beliefs, prior_beliefs

    is_drawn = prior or posterior is not None
    refuse_if(prior and posterior is not None, TWO_SOURCES)
    refuse_if(draws is not None and not is_drawn, NO_SOURCE)
    count = given(draws, DRAWS)
    if posterior is not None:
        return learnt_beliefs(scenario, posterior, count, seed)
    if prior:
        return prior_beliefs(scenario, count, seed)
    return None


def whole_runs(setup: Any, runs: int, least: int) -> int:
    """The runs that give each draw as many, told on stderr where they are more than asked for."""
    rounded = setup.whole(runs, least)
    if rounded != runs:
        note(f"{rounded:,} runs instead of {runs:,}: as many under each of {setup.draws:,} draws")
    return int(rounded)
