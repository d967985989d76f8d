"""Turns as both worlds make them: their odds, the luck between these, and what moved the odds apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sim.engine.engine import Engine, runs_at_once
from sim.engine.switched import drawn
from sim.engine.telling import Told, telling, told_of
from sim.scenario.lower import World
from sim.studies.explain.flips.pairs import Flipped, Pair, Turn, pages_of
from sim.studies.explain.flips.weights import STEPS, Asked, Weighed, weighed

NO_LUCK = (float("nan"), float("nan"))


@dataclass(frozen=True)
class Made:
    """One turn as both worlds make it.

    odds: in either world; may: whether it could be made there at all; luck: the number that decided, below
    the odds of one world; parts: logits that each cause adds to the log odds in either world. What no luck
    decides, such as what is forced, has none of these.
    """

    turn: Turn
    odds: tuple[float, ...] = NO_LUCK
    may: tuple[bool, ...] = (True, True)
    luck: float = float("nan")
    parts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def is_between(self) -> bool:
        """Whether its luck lies between its odds; else another event of its group took its place."""
        return min(self.odds) <= self.luck < max(self.odds)

    @cached_property
    def stakes(self) -> dict[str, float]:
        """What each cause adds more in the second world than in the first [logits], the most first."""
        more = {cause: second - first for cause, (first, second) in self.parts.items()}
        return dict(sorted(more.items(), key=lambda stake: -abs(stake[1])))


def made(pair: Pair, flipped: Flipped, turns: Sequence[Turn]) -> list[Made]:
    """How both worlds make some turns, in their order."""
    found, alike = [Made(turn) for turn in turns], _alike(turns)
    told = told_of(pair.worlds, dict.fromkeys(event for event, _ in alike))
    both = [_in_world(pair, world, told, flipped, turns) for world in pair.worlds]
    for asked, places in alike.items():
        own = [each[asked] for each in both]
        luck = _luck(pair.seed, flipped, [turns[place] for place in places], asked)
        causes = dict.fromkeys([*own[0].parts, *own[1].parts])
        for row, place in enumerate(places):
            odds, may = (tuple(float(getattr(each, name)[row]) for each in own) for name in ("odds", "may"))
            parts = {cause: tuple(_part(each, cause, row) for each in own) for cause in causes}
            found[place] = Made(
                turns[place], odds, tuple(each > 0.0 for each in may), float(luck[row]), parts
            )
    return found


def _alike(turns: Sequence[Turn]) -> dict[Asked, list[int]]:
    """Places of turns about one event at one node, of those that luck decides."""
    found: dict[Asked, list[int]] = defaultdict(list)
    for place, turn in enumerate(turns):
        if turn.decision.node in STEPS:
            found[turn.decision.event, turn.decision.node].append(place)
    # by flip, as pages of runs come
    return {asked: sorted(places, key=lambda place: turns[place].flip) for asked, places in found.items()}


def _in_world(
    pair: Pair, world: World, told: Told, flipped: Flipped, turns: Sequence[Turn]
) -> dict[Asked, Weighed]:
    """How one world makes turns, by event and node, in the order of their places."""
    flips = np.unique([turn.flip for turn in turns]).astype(np.intp)
    place_of = {flip: place for place, flip in enumerate(flips.tolist())}
    own, found = telling(world, told), defaultdict[Asked, list[Weighed]](list)
    engine = Engine.of(own)
    for some in pages_of(len(flips), runs_at_once(own)):
        history = engine.page(pair.seed, flipped.runs[flips[some]])
        pair.tell(len(history.runs) * history.months)
        for asked, places in _alike(turns).items():
            there = [turns[place] for place in places]
            there = [turn for turn in there if some.start <= place_of[turn.flip] < some.stop]
            months = np.array([turn.month for turn in there], dtype=np.intp)
            rows = np.array([place_of[turn.flip] - some.start for turn in there], dtype=np.intp)
            found[asked].append(weighed(history, told, asked, months, rows))
    return {asked: Weighed.joined(pieces) for asked, pieces in found.items()}


def _part(own: Weighed, cause: str, row: int) -> float:
    """What a cause adds in one world, where it may count for nothing."""
    if cause in own.parts:
        return float(own.parts[cause][row])
    return 0.0


def _luck(seed: int, flipped: Flipped, turns: Sequence[Turn], asked: Asked) -> np.ndarray:
    """The luck that decided turns of one event at one node (turns,)."""
    months = np.array([turn.month for turn in turns])
    runs, found = flipped.runs[[turn.flip for turn in turns]], np.empty(len(turns))
    for month in np.unique(months).tolist():
        there = months == month
        found[there] = drawn(seed, runs[there], *asked, month)
    return found
