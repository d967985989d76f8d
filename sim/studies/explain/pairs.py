"""What two players do together beyond what each does alone, in words."""

from __future__ import annotations

from sim.statistics.paired import Difference
from sim.studies.explain.division import Division, Kind
from sim.studies.explain.shapley import FIRST, SECOND, Pair
from sim.studies.explain.unit import Unit, short_name

NOTHING, LITTLE = 0.05, 0.2
"""What a player adds in one case, as a part of what it adds in the other, that is told as nothing; where it
is no more than chance can make, and any of it.
"""


def pair_told(division: Division, pair: Pair, unit: Unit) -> str:
    """What two players do together, told of the one whose effect depends more on the other."""
    first, second = (short_name(division.players[place].name) for place in (pair.first, pair.second))
    (beside, alone), other_way = (_added(division, pair, who) for who in (FIRST, SECOND))
    if _is_nothing(alone, beside) and _is_nothing(*reversed(other_way)):
        return f"{first} and {second} matter only together: {unit.step(beside.mean)}"
    if _most(*other_way) < _most(beside, alone):
        (beside, alone), first, second = other_way, second, first
    kind = division.kind
    told = f"{unit.step(beside.mean)} while it is {kind.on}, {unit.step(alone.mean)} while it is {kind.off}"
    return f"{first} {_how(beside, alone, second, kind)}: {told}"


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


def _how(beside: Difference, alone: Difference, other: str, kind: Kind) -> str:
    """How an effect depends on the other."""
    if _is_nothing(alone, beside):
        return f"matters only while {other} is {kind.on}"
    if _is_nothing(beside, alone):
        return f"matters only while {other} is {kind.off}"
    if beside.sign * alone.sign < 0:
        return f"turns around with {other}"
    if abs(beside.mean) > abs(alone.mean):
        return f"does more while {other} is {kind.on}"
    return f"does less while {other} is {kind.on}"
