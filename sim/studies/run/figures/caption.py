"""The caption of the figures of a run, from its ensemble."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.drawing.caption import Caption
from sim.engine.beliefs import Beliefs

if TYPE_CHECKING:
    from sim.studies.run.ensemble import Ensemble


def caption_of(ensemble: Ensemble, fans: bool = False) -> Caption:
    """Of figures of all runs, or of fans, which hold the paths of the first runs only."""
    scenario, beliefs = ensemble.scenario, ensemble.beliefs
    fan_runs = None
    if fans:
        fan_runs = ensemble.fan_runs
    caption = Caption(
        scenario.title,
        ensemble.runs,
        ensemble.seed,
        ensemble.failed,
        changes=scenario.changes,
        fan_runs=fan_runs,
        branch=ensemble.branch,
    )
    if beliefs is None:
        return caption
    return replace(caption, draws=beliefs.draws, drawn_from=drawn_from(beliefs))


def drawn_from(beliefs: Beliefs) -> str:
    """What the uncertain numbers were drawn from, in words."""
    if beliefs.from_ranges:
        return "their plausible ranges"
    if not beliefs.learnt:
        return "their priors"
    known = f"what was learnt ({beliefs.source})"
    if not beliefs.prior_only:
        return known
    return f"{known} and, for {len(beliefs.prior_only)} of {len(beliefs.free)}, priors"
