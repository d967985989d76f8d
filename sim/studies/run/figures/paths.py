"""Where the state goes: fans of the paths that the scenario names as headlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from sim.scenario.labels import state_label
from sim.studies.run.figures import fans

if TYPE_CHECKING:
    from sim.studies.run.ensemble import Ensemble

HEADLINE = "Where the key quantities go"
PANELS = 20
NOTE = (
    "Indices without unit [1]. Axes begin where the paths are, not at 0. Where a band has steps, runs fall "
    "into groups, with and without an event."
)


def figure(ensemble: Ensemble) -> Figure:
    """A panel for each headline, each on its own scale."""
    names, notes = ensemble.headlines, [NOTE]
    if len(names) > PANELS:
        notes.insert(0, f"Shown: the first {PANELS} of {len(names)} headlines.")
    titles = {name: state_label(ensemble.scenario.case, name) for name in names[:PANELS]}
    return fans.figure(ensemble, HEADLINE, titles, notes, same_scale=False)
