"""Figures of a run, one file per figure. Nothing is computed here that no table holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from sim.studies.run.figures import actors, events, goodwill, paths, postures

if TYPE_CHECKING:
    from sim.studies.run.ensemble import Ensemble

FIGURES = {
    "events": events.figure,
    "paths": paths.figure,
    "goodwill": goodwill.figure,
    "actors": actors.figure,
    "postures": postures.figure,
}


def figures(ensemble: Ensemble) -> dict[str, Figure]:
    """Every figure of an ensemble by name."""
    return {name: draw(ensemble) for name, draw in FIGURES.items()}
