"""How each power comes to feel about the target: fans of goodwill on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from sim.scenario.labels import actor_label
from sim.studies.run.figures import fans

if TYPE_CHECKING:
    from sim.studies.run.ensemble import Ensemble

PANELS = 12


def figure(ensemble: Ensemble) -> Figure:
    """One panel per power, on the same scale."""
    case = ensemble.scenario.case
    powers = [name for name, actor in case.actors.items() if actor.role == "power"]
    notes = ["Goodwill is an index from 0 to 1 [1]. All panels have the same scale."]
    if len(powers) > PANELS:
        notes.insert(0, f"Shown: the first {PANELS} of {len(powers)} powers.")
    titles = {f"goodwill.{name}": actor_label(case, name) for name in powers[:PANELS]}
    return fans.figure(ensemble, "Goodwill toward each power", titles, notes, same_scale=True)
