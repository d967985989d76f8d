"""What came beside what was predicted and what simple rules would have said, scored: a row a fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.assimilation.facts import EVENT, IN_SAMPLE, SERIES, TIME, Fact
from sim.engine.history import month_label
from sim.outcomes.baselines import OF_EVENTS, OF_SERIES
from sim.scenario.schema import Case
from sim.statistics.scores import brier, crps_of_normal, crps_of_runs, log_loss, ranked
from sim.studies.hindcast.known import STATUS_QUO, baselines_at, chances_of, past_rate, time_of
from sim.studies.hindcast.pit import place_among
from sim.studies.hindcast.predictive import LEVELS, QUANTILES, Predictive, last_known, share_interval

SCORE = {SERIES: "CRPS", EVENT: "Brier", TIME: "RPS"}


def for_each(names: Iterable[str], *forms: str) -> tuple[str, ...]:
    """Columns of these forms for each name, name by name.

    >>> for_each(["hold", "drift"], "{}", "score_{}")
    ('hold', 'score_hold', 'drift', 'score_drift')
    """
    return tuple(form.format(name) for name in names for form in forms)


COLUMNS = (
    "kind", "target", "label", "unit", "when", "first", "last", "sample", "observed", "score_name",
    "source", "provenance", "note", *QUANTILES, *for_each(QUANTILES, "free_{}"), "told", "scored",
    "pooled",
    "within_50", "within_90", "pit", "score", "free_score",
    *for_each(OF_SERIES, "{}", "{}_sd", "score_{}"),
    "probability", "probability_low", "probability_high", "log_score",
    *for_each(OF_EVENTS, "{}", "score_{}", "log_score_{}"),
)  # fmt: skip
"""The columns of the table of scores, in this order whatever comes first, as far as any fact has them."""


def in_columns(rows: list[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Rows as a table with these columns, as far as any row has them."""
    known = set[str]().union(*rows)
    return pd.DataFrame(rows, columns=[name for name in columns if name in known])


@dataclass(frozen=True)
class Trial:
    """Facts with their samples, and what runs predict of them (facts, runs).

    draw_of: the draw of the uncertain numbers that each run has (runs,), if they were drawn.
    """

    case: Case
    facts: tuple[Fact, ...]
    samples: tuple[str, ...]
    predictive: Predictive
    draw_of: np.ndarray | None

    @property
    def runs(self) -> int:
        return self.predictive.free.shape[1]

    @cached_property
    def fitted(self) -> tuple[Fact, ...]:
        """The in-sample facts."""
        pairs = zip(self.facts, self.samples, strict=True)
        return tuple(fact for fact, sample in pairs if sample == IN_SAMPLE)


def scores(trial: Trial) -> pd.DataFrame:
    """One row a fact, in the order of the table."""
    # Each kind is scored at once, its rows are taken one by one: kinds may alternate in the table.
    rows = {SERIES: _series(trial), EVENT: _events(trial), TIME: _times(trial)}
    samples = zip(trial.facts, trial.samples, strict=True)
    found = [named(trial.case, fact, sample) | next(rows[fact.kind]) for fact, sample in samples]
    return in_columns(found, COLUMNS)


def named(case: Case, fact: Fact, sample: str) -> dict[str, Any]:
    """What a fact is of, when, whence it is known, and whether it counts in pools."""
    label, unit, pooled = label_of(case, fact.target), "", True
    if fact.kind == SERIES:
        series = case.observations[fact.target]
        label, unit, pooled = series.label, series.unit, series.follows is None
    return {
        "kind": fact.kind,
        "target": fact.target,
        "label": label,
        "unit": unit,
        "when": fact.when,
        "first": month_label(fact.first),
        "last": month_label(fact.last),
        "sample": sample,
        "observed": fact.value,
        "score_name": SCORE[fact.kind],
        "source": fact.source,
        "provenance": fact.provenance,
        "note": fact.note,
        "pooled": pooled,
    }


def label_of(case: Case, target: str) -> str:
    """An outcome in words, or the name of an event row."""
    if target in case.outcomes:
        return case.outcomes[target].label
    return target.replace("_", " ")


# -- a row a fact ----------------------------------------------------------------------------------


def _series(trial: Trial) -> Iterator[dict[str, Any]]:
    """CRPS beside hold-last and drift, each in turn.

    In-sample, baselines start from the first value of the target and know its changes in sample; that first
    value is shown, not scored. Later they start from the last in-sample value, which the runs are told too.
    """
    facts, told, free = trial.facts, trial.predictive.told, trial.predictive.free
    places = [i for i, fact in enumerate(facts) if fact.kind == SERIES]
    observed = np.array([facts[i].value for i in places])
    own, alone = _crps(told[places], observed), _crps(free[places], observed)
    last = last_known(facts, trial.samples)
    for i, score, free_score in zip(places, own, alone, strict=True):
        fact, known = facts[i], _in_sample(trial, facts[i])
        origin = min(known, key=time_of, default=None)
        later = bool(trial.predictive.is_told[i])
        if later and fact.target in last:
            origin = facts[last[fact.target]]
        row = _quantiles(told[i]) | _quantiles(free[i], "free_")
        row |= {"told": later, "scored": fact is not origin}
        row["within_50"] = bool(row["q25"] <= fact.value <= row["q75"])
        row["within_90"] = bool(row["q05"] <= fact.value <= row["q95"])
        if fact is origin:  # baselines know it, so a score would compare nothing
            yield row
            continue
        row |= {"score": score, "free_score": free_score}
        row["pit"] = place_among(told[i], fact.value, _stream(fact))
        row |= _beside_series(trial, fact, known, free=not later)
        yield row


