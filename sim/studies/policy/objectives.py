"""What a policy is judged by: outcomes that are wanted, each summarised over worlds, and what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.refusal import BadInput
from sim.scenario.load import Scenario
from sim.statistics.robust import Estimate, mean_of, share_of, tail_of
from sim.studies.finding import MOVED, ORDERED, Finding, finding_of
from sim.studies.policy.worlds import Performance

MEAN, WORST, SHARE, COST = "mean", "worst", "share", "cost"
SUMMARIES = {MEAN: "mean", WORST: "worst tenth", SHARE: "share good enough"}
"""How what is wanted is summarised over worlds, with what tables call it."""

DEFAULT = (MEAN, WORST)

MOST = 5
"""Things that are wanted, at most: a front of more says nothing any more."""


@dataclass(frozen=True)
class Objective:
    """One number by which policies are judged: of something wanted (its place), or the cost.

    sign: 1 where more of it is better; good: 1 where good lies above the level, -1 where below;
    is_share: whether it lies between 0 and 1.
    """

    name: str
    label: str
    sign: int
    summary: str
    want: int = 0
    level: float | None = None
    good: int = 1
    is_share: bool = False

    def of(self, performance: Performance, candidate: int) -> Estimate:
        """What a candidate reaches, with its interval."""
        if self.summary == COST:
            return mean_of(performance.cost[candidate].T)
        found = self._of(performance, candidate)
        if self.is_share:
            return found.within(0.0, 1.0)
        return found

    def _of(self, performance: Performance, candidate: int) -> Estimate:
        means = performance.means[candidate, self.want].T
        if self.summary == MEAN:
            return mean_of(means)
        if self.summary == WORST:
            return tail_of(performance.halves[:, candidate, self.want].swapaxes(1, 2), self.sign)
        assert self.level is not None, "a share was checked to have a level"
        return share_of(means, self.good, self.level)


def wants_of(scenario: Scenario, texts: Iterable[str]) -> tuple[Finding, ...]:
    """What is wanted, in words: "OUTCOME by MONTH > LEVEL" or with <, "... rises" or "falls"; more is better
    if nothing is said. Raises BadInput.
    """
    if isinstance(texts, str):
        raise BadInput(f"what is wanted is a list, such as ['{texts}']")
    given = list(texts)
    if not given:
        raise BadInput('say what is wanted, such as "OUTCOME by YYYY-MM > LEVEL", or "OUTCOME falls"')
    if len(given) > MOST:
        raise BadInput(f"{len(given)} things are wanted; at most {MOST}")
    found = tuple(_want(scenario, text) for text in given)
    names = [(want.sides[0].name, want.dates) for want in found]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise BadInput(f"{name[0]}: is wanted twice by {name[1][0]}; say it once")
    return found


def _want(scenario: Scenario, text: str) -> Finding:
    words = " ".join(str(text).split())
    if MOVED.fullmatch(words):
        return finding_of(scenario, words, of_change=True)
    if ORDERED.fullmatch(words) is None:
        return finding_of(scenario, f"{words} rises", of_change=True)
    found = finding_of(scenario, words)
    if found.bar is None:
        raise BadInput(f"{found}: what is wanted is one outcome and a number, not two outcomes")
    return found


def objectives_of(wants: Sequence[Finding], summaries: Iterable[str]) -> tuple[Objective, ...]:
    """The objectives of a search; what has no level has no share that reaches it. Raises BadInput."""
    named = list(dict.fromkeys(summaries))
    for name in named:
        if name not in SUMMARIES:
            raise BadInput(f"no summary '{name}'; there are {', '.join(SUMMARIES)}")
    if not named:
        raise BadInput(f"say how to summarise: {', '.join(SUMMARIES)}")
    found = [_objective(want, place, name) for place, want in enumerate(wants) for name in named]
    kept = [each for each in found if each.summary != SHARE or each.level is not None]
    if not kept:
        raise BadInput('a share needs a level: write what is wanted as "OUTCOME > LEVEL"')
    return (*kept, Objective(COST, "Cost", -1, COST))


def _objective(want: Finding, place: int, summary: str) -> Objective:
    side = want.sides[0]
    sign = want.sign
    if summary == SHARE:
        sign = 1
    name, label = f"{side.name}.{side.dates[0]}.{summary}", f"{side.label} by {side.dates[0]}"
    label, is_share = f"{label}, {SUMMARIES[summary]}", want.is_share or summary == SHARE
    return Objective(name, label, sign, summary, place, want.bar, want.sign, is_share)


def judged(objectives: Sequence[Objective], performance: Performance) -> np.ndarray:
    """The numbers of candidates (candidates, objectives), as a search that makes them small wants them."""
    count = len(performance.cost)
    values = [
        [-each.sign * each.of(performance, place).value for each in objectives] for place in range(count)
    ]
    return np.array(values).reshape(count, len(objectives))
