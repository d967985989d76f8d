"""The cells of a sweep against one another on the same luck, and what the intervals support."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist

import numpy as np
import pandas as pd

from sim.statistics.intervals import Z95, wilson
from sim.statistics.paired import Difference, difference, matched

COLUMNS = [
    "outcome", "lever", "point", "against", "value", "low", "high", "difference", "difference_low",
    "difference_high", "finding", "runs",
]  # fmt: skip

FINDINGS = {1: "rises", -1: "falls", 0: "shows no change beyond chance"}
"""What an interval of a difference supports, by its sign."""

SAME = 1e-9
"""Differences within one run below this come from rounding."""


def aligned(rows: pd.DataFrame, name: str) -> np.ndarray:
    """An outcome (points, levers, runs), the same run in a column; runs that failed in any cell are left out.

    A yes or no is one or zero. Raises ValueError if a cell lacks runs.
    """
    values = rows[name]
    levers = list(dict.fromkeys(rows["lever"]))
    long = rows.assign(value=values.astype(float))
    wide = long.pivot(index="run", columns=["point", "lever"], values=["value", "failed"])
    points = sorted(rows["point"].unique())
    # A pivot fills what it lacks with "not a number": missing cells are looked for, and missing runs too.
    cells = [(point, lever) for point in points for lever in levers]
    lacking = [cell for cell in cells if ("value", *cell) not in wide]
    if lacking or wide.isna().any().any():
        raise ValueError(f"{name}: some cell lacks runs that the others have")
    good = ~wide["failed"].astype(bool).any(axis=1)
    columns = [wide.loc[good, ("value", *cell)].to_numpy(dtype=float) for cell in cells]
    return np.array(columns).reshape(len(points), len(levers), -1)


def is_share(rows: pd.DataFrame, name: str) -> bool:
    """Whether the mean of an outcome over runs is a share of runs."""
    return rows[name].dtype == bool


def contrasts(
    rows: pd.DataFrame, outcomes: Mapping[str, str], point: int | None = None, lever: str | None = None
) -> pd.DataFrame:
    """Every cell against its base: the cell at this point, under this lever, or both.

    outcomes: {column: label}. Levels carry their own 95 % intervals (Wilson for shares, normal for means);
    differences hold at 95 % for all of the table together (Bonferroni). A base has no difference. Raises
    ValueError without a base or for a base that is not in the rows.
    """
    points, levers = sorted(rows["point"].unique()), list(dict.fromkeys(rows["lever"]))
    bases = _bases(points, levers, point, lever)
    compared = sum(cell != base for cell, base in bases.items())
    z, found = bonferroni(len(outcomes) * compared), []
    for name, label in outcomes.items():
        values, share = aligned(rows, name), is_share(rows, name)
        for cell, base in bases.items():
            own, other = values[cell], values[base]
            if cell != base:
                apart = paired(other, own, share, z)
            else:
                apart = Difference(np.nan, np.nan, np.nan)
            finding = FINDINGS[apart.sign] if cell != base else ""
            place = (label, levers[cell[1]], points[cell[0]])
            numbers = (other.mean(), *level(own, share), apart.mean, apart.low, apart.high)
            found.append((*place, *numbers, finding, len(own)))
    return pd.DataFrame(found, columns=COLUMNS)


def _bases(
    points: list[int], levers: list[str], point: int | None, lever: str | None
) -> dict[tuple[int, int], tuple[int, int]]:
    """The place of the base of each cell, by the places of its point and lever. Raises ValueError."""
    if point is None and lever is None:
        raise ValueError("contrasts need a base: a point, a lever, or both")
    if point not in (None, *points) or lever not in (None, *levers):
        raise ValueError(f"point {point}, lever '{lever}': no such cell to compare with")
    bases = {}
    for row, own_point in enumerate(points):
        for column, own_lever in enumerate(levers):
            against = own_point if point is None else point, own_lever if lever is None else lever
            bases[row, column] = points.index(against[0]), levers.index(against[1])
    return bases


def bonferroni(family: int) -> float:
    """Half-width in standard errors of 95 % intervals that hold for a family of comparisons together.

    >>> round(bonferroni(1), 3), round(bonferroni(10), 3)
    (1.96, 2.807)
    """
    return NormalDist().inv_cdf(1 - 0.025 / max(family, 1))


def paired(first: np.ndarray, second: np.ndarray, share: bool, z: float = Z95) -> Difference:
    """Second less first of the same runs (runs,), as shares of runs or as means.

    Differences of a run that rounding makes count as none.
    """
    second = np.where(np.abs(second - first) < SAME, first, second)
    if share:
        return matched(first, second, z)
    return difference(first, second, z)


def portion(part: np.ndarray, whole: np.ndarray, z: float = Z95) -> Difference:
    """Mean of part over mean of whole, both (runs,) of the same runs, with its interval by linearisation.

    Cochran 1977, Sampling Techniques, ch. 6. Not a number where the whole is nothing beyond chance: a ratio
    would mean nothing.
    """
    if difference(np.zeros(len(whole)), whole, z).sign == 0:
        return Difference(np.nan, np.nan, np.nan)
    ratio = float(part.mean() / whole.mean())
    half = z * float((part - ratio * whole).std(ddof=1)) / len(part) ** 0.5 / abs(float(whole.mean()))
    return Difference(ratio, ratio - half, ratio + half)


def portions_apart(
    first: tuple[np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray], z: float = Z95
) -> Difference:
    """Second less first of two results of `portion`, each of a part and a whole of the same runs (runs,).

    Paired: by linearisation, run by run, so that luck which both share is no difference.

    >>> whole = np.array([1.0, 2.0, 1.0, 1.0])
    >>> portions_apart((0.2 * whole, whole), (0.5 * whole, whole)).mean
    0.3
    """
    one, other = portion(*first, z), portion(*second, z)
    if np.isnan(one.mean) or np.isnan(other.mean):
        return Difference(np.nan, np.nan, np.nan)
    apart = _linear(*second, other.mean) - _linear(*first, one.mean)
    mean, half = other.mean - one.mean, z * float(apart.std(ddof=1)) / len(apart) ** 0.5
    return Difference(mean, mean - half, mean + half)


def _linear(part: np.ndarray, whole: np.ndarray, ratio: float) -> np.ndarray:
    """What each run adds to a ratio of means (runs,), to first order."""
    return (part - ratio * whole) / whole.mean()


def level(values: np.ndarray, share: bool) -> tuple[float, float, float]:
    """Mean over runs (runs,) and its 95 % interval: Wilson for a share, normal for a mean.

    >>> mean, low, high = level(np.array([0.0, 0.0, 1.0, 1.0]), share=True)
    >>> mean, round(low, 2), round(high, 2)
    (0.5, 0.15, 0.85)
    """
    mean = float(values.mean())
    if share:
        low, high = wilson(int(values.sum()), len(values))
        return mean, float(low), float(high)
    if len(values) > 1:
        half = Z95 * float(values.std(ddof=1)) / len(values) ** 0.5
    else:
        half = np.inf
    return mean, mean - half, mean + half


def side_by_side(table: pd.DataFrame, x: str) -> pd.DataFrame:
    """The levels of `contrasts`, a row for each outcome and value of x, a column for each lever."""
    wide = table.pivot_table(index=["outcome", x], columns="lever", values="value", sort=False)
    return wide.reset_index()


def told(outcome: str, found: Difference, cause: str) -> str:
    """What an interval supports, as a sentence that ends with its cause."""
    numbers = f"{signed(found.mean)}, {signed(found.low)} to {signed(found.high)}"
    return f"{outcome} {FINDINGS[found.sign]} {cause} ({numbers})."


def signed(value: float) -> str:
    """A difference with three decimals, or two digits if that is more.

    >>> signed(0.25), signed(-0.00123)
    ('+0.250', '-0.0012')
    """
    small = 0 < abs(value) < 0.01
    if small:
        return f"{value:+.2g}"
    return f"{value:+.3f}"