def _crps(said: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """CRPS (facts,) of what runs say (facts, runs)."""
    if not len(observed):  # a table of no series, of which there is nothing to ask
        return observed
    return crps_of_runs(said, observed)


def _quantiles(said: np.ndarray, prefix: str = "") -> dict[str, Any]:
    """Quantiles of what runs say (runs,) by their names."""
    levels = zip(QUANTILES, np.quantile(said, LEVELS), strict=True)
    return {f"{prefix}{name}": value for name, value in levels}


def _beside_series(trial: Trial, fact: Fact, known: Sequence[Fact], free: bool) -> dict[str, float]:
    """What each baseline that knows says of a series, and its score."""
    row, ends = dict[str, float](), trial.case.observations[fact.target].ends
    for name, (mean, sd) in baselines_at(trial.case, known, fact, free=free).items():
        row |= {name: mean, f"{name}_sd": sd, f"score_{name}": crps_of_normal(mean, sd, fact.value, ends)}
    return row


def _stream(fact: Fact) -> str:
    """The luck of a fact, by its name: not by its place in a table."""
    return f"{fact.kind}/{fact.target}/{fact.when}"


def _same(one: Fact, other: Fact) -> bool:
    """Whether two facts are of one target; events and times of one happening are."""
    return one.target == other.target and (one.kind == SERIES) is (other.kind == SERIES)


def _in_sample(trial: Trial, fact: Fact) -> list[Fact]:
    """The in-sample facts of the target of a fact."""
    return [other for other in trial.fitted if _same(other, fact)]


def _rate(trial: Trial, fact: Fact) -> float | None:
    """The past rate of what a fact is about, from what was in sample."""
    return past_rate(_in_sample(trial, fact), fact)


def _share(trial: Trial, happened: np.ndarray) -> dict[str, float]:
    """A share of runs (runs,) and its interval for chance."""
    low, high = share_interval(happened, trial.draw_of)
    return {"probability": float(happened.mean()), "probability_low": low, "probability_high": high}


def _events(trial: Trial) -> Iterator[dict[str, Any]]:
    """Brier and log score beside past rate, round dates and status quo, each in turn."""
    for i, fact in enumerate(trial.facts):
        if fact.kind != EVENT:
            continue
        # Of `free`: nobody tells runs of an event that came, so that there is nothing to update.
        came = bool(fact.value)
        row: dict[str, Any] = _share(trial, trial.predictive.free[i]) | {"scored": True}
        row["pit"] = place_among(trial.predictive.free[i], fact.value, _stream(fact))
        row |= {"score": brier(row["probability"], came), "log_score": log_loss(row["probability"], came)}
        chances = chances_of(trial.case, fact.target, fact.first, fact.last, _rate(trial, fact))
        for name, chance in chances.items():
            row[name] = chance
            row[f"score_{name}"] = brier(chance, came)
            row[f"log_score_{name}"] = log_loss(chance, came)
        yield row


def _times(trial: Trial) -> Iterator[dict[str, Any]]:
    """Ranked probability score over the years of the window and "not within it", each in turn."""
    for i, fact in enumerate(trial.facts):
        if fact.kind != TIME:
            continue
        said, ends, rate = trial.predictive.free[i], _ends(fact), _rate(trial, fact)
        # Never is beyond the last end, and so in the category "not within the window".
        came = int(np.searchsorted(ends, fact.value))
        row = _share(trial, np.isfinite(said)) | {"scored": True}
        row["pit"] = place_among(said, fact.value, _stream(fact))
        row |= {name: _month(said, level) for name, level in zip(QUANTILES, LEVELS, strict=True)}
        shares = [float((said <= end).mean()) for end in ends]
        row["score"] = ranked(_categories(shares), came)
        by = [chances_of(trial.case, fact.target, fact.first, end, rate) | {STATUS_QUO: 0.0} for end in ends]
        for name, chance in by[-1].items():
            each_year = [chances[name] for chances in by]
            row |= {name: chance, f"score_{name}": ranked(_categories(each_year), came)}
        yield row


def _ends(fact: Fact) -> list[int]:
    """The last month of each year of a window, counted from its start."""
    return [*range(fact.first + 11, fact.last, 12), fact.last]


def _categories(by: Sequence[float]) -> np.ndarray:
    """Probabilities of each year and of "not within the window" (years + 1,), from those by its end."""
    return np.diff([0.0, *by, 1.0])


def _month(said: np.ndarray, level: float) -> float:
    """A quantile of months that may be infinite."""
    # One of the values: between a month and never nothing can be interpolated.
    return float(np.quantile(said, level, method="inverted_cdf"))
