"""Where the state goes: fans of the paths that the scenario names as headlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from sim.drawing.bands import fan_figure

if TYPE_CHECKING:
    from sim.studies.run.ask import Ensemble

HEADLINE = "Where the key quantities go"
PANELS = 16


def figure(ensemble: Ensemble) -> Figure:
    """A panel for each headline, each on its own scale."""
    names = ensemble.headlines
    notes = [
        "Indices without unit [1]. Scales differ between panels. Where a band has steps, runs fall into groups, with and without "
        "an event."
    ]
    if len(names) > PANELS:
        notes.insert(0, f"Shown: the first {PANELS} of {len(names)} headlines.")
    return fan_figure(ensemble, HEADLINE, names[:PANELS], notes, same_scale=False)
