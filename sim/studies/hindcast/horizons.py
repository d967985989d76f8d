"""What was foretold from each origin beside what came and what simple rules foretold from there: tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.assimilation.facts import EVENT, SERIES, Fact, sample_of
from sim.engine.history import month_label
from sim.outcomes.baselines import OF_EVENTS, OF_SERIES
from sim.scenario.load import Scenario
from sim.statistics.scores import brier, crps_of_normal, crps_of_runs, log_loss
from sim.studies.hindcast.known import baselines_at, chances_of, past_rate
from sim.studies.hindcast.pit import place_among
from sim.studies.hindcast.predictive import LEVELS, QUANTILES
from sim.studies.hindcast.rolling import HORIZON, Forecast
from sim.studies.hindcast.scores import for_each, in_columns, named
from sim.studies.hindcast.targets import EVERY, in_order, totals

COLUMNS = (
    "kind", "target", "label", "unit", "when", "first", "last", "sample", "origin", "horizon", "pooled",
    "observed", *QUANTILES, "within_50", "within_90", "pit", "score", "log_density",
    *for_each(OF_SERIES, "{}", "{}_sd", "score_{}"),
    "probability", "log_score", *for_each(OF_EVENTS, "{}", "score_{}", "log_score_{}"),
)  # fmt: skip
"""The columns of the table of forecasts, as far as any row has them."""


def rolling_scores(scenario: Scenario, known: Sequence[Fact], forecasts: Sequence[Forecast]) -> pd.DataFrame:
    """A row for each fact and origin from which it was foretold, by origin.

    known: all observations; a baseline is told of those that had come by the origin.
    """
    rows = [row for forecast in forecasts for row in _rows(scenario, known, forecast)]
    return in_columns(rows, COLUMNS)


def _rows(scenario: Scenario, known: Sequence[Fact], forecast: Forecast) -> Iterator[dict[str, Any]]:
    """The rows of one origin."""
    for fact, said in zip(forecast.facts, forecast.said, strict=True):
        # years that are drawn, and of which nothing was observed
        if fact.kind == SERIES and not np.isfinite(fact.value):
            continue
        past = [other for other in known if other.target == fact.target and other.last < forecast.month]
        row = named(scenario.case, fact, sample_of(fact, scenario))
        row |= {"origin": month_label(forecast.month - 1), "horizon": forecast.horizon(fact)}
        if fact.kind == SERIES:
            yield row | _of_series(scenario, fact, said, past, forecast.month)
        elif fact.kind == EVENT:
            yield row | _of_event(scenario, fact, said, past)


def _of_series(
    scenario: Scenario, fact: Fact, said: np.ndarray, past: Sequence[Fact], month: int
) -> dict[str, Any]:
    """Quantiles, whether they hold the fact, its place among runs, CRPS, and baselines with theirs."""
    row: dict[str, Any] = dict(zip(QUANTILES, np.quantile(said, LEVELS).tolist(), strict=True))
    row["within_50"] = bool(row["q25"] <= fact.value <= row["q75"])
    row["within_90"] = bool(row["q05"] <= fact.value <= row["q95"])
    row["pit"] = place_among(said, fact.value, f"{fact.target}/{fact.when}/{month}")
    row["score"] = float(crps_of_runs(said[None], np.array([fact.value]))[0])
    ends = scenario.case.observations[fact.target].ends
    for name, (mean, sd) in baselines_at(scenario.case, past, fact, until=month - 1).items():
        row |= {name: mean, f"{name}_sd": sd, f"score_{name}": crps_of_normal(mean, sd, fact.value, ends)}
    return row


def _of_event(scenario: Scenario, fact: Fact, said: np.ndarray, past: Sequence[Fact]) -> dict[str, Any]:
    """The share of runs in which it came, its Brier and log scores, and baselines with theirs."""
    share, came = float(said.mean()), bool(fact.value)
    row = {"probability": share, "score": brier(share, came), "log_score": log_loss(share, came)}
    rate = past_rate(past, fact)
    for name, chance in chances_of(scenario.case, fact.target, fact.first, fact.last, rate).items():
        row |= {
            name: chance,
            f"score_{name}": brier(chance, came),
            f"log_score_{name}": log_loss(chance, came),
        }
    return row


HORIZON_COLUMNS = (
    "kind", "target", "label", "unit", "horizon", "pooled", "facts", "years", "score_name", "score",
    *for_each(("50", "90"), "within_{}", "within_{}_low", "within_{}_high"), "happened", "probability",
    "log_score",
    *for_each(
        (*OF_SERIES, *OF_EVENTS), "facts_{}", "targets_{}", "log_score_{}", "score_{}", "skill_{}",
        "skill_{}_low", "skill_{}_high",
    ),
)  # fmt: skip
"""The columns of the table of horizons, as far as any row has them."""


def horizons_of(table: pd.DataFrame) -> pd.DataFrame:
    """Mean scores, skill and coverage of each target and of all that count together, by years ahead.

    table: as `rolling_scores` gives it. Facts are added up by target and time.
    """
    if table.empty:
        return in_columns([], HORIZON_COLUMNS)
    rows = []
    for kind in (SERIES, EVENT):
        for horizon in range(1, HORIZON + 1):
            here = in_order(table[(table["kind"] == kind) & (table["horizon"] == horizon)])
            each = here.groupby("target", sort=False)
            rows += [_summed(kind, horizon, str(target), own) for target, own in each]
            pool = here[here["pooled"]]
            if pool["target"].nunique() > 1:
                rows.append(_summed(kind, horizon, EVERY, pool))
    return in_columns(rows, HORIZON_COLUMNS)


def _summed(kind: str, horizon: int, target: str, rows: pd.DataFrame) -> dict[str, Any]:
    """A row of the table of horizons."""
    found = {"horizon": horizon} | totals(kind, target, rows)
    # scores of series are in their units, so that those of several have no mean
    if not (target == EVERY and kind == SERIES):
        found["score"] = float(rows["score"].mean())
    return found


def theories_of(forecasts: Sequence[Forecast]) -> pd.DataFrame:
    """A row for each origin and theory: its share of the forecast, and its effective particles."""
    rows = [
        (month_label(each.month - 1), theory, share, each.effective[theory])
        for each in forecasts
        for theory, share in each.shares.items()
    ]
    return pd.DataFrame(rows, columns=["origin", "theory", "share", "effective"])


def learnt_of(forecasts: Sequence[Forecast]) -> pd.DataFrame:
    """A row for each origin and series: what was learnt of its discrepancy (see `sim.assimilation`)."""
    rows = [
        {"origin": month_label(each.month - 1), "target": name} | dict(own)
        for each in forecasts
        for name, own in each.learnt.items()
    ]
    return pd.DataFrame(rows)
