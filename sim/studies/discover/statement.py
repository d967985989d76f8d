"""What holds or not in each future, in words: `autonomy < 0.45`, `visit by 2024-12`, `no visit`."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.outcomes.columns import Kind, came
from sim.outcomes.target import Target
from sim.refusal import BadInput
from sim.scenario.load import Scenario
from sim.studies.finding import ORDERED, Finding, finding_of, side
from sim.studies.sweep.plan import Plan

FORMS = (
    "write OUTCOME [by YYYY-MM] or no OUTCOME [by YYYY-MM] of what happens, else OUTCOME > NUMBER or "
    "OUTCOME > OUTCOME, or either with <"
)
NO = re.compile(r"(no|not)\s+(.+)", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """That something happens in a future, or not (`sign` -1), or that a comparison holds there."""

    target: Target
    sign: int = 1
    compared: Finding | None = None

    @property
    def columns(self) -> list[str]:
        """The columns of stored rows that it needs."""
        return list(dict.fromkeys(each.column.name for each in self.targets))

    @property
    def targets(self) -> tuple[Target, ...]:
        """What it is about."""
        if self.compared is None:
            return (self.target,)
        return self.compared.sides

    def of(self, rows: pd.DataFrame) -> np.ndarray:
        """Whether it holds (runs,) in stored rows."""
        values = [rows[each.column.name].to_numpy(float) for each in self.targets]
        if self.compared is None:
            happened = came(self.target.column.kind, values[0], self.target.places[0])
            return happened == (self.sign > 0)
        first, *second = values
        other = second[0] if second else self.compared.bar
        return self.compared.sign * (first - other) > 0

    def __str__(self) -> str:
        if self.compared is not None:
            return str(self.compared)
        words = f"{self.target.label} by {self.target.dates[0]}"
        if self.sign < 0:
            return f"not: {words}"
        return words


def statement_of(plan: Plan, text: str | None, by: str | None = None) -> Statement:
    """A statement about futures of a sweep; its forms are FORMS.

    text: the first outcome of the scenario happens, if None. by: the month of outcomes that name none; if
    None the last that is asked about. Raises BadInput, also for what the sweep has not kept.
    """
    # months of a sweep may be other than those of the file
    scenario = plan.scenario.override({"time.months": plan.months})
    if text is None:
        text = next(iter(scenario.case.outcomes), "")
    words = " ".join(str(text).split())
    if ORDERED.fullmatch(words):
        found = _compared(finding_of(scenario, words, by))
    else:
        found = _happening(scenario, words, by)
    for each in found.targets:
        _check_kept(plan, each)
    return found


def _compared(finding: Finding) -> Statement:
    # of a finding a probability is meant, and a future has none
    first = finding.sides[0]
    if first.is_share:
        raise BadInput(f"{first.name}: happens or not in a future; write it alone, or no before it")
    return Statement(first, compared=finding)


def _happening(scenario: Scenario, words: str, by: str | None) -> Statement:
    negated, sign = NO.fullmatch(words), 1
    if negated is not None:
        words, sign = negated[2], -1
    target = side(scenario, words, by)
    if not target.is_share:
        raise BadInput(f"{target.name}: has a number in each future; {FORMS}")
    return Statement(target, sign)


def _check_kept(plan: Plan, target: Target) -> None:
    """Raises BadInput for what is not stored, or of another month alone."""
    if target.column.name not in plan.keep:
        raise BadInput(
            f"{target.name}: the sweep has not kept {target.column.name}; sweep into another folder and "
            "keep it",
            about="kept",
        )
    if target.column.kind is not Kind.DATE and target.months != plan.months:
        raise BadInput(
            f"{target.name}: a sweep keeps it of its last month alone, not of {target.dates[0]}; sweep again "
            f"for {target.months} months",
            about="longer",
        )
