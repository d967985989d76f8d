"""What would have come of futures, had a single decision been made as in the other world?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.engine.switched import WORDS, Switch, switched
from sim.rules.nodes import Node
from sim.studies.explain.flips.pairs import Flipped, Pair, Turn, pages_of

TOGETHER = 4096
"""Runs that are tried out side by side."""


def undone(pair: Pair, flipped: Flipped, turns: Sequence[Turn]) -> np.ndarray:
    """Whether the outcome is as in the first world once a turn alone is (turns,), 1 or 0.

    Not a number for what no luck decides, such as what is forced, and where the run then fails.
    """
    found, switches = np.full(len(turns), np.nan), [_switch(turn) for turn in turns]
    asked = np.array([place for place, switch in enumerate(switches) if switch is not None], dtype=np.intp)
    for stretch in pages_of(len(asked), TOGETHER):
        some = asked[stretch]
        flips = np.array([turns[place].flip for place in some])
        own = [switches[place] for place in some]
        history = switched(pair.worlds[1], pair.seed, flipped.runs[flips], own, pair.trunks)
        came = pair.question.came(history)
        found[some] = np.where(np.isnan(came), np.nan, came == flipped.came[0, flips])
        pair.tell(len(some) * history.months)
    return found


def _switch(turn: Turn) -> Switch | None:
    """A decision as the first world has it."""
    decision = turn.decision
    if decision.node is Node.PROPOSED or decision.node in WORDS:
        return Switch(decision.event, decision.node, turn.month, happens=decision.only_in == 0)
    return None
