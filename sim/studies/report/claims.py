"""The claims of a file: who says so, what switches each off, which way it should move, which way it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from sim.scenario.cards import words
from sim.studies.check.mechanisms.sizes import Size, excess
from sim.studies.check.mechanisms.text import interval
from sim.studies.check.mechanisms.trial import Tried
from sim.studies.report.pieces import Table
from sim.studies.report.words import counted

AS_CLAIMED, LESS, CHANCE, AGAINST, ELSEWHERE, NOT_RUN = (
    "found", "less than expected", "no visible effect", "the other way", "elsewhere", "cannot be run",
)  # fmt: skip

OFF, MOVES, SOURCE = "what is changed", "what has to move", "who says so"

NOTE = (
    "Claimed: written down before anything was run. Found: how far it moves with what is changed, and its "
    "95 % interval. Most claims are tried by switching off what they rest on: + says that there is more "
    "without it."
)


def verdict(tried: Tried) -> str:
    """What came of a claim, in a word or two."""
    size, card = tried.size, tried.card
    if size is None or size.mean != size.mean:
        return NOT_RUN
    if excess(card, size.mean) >= 0:
        return AS_CLAIMED
    if card.within is not None:
        return ELSEWHERE
    # too small a move is told from none before it is told from one the other way
    if size.low <= 0 <= size.high:
        return CHANCE
    if found_sign(size) != card.sign and card.sign != "any":
        return AGAINST
    return LESS


def found_sign(size: Size | None) -> str:
    """Which way it moves, beyond chance; neither way else."""
    if size is None or not (size.low > 0 or size.high < 0):
        return "0"
    return "+" if size.mean > 0 else "-"


def claims_told(tried: Sequence[Tried]) -> str:
    """How many claims hold."""
    wrong = len(failed(tried))
    told = f"The scenario states {counted(len(tried), 'effect')} that it expects; each was tried"
    if not wrong:
        return f"{told}, and all were found."
    return f"{told}: {len(tried) - wrong} were found, {wrong} {('were', 'was')[wrong == 1]} not:"


def failed(tried: Sequence[Tried]) -> list[tuple[str, str]]:
    """Each claim that does not hold, and what was found instead."""
    return [(f"{each.card.claim}:", f"{verdict(each)}.") for each in tried if verdict(each) != AS_CLAIMED]


def matrix(tried: Sequence[Tried], command: str) -> Table:
    """A row for each claim."""
    shown = pd.DataFrame([*map(_row, tried)])
    data = pd.DataFrame([*map(_numbers, tried)])
    caption, texts = "What the scenario expects, and what the model does", ("so", OFF, MOVES, SOURCE)
    return Table("claims", caption, shown, data, command, (NOTE,), texts)


def _row(tried: Tried) -> dict[str, str]:
    card = tried.card
    return {
        "Claim": card.claim, "claimed": words.asks(card), "found": interval(tried), "so": verdict(tried),
        OFF: words.changes(card), MOVES: words.outcome(card.outcome), SOURCE: card.source,
    }  # fmt: skip


def _numbers(tried: Tried) -> dict[str, Any]:
    card, size = tried.card, tried.size or Size(float("nan"), float("nan"), float("nan"))
    return {
        "name": tried.name, "claim": card.claim, "source": card.source, "kind": card.kind,
        "group": card.group, "changed": words.changes(card), "outcome": words.outcome(card.outcome),
        "asked": words.asks(card),
        "claimed_sign": card.sign, "found_sign": found_sign(tried.size), "scale": card.scale,
        "size": size.mean, "low": size.low, "high": size.high, "runs": tried.runs, "verdict": verdict(tried),
    }  # fmt: skip
