"""Figures of what a number, or a difference, is made of, and of what flips hang on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from sim.studies.explain.figures import flips, waterfall

if TYPE_CHECKING:
    from sim.studies.explain.explained import Explained


def figures_of(found: Explained) -> dict[str, Figure]:
    """Every figure of an explanation by name."""
    figures = {"waterfall": waterfall.figure(found, found.main)}
    for other in found.divisions[1:]:
        figures[other.kind.players] = waterfall.figure(found, other)
    if found.flips is not None:
        figures["flips"] = flips.figure(found.flips, found.worlds_told)
    return figures
