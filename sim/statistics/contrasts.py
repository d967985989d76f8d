"""The cells of a sweep against one another on the same luck: levels, paired differences, and what the
intervals support.
"""

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
    """An outcome in every cell, the same run in a column (points, levers, runs), without runs that failed in
    any cell.

    Of a first month it tells whether it happened (0 or 1), of a yes or no likewise. Raises ValueError if a
    cell lacks runs.
    """
    values = rows[name].notna() if name.startswith("first.") else rows[name]
    levers = list(dict.fromkeys(rows["lever"]))
    wide = rows.assign(value=values.astype(float)).pivot(
        index="run", columns=["point", "lever"], values=["value", "failed"]
    )
    points = sorted(rows["point"].unique())
    cells = [(point, lever) for point in points for lever in levers]
    if wide.isna().any().any() or any(("value", *cell) not in wide for cell in cells):
        raise ValueError(f"{name}: some cell lacks runs that the others have")
    good = ~wide["failed"].astype(bool).any(axis=1)
    columns = [wide.loc[good, ("value", *cell)].to_numpy(dtype=float) for cell in cells]
    return np.array(columns).reshape(len(points), len(levers), -1)


def is_share(rows: pd.DataFrame, name: str) -> bool:
    """Whether the mean of an outcome over runs is a share of runs."""
    return name.startswith("first.") or rows[name].dtype == bool


def contrasts(
    rows: pd.DataFrame, outcomes: Mapping[str, str], point: int | None = None, lever: str | None = None
) -> pd.DataFrame:
    """Every cell against its base: the cell at this point, under this lever, or both; outcomes are {column:
    label}.

    Levels carry their own 95 % intervals (Wilson for shares, normal for means); differences hold at 95 % for
    all of the table together (Bonferroni). A base has no difference. Raises ValueError without a base or for
    a base that is not in the rows.
    """
    points, levers = sorted(rows["point"].unique()), list(dict.fromkeys(rows["lever"]))
    if point is None and lever is None:
        raise ValueError("contrasts need a base: a point, a lever, or both")
    if (point is not None and point not in points) or (lever is not None and lever not in levers):
        raise ValueError(f"point {point}, lever '{lever}': no such cell to compare with")
    cells = [(p, name) for p in range(len(points)) for name in range(len(levers))]
    bases = {
        cell: (
            cell[0] if point is None else points.index(point),
            cell[1] if lever is None else levers.index(lever),
        )
        for cell in cells
    }
    z, found = bonferroni(len(outcomes) * sum(cell != base for cell, base in bases.items())), []
    for name, label in outcomes.items():
        values, share = aligned(rows, name), is_share(rows, name)
        for cell, base in bases.items():
            own, other = values[cell], values[base]
            apart = paired(other, own, share, z) if cell != base else Difference(np.nan, np.nan, np.nan)
            finding = FINDINGS[apart.sign] if cell != base else ""
            place = (label, levers[cell[1]], points[cell[0]])
            numbers = (other.mean(), *level(own, share), apart.mean, apart.low, apart.high)
            found.append((*place, *numbers, finding, len(own)))
    return pd.DataFrame(found, columns=COLUMNS)


def bonferroni(family: int) -> float:
    """Half-width in standard errors of 95 % intervals that hold for a family of comparisons together."""
    return NormalDist().inv_cdf(1 - 0.025 / max(family, 1))


def paired(first: np.ndarray, second: np.ndarray, share: bool, z: float = Z95) -> Difference:
    """Second less first of the same runs (runs,), as shares of runs or as means; what rounding makes counts
    as none.
    """
    second = np.where(np.abs(second - first) < SAME, first, second)
    return matched(first, second, z) if share else difference(first, second, z)


def portion(part: np.ndarray, whole: np.ndarray, z: float = Z95) -> Difference:
    """Mean of part over mean of whole, both (runs,) of the same runs, with its interval by linearisation
    (Cochran 1977, ch. 6).

    Not a number where the whole is nothing beyond chance: a ratio would mean nothing.
    """
    if difference(np.zeros(len(whole)), whole, z).sign == 0:
        return Difference(np.nan, np.nan, np.nan)
    ratio = float(part.mean() / whole.mean())
    half = z * float((part - ratio * whole).std(ddof=1)) / len(part) ** 0.5 / abs(float(whole.mean()))
    return Difference(ratio, ratio - half, ratio + half)


def level(values: np.ndarray, share: bool) -> tuple[float, float, float]:
    """Mean over runs (runs,) and its 95 % interval: Wilson for a share, normal for a mean."""
    mean = float(values.mean())
    if share:
        low, high = wilson(int(values.sum()), len(values))
        return mean, float(low), float(high)
    half = Z95 * float(values.std(ddof=1)) / len(values) ** 0.5 if len(values) > 1 else np.inf
    return mean, mean - half, mean + half


def side_by_side(table: pd.DataFrame, x: str) -> pd.DataFrame:
    """The levels of `contrasts`, a row for each outcome and value of the column x, a column for each lever."""
    return table.pivot_table(index=["outcome", x], columns="lever", values="value", sort=False).reset_index()


def told(outcome: str, found: Difference, cause: str) -> str:
    """What an interval supports, as a sentence that ends with its cause."""
    return f"{outcome} {FINDINGS[found.sign]} {cause} ({signed(found.mean)}, {signed(found.low)} to {signed(found.high)})."


def signed(value: float) -> str:
    """A difference with three decimals, or two digits if that is more."""
    return f"{value:+.3f}" if abs(value) >= 0.01 or value == 0 else f"{value:+.2g}"
