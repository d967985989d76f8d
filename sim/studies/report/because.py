"""Why the answer is what it is: mechanisms switched off one after another, and each claim tried."""

from __future__ import annotations

from dataclasses import dataclass

from sim.outcomes.target import Target
from sim.refusal import Refusal
from sim.scenario.cards import beside
from sim.scenario.load import Scenario
from sim.studies.check.mechanisms.trial import RUNS, Cards, Tried
from sim.studies.explain.asked import Asked
from sim.studies.explain.explained import Explained
from sim.studies.report.study import Tell

MOST_RUNS, LEAST_RUNS, MOST_WORK = 2_000, 400, 3_000_000
"""Futures that are explained, and the run-months beyond which they are fewer."""

PER_RUN = 70
"""Worlds in which each future is lived, about, for some eighteen mechanisms."""

CARDS = 50
"""Cards of a file, about, for a bar that has to know before the file is read."""


@dataclass(frozen=True)
class Untold:
    """That a study has no answer, and why."""

    why: str


def runs_explained(months: int) -> int:
    """How many futures of so many months are explained.

    >>> runs_explained(4), runs_explained(60)
    (2000, 714)
    """
    return int(min(max(MOST_WORK // (PER_RUN * months), LEAST_RUNS), MOST_RUNS))


def explained_of(
    scenario: Scenario, target: Target, seed: int, threads: int | None, tell: Tell
) -> Explained | Untold:
    """What each mechanism adds to the target by its month; why that cannot be told, else."""
    try:
        asked = Asked.of(
            [scenario], target.name, target.dates[0], None, runs_explained(target.months), seed, threads
        )
        return asked.done(tell)
    except Refusal as error:
        return Untold(str(error))


def explained_cost(scenario: Scenario, target: Target) -> int:
    """About the run-months that it takes."""
    return PER_RUN * runs_explained(target.months) * target.months * has_cards(scenario)


def has_cards(scenario: Scenario) -> bool:
    """Whether a scenario says what it claims."""
    return beside(scenario).is_file()


def tried_of(scenario: Scenario, tell: Tell) -> tuple[Tried, ...] | Untold:
    """What came of each card of a scenario; none of a scenario without cards."""
    if not has_cards(scenario):
        return ()
    found, one = list[Tried](), RUNS[0] * scenario.case.time.months
    try:
        for tried in Cards(scenario, over_draws=False).tried():
            found.append(tried)
            tell(one)
    except Refusal as error:
        return Untold(str(error))
    return tuple(found)


def tried_cost(scenario: Scenario) -> int:
    """About the run-months that it takes, as many for each card."""
    if not has_cards(scenario):
        return 0
    return CARDS * RUNS[0] * scenario.case.time.months
