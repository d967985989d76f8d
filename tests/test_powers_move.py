"""Powers that are told no course move about as much as they did in the General Assembly, and nowhere without
a cause.
"""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
import pytest

from sim.engine.history import History
from sim.engine.pages import pages
from sim.reading.source import source_of
from sim.scenario.load import parse, tables_of
from sim.scenario.lower import lower
from tests.support.paired import CONFIGS

YEARS = 2021 - 1995 + 1
RUNS = 256
VOTERS = {
    "Russia": ["RUS"], "China": ["CHN"], "United_States": ["USA"], "European_Union": ["DEU", "FRA"],
    "Japan": ["JPN"], "South_Korea": ["KOR"],
}  # fmt: skip
"""Whose votes a power's are, as in the provenance of its position."""
IDEAL_SCALE = 3.0
"""Ideal points per unit of position."""
TOLD = ("Russia", "China", "United_States")
"""Powers whose courses the hindcast is given."""


def tables() -> dict[str, Any]:
    """Those of the hindcast without these courses: powers move as they do in the case of 2024."""
    past, present = (tables_of(source_of(CONFIGS / f"mongolia-{year}.toml")) for year in (1995, 2024))
    for power in TOLD:
        del past["paths"][f"alignment.{power}.order"], past["beyond"][f"alignment.{power}.order"]
        past["actors"][power] |= {key: present["actors"][power][key] for key in ("position", "noise")}
    for series in past["observations"].values():
        series.pop("inputs", None)
    past["alignment"]["ties"] = present["alignment"]["ties"]
    past["parameters"]["estrange"] = present["parameters"]["estrange"]
    return past


def quiet() -> dict[str, Any]:
    """A world in which nothing happens: no war, no sanctions, no event."""
    raw = tables()
    raw["paths"] |= {name: [["1995-01", 0.0]] for name in ("war", "sanctions")}
    rows = list(lower(parse(raw, "mongolia-1995")).parts.event)
    return raw | {"interventions": {"forbidden": rows}}


def positions(raw: dict[str, Any]) -> dict[str, np.ndarray]:
    """Yearly mean positions of every power on axis 1, 1995 to 2021 (year, run)."""
    world = lower(parse(raw, "mongolia-1995"), 12 * YEARS)

    def by_year(history: History) -> list[np.ndarray]:
        paths = (history[f"alignment.{power}.order"] for power in VOTERS)
        return [path.reshape(YEARS, 12, -1).mean(axis=1) for path in paths]

    lots = zip(*pages(world, RUNS, 1, threads=2, work=by_year), strict=True)
    return {power: np.concatenate(lot, axis=1) for power, lot in zip(VOTERS, lots, strict=True)}


@pytest.fixture(scope="module")
def moved() -> dict[str, np.ndarray]:
    return positions(tables())


@pytest.fixture(scope="module")
def unmoved() -> dict[str, np.ndarray]:
    return positions(quiet())


def observed(power: str) -> float:
    """Standard deviation of the yearly changes of a power's ideal point; of several voters, their mean."""
    with (CONFIGS / "data" / "idealpoints.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["iso3c"]: row for row in csv.DictReader(file)}
    return float(np.mean([float(rows[voter]["sd_change_1995_2021"]) for voter in VOTERS[power]]))


@pytest.mark.parametrize("power", VOTERS)
def test_a_power_moves_from_year_to_year_about_as_much_as_it_did(power, moved):
    changes = IDEAL_SCALE * np.diff(moved[power], axis=0)
    simulated = float(changes.std(axis=0, ddof=1).mean())
    assert observed(power) / 1.5 < simulated < observed(power) * 1.5


@pytest.mark.parametrize("power", VOTERS)
def test_no_power_drifts_without_a_cause(power, unmoved):
    start = parse(quiet(), "mongolia-1995").case.actors[power].position[0]
    assert unmoved[power].mean() == pytest.approx(start, abs=0.03)
