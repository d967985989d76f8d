"""Functions of floats."""

from __future__ import annotations

import math


def logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


def clip(x: float, low: float, high: float) -> float:
    return max(low, min(x, high))


def softmax(pressures: list[float], starts: list[float]) -> list[float]:
    """Shares start * exp(pressure) with the sum of the starts."""
    weights = [start * math.exp(pressure) for start, pressure in zip(starts, pressures, strict=True)]
    scale = sum(starts) / sum(weights)
    return [weight * scale for weight in weights]
