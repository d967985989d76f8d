"""Figures of a run, one file per figure. Nothing is computed here that no table holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from sim.studies.run.figures import actors, events, given, goodwill, paths, postures

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
    """Every figure of an ensemble by name, and one of its condition if it has one."""
    found = {name: draw(ensemble) for name, draw in FIGURES.items()}
    if ensemble.condition is not None:
        found["given"] = given.figure(ensemble, ensemble.condition)
    return found
