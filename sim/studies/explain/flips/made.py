"""Turns as both worlds make them: their odds, the luck between these, and what moved the odds apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

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

    @property
    def is_ruled(self) -> bool:
        """Whether a world leaves it to no luck: it is forced there, forbidden, shut out or made to wait."""
        return not self.parts or not all(self.may)

    @cached_property
    def stakes(self) -> dict[str, float]:
        """What each cause adds more in the second world than in the first [logits], the most first."""
        more = {cause: second - first for cause, (first, second) in self.parts.items()}
        return dict(sorted(more.items(), key=lambda stake: -abs(stake[1])))


def made(pair: Pair, flipped: Flipped, turns: Sequence[Turn]) -> list[Made]:
    """How both worlds make some turns, in their order."""
    found, alike = {turn: Made(turn) for turn in turns}, _alike(turns)
    told = told_of(pair.worlds, dict.fromkeys(event for event, _ in alike))
    both = [_in_world(pair, world, told, flipped, alike) for world in pair.worlds]
    for asked, own in alike.items():
        first, second = (each[asked] for each in both)
        luck = _luck(pair.seed, flipped, own, asked)
        odds, may = zip(first.odds, second.odds, strict=True), zip(first.may, second.may, strict=True)
        # both worlds tell of the same causes
        parts = [zip(first.parts[cause], second.parts[cause], strict=True) for cause in first.parts]
        for turn, *numbers in zip(own, odds, may, luck, *parts, strict=True):
            found[turn] = _as_made(turn, numbers, first.parts)
    return [found[turn] for turn in turns]


def _as_made(turn: Turn, numbers: Sequence[Any], causes: Iterable[str]) -> Made:
    """Odds, whether it may be, luck, and parts by cause, all of them in both worlds but luck."""
    odds, may, luck, *parts = numbers
    by_cause = {cause: tuple(map(float, both)) for cause, both in zip(causes, parts, strict=True)}
    return Made(turn, tuple(map(float, odds)), tuple(each > 0.0 for each in may), float(luck), by_cause)


def _alike(turns: Sequence[Turn]) -> dict[Asked, list[Turn]]:
    """Turns about one event at one node, of those that luck decides; in the order of flips, as pages are."""
    found: dict[Asked, list[Turn]] = defaultdict(list)
    for turn in sorted(turns, key=lambda turn: turn.flip):
        if turn.decision.node in STEPS:
            found[turn.decision.event, turn.decision.node].append(turn)
    return found


def _in_world(
    pair: Pair, world: World, told: Told, flipped: Flipped, alike: Mapping[Asked, Sequence[Turn]]
) -> dict[Asked, Weighed]:
    """How one world makes turns, by event and node, in their order."""
    flips = np.unique([turn.flip for own in alike.values() for turn in own]).astype(np.intp)
    world = telling(world, told)
    engine, pieces = Engine.of(world), defaultdict[Asked, list[Weighed]](list)
    for some in pages_of(len(flips), runs_at_once(world)):
        history = pair.lived(engine, flipped.runs[flips[some]])
        pair.tell(len(history.runs) * history.months)
        for asked, own in alike.items():
            at = np.array([(turn.flip, turn.month) for turn in own], dtype=np.intp)
            at = at[np.isin(at[:, 0], flips[some])]
            rows = np.searchsorted(flips[some], at[:, 0])
            pieces[asked].append(weighed(history, told, asked, at[:, 1], rows))
    return {asked: Weighed.joined(own) for asked, own in pieces.items()}


def _luck(seed: int, flipped: Flipped, turns: Sequence[Turn], asked: Asked) -> np.ndarray:
    """The luck that decided turns of one event at one node (turns,)."""
    months = np.array([turn.month for turn in turns])
    runs, found = flipped.runs[[turn.flip for turn in turns]], np.empty(len(turns))
    for month in np.unique(months).tolist():
        there = months == month
        found[there] = drawn(seed, runs[there], *asked, month)
    return found
