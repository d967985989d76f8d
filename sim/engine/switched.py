"""Luck that is otherwise at single addresses: what would have come of a run, had one decision been another?

The numbers of a run follow from addressed luck. To switch a decision is to put a sure yes, or a sure no, in
the place of the one number that decided it; everything else is drawn as before. So what changes follows from
that decision alone (Pearl 2009, Causality, ch. 3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.engine.history import History
from sim.engine.interpreter import LanesLuck, history_of, rehearse
from sim.engine.lanes import Lanes
from sim.engine.luck import MONTHS_PER_DRAW, stream_id, unit, words_at
from sim.engine.trunks import Trunks
from sim.rules import offers
from sim.rules.nodes import Node
from sim.rules.numbers import normal_pair
from sim.scenario.lower import World

WORDS = {Node.ACCEPTED: offers.ACCEPT, Node.EXECUTED: offers.EXECUTE, Node.CANCELLED: offers.CANCEL}
"""The words of the draw that settles an event, by what they decide."""

YES, NO = 0.0, 1.0
"""Luck under which something happens if it can at all, and under which it does not."""


@dataclass(frozen=True)
class Switch:
    """A decision that is made otherwise in one run.

    node: what is decided: PROPOSED, ACCEPTED, EXECUTED or CANCELLED; month: after the start.
    """

    event: str
    node: Node
    month: int
    happens: bool


def drawn(seed: int, runs: np.ndarray, event: str, node: Node, month: int) -> np.ndarray:
    """The luck (runs,) that decides this of an event in a month [after the start], by the runs' numbers."""
    if node is Node.PROPOSED:
        step, place = divmod(month, MONTHS_PER_DRAW)
        return _uniforms(seed, runs, f"{event}/propose", step)[place]
    return _uniforms(seed, runs, f"{event}/settle", month)[WORDS[node]]


def _uniforms(seed: int, runs: np.ndarray, stream: str, step: int) -> list[Lanes]:
    words = words_at(seed, runs.astype(np.uint64), stream_id(stream), step)
    return [unit(word.astype(float)).view(Lanes) for word in words]


class SwitchedLuck(LanesLuck):
    """The draws of runs side by side, each with one decision switched, or none."""

    def __init__(self, seed: int, runs: np.ndarray, switches: Sequence[Switch | None]) -> None:
        super().__init__(seed, len(runs))
        self.numbers = runs
        self._at: dict[tuple[str, Node, int], list[tuple[int, float]]] = defaultdict(list)
        for lane, switch in enumerate(switches):
            if switch is not None:
                luck = YES if switch.happens else NO
                self._at[switch.event, switch.node, switch.month].append((lane, luck))

    def _drawn(self, event: str, node: Node) -> Lanes:
        found = drawn(self.seed, self.numbers, event, node, self.month).view(Lanes)
        switched = self._at.get((event, node, self.month))
        if switched:
            lanes, luck = zip(*switched, strict=True)
            found[list(lanes)] = luck
        return found

    def proposal(self, event: str) -> Lanes:
        return self._drawn(event, Node.PROPOSED)

    def settle(self, event: str, word: int, needed: Any) -> Any:
        if not np.any(needed):
            return 1.0
        (node,) = (node for node, own in WORDS.items() if own == word)
        return np.where(np.asarray(needed) != 0.0, self._drawn(event, node), 1.0).view(Lanes)

    def shock(self, name: str) -> Lanes:
        window, place = divmod(self.month, MONTHS_PER_DRAW)
        u = _uniforms(self.seed, self.numbers, f"{name}/noise", window)
        return (*normal_pair(u[0], u[1]), *normal_pair(u[2], u[3]))[place]


def switched(
    world: World, seed: int, runs: np.ndarray, switches: Sequence[Switch | None], trunks: Trunks | None = None
) -> History:
    """The histories of runs (runs,), by their numbers, each with one decision made otherwise, or none.

    trunks: pasts of their own that they go on from.
    """
    luck = SwitchedLuck(seed, runs, switches)
    if trunks is None:
        lived = history_of(world, list(rehearse(world, len(runs), seed, luck=luck)))
        return replace(lived, runs=runs)
    months = rehearse(world, len(runs), seed, (), luck, trunks.months, trunks.named(runs))
    values, codes = trunks.recorded(world, runs, len(runs))
    lived = history_of(world, list(months))
    whole = np.concatenate([values, lived.raw], axis=1), np.concatenate([codes, lived.raw_codes], axis=1)
    return History(world, runs, *whole)
