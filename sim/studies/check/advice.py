"""What each problem that a check finds means, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Advice:
    """Of the problems whose text a pattern is found in: what they mean, and what to do."""

    pattern: str
    means: str
    do: str


ADVICE = (
    Advice("posture .*: never met", "another posture always fits first", "move the threshold or the order"),
    Advice(
        "event .*: never met",
        "no setting within the ranges brings this ending about",
        "look at the base logits and conditions of the event, or drop what cannot come",
    ),
    Advice(
        "valuations.*: moves nothing",
        "no event that this actor decides touches what it values",
        "add such an event, an effect, or drop the valuation",
    ),
    Advice(
        "curvature: moves nothing",
        "nobody who decides about this stock values it",
        "add such an event, an effect, or drop the valuation",
    ),
    Advice(
        "moves nothing", "no future differs, whatever the number is", "let something depend on it, or drop it"
    ),
    Advice("its range leaves it no other value", "low and high are the number itself", "widen the range"),
    Advice(
        "spectral radius .* at the start",
        "what moves goes on moving by itself",
        "lower what feeds itself: effects, couplings, or what holds a stock away from rest",
    ),
    Advice(
        "spectral radius not below 1",
        "at these ends of ranges what moves goes on moving by itself",
        "narrow the range, or lower the number",
    ),
    Advice(
        "cannot be run yet",
        "the card needs what the scenario does not have yet",
        "add it, or drop what the card needs",
    ),
    Advice(
        "lies elsewhere|does not move enough",
        "the mechanism does less, or something else, than its card claims",
        "look at the numbers that the card names; change them or the claim, and say why",
    ),
)
"""The first that fits is meant."""

UNKNOWN = Advice("", "", "look it up in the lines of the check")


def advice(fault: str) -> Advice:
    """What a problem means, and what to do.

    >>> advice("number quantities.war.noise: moves nothing").do
    'let something depend on it, or drop it'
    """
    return next((each for each in ADVICE if re.search(each.pattern, fault)), UNKNOWN)
