"""Scores of a ledger summed up: by lead time and by target, beside baselines, with intervals; calibration.

Of the entries about one question at one lead time the first counts: it cannot have been chosen afterwards,
and to repeat it adds nothing. Forecasts and what was made afterwards are never added up together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.assimilation.facts import EVENT, SERIES
from sim.statistics.scores import pooled_skill, skill_interval
from sim.statistics.serial import FEWEST_YEARS
from sim.statistics.twoway import mean_interval, share_interval, told_apart
from sim.statistics.twoway import skill_interval as crossed_skill
from sim.studies.hindcast.targets import EDGES
from sim.studies.ledger.scores import FORECASTER, LEADS, WITHIN, Standing, lead_name

EVERY = "all"
"""The lead time, or the target, of a row that sums up all of them."""

COUNTED = (Standing.SCORED, Standing.AFTERWARDS)

GROUP = ["standing", "variant", "kind"]
"""What is never added up together."""

PITS = np.linspace(0.0, 1.0, 11)
"""Bins of a histogram of the probability below what came."""

Numbers = dict[str, Any]


def counted(rows: pd.DataFrame) -> pd.DataFrame:
    """The entries that count: the first about each question at each lead time, in the order of the ledger."""
    scored = rows[rows["standing"].isin(COUNTED)].copy()
    scored["lead_time"] = [lead_name(lead) for lead in scored["lead"]]
    return scored.drop_duplicates([*GROUP, "target", "from", "by", "lead_time"])


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean scores, skill and calibration: of all, by lead time and by target."""
    found = []
    for names, group in counted(rows).groupby(GROUP, sort=False):
        told = dict(zip(GROUP, names, strict=True))
        for lead, target, some in _pieces(group):
            found.append({**told, "lead": lead, "target": target, **_summed(str(told["kind"]), target, some)})
    return pd.DataFrame(found)


