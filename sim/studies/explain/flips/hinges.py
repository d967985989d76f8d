"""On which decision each flip hangs: the first that differs, and the first that undoes it when undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from sim.studies.explain.flips.made import Made, made
from sim.studies.explain.flips.pairs import Flipped, Pair, Turn
from sim.studies.explain.flips.undoing import undone

MOST_UNDONE = 2**16
"""Turns that are undone one by one; what hangs on further ones is not known."""


@dataclass(frozen=True)
class Hinge:
    """What a flip hangs on.

    first: the first decision that differs, None if nothing that happens does before the outcome is settled;
    decisive: the first that undoes the flip when it alone is made as in the first world, None if none does;
    is_known: whether all were tried.
    """

    first: Made | None
    decisive: Made | None
    is_known: bool = True


def hinges(pair: Pair, flipped: Flipped) -> list[Hinge]:
    """The hinge of each flip, in their order."""
    turns = _by_flip(pair, flipped)
    leads = [[turn for turn in own if turn.month == own[0].month] for own in turns]
    tried = _tried(pair, flipped, leads)
    # later ones are asked only where the outcome hangs on nothing in the first month
    later = [own[len(lead) :] for own, lead in zip(turns, leads, strict=True) if _hinge(lead, tried) is None]
    tried |= _tried(pair, flipped, later)
    told = _told(pair, flipped, [*leads, [_hinge(own, tried) for own in turns]])
    return [_of(own, lead, tried, told) for own, lead in zip(turns, leads, strict=True)]


def _by_flip(pair: Pair, flipped: Flipped) -> list[list[Turn]]:
    """Everything that is decided otherwise in each flip, in its order."""
    found: list[list[Turn]] = [[] for _ in range(len(flipped))]
    for turn in pair.turns(flipped):
        found[turn.flip].append(turn)
    return found


def _tried(pair: Pair, flipped: Flipped, turns: Iterable[list[Turn]]) -> dict[Turn, float]:
    """Whether each of some turns undoes its flip, as many as can be tried."""
    asked = list(islice(chain.from_iterable(turns), MOST_UNDONE))
    return dict(zip(asked, undone(pair, flipped, asked).tolist(), strict=True))


def _hinge(turns: Iterable[Turn], tried: Mapping[Turn, float]) -> Turn | None:
    """The first of some turns that undoes its flip."""
    return next((turn for turn in turns if tried.get(turn) == 1.0), None)


def _told(pair: Pair, flipped: Flipped, turns: Iterable[Iterable[Turn | None]]) -> dict[Turn, Made]:
    """How some turns are made in both worlds."""
    asked = [turn for turn in dict.fromkeys(chain.from_iterable(turns)) if turn is not None]
    return dict(zip(asked, made(pair, flipped, asked), strict=True))


def _of(own: list[Turn], lead: list[Turn], tried: Mapping[Turn, float], told: Mapping[Turn, Made]) -> Hinge:
    """What a flip hangs on, of all that is decided otherwise in it and in its first month."""
    if not lead:
        return Hinge(None, None)
    # of several the one whose own odds decide, and on which the outcome hangs
    first = max(lead, key=lambda turn: (told[turn].is_between, tried.get(turn) == 1.0))
    decisive = _hinge([first, *own], tried)
    if decisive is None:
        return Hinge(told[first], None, all(turn in tried for turn in own))
    return Hinge(told[first], told[decisive])
