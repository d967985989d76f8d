"""The past that worlds share which are laid beside each other."""

from __future__ import annotations

from sim.assimilation.given import past_in
from sim.assimilation.past import Past
from sim.engine.setups import Setup
from sim.refusal import BadInput

TWO_PASTS = (
    "worlds on the same futures share one past: with known = sim.given(...), known.under(other) is another "
    "world that goes on from it"
)


def shared_past(*setups: Setup) -> Past | None:
    """The past from which all of these go on; None if none has one. Raises BadInput if they have several."""
    first, *others = [past_in(each) for each in setups]
    if any(past is not first for past in others):
        raise BadInput(TWO_PASTS)
    return first
