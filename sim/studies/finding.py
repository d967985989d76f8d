"""A finding in words, and what it is of runs: a majority, an order, or the sign of what a change does."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from sim.engine.history import History
from sim.outcomes.target import Target, target_of
from sim.reading.numbers import NotANumber, number, shown
from sim.refusal import BadInput
from sim.scenario.load import Scenario
from sim.statistics.intervals import wilson
from sim.statistics.paired import Difference, difference, matched

FORMS = (
    "write OUTCOME [by YYYY-MM] > NUMBER, OUTCOME [by YYYY-MM] > OUTCOME [by YYYY-MM], or either with <; "
    "of a second scenario, OUTCOME [by YYYY-MM] rises, or falls"
)
NEEDS_SECOND = "rises and falls say what a change does; name the change"
HAS_SECOND = "a change is named, so the finding says what it does: OUTCOME [by YYYY-MM] rises, or falls"

ORDERED = re.compile(r"([^<>]+)([<>])([^<>]+)")
MOVED = re.compile(r"(.+)\s(rises|falls)")
SIDE = re.compile(r"(.+?)\s+by\s+(\d\S*)")

SIGNS = {">": 1, "<": -1, "rises": 1, "falls": -1}
"""Whether the first side less the second is above 0 where a finding holds, or below it."""


@dataclass(frozen=True)
class Finding:
    """That one side exceeds another by more than nothing, if `sign` is 1, or falls short of it, if it is -1.

    sides: one outcome against the number `bar`, one in a second scenario against the same in the first
    (`of_change`), or two outcomes. Each run has a number for each side.
    """

    sides: tuple[Target, ...]
    sign: int
    bar: float | None = None
    of_change: bool = False

    @property
    def months(self) -> int:
        return max(side.months for side in self.sides)

    @property
    def dates(self) -> tuple[str, ...]:
        """The month of each side."""
        return tuple(side.dates[0] for side in self.sides)

    @property
    def is_share(self) -> bool:
        """Whether its sides are probabilities."""
        return all(side.is_share for side in self.sides)

    def of(self, history: History) -> np.ndarray:
        """The numbers of each run (sides, runs)."""
        return np.concatenate([side.of(history) for side in self.sides])

    def compared(self, first: np.ndarray, second: np.ndarray) -> Difference:
        """The first side less the second over runs (runs,), with its 95 % interval."""
        if not self.is_share:
            return difference(second, first)
        if self.bar is None:
            return matched(second, first)
        low, high = wilson(first.sum(), len(first))
        return Difference(float(first.mean()) - self.bar, float(low) - self.bar, float(high) - self.bar)

    def __str__(self) -> str:
        first, *second = (f"{side.label} by {side.dates[0]}" for side in self.sides)
        if self.of_change:
            return f"{first} {self._word('rises', 'falls')}"
        if self.bar is not None:
            second = [f"{self.bar:g}"]
        return f"{first} {self._word('>', '<')} {second[0]}"

    def _word(self, above: str, below: str) -> str:
        if self.sign > 0:
            return above
        return below


def finding_of(scenario: Scenario, text: str, by: str | None = None, of_change: bool = False) -> Finding:
    """A finding in words, such as `"autonomy > 0.5"`; its forms are FORMS.

    A month at the end is that of both sides, unless the first has its own. by: the month where the words name
    none; if None the last by which the scenario asks about each side. of_change: whether it is about a second
    scenario less this one. Raises BadInput.

    >>> import sim
    >>> print(finding_of(sim.load("mongolia-2024"), "autonomy > domination by 2024-12"))
    Autonomy by 2024-12 > Domination by 2024-12
    """
    words = " ".join(str(text).split())
    moved, ordered = MOVED.fullmatch(words), ORDERED.fullmatch(words)
    if moved is not None:
        if not of_change:
            raise BadInput(NEEDS_SECOND, about="change")
        return Finding((side(scenario, moved[1], by),), SIGNS[moved[2]], of_change=True)
    if ordered is None:
        raise BadInput(f"{shown(words)} is no finding; {FORMS}")
    _refuse_if(of_change, HAS_SECOND)
    first, sign, second = map(str.strip, ordered.groups())
    # a month at the end is that of both sides, unless the first has its own
    second, month = _dated(second, by)
    one, bar = side(scenario, first, month), _number(second)
    if bar is None:
        return _order((one, side(scenario, second, month)), SIGNS[sign])
    return _majority(one, SIGNS[sign], bar)


def _dated(text: str, by: str | None) -> tuple[str, str | None]:
    """A side without its month, and its month: that of the words, else `by`."""
    dated = SIDE.fullmatch(text)
    if dated is None:
        return text, by
    return dated[1], dated[2]


def _refuse_if(wrong: bool, told: str) -> None:
    if wrong:
        raise BadInput(told)


def _number(text: str) -> float | None:
    """The number that a side is; None if it is meant as a name. Raises BadInput."""
    try:
        return float(number(text))
    except NotANumber as error:
        if text[:1].isalpha() or text[:1] == "_":
            return None
        raise BadInput(f"what an outcome is compared with {error}") from None


def side(scenario: Scenario, text: str, by: str | None) -> Target:
    """An outcome by one month: that of the words, else `by`, else the last that the scenario asks about."""
    name, month = _dated(text, by)
    target = target_of(scenario, name, month)
    # a finding is about one month; the last is what tables and maps show
    if len(target.dates) > 1:
        return target_of(scenario, target.name, target.dates[-1])
    return target


def _majority(side: Target, sign: int, bar: float) -> Finding:
    _refuse_if(
        side.is_share and not 0 <= bar <= 1,
        f"{side.name}: is asked about as a probability, from 0 to 1, not {bar:g}",
    )
    return Finding((side,), sign, bar)


def _order(sides: tuple[Target, Target], sign: int) -> Finding:
    one, other = sides
    _refuse_if(
        one.is_share != other.is_share,
        f"{one.name} and {other.name}: a probability and a mean are not compared; compare two of a kind",
    )
    whole = [side.name for side in sides if not side.has_course]
    _refuse_if(
        bool(whole) and one.months != other.months,
        f"{', '.join(whole)}: has one number for the whole of a run; ask both sides by the same month",
    )
    _refuse_if(
        one.name == other.name and one.dates == other.dates, f"{one.name}: is not compared with itself"
    )
    return Finding(sides, sign)
