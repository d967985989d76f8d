"""What a panel has taught, as tables: shared numbers, particles, and how far series follow the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.assimilation.discrepancy import TRUST
from sim.engine.uncertain import Free
from sim.studies.panel.population import Population

if TYPE_CHECKING:
    from sim.studies.panel.ask import Panel

SEEN = 0.1
"""Contraction below which data are said to see nothing of a number."""


def numbers_of(panel: Panel) -> pd.DataFrame:
    """A row an origin and entry, learnt from all states; see `_number` for the columns."""
    rows = []
    for year, population in panel.populations.items():
        for place, entry in enumerate(panel.entries):
            rows.append({"origin": year, **_number(entry, population, place)})
    return pd.DataFrame(rows)


def _number(entry: Free, population: Population, place: int) -> dict[str, Any]:
    """What states have in common of one entry.

    mean, sd: of the mean over states, and spread: sd between states, in standard deviations of the prior;
    low, middle, high: 5, 50 and 95 % of the mean over states as a factor or shift of the template's numbers,
    further_low, further_high: of a further state; contraction: 1 - variance of the mean / that of the prior;
    further_contraction: of a further state's number.
    """
    mean, sd = population.mean[-1, place], population.sd[-1, place]
    ends = dict(zip(("low", "middle", "high"), population.mean_quantiles[:, -1, place], strict=True))
    wide = np.sqrt(population.new_covariance[-1, place, place])
    ends |= {"further_low": mean - 1.645 * wide, "further_high": mean + 1.645 * wide}
    found: dict[str, Any] = {
        "entry": entry.name, "label": entry.label, "kind": entry.kind, "prior_sd": entry.sd,
        "mean": float(mean), "sd": float(sd), "spread": float(population.spread[-1, place]),
    }  # fmt: skip
    low, _, high = population.spread_quantiles[:, -1, place]
    found |= {"spread_low": float(low), "spread_high": float(high)}
    found |= {name: float(entry.value(np.array([z]))[0]) for name, z in ends.items()}
    found |= {"contraction": float(1.0 - sd * sd), "further_contraction": float(1.0 - wide * wide)}
    return found | {"told": told_of(float(mean), float(sd), entry.kind)}


def told_of(mean: float, sd: float, kind: str) -> str:
    """What is to be said of a number: unseen, as the template has it, or more or less than that.

    >>> told_of(0.1, 0.99, "times"), told_of(0.9, 0.3, "times"), told_of(0.1, 0.3, "plus")
    ('unseen', 'larger', 'as assumed')
    """
    if 1.0 - sd * sd < SEEN:
        return "unseen"
    if mean - 1.645 * sd > 0:
        return "larger"
    if mean + 1.645 * sd < 0:
        return "smaller"
    return "as assumed"


def particles_of(panel: Panel) -> pd.DataFrame:
    """A row a state and origin."""
    return pd.DataFrame(list(_particles(panel)))


def _particles(panel: Panel) -> Iterator[dict[str, Any]]:
    for code, lived in panel.lived.items():
        for at in lived.origins:
            row: dict[str, Any] = {"state": code, "origin": at.year, "log_evidence": at.evidence}
            row["wider"] = at.wider
            for way, each in panel.weights[code, at.year].items():
                row |= {f"{way}_effective": each.effective, f"{way}_part": each.part}
            yield row


def trust_of(panel: Panel) -> pd.DataFrame:
    """A row a state and series: how likely it follows none, a half or all of what changes in the model."""
    rows = []
    for code, lived in panel.lived.items():
        at = lived.origins[-1]
        for target, shares in at.trust.items():
            own = {f"follows_{part:g}": share for part, share in zip(TRUST, shares, strict=True)}
            mean = sum(part * share for part, share in zip(TRUST, shares, strict=True))
            rows.append({"state": code, "origin": at.year, "target": target, **own, "mean": mean})
    return pd.DataFrame(rows)


def moved_by(kind: str, value: float) -> str:
    """A factor, or a shift with its sign, as it is read.

    >>> moved_by("times", 1.2), moved_by("plus", -0.34)
    ('x1.20', '-0.34')
    """
    if kind == "times":
        return f"x{value:.2f}"
    return f"{value:+.2f}"
