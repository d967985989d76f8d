"""Aggregates: weighted means of stocks, such as one pressure that several powers keep up together."""

from __future__ import annotations

from collections.abc import Sequence

from sim.rules.numbers import Number, divide, less, total, where
from sim.rules.structure import Aggregate, State


def add_up(s: State, aggregates: Sequence[Aggregate]) -> None:
    """Set every aggregate to the weighted mean of its members [of the stock]."""
    for aggregate in aggregates:
        members, weights = zip(*aggregate.weights, strict=True)
        s[aggregate.name] = mean([s[member] for member in members], weights)


def mean(values: Sequence[Number], weights: Sequence[Number]) -> Number:
    """The weighted mean of numbers whose weights sum to 1; of equal ones it is what they all are, in bits."""
    first, *others = values
    # as the first and what the others add to it
    more = [weight * (value - first) for weight, value in zip(weights[1:], others, strict=True)]
    return total([first, *more])


def follow(
    held: Number, start: Number, ends: tuple[Number, Number], whole: Number, low: Number, high: Number
) -> Number:
    """Where a member goes when its aggregate is held, so that the mean of all members is just that.

    held: the value of the aggregate; start: where the member starts, between its own ends; whole, low, high:
    means of the starts and of the ends. Down from the start, all members keep the same part of their height
    above the low end; up from it, the same part of their room below the high end. So the order of members
    stays, and nobody crosses a bound [all of the stock].

    >>> [round(follow(0.5, start, (0.0, 1.0), 0.25, 0.0, 1.0), 3) for start in (0.1, 0.25, 0.4)]
    [0.4, 0.5, 0.6]
    """
    least, most = ends
    down = least + divide((start - least) * (held - low), whole - low)
    up = most - divide((most - start) * (high - held), high - whole)
    # chosen, not branched on: a course may be a number that varies
    moved = where(less(held, whole), down, where(less(whole, held), up, start))
    # a member like all keeps its bits, as does a course that begins where the stocks do
    return where(less(start, whole) + less(whole, start), moved, held)
