"""Two worlds on the same luck, the futures that flip between them, and what happens otherwise in these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim.engine.engine import Engine, runs_at_once
from sim.engine.history import History
from sim.engine.pages import OneEngine, simulate
from sim.engine.trunks import Trunks
from sim.rules.nodes import Node
from sim.scenario.lower import World
from sim.studies.explain.flips.question import Question

IN_ORDER = (Node.PROPOSED, Node.ACCEPTED, Node.EXECUTED, Node.CANCELLED, Node.TOOK_PLACE)
"""What may become of an event in a month, in the order in which it is settled."""


@dataclass(frozen=True, order=True)
class Decision:
    """Something that is decided of an event otherwise in two worlds: in which of them it happens, 0 or 1."""

    event: str
    node: Node
    only_in: int


@dataclass(frozen=True)
class Turn:
    """A decision that goes the other way in a flip, by its place among the flips, and when: month [after the
    start].
    """

    flip: int
    month: int
    decision: Decision


@dataclass(frozen=True)
class Flipped:
    """Futures in which an outcome comes in one of two worlds only.

    runs (flips,): their numbers; came (2, flips): whether it comes in the first world, and in the second.
    """

    runs: np.ndarray
    came: np.ndarray

    def __len__(self) -> int:
        return len(self.runs)


@dataclass(frozen=True)
class Pair:
    """Two worlds that are asked one thing on the same luck. `tell` hears the run-months done.

    trunks: pasts of their own that runs of both go on from.
    """

    worlds: tuple[World, World]
    question: Question
    seed: int
    threads: int | None = None
    tell: Callable[[int], Any] = lambda done: None
    trunks: Trunks | None = None

    @property
    def events(self) -> list[str]:
        """The events, which both have, in the order of the file."""
        return [event.name for event in self.worlds[0].parts.events]

    @cached_property
    def engines(self) -> tuple[Engine, Engine]:
        first = Engine.of(self.worlds[0])
        return first, Engine.of(self.worlds[1], [first])

    @property
    def at_once(self) -> int:
        """Runs of either world that are held at once: the same futures of both come by together."""
        return min(map(runs_at_once, self.worlds))

    def came(self, runs: int) -> np.ndarray:
        """Whether the outcome comes (2, runs) in either world; not a number where the run failed."""
        lots = [OneEngine(each, self.trunks).all(runs, self.at_once) for each in self.engines]
        ask = self.question.came
        answers = [simulate(each, self.seed, self.threads, ask) for each in lots]
        found = []
        for both in zip(*answers, strict=True):
            found.append(np.stack(both))
            self.tell(both[0].size * 2 * self.question.months)
        return np.concatenate(found, axis=1)

    def lived(self, engine: Engine, runs: np.ndarray) -> History:
        """What some runs (runs,) leave behind as an engine makes them."""
        return engine.page(self.seed, runs, self.trunks)

    def turns(self, flipped: Flipped) -> Iterator[Turn]:
        """Everything that is decided otherwise in flips until the outcome is settled, in order."""
        for some in pages_of(len(flipped), self.at_once):
            histories = [self.lived(engine, flipped.runs[some]) for engine in self.engines]
            self.tell(2 * len(histories[0].runs) * self.question.months)
            for flip, month, place, codes in _differences(histories, self.question):
                yield Turn(some.start + flip, month, _decision(self.events[place], *codes))


def pages_of(count: int, size: int) -> Iterator[slice]:
    """So many things in stretches of one size."""
    return (slice(first, first + size) for first in range(0, count, size))


def _differences(
    histories: Sequence[History], question: Question
) -> Iterator[tuple[int, int, int, tuple[int, int]]]:
    """Place of the run, month, place of the event, and both codes, wherever these differ before the end."""
    codes = np.stack([_codes(history) for history in histories])
    settled = np.min([question.settled(history) for history in histories], axis=0)
    # what differs once the outcome has come in one world is no reason for it
    differs = (codes[0] != codes[1]) & (np.arange(codes.shape[1])[:, None, None] <= settled)
    for run, month, event in np.argwhere(differs.transpose(2, 0, 1)).tolist():
        first, second = codes[:, month, event, run].tolist()
        yield run, month, event, (first, second)


def _codes(history: History) -> np.ndarray:
    """What happened to every event (months, events, runs), as sums of bits."""
    return np.stack([history.codes(event.name) for event in history.world.parts.events], axis=1)


def _decision(event: str, first: int, second: int) -> Decision:
    """The decision in which two codes of an event, which differ, differ first."""
    node = next(node for node in IN_ORDER if (first ^ second) & node.bit)
    return Decision(event, node, int(bool(second & node.bit)))


def flipped_of(came: np.ndarray) -> Flipped:
    """The futures that flip among all (2, runs)."""
    # what failed in one world is no flip
    flips = np.flatnonzero((came[0] != came[1]) & np.isfinite(came).all(axis=0))
    return Flipped(flips.astype(np.uint64), came[:, flips] != 0.0)
