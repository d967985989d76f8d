"""What is written down of a forecast: the parts of an entry."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.assimilation.facts import EVENT
from sim.engine.history import month_label
from sim.engine.setups import Setup
from sim.scenario.load import Scenario
from sim.scenario.lower import World
from sim.statistics.intervals import wilson
from sim.statistics.mixture import DIGITS as DECIMALS
from sim.statistics.mixture import probability_interval
from sim.statistics.nested import Groups, share_interval
from sim.studies.ledger.entry import LEVELS
from sim.studies.ledger.known import Known, baselines_of
from sim.studies.ledger.questions import Question
from sim.studies.manifest import scenario_of, setup_told
from sim.writing.manifest import made_with

DIGITS = 6
"""Digits of a quantile that are written down: more would say nothing of a distribution of runs."""


def fingerprint(said: np.ndarray) -> str:
    """SHA-256 of what runs answer (questions, runs), question by question, as little-endian doubles."""
    return hashlib.sha256(np.ascontiguousarray(said, dtype="<f8").tobytes()).hexdigest()


def question_told(question: Question) -> dict[str, Any]:
    """What is asked."""
    return {
        "question": question.words, "kind": question.kind, "target": question.target,
        "label": question.label, "unit": question.unit, "from": month_label(question.first),
        "by": month_label(question.last),
    }  # fmt: skip


def said_told(question: Question, row: np.ndarray, draw_of: np.ndarray | None) -> dict[str, Any]:
    """What the runs (runs,) say of a question; draw_of (runs,): the draw that each of them lives under."""
    if question.kind == EVENT:
        return _chance(row, draw_of)
    quantiles = np.quantile(row, np.arange(1, LEVELS + 1) / (LEVELS + 1))
    support = [None if math.isinf(end) else end for end in question.ends]
    return {
        "follows": question.follows,
        "quantiles": [float(f"{value:.{DIGITS}g}") for value in quantiles],
        "support": support,
    }


def _chance(happened: np.ndarray, draw_of: np.ndarray | None) -> dict[str, Any]:
    """The share of runs (runs,) in which it happens, with the intervals that `steppe run` gives it."""
    found: dict[str, Any] = {"probability": float(happened.mean())}
    if draw_of is None:
        low, high = wilson(happened.sum(), len(happened))
        return found | _ends("low", "high", float(low), float(high))
    groups = Groups.of_counts(np.bincount(draw_of, happened)[:, None], np.bincount(draw_of))
    (low,), (high,) = share_interval(groups)
    least, greatest = probability_interval(groups)[:, 0]
    return found | _ends("low", "high", low, high) | _ends("least", "greatest", least, greatest)


def _ends(first: str, last: str, low: float, high: float) -> dict[str, float | None]:
    """Both ends of an interval by their names, to so many decimals; none for what is not a number."""
    ends = {first: round(float(low), DECIMALS), last: round(float(high), DECIMALS)}
    return {name: None if math.isnan(end) else end for name, end in ends.items()}


def beside_told(
    world: World, question: Question, known: Known | None, starts: Mapping[str, tuple[float, float]]
) -> dict[str, Any]:
    """What baselines say of a question, and what is known of it already.

    starts: mean and standard deviation of each path in the first month.
    """
    answered = None
    if known is not None:
        found = known.facts.answer(question.kind, question.target, question.months)
        if found is not None:
            answered = found.value
    case = world.scenario.case
    start = _start(question, starts)
    said = baselines_of(case, question.kind, question.target, question.months, known, start)
    return {
        "answered": answered,
        "baselines": {name: _written(each) for name, each in said.items() if _is_known(each)},
    }


def _start(question: Question, starts: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    """A series in the first month as it would be observed, mean and standard deviation [unit]."""
    if question.path is None:
        return math.nan, math.nan
    mean, sd = starts[question.path]
    return mean, math.hypot(sd, question.error or 0.0)


def _is_known(said: float | tuple[float, float]) -> bool:
    """Whether a baseline says anything: a probability, or a mean."""
    if isinstance(said, tuple):
        return math.isfinite(said[0])
    return True


def _written(said: float | tuple[float, float]) -> Any:
    """What a baseline says as an entry has it; a spread that is unknown is none."""
    if not isinstance(said, tuple):
        return float(said)
    mean, sd = said
    return [float(mean), float(sd) if math.isfinite(sd) else None]


def facts_told(known: Known | None) -> dict[str, Any] | None:
    """The facts on which runs were conditioned; None for none."""
    if known is None:
        return None
    source = known.facts.source
    return {"file": source.name, "sha256": source.sha256, "to": month_label(known.to)}


def case_told(scenario: Scenario) -> dict[str, Any]:
    """A scenario by its checksums, and what was changed in it."""
    told = scenario_of(scenario)
    return {
        "case": Path(told["file"]).stem, "title": told["title"], "file": told["file"],
        "file_sha256": told["file_sha256"],
        "start": scenario.case.time.start, "changes": dict(told["overrides"]),
        "as_run_sha256": told["as_run_sha256"],
    }  # fmt: skip


def setup_and_draws(setup: Setup, runs: int) -> dict[str, Any]:
    """The scenario and the draws of its numbers, by their checksums."""
    drawn = setup_told(setup, runs)["beliefs"]
    found: dict[str, Any] = {"scenario": case_told(setup.scenario), "numbers": None}
    if drawn is not None:
        posterior: Mapping[str, Any] = drawn["posterior"] or {}
        found["numbers"] = {
            "draws": drawn["draws"], "draws_sha256": drawn["draws_sha256"], "prior": drawn["prior"],
            "posterior": posterior.get("file"), "posterior_sha256": posterior.get("sha256"),
        }  # fmt: skip
    return found


def program_told() -> dict[str, Any]:
    """With what it was computed."""
    made = made_with()
    versions = made["versions"]
    return {
        "steppe": versions["steppe"], "python": versions["python"], "numpy": versions["numpy"],
        "machine": made["machine"],
    }  # fmt: skip
