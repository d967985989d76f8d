"""What came beside what was written down, a row an entry: what the facts say, and the scores of both.

An entry is due once its last month is over: one that came true early waits for the others of its date, or
those that come true would be scored before those that do not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from sim.assimilation.facts import EVENT
from sim.scenario.schema import month_number
from sim.statistics.scores import brier, crps_of_normal, crps_of_runs, log_loss
from sim.studies.ledger.clock import month_of
from sim.studies.ledger.entry import LEVELS, Entry
from sim.studies.ledger.known import Answer, Facts


class Standing(StrEnum):
    """How an entry stands."""

    SCORED = "scored"
    AFTERWARDS = "afterwards"
    KNOWN = "known"
    UNKNOWN = "unknown"
    OPEN = "open"


MEANINGS = {
    Standing.SCORED: "due, answered, and made before",
    Standing.AFTERWARDS: "due and answered, but made after what it is about",
    Standing.KNOWN: "answered by the facts on which its runs were conditioned",
    Standing.UNKNOWN: "due, but the facts do not say",
    Standing.OPEN: "not due yet",
}
"""What each standing means."""

LEADS = {"to 6 months": 6, "7 to 12": 12, "13 to 24": 24, "25 to 60": 60, "beyond 60": math.inf}
"""Lead times, and the most months of each."""

FORECASTER = "forecast"
"""What scores of the entry itself are called, beside those of baselines."""

WITHIN = {50: (25, 75), 90: (5, 95)}
"""Intervals [%], and the quantiles between which they lie."""


def scores(entries: Sequence[Entry], facts: Facts, today: datetime) -> pd.DataFrame:
    """A row an entry, in the order of the ledger.

    standing; pooled: whether it counts among all; answer: what came, 1 or 0 of an event, empty where it is
    not known; lead [months];
    score_NAME: Brier of an event, CRPS of a series [unit]; log_NAME; expected: the Brier score that is
    expected of a probability that is right; pit: the share of what was said that lies below what came;
    within_50, within_90. NAME is `forecast`, or a baseline.
    """
    return pd.DataFrame([_row(entry, facts, today) for entry in entries])


def _row(entry: Entry, facts: Facts, today: datetime) -> dict[str, Any]:
    answer = facts.answer(entry.kind, entry.target, entry.months_asked)
    standing = standing_of(entry, answer, today)
    row: dict[str, Any] = {
        "line": entry.number, "made": entry.made, "kind": entry.kind, "target": entry.target,
        "label": entry.label, "unit": entry.unit, "from": entry.first, "by": entry.by,
        "standing": str(standing), "lead": lead_of(entry), "variant": entry.variant,
        "pooled": entry.follows is None, "answer": math.nan,
    }  # fmt: skip
    row |= _said(entry)
    if answer is None:
        return row
    row["answer"] = answer.value
    if standing in (Standing.SCORED, Standing.AFTERWARDS):
        row |= _scored(entry, answer.value)
    return row


def standing_of(entry: Entry, answer: Answer | None, today: datetime) -> Standing:
    """How an entry stands on a day."""
    if month_of(today) < entry.months_asked.stop:
        return Standing.OPEN
    if answer is None:
        return Standing.UNKNOWN
    if entry.answered is not None:
        return Standing.KNOWN
    # what came in the month in which it was made may have come before or after: facts know no days
    if answer.month < made_in(entry):
        return Standing.AFTERWARDS
    return Standing.SCORED


def made_in(entry: Entry) -> int:
    """The month in which an entry was made [from year 0]."""
    return month_of(datetime.fromisoformat(entry.made))


def lead_of(entry: Entry) -> int:
    """Months from when an entry was made to the end of what it is about.

    Of one about the past, from what its runs knew: the facts that they were conditioned on, or their start.
    """
    last = entry.months_asked[-1]
    if not entry.past:
        return last - made_in(entry)
    if entry.facts is not None:
        return last - month_number(entry.facts.to)
    return last - month_number(entry.scenario.start) + 1


def lead_name(months: float) -> str:
    """The lead time that so many months are."""
    return next(name for name, most in LEADS.items() if months <= most)


def _said(entry: Entry) -> dict[str, Any]:
    """The probability, or the median with the ends of its 90 % interval, and those of baselines."""
    if entry.probability is not None:
        return {"said": entry.probability} | {f"said_{name}": each for name, each in entry.baselines.items()}
    assert entry.quantiles is not None
    means = {f"said_{name}": _mean_and_sd(each)[0] for name, each in entry.baselines.items()}
    median, low, high = (entry.quantiles[level - 1] for level in (50, 5, 95))
    return {"said": median, "q05": low, "q95": high} | means


def _scored(entry: Entry, value: float) -> dict[str, Any]:
    if entry.kind == EVENT:
        return _event(entry, bool(value))
    return _series(entry, value)


def _event(entry: Entry, came: bool) -> dict[str, Any]:
    """Brier and log scores of a probability and of baselines."""
    assert entry.probability is not None
    row = {"expected": entry.probability * (1.0 - entry.probability)}
    for name, chance in {FORECASTER: entry.probability, **entry.baselines}.items():
        assert isinstance(chance, float)
        row |= {f"score_{name}": brier(chance, came), f"log_{name}": log_loss(chance, came)}
    return row


def _series(entry: Entry, value: float) -> dict[str, Any]:
    """CRPS of the values that stand for a distribution, and of the normal ones of baselines."""
    quantiles = np.array(entry.quantiles)
    score = crps_of_runs(quantiles[None, :], np.array([value]))
    row: dict[str, Any] = {f"score_{FORECASTER}": float(score[0]), "pit": pit(quantiles, value)}
    for level, (low, high) in WITHIN.items():
        row[f"within_{level}"] = bool(quantiles[low - 1] <= value <= quantiles[high - 1])
    for name, said in entry.baselines.items():
        row[f"score_{name}"] = crps_of_normal(*_mean_and_sd(said), value, entry.ends)
    return row


def _mean_and_sd(said: Any) -> tuple[float, float]:
    """What a baseline says of a series; a spread that is not known is not a number."""
    mean, sd = said
    if sd is None:
        return mean, math.nan
    return mean, sd


def pit(quantiles: np.ndarray, value: float) -> float:
    """The probability [0, 1] below a value that lies among quantiles (LEVELS,), in the middle of ties.

    Dawid 1984, JRSS A 147:278.

    >>> pit(np.arange(1.0, 100.0), 25.5)
    0.255
    """
    below, upto = np.searchsorted(quantiles, value, "left"), np.searchsorted(quantiles, value, "right")
    return float((below + upto + 1) / 2 / (LEVELS + 1))
