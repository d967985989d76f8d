"""Regret: what is lost in a world against the policy that does best there.

Savage 1951 (J. Am. Stat. Assoc. 46:55); in robust decision making Lempert, Groves, Popper and Bankes 2006
(Management Science 52:514). The best is looked for among the policies that are told, with the status quo.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.studies.finding import Finding
from sim.studies.policy.worlds import Performance


def regrets(performance: Performance, wants: Sequence[Finding]) -> np.ndarray:
    """What each policy loses in each world (policies, wants, settings, draws) [unit of what is wanted].

    The best of many is too good by luck, the more so the fewer runs there are: what half of the runs adds to
    it is taken off, as in the jackknife of two (Quenouille 1956, Biometrika 43:353). So a world may have a
    regret below 0; its mean over draws is right.
    """
    signs = np.array([want.sign for want in wants])[None, :, None, None]
    own, halves = signs * performance.means, signs * performance.halves
    best = 2 * own.max(axis=0) - halves.max(axis=1).mean(axis=0)
    regret: np.ndarray = best - own
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
