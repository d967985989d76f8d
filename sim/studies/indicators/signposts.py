"""Signposts: what was chosen to be watched, and how well it does on runs that the choice has not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.statistics.information import Estimate, classes_of
from sim.studies.indicators.choice import Choice, Sign
from sim.studies.indicators.half import Half, Share
from sim.studies.indicators.seen import Observable

WORTH = 0.01
"""Share of the outcome's entropy that a signpost adds at least."""


@dataclass(frozen=True)
class Interval:
    """A number with its 95 % interval."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, estimate: Estimate) -> Interval:
        """The only number of an estimate; information is not below 0."""
        low, high = (max(float(end[0]), 0.0) for end in estimate.interval)
        return cls(max(float(estimate.mean[0]), 0.0), low, high)


@dataclass(frozen=True)
class Signpost:
    """An observable worth watching in a month.

    on, off: how often the outcome comes on the side of the level on which it is likelier, and on the other;
    tells, adds: its share of the outcome's entropy, and what of it those before do not tell; ahead: months
    from then to the outcome in the mean of those runs in which it comes; best: the month in which it tells
    most, and how much that is.
    """

    observable: Observable
    sign: Sign
    on: Share
    off: Share
    tells: Interval
    adds: Interval
    ahead: float
    best: Interval

    @property
    def is_told(self) -> bool:
        """Whether it adds something worth watching that can be told from none."""
        return self.adds.low > 0 and self.adds.mean >= WORTH


def signposts(choice: Choice, telling: Half) -> Iterator[Signpost]:
    """The signposts, as long as each adds something that can be told."""
    before = list[Sign]()
    for sign in choice.signs():
        found = _told(choice, telling, sign, before)
        if not found.is_told:
            return
        yield found
        before.append(sign)


def _told(choice: Choice, half: Half, sign: Sign, before: list[Sign]) -> Signpost:
    tells = adds = _tells(choice, half, sign, sign.month)
    if before:
        adds = Interval.of(choice.added(half, sign.month, before, np.array([sign.place])))
    on_side = sign.on_side(half.values(sign.month)[sign.place])
    left = half.seen.page.first[half.which][half.open(sign.month) & half.came] - sign.month
    return Signpost(
        choice.observables[sign.place],
        sign,
        half.share(sign.month, on_side),
        half.share(sign.month, ~on_side),
        tells,
        adds,
        float(left.mean()) if len(left) else np.nan,
        _tells(choice, half, sign, sign.best),
    )


def _tells(choice: Choice, half: Half, sign: Sign, month: int) -> Interval:
    """What the observable of a sign tells in a month."""
    cuts, values = choice.cuts[month][[sign.place]], half.values(month)[[sign.place]]
    return Interval.of(half.tells(month, classes_of(values, cuts)))
