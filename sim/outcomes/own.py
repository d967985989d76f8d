"""Outcomes of one's own: a registered function of a history, whose numbers are checked before they count."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engine.history import History
from sim.registry import OUTCOMES, Guarded, RuleError


def asked(history: History, name: str) -> np.ndarray:
    """What a registered outcome gives of each run (runs,), in the kind that it says. Raises RuleError."""
    guarded: Guarded = OUTCOMES[name]
    # failed runs hand it numbers that are none: nothing to warn of
    with np.errstate(all="ignore"):
        found = guarded.called("of", guarded.rule.of, history)
    values = _numbers(guarded, found)
    # one number for all runs would be spread over them without a word
    if values.shape != history.runs.shape:
        wish = f"one number for each of {len(history.runs)} runs"
        raise RuleError(f"{guarded.stamp}: of gives an array of shape {values.shape}, not {wish}")
    counted = values[~history.failed]
    if wrong := _unfit(counted, guarded.rule.kind, history.months):
        raise RuleError(f"{guarded.stamp}: {wrong}")
    return values


def _numbers(guarded: Guarded, found: Any) -> np.ndarray:
    try:
        return np.array(found, dtype=float)
    except (TypeError, ValueError):
        raise RuleError(f"{guarded.stamp}: of gives {type(found).__name__}, not numbers") from None


def _unfit(values: np.ndarray, kind: str, months: int) -> str:
    """What of the numbers of runs that did not fail does not fit their kind; nothing if all do."""
    there = values[~np.isnan(values)]
    whole = (there == np.floor(there)) & (there >= 0)
    if kind == "date":
        if (whole & (there < months)).all():
            return ""
        return f"a date is a month from 0 to {months - 1}, or not a number for never"
    if len(there) < len(values):
        return f"a {kind} of a run that did not fail is not a number"
    if kind == "yes_no":
        if np.isin(there, (0.0, 1.0)).all():
            return ""
        return "a yes_no is 1 or 0"
    if kind == "count":
        if whole.all():
            return ""
        return "a count is a whole number from 0 on"
    if np.isfinite(there).all():
        return ""
    return "a value is not finite"
