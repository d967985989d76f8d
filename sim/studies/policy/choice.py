"""Which of the candidates that were tried are told: few that stand for all that no other beats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.studies.policy.candidates import Knobs, Places
from sim.studies.policy.search import front, spread_out

SHOWN = 8
"""Policies of the front that stand for all, besides those that are laid beside each other."""


@dataclass(frozen=True)
class Choice:
    """The status quo, policies that stand for the front, and two that tell what waiting is worth.

    rivals: the places of one that waits and of the best that waits for nothing and costs no more, as the
    search saw them; None where none waits. tried, front, waiting: how many candidates were tried, how many of
    these no other beats, and how many of those wait.
    """

    policies: tuple[Places, ...]
    rivals: tuple[int, int] | None
    tried: int
    front: int
    waiting: int


def choice_of(knobs: Knobs, tried: Sequence[Places], found: np.ndarray) -> Choice:
    """What is told of candidates with their numbers (candidates, numbers), the cost last; small is good."""
    best, waits = front(found), np.array([knobs.waits(each) for each in tried])
    waiting = np.flatnonzero(best & waits)
    on_front = np.flatnonzero(best)
    places = on_front[spread_out(found[on_front], SHOWN)].tolist()
    pair = list[int]()
    if len(waiting):
        pair = _rivals(found, waits, waiting)
    policies = list(dict.fromkeys([knobs.status_quo, *(tried[place] for place in [*places, *pair])]))
    rivals = None
    if pair:
        first, second = (policies.index(tried[place]) for place in pair)
        rivals = first, second
    return Choice(tuple(policies), rivals, len(tried), len(on_front), len(waiting))


def _rivals(found: np.ndarray, waits: np.ndarray, waiting: np.ndarray) -> list[int]:
    """Of some that wait the one that is farthest ahead, in what is judged first, of the best that waits for
    nothing and costs no more; with that one.
    """
    first, cost = found[:, 0], found[:, -1]
    # the status quo costs nothing and waits for nothing, so there is always one
    fixed = np.where(~waits & (cost <= cost[waiting, None]), first, np.inf)
    ahead = int((fixed.min(axis=1) - first[waiting]).argmax())
    return [int(waiting[ahead]), int(fixed[ahead].argmin())]
