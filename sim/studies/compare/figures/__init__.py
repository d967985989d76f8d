"""Figures of a comparison: where two scenarios end up apart, and how they come apart month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from sim.studies.compare.figures import by_month, ends

if TYPE_CHECKING:
    from sim.studies.compare.comparison import Comparison


def figures_of(found: Comparison) -> dict[str, Figure]:
    """Every figure of a comparison by name."""
    return {"differences": ends.figure(found), "months": by_month.figure(found)}
