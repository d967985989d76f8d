"""What a future is asked, by which it can flip: whether something comes, or lies above a level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.engine.history import History
from sim.outcomes.columns import Kind
from sim.outcomes.happenings import Findings
from sim.outcomes.target import Target
from sim.refusal import BadInput


@dataclass(frozen=True)
class Question:
    """Whether an outcome comes by a month, or lies above `level` in it."""

    target: Target
    level: float | None = None

    @property
    def months(self) -> int:
        return self.target.months

    @property
    def date(self) -> str:
        return self.target.dates[-1]

    def __str__(self) -> str:
        if self.level is None:
            return f"{self.target.label} by {self.date}"
        return f"{self.target.label} above {self.level:g} in {self.date}"

    def came(self, history: History) -> np.ndarray:
        """1 or 0 for each run (runs,); not a number for runs that failed."""
        values = self.target.of(history)[-1]
        if self.level is None:
            return values
        return np.where(np.isnan(values), np.nan, values > self.level)

    def settled(self, history: History) -> np.ndarray:
        """The month [after the start] in which it came (runs,); if it did not, the last asked about."""
        last = np.full(len(history.runs), self.months - 1)
        if self.level is None and self.target.column.kind is Kind.DATE:
            first = self.target.column.of(Findings(history))
            return np.where(first < last, first, last)
        return last


def question_of(target: Target, level: float | None = None) -> Question:
    """Raises BadInput for an outcome that is a number, and no level of it."""
    if level is None and not target.is_share:
        raise BadInput(f"{target.name}: is a number; name a level of it, above which a future may lie or not")
    if level is not None and target.is_share:
        raise BadInput(f"{target.name}: comes or does not, so it has no level")
    return Question(target, level)
