"""A look through many futures of two worlds for those that flip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sim.assimilation.relived import trunks_of
from sim.reading.numbers import whole_of
from sim.refusal import BadInput
from sim.scenario.lower import lower
from sim.studies.explain.asked import Asked
from sim.studies.explain.explained import Explained
from sim.studies.explain.flips.flips import flips_of
from sim.studies.explain.flips.pairs import Pair
from sim.studies.explain.flips.question import Question, question_of

MOST_FUTURES = 10**6

NO_LEVEL = "of a number, futures flip that lie above a level in one world only; name the level"
OTHER_EVENTS = "the two worlds have other events"
"""Why no flips are told."""


@dataclass(frozen=True)
class Search:
    """A look through so many futures of two worlds for flips; question: None if there is none to be asked."""

    asked: Asked
    question: Question | None
    futures: int

    @classmethod
    def of(cls, asked: Asked, above: float | None = None, futures: int = 20_000) -> Search:
        """As `explain` is asked. Raises BadInput for a level without a second world, or of what has none."""
        futures = whole_of("futures", futures, 0, MOST_FUTURES)
        first, *others = asked.plain
        if not others:
            if above is not None:
                raise BadInput("a level tells flips between two worlds; name a second one", about="above")
            return cls(asked, None, 0)
        if above is None and not first.target.is_share:
            return cls(asked, None, futures)
        if asked.past is not None:
            futures = min(futures, asked.past.particles)
        return cls(asked, question_of(first.target, above), futures)

    @property
    def run_months(self) -> int:
        """The least work that it is, for a progress bar."""
        if self.question is None:
            return 0
        return 2 * self.futures * self.question.months

    def done(self, found: Explained, tell: Callable[[int], Any]) -> Explained:
        """The explanation with the flips."""
        if len(found.worlds) < 2 or not self.futures:
            return found
        if self.question is None:
            return replace(found, why_no_flips=NO_LEVEL)
        question = self.question
        one, other = (lower(each, question.months) for each in found.worlds)
        if list(one.parts.event) != list(other.parts.event):
            return replace(found, why_no_flips=OTHER_EVENTS)
        plain, trunks = self.asked.plain[0], None
        if self.asked.past is not None:
            trunks = trunks_of(self.asked.past, self.futures, plain.threads)
        pair = Pair((one, other), question, plain.seed, plain.threads, tell, trunks)
        return replace(found, flips=flips_of(pair, self.futures))
