"""Draws of the uncertain numbers, asked for with --posterior or --prior."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.cli.printing import note
from sim.refusal import BadInput


def beliefs_of(scenario: Any, posterior: Path | None, prior: bool, draws: int | None, seed: int) -> Any:
    """Draws from a posterior file, from the priors of the scenario, or none."""
    from sim.engine.beliefs import learnt_beliefs, prior_beliefs

    if posterior is not None and prior:
        raise BadInput("--posterior and --prior: draw the uncertain numbers from one of them")
    if posterior is None and not prior:
        if draws is not None:
            raise BadInput("--draws counts draws of the uncertain numbers; give --posterior or --prior too")
        return None
    count = 200 if draws is None else draws
    return (
        prior_beliefs(scenario, count, seed)
        if posterior is None
        else learnt_beliefs(scenario, posterior, count, seed)
    )


def whole_runs(setup: Any, runs: int, least: int) -> int:
    """The runs that give each draw as many, told on stderr where they are more than asked for."""
    rounded = setup.whole(runs, least)
    if rounded != runs:
        note(f"{rounded:,} runs instead of {runs:,}: as many under each of {setup.draws:,} draws")
    return int(rounded)