def _pieces(group: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """All entries, those of each lead time, and those of each target.

    What follows from another series is shown by itself alone: it would count twice.
    """
    pooled = group[group["pooled"]]
    if len(pooled):
        yield EVERY, EVERY, pooled
    for lead in LEADS:
        some = pooled[pooled["lead_time"] == lead]
        if len(some):
            yield lead, EVERY, some
    for target, some in group.groupby("target", sort=False):
        yield EVERY, str(target), some


def _ways(rows: pd.DataFrame) -> list[np.ndarray]:
    """In which ways scores hang together: by target, and by the year in which they are due.

    The dates by which one event is asked about overlap: without targets enough, years are no evidence of how
    far chance reaches. Those of a series do not.
    """
    targets = rows["target"].to_numpy(str)
    if (rows["kind"] == EVENT).any() and not told_apart(targets):
        return [targets]
    return [targets, years_of(rows)]


def years_of(rows: pd.DataFrame) -> np.ndarray:
    """The years in which entries are due (entries,)."""
    return rows["by"].str.slice(0, 4).to_numpy(int)


def _summed(kind: str, target: str, rows: pd.DataFrame) -> Numbers:
    """What some entries score together."""
    questions = len(rows.drop_duplicates(["target", "from", "by"]))
    found: Numbers = {
        "label": rows["label"].iloc[0] if target != EVERY else f"all {rows['target'].nunique()} targets",
        "unit": rows["unit"].iloc[0] if target != EVERY else "",
        "questions": questions, "entries": len(rows), "years": len(np.unique(years_of(rows))),
    }  # fmt: skip
    # scores of series are in their units, so that those of several have no mean
    is_pooled = kind == SERIES and rows["target"].nunique() > 1
    if not is_pooled:
        found["score"] = float(rows[f"score_{FORECASTER}"].mean())
    if kind == EVENT:
        found |= _of_events(rows)
    else:
        found |= _of_series(rows)
    for name in _baselines(rows):
        found |= _beside(rows, name, is_pooled)
    return found


def _of_events(rows: pd.DataFrame) -> Numbers:
    """How probabilities fit what came, over all: too high or low, and too sure.

    excess: mean Brier score less what is expected of probabilities that are right, mean of (p - y)^2 -
    p (1 - p); above 0 where they are too sure (Spiegelhalter 1986, Stat. Med. 5:421).
    """
    came, ways = rows["answer"].to_numpy(float), _ways(rows)
    chance = rows["said"].to_numpy(float)
    excess = rows[f"score_{FORECASTER}"].to_numpy(float) - rows["expected"].to_numpy(float)
    bias = mean_interval(chance - came, ways)
    above = mean_interval(excess, ways)
    return {
        "log": float(rows[f"log_{FORECASTER}"].mean()), "probability": float(chance.mean()),
        "happened": float(came.mean()), "expected": float(rows["expected"].mean()),
        **_with_ends("bias", bias), **_with_ends("excess", above),
    }  # fmt: skip


def _with_ends(name: str, found: Sequence[float]) -> Numbers:
    """A number and the ends of its interval by their names."""
    return dict(zip((name, f"{name}_low", f"{name}_high"), found, strict=True))


def _of_series(rows: pd.DataFrame) -> Numbers:
    """How many of what came lay inside intervals."""
    found: Numbers = {}
    for level in WITHIN:
        inside = rows[f"within_{level}"].to_numpy(float)
        found |= _with_ends(f"within_{level}", (float(inside.mean()), *share_interval(inside, _ways(rows))))
    return found


def _baselines(rows: pd.DataFrame) -> list[str]:
    """The baselines that any of some entries have beside them, in the order of their columns."""
    names = [str(name).removeprefix("score_") for name in rows.columns if str(name).startswith("score_")]
    return [name for name in names if name != FORECASTER and rows[f"score_{name}"].notna().any()]


def _beside(rows: pd.DataFrame, name: str, is_pooled: bool) -> Numbers:
    """A baseline's mean score, and the skill against it, over the entries for which it says something."""
    own = rows[rows[f"score_{name}"].notna()]
    score, other = (own[f"score_{each}"].to_numpy(float) for each in (FORECASTER, name))
    found: Numbers = {f"entries_{name}": len(own)}
    if is_pooled:
        targets = own["target"].to_numpy(str)
        value, low, high, _ = pooled_skill(score, other, targets, years_of(own))
        return found | _with_ends(f"skill_{name}", (value, low, high))
    found[f"score_{name}"] = float(other.mean())
    if f"log_{name}" in own and own[f"log_{name}"].notna().all():
        found[f"log_{name}"] = float(own[f"log_{name}"].mean())
    return found | _with_ends(f"skill_{name}", _skill(own, score, other))


def _skill(rows: pd.DataFrame, score: np.ndarray, other: np.ndarray) -> tuple[float, float, float]:
    """Skill of entries and its interval: by targets and years that hang together, and where there are years
    enough to see how they follow from each other, by that too; the wider of both counts.
    """
    ways = _ways(rows)
    value, low, high = crossed_skill(score, other, ways)
    years = years_of(rows)
    if len(ways) == 1 or len(np.unique(years)) < FEWEST_YEARS or not other.mean() > 0:
        return value, low, high
    least, most = skill_interval(score, other, years)
    return value, float(np.fmin(low, least)), float(np.fmax(high, most))


# -- calibration -----------------------------------------------------------------------------------


def reliability(rows: pd.DataFrame) -> pd.DataFrame:
    """How often events came of whose probability lies in a bin: a row a bin."""
    columns = ["standing", "variant", "low_edge", "high_edge", "entries", "probability", "happened", "share"]
    found = []
    events = counted(rows)
    for names, group in events[events["kind"] == EVENT].groupby(GROUP[:2], sort=False):
        # a probability at an edge belongs to the bin above it, and one of 1 to the last
        bins = np.clip(np.searchsorted(EDGES, group["said"], side="right") - 1, 0, len(EDGES) - 2)
        for place in np.unique(bins):
            some = group[bins == place]
            came = some["answer"].to_numpy(float)
            low, high = share_interval(came, _ways(some))
            told = (*names, *EDGES[place : place + 2], len(some), float(some["said"].mean()))
            found.append((*told, int(came.sum()), float(came.mean()), low, high))
    return pd.DataFrame(found, columns=[*columns, "low", "high"])


def pits(rows: pd.DataFrame) -> pd.DataFrame:
    """How often what came of series lay in each tenth of what was said: a row a bin, even if all is right."""
    columns = ["standing", "variant", "low_edge", "high_edge", "entries", "inside", "share", "low", "high"]
    found = []
    series = counted(rows)
    series = series[(series["kind"] == SERIES) & series["pooled"]]
    for names, group in series.groupby(GROUP[:2], sort=False):
        bins = np.clip(np.searchsorted(PITS, group["pit"], side="right") - 1, 0, len(PITS) - 2)
        for place in range(len(PITS) - 1):
            inside = (bins == place).astype(float)
            low, high = share_interval(inside, _ways(group))
            ends = PITS[place : place + 2]
            found.append((*names, *ends, len(group), int(inside.sum()), float(inside.mean()), low, high))
    return pd.DataFrame(found, columns=columns)
