"""Scores of many states summed up: skill against rules without a model, and how often intervals held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from sim.assimilation.facts import SERIES
from sim.statistics.scores import coverage_interval, pooled_skill
from sim.studies.panel.roles import Roles
from sim.studies.panel.scores import WAYS

EVERY = "all"
"""The mark of a row that is of all states, series, horizons or years."""

FITTED, SPENT, LATER = "fitted", "spent", "later"
SAMPLES = (FITTED, SPENT, LATER)
"""Years that the template's numbers have seen, those that were looked at too, and others."""


def sample_of(year: int, roles: Roles) -> str:
    """To which of SAMPLES a year belongs."""
    if year <= roles.fitted_until:
        return FITTED
    if year <= roles.spent_until:
        return SPENT
    return LATER


def skill_of(scores: pd.DataFrame, roles: Roles) -> pd.DataFrame:
    """A row a way, kind, baseline, sample, state, target and horizon, with `all` where these are together."""
    rows = []
    samples = scores["year"].map(lambda year: sample_of(int(year), roles))
    for kind in scores["kind"].unique():
        of_kind = scores[scores["kind"] == kind]
        for sample in (EVERY, *SAMPLES):
            own = of_kind
            if sample != EVERY:
                own = of_kind[samples[of_kind.index] == sample]
            for told, some in _parts(own):
                rows += [{"kind": kind, "sample": sample, **told, **each} for each in _beside(kind, some)]
    return pd.DataFrame(rows)


def _parts(own: pd.DataFrame) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """All together, by horizon, by series, by series and horizon, by state."""
    if own.empty:
        return
    yield {"state": EVERY, "target": EVERY, "horizon": EVERY}, own
    for keys in (["horizon"], ["target"], ["target", "horizon"], ["state"]):
        for names, some in own.groupby(keys, sort=True):
            told = {"state": EVERY, "target": EVERY, "horizon": EVERY}
            yield told | {key: str(name) for key, name in zip(keys, names, strict=True)}, some


def baselines_of(some: pd.DataFrame) -> list[str]:
    """Rules without a model that have a score here."""
    ends, own = "_score", {f"{way}_score" for way in WAYS}
    names = [name for name in some if name.endswith(ends) and name not in own]
    return [name.removesuffix(ends) for name in names if some[name].notna().any()]


def _beside(kind: str, some: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Each way beside each baseline, over the facts for which that has a score."""
    for way in WAYS:
        covered = {}
        if kind == SERIES:
            covered = _coverage(some, way)
        for name in baselines_of(some):
            known = some[some[f"{name}_score"].notna()].sort_values(["state", "target", "year", "origin"])
            units = (known["state"] + "/" + known["target"]).to_numpy()
            value, low, high, count = pooled_skill(
                known[f"{way}_score"].to_numpy(dtype=float), known[f"{name}_score"].to_numpy(dtype=float),
                units, known["year"].to_numpy(),
            )  # fmt: skip
            yield {
                "way": way, "baseline": name, "facts": len(known), "units": count,
                "skill": value, "skill_low": low, "skill_high": high, **covered,
            }  # fmt: skip


def _coverage(some: pd.DataFrame, way: str) -> dict[str, float]:
    """How often 50 and 90 % intervals held, with intervals of these shares."""
    found, years = dict[str, float](), some["year"].to_numpy()
    for level in ("50", "90"):
        inside = some[f"{way}_within_{level}"].to_numpy(dtype=float)
        low, high = coverage_interval(inside, years)
        found |= {f"within_{level}": float(np.mean(inside))}
        found |= {f"within_{level}_low": low, f"within_{level}_high": high}
    return found
