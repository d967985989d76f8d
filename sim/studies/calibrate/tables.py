"""A calibration as a table: a row for each uncertain entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.engine.uncertain import CUT, Free
from sim.studies.calibrate import checks
from sim.studies.calibrate.checks import Checked
from sim.studies.calibrate.errors import Erring

QUANTILES = (0.05, 0.5, 0.95)
ENDS = ("low", "median", "high")
"""Levels of the quantiles that are told of a distribution, and their names in columns."""


def entries(free: Sequence[Free], scores: np.ndarray, checked: Checked, linear: np.ndarray) -> pd.DataFrame:
    """Prior and posterior (5, 50, 95 %) of each entry, what data can tell of it, and how truths ranked.

    scores: posterior draws (draws, free) as standard normals of the prior; linear: what a linear regression
    tells (free,).
    """
    wide, low, high = checks.width(checked.ranks)
    planted_wide, _, _ = checks.width(checked.planted)
    even, planted = checks.evenness(checked.ranks), checks.evenness(checked.planted)
    columns = _distributions(free, scores)
    columns |= {"contraction": checks.contraction(checked), "recovery": checks.recovery(checked)}
    columns |= {"contraction_of_size": checks.contraction_of_size(checked), "linear": linear}
    columns |= {"narrower": _narrower(scores, checked.truth), "evenness_p": even}
    columns |= {"width": wide, "width_low": low, "width_high": high, "lean": checks.lean(checked.ranks)}
    for level in checks.LEVELS:
        columns[f"covered_{int(100 * level)}"] = checks.covered(checked.ranks, level)
    return pd.DataFrame(columns | {"planted_evenness_p": planted, "planted_width": planted_wide})


@dataclass(frozen=True)
class Errors:
    """What was learnt of the errors of series, two entries a series: one that lasts and one that is fresh.

    scores: posterior draws (draws, errors) as standard normals of the prior; checked, linear: as of a
    `Calibration`.
    """

    series: tuple[Erring, ...]
    scores: np.ndarray
    checked: Checked
    linear: np.ndarray

    @property
    def entries(self) -> tuple[Free, ...]:
        """What was learnt of each series, in the order of `scores`."""
        return tuple(entry for each in self.series for entry in each.entries)

    @property
    def scales(self) -> np.ndarray:
        """What an entry is a factor of (errors,) [unit of its series]."""
        return np.array([scale for each in self.series for scale in each.scales])

    @property
    def values(self) -> dict[str, np.ndarray]:
        """Standard deviations by name (draws,) [unit of the series], of what lasts by year."""
        columns = zip(self.entries, self.scales, self.scores.T, strict=True)
        return {entry.name: scale * entry.value(own) for entry, scale, own in columns}

    def table(self) -> pd.DataFrame:
        """As `Calibration.table`, with prior and posterior in `unit`, and `error`, what the file says."""
        if not self.series:
            return pd.DataFrame()
        table = entries(self.entries, self.scores, self.checked, self.linear).drop(
            columns=["kind", "numbers"]
        )
        for name in (f"{of}_{end}" for of in ("prior", "posterior") for end in ENDS):
            table[name] *= self.scales
        twice = [each for each in self.series for _ in each.entries]
        table.insert(2, "unit", [each.unit for each in twice])
        table.insert(3, "error", [each.error for each in twice])
        return table


def _distributions(free: Sequence[Free], scores: np.ndarray) -> dict[str, Any]:
    """What each entry is, its prior and its posterior."""
    priors = [entry.value(_normal(np.array(QUANTILES))) for entry in free]
    learnt = [np.quantile(entry.value(scores[:, place]), QUANTILES) for place, entry in enumerate(free)]
    rows = [(entry.name, entry.label, _kind(entry), len(entry.paths)) for entry in free]
    columns = pd.DataFrame(rows, columns=["name", "label", "kind", "numbers"]).to_dict("list")
    return columns | _ends("prior", priors) | _ends("posterior", learnt)


def _kind(entry: Free) -> str:
    if entry.is_factor:
        return "factor"
    return "shift"


def _ends(name: str, values: Sequence[np.ndarray]) -> dict[str, list[float]]:
    """The quantiles of each entry, a column a quantile."""
    by_level = zip(ENDS, np.array(values, dtype=float).T, strict=True)
    return {f"{name}_{end}": column.tolist() for end, column in by_level}


def _narrower(scores: np.ndarray, truth: np.ndarray) -> list[float]:
    """By how much each posterior is narrower than the prior, 1 - sd / sd (free,)."""
    columns = zip(scores.T, truth.T, strict=True)
    return [1.0 - own.std() / prior.std() for own, prior in columns]


def priors(free: Sequence[Free]) -> pd.DataFrame:
    """Density of each entry's prior by unit of a shift, or of the log of a factor: name, value, density."""
    z = np.linspace(-CUT, CUT, 121)
    parts = []
    for entry in free:
        density = np.exp(-0.5 * z**2) / (2 * np.pi) ** 0.5 / entry.sd
        parts.append(pd.DataFrame({"name": entry.name, "value": entry.value(z), "density": density}))
    return pd.concat(parts, ignore_index=True)


def _normal(levels: np.ndarray) -> np.ndarray:
    from scipy.stats import norm

    return np.asarray(norm.ppf(levels))
