"""Where the state goes: fans of autonomy, domination and the quantities that the scenario's actors and links turn on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from sim.plots.fans import fan_figure
from sim.scenario.schema import Case

if TYPE_CHECKING:
    from sim.results import Ensemble

HEADLINE = "Where the key quantities go"
PANELS = 12
SCALARS = ("autonomy", "domination")


def figure(ensemble: Ensemble) -> Figure:
    """Autonomy and domination, then key quantities; those that move most make up the number of panels."""
    names = chosen(ensemble)
    quantities = len(ensemble.scenario.case.quantities)
    shown = sum(name in ensemble.scenario.case.quantities for name in names)
    notes = ["Indices without unit [1]. Scales differ between panels. Where a band has steps, runs fall into groups, with and without an event."]
    if shown < quantities:
        notes = [f"Shown: {shown} of {quantities} quantities, those that actors value or links turn on first, then those that move most.", *notes]
    return fan_figure(ensemble, HEADLINE, names, notes, same_scale=False)


def chosen(ensemble: Ensemble) -> list[str]:
    """Names of at most PANELS paths, in the order of the scenario."""
    case = ensemble.scenario.case
    key = key_quantities(case)
    moving = sorted(case.quantities, key=lambda name: (name not in key, -movement(ensemble, name)))
    kept = set(moving[: PANELS - len(SCALARS)])
    return [*SCALARS, *(name for name in case.quantities if name in kept)]


def key_quantities(case: Case) -> set[str]:
    """Quantities that an actor or faction values, that move a faction's clout, or that scale a power's means or a similarity."""
    named: set[str] = set()
    for actor in case.actors.values():
        named |= {*actor.valuations, actor.capability or ""}
        for faction in actor.factions.values():
            named |= {*faction.valuations, *faction.moved_by}
    named |= {pair.times or "" for pair in case.similarity.values()}
    return named & set(case.quantities)


def movement(ensemble: Ensemble, name: str) -> float:
    """How far the middle nine tenths of runs ever get from the start [same unit]; 0 if no run has a value."""
    fan = ensemble.fan(name)
    start = ensemble.start(name)
    furthest = max((fan["q95"] - start).max(), (start - fan["q05"]).max())
    return float(furthest) if furthest == furthest else 0.0
