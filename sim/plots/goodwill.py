"""How each power comes to feel about the target: fans of goodwill on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from sim.labels import actor_label
from sim.plots.fans import fan_figure
from sim.plots.paths import movement

if TYPE_CHECKING:
    from sim.results import Ensemble

PANELS = 12


def figure(ensemble: Ensemble) -> Figure:
    """One panel per power, on the same scale; the powers whose goodwill moves most if there are many."""
    case = ensemble.scenario.case
    target = next(actor.label for actor in case.actors.values() if actor.role == "target")
    powers = [name for name, actor in case.actors.items() if actor.role == "power"]
    kept = set(sorted(powers, key=lambda name: -movement(ensemble, f"goodwill.{name}"))[:PANELS])
    shown = [name for name in powers if name in kept]
    notes = ["Goodwill is an index from 0 to 1 [1]. All panels have the same scale."]
    if len(shown) < len(powers):
        notes.insert(0, f"Shown: {len(shown)} of {len(powers)} powers, those whose goodwill moves most.")
    return fan_figure(
        ensemble, f"Goodwill of each power toward {target}", [f"goodwill.{name}" for name in shown], notes, same_scale=True,
        titles=[actor_label(case, name) for name in shown],
    )  # fmt: skip
