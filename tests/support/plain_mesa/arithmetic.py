"""Functions of floats."""

from __future__ import annotations

import math
from typing import Any


def logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


def clip(x: float, low: float, high: float) -> float:
    return max(low, min(x, high))


def softmax(pressures: list[float], starts: list[float]) -> list[float]:
    """Shares start * exp(pressure) with the sum of the starts."""
    weights = [start * math.exp(pressure) for start, pressure in zip(starts, pressures, strict=True)]
    scale = sum(starts) / sum(weights)
    return [weight * scale for weight in weights]


def nearness(axes: list[Any], others: list[Any], reach: float) -> float:
    """1 at the same place, 0 at a distance of `reach` or more."""
    distance = math.dist([axis.level for axis in axes], [axis.level for axis in others])
    return clip(1.0 - distance / reach, 0.0, 1.0)
