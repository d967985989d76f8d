"""What two players do together beyond what each does alone, in words."""

from __future__ import annotations

from sim.statistics.paired import Difference
from sim.studies.explain.explained import Division
from sim.studies.explain.shapley import FIRST, SECOND, Pair
from sim.studies.explain.unit import Unit

NOTHING, LITTLE = 0.05, 0.2
"""What a player adds in one case, as a part of what it adds in the other, that is told as nothing; where it
is no more than chance can make, and any of it.
"""


def known_pairs(division: Division) -> list[tuple[Difference, Pair]]:
    """Pairs whose interaction is beyond chance, for all pairs together, the strongest first; with it."""
    pairs = division.shares.pairs
    found = [(division.mean(pair.together, len(pairs)), pair) for pair in pairs]
    return sorted((each for each in found if each[0].sign), key=lambda each: -abs(each[0].mean))


def pair_told(division: Division, pair: Pair, unit: Unit) -> str:
    """What two players do together, told of the one whose effect depends more on the other."""
    first, second = (division.players[place].name for place in (pair.first, pair.second))
    (beside, alone), other_way = (_added(division, pair, who) for who in (FIRST, SECOND))
    if _is_nothing(alone, beside) and _is_nothing(*reversed(other_way)):
        return f"{first} and {second} matter only together: {unit.step(beside.mean)}"
    if _most(*other_way) < _most(beside, alone):
        (beside, alone), first, second = other_way, second, first
    told = f"{unit.step(beside.mean)} while it is on, {unit.step(alone.mean)} while it is off"
    return f"{first} {_how(beside, alone, second)}: {told}"


def _added(division: Division, pair: Pair, who: int) -> tuple[Difference, Difference]:
    """What one of a pair adds while the other is on, and while it is off."""
    return division.mean(pair.added(who, beside=True)), division.mean(pair.added(who, beside=False))


def _most(one: Difference, other: Difference) -> float:
    """The larger of two effects, beside which their difference is the smaller the larger it is."""
    return max(abs(one.mean), abs(other.mean))


def _is_nothing(one: Difference, other: Difference) -> bool:
    """Whether an effect is none beside another."""
    limit = LITTLE if one.sign == 0 else NOTHING
    return other.sign != 0 and abs(one.mean) < limit * abs(other.mean)


def _how(beside: Difference, alone: Difference, other: str) -> str:
    """How an effect depends on the other."""
    if _is_nothing(alone, beside):
        return f"matters only while {other} is on"
    if _is_nothing(beside, alone):
        return f"matters only while {other} is off"
    if beside.mean * alone.mean < 0:
        return f"turns around with {other}"
    if abs(beside.mean) > abs(alone.mean):
        return f"does more while {other} is on"
    return f"does less while {other} is on"
