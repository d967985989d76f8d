"""One dated observation of a target, and the samples that observations fall into."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from sim.engine.history import window
from sim.scenario.load import Scenario
from sim.scenario.schema import month_number

SERIES, EVENT, TIME = "series", "event", "time"
KINDS = (SERIES, EVENT, TIME)
IN_SAMPLE, VALIDATION, OUT_OF_SAMPLE = "in-sample", "validation", "out-of-sample"
SAMPLES = (IN_SAMPLE, VALIDATION, OUT_OF_SAMPLE)


@dataclass(frozen=True)
class Fact:
    """One observation of a target over the months from `first` to `last` (from year 0, both included).

    value: of a series in its unit, the mean over these months; of an event 1 if it happened at least once in
    them, else 0; of a time the month of the first occurrence in them, infinite if it did not occur. line: of
    the file that it was read from.
    """

    kind: str
    target: str
    first: int
    last: int
    value: float
    source: str = ""
    provenance: str = ""
    note: str = ""
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.kind} {self.target} {self.when}"

    @property
    def months(self) -> range:
        """The months of the window."""
        return range(self.first, self.last + 1)

    @property
    def came(self) -> range:
        """Months of an event or time in one of which it happened, as this says; none if it says not."""
        if self.kind == EVENT and self.value:
            return self.months
        if self.kind == TIME and math.isfinite(self.value):
            return range(int(self.value), int(self.value) + 1)
        return range(0)

    @property
    def quiet(self) -> range:
        """Months of an event or time in which it did not happen, as this says."""
        if self.kind == TIME and math.isfinite(self.value):
            # A first time says nothing of the months after it.
            return range(self.first, int(self.value))
        if self.kind == TIME:
            return self.months
        if self.kind == EVENT and not self.value:
            return self.months
        return range(0)

    @property
    def when(self) -> str:
        """The window in the words of the table."""
        return window(self.months)


def in_order(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """By kind, target and time: an order that does not depend on the table's."""
    return tuple(sorted(facts, key=_place))


def _place(fact: Fact) -> tuple[int, str, int, int]:
    return KINDS.index(fact.kind), fact.target, fact.last, fact.first


def sample_of(fact: Fact, scenario: Scenario) -> str:
    """Whether a fact was there to fit to, to validate with, or came later: all did if no [hindcast] says."""
    split = scenario.case.hindcast
    # A window counts by its last month: until then nobody could have known its value.
    if split is None or fact.last > month_number(split.validated_until):
        return OUT_OF_SAMPLE
    if fact.last > month_number(split.fitted_until):
        return VALIDATION
    return IN_SAMPLE
