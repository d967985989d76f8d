"""What comes or does not: an event or outcome by a month, or a path above or below a level in a month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.engine.history import History
from sim.outcomes.columns import Kind
from sim.outcomes.happenings import Findings, Happening
from sim.outcomes.target import Target, target_of
from sim.refusal import BadInput
from sim.rules.nodes import Node
from sim.scenario.load import Scenario
from sim.studies.finding import Finding, finding_of

NO_LEVEL = "is a number, which is neither there nor not; write {0} > NUMBER, or <"
NO_MONTH_BEFORE = "{0} is the first month, before which nothing can be watched; ask about a later one"
IS_COMPARED = "{0}: comes or does not; ask for it by its name alone"


@dataclass(frozen=True)
class Outcome:
    """Something that comes by the end of a month in each run, or does not.

    happening: what has a first month, if it is such a thing; else it is seen in the last month, and no
    sooner.
    """

    target: Target
    finding: Finding | None = None

    @property
    def date(self) -> str:
        """The month by which it is asked about, such as `2024-12`."""
        return self.target.dates[-1]

    @property
    def months(self) -> int:
        """Months that are simulated, the last of which is `date`."""
        return self.target.months

    @property
    def happening(self) -> Happening | None:
        if self.target.column.kind is Kind.DATE:
            return self.target.column.happening
        return None

    def first(self, history: History) -> np.ndarray:
        """The month after the start in which it is seen (runs,), not a number where it does not come."""
        if self.happening is not None:
            return Findings(history).first(self.happening)
        if self.finding is None:
            came = self.target.of(history)[-1] == 1
        else:
            came = self.number(history) > 0
        return np.where(came, self.months - 1.0, np.nan)

    def number(self, history: History) -> np.ndarray:
        """The number (runs,) above 0 where a finding holds; not a number where none decides."""
        if self.finding is None:
            return np.full(len(history.runs), np.nan)
        first, *second = self.finding.of(history)
        less = self.finding.bar
        if less is None:
            (less,) = second
        return self.finding.sign * (first - less)

    def announced(self, history: History) -> np.ndarray:
        """Whether it is announced by the end of each month, and not called off (months, runs).

        That is a yes to an event of it that takes place some months later. Once announced it is seen, and
        whatever else tells of it then tells nothing new.
        """
        found = np.zeros((history.months, len(history.runs)), dtype=bool)
        if self.happening is None or self.happening.node != Node.TOOK_PLACE:
            return found
        for event in history.world.parts.events:
            if event.name in self.happening.events and event.lead > 0:
                ended = history.happened(event.name) | history.happened(event.name, Node.CANCELLED)
                begun = history.happened(event.name, Node.ACCEPTED)
                found |= np.cumsum(begun, axis=0, dtype=np.int32) > np.cumsum(ended, axis=0, dtype=np.int32)
        return found

    def __str__(self) -> str:
        if self.finding is not None:
            return str(self.finding)
        return f"{self.target.label} by {self.date}"


def outcome_of(scenario: Scenario, text: str | None = None, by: str | None = None) -> Outcome:
    """What comes or does not, in words: an outcome or event, or such as `"autonomy < 0.5"`.

    text: the scenario's first outcome if None. by: a month such as `2024-12`; if None the last by which the
    scenario asks about it. Raises BadInput.

    >>> import sim
    >>> print(outcome_of(sim.load("mongolia-2024"), "autonomy < 0.5", "2024-12"))
    Autonomy by 2024-12 < 0.5
    """
    if text is not None and ("<" in text or ">" in text):
        outcome = _level(finding_of(scenario, text, by))
    else:
        outcome = _alone(scenario, text, by)
    if outcome.months < 2:
        raise BadInput(NO_MONTH_BEFORE.format(outcome.date), about="by")
    return outcome


def _level(finding: Finding) -> Outcome:
    """One side above the other in a month."""
    last = max(finding.sides, key=lambda side: side.months)
    if finding.is_share:
        raise BadInput(IS_COMPARED.format(last.name))
    return Outcome(last, finding)


def _alone(scenario: Scenario, text: str | None, by: str | None) -> Outcome:
    target = target_of(scenario, text, by)
    if len(target.dates) > 1:
        target = target_of(scenario, target.name, target.dates[-1])
    if not target.is_share:
        raise BadInput(f"{target.name}: {NO_LEVEL.format(target.name)}")
    return Outcome(target)
