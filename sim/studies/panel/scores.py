"""What was foretold of each state beside what came, and beside rules without a model: a row a fact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.assimilation.facts import SERIES, Fact
from sim.scenario.schema import Case
from sim.statistics.scores import PLAIN, brier, crps_of_normal, scoringrules
from sim.studies.hindcast.known import baselines_at, chances_of, past_rate
from sim.studies.panel.lived import At, Lived
from sim.studies.panel.scenarios import Built
from sim.studies.panel.start import MONTHS

WAYS = ("alone", "others", "all")
"""What a state's particles know besides its own past: nothing; what the other states teach, itself left out;
what all states teach, itself among them."""

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
QUANTILES = ("q05", "q25", "q50", "q75", "q95")

ALWAYS = ("hold_last",)
"""Baselines of series that every row has."""


def rows_of(
    lived: Lived, built: Built, at: At, weights: Mapping[str, np.ndarray]
) -> Iterator[dict[str, Any]]:
    """A row for each fact that was asked about at an origin; weights (particles,) by each of WAYS."""
    case, end = built.scenario.case, MONTHS * (at.year + 1)
    for place, said in zip(at.places, at.said, strict=True):
        fact = lived.facts[place]
        known = [each for each in (*built.earlier, *lived.facts) if _is_known(each, fact, end)]
        row: dict[str, Any] = {
            "state": lived.code,
            "origin": at.year,
            "kind": fact.kind,
            "target": fact.target,
            "year": fact.last // MONTHS,
            "horizon": fact.last // MONTHS - at.year,
            "observed": fact.value,
        }
        if fact.kind == SERIES:
            yield row | _series(fact, said, weights) | _beside(case, known, fact, end - 1)
        else:
            yield row | _event(case, known, fact, said, weights)


def _is_known(each: Fact, asked: Fact, end: int) -> bool:
    """Whether a fact is of the same target and had come before a month."""
    return each.target == asked.target and each.last < end


def _series(fact: Fact, said: np.ndarray, weights: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Quantiles, CRPS and whether it lay inside, by each way."""
    found = dict[str, float]()
    order = np.argsort(said, kind="stable")
    values = said[order]
    for way, own in weights.items():
        q = _quantiles(values, own[order])
        found |= {f"{way}_{name}": value for name, value in zip(QUANTILES, q.tolist(), strict=True)}
        found[f"{way}_score"] = _crps(values, own[order], fact.value)
        found[f"{way}_within_50"] = float(q[1] <= fact.value <= q[3])
        found[f"{way}_within_90"] = float(q[0] <= fact.value <= q[4])
    return found


def _quantiles(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Quantiles at LEVELS of values (particles,) in ascending order with weights that sum to 1."""
    below = np.cumsum(weights)
    places = np.searchsorted(below, np.array(LEVELS) * below[-1])
    return np.asarray(values[np.minimum(places, len(values) - 1)])


def _crps(values: np.ndarray, weights: np.ndarray, observed: float) -> float:
    """CRPS [unit] of weighted values in ascending order."""
    score = scoringrules().crps_ensemble(
        observed, values, ens_w=weights, estimator="qd", sorted_ensemble=True, backend=PLAIN
    )
    return float(score)


def _beside(case: Case, known: Sequence[Fact], fact: Fact, until: int) -> dict[str, float]:
    """What each baseline says of a series, and its score."""
    ends, found = case.observations[fact.target].ends, dict[str, float]()
    for name, (mean, sd) in baselines_at(case, known, fact, until).items():
        found |= {name: mean, f"{name}_sd": sd, f"{name}_score": crps_of_normal(mean, sd, fact.value, ends)}
    return found


def _event(
    case: Case, known: Sequence[Fact], fact: Fact, said: np.ndarray, weights: Mapping[str, np.ndarray]
) -> dict[str, float]:
    """The chance and its Brier score by each way, and by the past rate."""
    found, came = dict[str, float](), bool(fact.value)
    for way, own in weights.items():
        chance = float((said * own).sum())
        found |= {f"{way}_chance": chance, f"{way}_score": brier(min(max(chance, 0.0), 1.0), came)}
    rate = past_rate(known, fact)
    for name, chance in chances_of(case, fact.target, fact.first, fact.last, rate).items():
        found |= {name: chance, f"{name}_score": brier(chance, came)}
    return found


def table_of(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as a table, in the order of states, origins and targets."""
    return pd.DataFrame(list(rows))
