"""Scores summed up: mean scores, skill and coverage of each target, and how often events came."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.assimilation.facts import EVENT, SAMPLES, SERIES, TIME
from sim.outcomes.baselines import OF_EVENTS, OF_SERIES
from sim.statistics.intervals import wilson
from sim.statistics.scores import coverage_interval, pooled_skill, skill, skill_interval
from sim.studies.hindcast.scores import SCORE, for_each, in_columns

BESIDE = {SERIES: tuple(OF_SERIES), EVENT: tuple(OF_EVENTS), TIME: tuple(OF_EVENTS)}
"""Baselines that are scored beside each kind of observation."""

EDGES = (0.0, 0.05, 0.15, 0.35, 0.65, 0.85, 0.95, 1.0)
"""Bins of probabilities: narrower at the ends, where events are rare or nearly sure."""

EVERY = "all"
"""The target of a row that sums up all targets of a kind."""

COLUMNS = (
    "kind", "target", "label", "unit", "sample", "pooled", "facts", "years", "score_name",
    "score", "free_score", "rmse", "free_rmse",
    *for_each(("50", "90"), "within_{}", "within_{}_low", "within_{}_high"), "happened", "probability",
    "log_score",
    *for_each(
        (*OF_SERIES, *OF_EVENTS), "facts_{}", "targets_{}", "log_score_{}", "score_{}", "skill_{}",
        "skill_{}_low", "skill_{}_high",
    ),
)  # fmt: skip
"""The columns of the table of targets, in this order."""


def targets(table: pd.DataFrame) -> pd.DataFrame:
    """Mean scores, skill and coverage of each target in each sample, and of all that count together.

    Facts are added up by target and time, so that the order of the table moves no last bit.
    """
    if table.empty:
        return in_columns([], COLUMNS)
    rows = []
    order = dict.fromkeys(table["target"])  # rows stand in the order of the table, sums are in order of time
    scored = in_order(table[table["scored"]])
    for kind in SCORE:
        for sample in SAMPLES:
            here = scored[(scored["kind"] == kind) & (scored["sample"] == sample)]
            known = set(here["target"])
            own = [target for target in order if target in known]
            rows += [_summed(kind, sample, target, here[here["target"] == target]) for target in own]
            # What follows from another series is the same piece of evidence a second time.
            pool = here[here["pooled"]]
            if pool["target"].nunique() > 1:
                rows.append(_summed(kind, sample, EVERY, pool))
    return in_columns(rows, COLUMNS)


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Facts by target and time."""
    return rows.sort_values(["target", "last", "first"], kind="stable")


def _summed(kind: str, sample: str, target: str, rows: pd.DataFrame) -> dict[str, Any]:
    """A row of the table: what its facts score, on the mean, and beside each baseline."""
    found = {"sample": sample} | totals(kind, target, rows)
    # Scores of series are in their units, so that those of several have no mean.
    pooled = target == EVERY and kind == SERIES
    if not pooled:
        found["score"] = float(rows["score"].mean())
    if kind == SERIES and not pooled:
        found |= _errors(rows)
    return found


def totals(kind: str, target: str, rows: pd.DataFrame) -> dict[str, Any]:
    """What facts of a target, or of all, come to: coverage or frequency, and beside each baseline."""
    years = rows["last"].str.slice(0, 4).astype(int).to_numpy()
    label, unit = rows["label"].iloc[0], rows["unit"].iloc[0]
    if target == EVERY:
        label, unit = f"all {rows['target'].nunique()} targets", ""
    found: dict[str, Any] = {
        "kind": kind,
        "target": target,
        "label": label,
        "unit": unit,
        "pooled": bool(rows["pooled"].all()),
        "facts": len(rows),
        "years": len(np.unique(years)),
        "score_name": SCORE[kind],
    }
    if kind == SERIES:
        found |= coverage(rows, years)
    elif kind == EVENT:
        found |= {"happened": int(rows["observed"].sum()), "probability": float(rows["probability"].mean())}
        found["log_score"] = float(rows["log_score"].mean())
    for name in BESIDE[kind]:
        found |= beside(rows, years, name, target == EVERY and kind == SERIES)
    return found


def _errors(rows: pd.DataFrame) -> dict[str, float]:
    """Mean score of free runs, and root mean square errors of medians [unit]."""
    return {
        "free_score": float(rows["free_score"].mean()),
        "rmse": _root_mean_square(rows["observed"] - rows["q50"]),
        "free_rmse": _root_mean_square(rows["observed"] - rows["free_q50"]),
    }


def _root_mean_square(values: pd.Series) -> float:
    return float(np.sqrt(np.mean(values**2)))


def coverage(rows: pd.DataFrame, years: np.ndarray) -> dict[str, float]:
    """How many facts lay inside 50 and 90 % intervals, and intervals of those shares."""
    found = dict[str, float]()
    for level in ("50", "90"):
        inside = rows[f"within_{level}"].to_numpy(dtype=float)
        low, high = coverage_interval(inside, years)
        found[f"within_{level}"] = int(inside.sum())
        found |= {f"within_{level}_low": low, f"within_{level}_high": high}
    return found


def beside(rows: pd.DataFrame, years: np.ndarray, name: str, pooled: bool) -> dict[str, Any]:
    """A baseline's mean score and the skill against it, over the rows for which it has something to say.

    pooled: over targets in different units, by the geometric mean of the ratios of their scores.
    """
    column = f"score_{name}"
    if column not in rows or rows[column].isna().all():
        return {}
    # Skill compares scores of the same facts: those of which the baseline knows nothing are left out of both.
    known = rows[column].notna().to_numpy()
    own, years = rows[known], years[known]
    found: dict[str, Any] = {f"facts_{name}": len(own)}
    if f"log_score_{name}" in rows:
        found[f"log_score_{name}"] = float(own[f"log_score_{name}"].mean())
    score, other = own["score"].to_numpy(dtype=float), own[column].to_numpy(dtype=float)
    if pooled:
        value, low, high, found[f"targets_{name}"] = pooled_skill(
            score, other, own["target"].to_numpy(), years
        )
    else:
        found[column], value = float(other.mean()), skill(score, other)
        low, high = skill_interval(score, other, years)
    return found | {f"skill_{name}": value, f"skill_{name}_low": low, f"skill_{name}_high": high}


def reliability(table: pd.DataFrame) -> pd.DataFrame:
    """Events by sample and bin of the probability: facts, mean probability, how many happened, interval."""
    columns = ["sample", "from", "to", "facts", "probability", "happened", "share", "low", "high"]
    if table.empty or EVENT not in set(table["kind"]):
        return pd.DataFrame([], columns=columns)
    rows = []
    events = in_order(table[table["kind"] == EVENT])
    for sample in SAMPLES:
        own = events[events["sample"] == sample]
        # A probability at an edge belongs to the bin above it, and one of 1 to the last.
        bins = np.clip(np.searchsorted(EDGES, own["probability"], side="right") - 1, 0, len(EDGES) - 2)
        for place in np.unique(bins):
            some = own[bins == place]
            happened, facts = int(some["observed"].sum()), len(some)
            ends, interval = EDGES[place : place + 2], wilson(happened, facts)
            mean = float(some["probability"].mean())
            rows.append((sample, *ends, facts, mean, happened, happened / facts, *interval))
    return pd.DataFrame(rows, columns=columns)
