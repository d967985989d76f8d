"""Regret: what is lost in a world against the policy that does best there.

Savage 1951 (J. Am. Stat. Assoc. 46:55); in robust decision making Lempert, Groves, Popper and Bankes 2006
(Management Science 52:514). The best is looked for among the policies that are told, with the status quo.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.studies.overturn.finding import Finding
from sim.studies.policy.worlds import Performance


def regrets(performance: Performance, wants: Sequence[Finding]) -> np.ndarray:
    """What each policy loses in each world (policies, wants, settings, draws) [unit of what is wanted].

    Which is best is seen in one half of the runs, and what it is ahead in the other, and the other way round:
    who is the best of many by luck is so not ahead for it.
    """
    signs = np.array([want.sign for want in wants])[None, :, None, None]
    found = []
    for own, other in (performance.halves, performance.halves[::-1]):
        best = np.argmax(signs * own, axis=0)
        ahead = np.take_along_axis(signs * other, best[None], axis=0)
        found.append(ahead - signs * other)
    regret: np.ndarray = (found[0] + found[1]) / 2
    return regret


NEAR = 0.05
"""Of the largest regret that any policy has, what nobody pays more for to avoid."""


def least_regret(performance: Performance, wants: Sequence[Finding]) -> int:
    """The place of the policy whose largest regret over settings is least; of those that are nearly as good
    the cheapest. Regret of all that is wanted counts in units of the largest that any policy has.
    """
    by_setting = regrets(performance, wants).mean(axis=3)
    most = by_setting.max(axis=(0, 2), keepdims=True)
    scaled = by_setting / np.where(most > 0, most, 1.0)
    largest, cost = scaled.max(axis=(1, 2)), performance.cost.mean(axis=(1, 2))
    return int(np.where(largest <= largest.min() + NEAR, cost, np.inf).argmin())
