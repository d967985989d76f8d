"""How much something moves between worlds on the same luck, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from sim.scenario.schema.cards import Card
from sim.statistics.paired import matched

BLOCKS = 64
"""Blocks of runs of which one is left out at a time."""


@dataclass(frozen=True)
class Size:
    """A size with its 95 % interval."""

    mean: float
    low: float
    high: float


def size_of(card: Card, values: np.ndarray) -> Size:
    """The size of a card from measures (worlds, 1 or 2, runs) of the same runs; the second divides the first.

    The interval of a difference of shares is that of `matched`; any other is that of the jackknife over
    blocks of runs (Efron and Stein 1981), which serves differences and ratios alike. A ratio with nothing
    below it is not a number.

    >>> card = Card(claim="c", source="s", numbers=["*"], off={"a": 0}, outcome={"path": "a"}, least=0,
    ...     kind="emergent")
    >>> size_of(card, np.array([[[1.0, 2.0, 3.0]], [[2.0, 3.0, 4.0]]]))
    Size(mean=1.0, low=1.0, high=1.0)
    """
    kept = values[:, :, ~np.isnan(values).any(axis=(0, 1))]
    if kept.shape[2] < 2:
        return Size(np.nan, np.nan, np.nan)
    if _is_of_shares(card, kept):
        found = matched(*kept[:, 0] > 0)
        return Size(found.mean, found.low, found.high)
    whole = kept.sum(axis=2)
    blocks = np.array_split(np.arange(kept.shape[2]), min(BLOCKS, kept.shape[2]))
    with np.errstate(divide="ignore", invalid="ignore"):
        size = _size(card, whole / kept.shape[2])
        others = [
            _size(card, (whole - kept[:, :, own].sum(axis=2)) / (kept.shape[2] - len(own))) for own in blocks
        ]
    count = len(blocks)
    error = np.sqrt((count - 1) / count * np.sum((np.array(others) - np.mean(others)) ** 2))
    half = NormalDist().inv_cdf(0.975) * error
    return Size(size, float(size - half), float(size + half))


def _is_of_shares(card: Card, values: np.ndarray) -> bool:
    """Whether it is the difference of two shares of runs, whose interval has a width where no run differs."""
    is_plain = card.scale == "difference" and values.shape[:2] == (2, 1)
    return is_plain and card.outcome.happened is not None and card.outcome.less is None


def _size(card: Card, means: np.ndarray) -> float:
    """The size from means (worlds, 1 or 2)."""
    levels = means[:, 0]
    if means.shape[1] == 2:
        levels = means[:, 0] / means[:, 1]
    return float(_compared(card)(*levels))


def _compared(card: Card) -> Callable[..., np.floating]:
    """What is made of the levels of a card's worlds."""
    is_ratio, has_second = card.scale == "ratio", bool(card.against or card.without)
    if card.within is not None:
        return lambda level: level
    if has_second and is_ratio:
        return lambda one, other, base, second: (other - one) / (second - base) - 1.0
    if has_second:
        return lambda one, other, base, second: (other - one) - (second - base)
    if is_ratio:
        return lambda one, other: other / one - 1.0
    return lambda one, other: other - one


def excess(card: Card, size: float) -> float:
    """By how much a size is more than the card asks for; below 0 if it is less."""
    if card.within is not None:
        low, high = card.within
        return min(size - low, high - size)
    assert card.least is not None, "a card asks for one or the other"
    sided = {"+": size, "-": -size, "any": abs(size)}[card.sign]
    return sided - card.least


def is_decided(card: Card, size: Size) -> bool:
    """Whether the whole interval is enough, or all of it is not."""
    # where no run differs yet, more of them may
    if size.low == size.high:
        return False
    return (excess(card, size.low) >= 0) == (excess(card, size.high) >= 0)
