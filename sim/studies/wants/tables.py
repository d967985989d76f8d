"""What was learnt of wants, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.engine.history import month_label
from sim.engine.uncertain import Free
from sim.scenario.schema import month_number
from sim.statistics.intervals import wilson
from sim.studies.wants.recovered import DRAWS, Recovered

if TYPE_CHECKING:
    from sim.studies.wants.found import Wants
    from sim.studies.wants.posterior import Posterior

QUANTILES = (0.05, 0.5, 0.95)
NINETY = 0.9

COLUMNS = [
    "name", "label", "kind", "prior_low", "prior_median", "prior_high", "low", "median", "high",
    "contraction", "contraction_low", "verdict", "mixing",
]  # fmt: skip
CHECKED = ["covered_90", "covered_90_low", "covered_90_high", "told", "recovery"]
"""Further columns where the inference was checked on known truths."""

RIDGES = ["name", "other", "label", "other_label", "correlation", "combination", "contraction"]
DEEDS = ["target", "label", "rows", "node", "came", "quiet", "used", "reason"]

RIDGE = 0.5
"""Correlation from which two entries are told as one combination."""

LEARNT = 0.1
"""Contraction below which an entry keeps its prior."""

SURE = 2.0
"""Standard errors of a contraction by which it has to lie above that."""

HARDLY = 0.5
"""The upper end of an interval below which a want is called contradicted."""

KEEPS, AGREES, MORE, LESS, AGAINST = "keeps its prior", "as the file says", "more", "less", "contradicted"
"""Verdicts: nothing learnt; 1 within the interval; above it; below it; nearly nothing wanted."""


def table_of(found: Wants) -> pd.DataFrame:
    """A row for each want, then for each base rate: columns COLUMNS, and CHECKED if that was asked for."""
    scales = set(found.entries.scales.values())
    rows = []
    for place, entry in enumerate(found.entries.all):
        rows.append(_row(entry, entry in scales, found.posterior, place))
    table = pd.DataFrame(rows)
    table["mixing"] = found.posterior.mixing
    if found.recovered is not None:
        return pd.concat([table[COLUMNS], checked_of(found.recovered)], axis=1)
    return table[COLUMNS]


def _row(entry: Free, is_scale: bool, learnt: Posterior, place: int) -> dict[str, Any]:
    values = entry.value(learnt.scores[:, place])
    low, median, high = np.quantile(values, QUANTILES) - _centre(entry, is_scale)
    prior = entry.quantile(np.array(QUANTILES)) - _centre(entry, is_scale)
    # the prior's variance is one
    contraction, doubt = 1.0 - float(learnt.variance[place]), SURE * float(learnt.doubt[place])
    verdict = verdict_of(low, high, contraction - doubt, float(is_scale))
    return {
        "name": entry.name, "label": entry.label, "kind": "scale" if is_scale else "shift",
        "prior_low": prior[0], "prior_median": prior[1], "prior_high": prior[2],
        "low": low, "median": median, "high": high,
        "contraction": contraction, "contraction_low": contraction - doubt, "verdict": verdict,
    }  # fmt: skip


def _centre(entry: Free, is_scale: bool) -> float:
    """What a shift is told from: that which the file contains already."""
    return 0.0 if is_scale else entry.centre


def verdict_of(low: float, high: float, contraction: float, own: float) -> str:
    """What an interval says of the file's own value, in words; contraction: as sure as draws tell it."""
    if contraction < LEARNT:
        return KEEPS
    if low > own:
        return MORE
    if high >= own:
        return AGREES
    if own and high < HARDLY:
        return AGAINST
    return LESS


def checked_of(recovered: Recovered) -> pd.DataFrame:
    """How truths lay in the intervals of their posteriors: columns CHECKED, a row for each entry."""
    place = (recovered.ranks + 0.5) / (DRAWS + 1)
    inside = np.abs(place - 0.5) <= NINETY / 2
    rows = [_coverage(column) for column in inside.T]
    table = pd.DataFrame(rows, columns=CHECKED[:3])
    table["told"] = 1.0 - recovered.variance.mean(axis=0)  # the prior's variance is one
    both = zip(recovered.mean.T, recovered.truth.T, strict=True)
    table["recovery"] = [_correlation(mean, truth) for mean, truth in both]
    return table


def _coverage(inside: np.ndarray) -> tuple[float, float, float]:
    low, high = wilson(int(inside.sum()), len(inside))
    return float(inside.mean()), float(low), float(high)


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    if one.std() > 0:
        return float(np.corrcoef(one, other)[0, 1])
    return 0.0


def ridges_of(found: Wants) -> pd.DataFrame:
    """Pairs of entries of which deeds tell one combination better than each: columns RIDGES."""
    scores, entries = found.posterior.scores, found.entries.all
    matrix = np.corrcoef(scores.T).reshape(len(entries), len(entries))
    rows = []
    for one, other in zip(*np.triu_indices(len(entries), 1), strict=True):
        if abs(matrix[one, other]) > RIDGE:
            rows.append(_ridge(entries, scores, int(one), int(other), float(matrix[one, other])))
    return pd.DataFrame(rows, columns=RIDGES)


def _ridge(
    entries: Sequence[Free], scores: np.ndarray, one: int, other: int, correlation: float
) -> tuple[Any, ...]:
    """A pair with the combination that is told best: the sum, or the difference, of both scores."""
    sign = -np.sign(correlation)
    told = (scores[:, one] + sign * scores[:, other]) / np.sqrt(2.0)
    combination = _combination(entries[one], entries[other], sign > 0)
    names = entries[one].name, entries[other].name, entries[one].label, entries[other].label
    return (*names, correlation, combination, 1.0 - float(told.var()))


def _combination(one: Free, other: Free, together: bool) -> str:
    """What is told of two entries: of two factors their product or ratio."""
    if one.is_factor and other.is_factor:
        return "product" if together else "ratio"
    return "sum" if together else "difference"


def deeds_of(found: Wants) -> pd.DataFrame:
    """A row for each target of the table of deeds: columns DEEDS; used is false for those left out."""
    start = month_number(found.scenario.case.time.start)
    rows: list[tuple[Any, ...]] = []
    for deed in found.deeds:
        dates = " ".join(month_label(start + months[0]) for months in deed.came)
        rows.append(
            (deed.target, deed.label, " ".join(deed.rows), deed.node, dates, len(deed.quiet), True, "")
        )
    rows += [(target, "", "", "", "", 0, False, reason) for target, reason in found.left_out.items()]
    return pd.DataFrame(rows, columns=DEEDS)


def ranks_of(found: Wants) -> pd.DataFrame:
    """Ranks of known truths among DRAWS draws, a column for each entry and a row for each data set."""
    names = [entry.name for entry in found.entries.all]
    ranks = found.recovered.ranks if found.recovered is not None else np.empty((0, len(names)))
    return pd.DataFrame(ranks, columns=names)
