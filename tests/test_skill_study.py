"""How often 95 % intervals of skill and of coverage hold the truth, over many samples.

pytest -m slow -s tests/test_skill_study.py        # prints the tables
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.statistics.intervals import student95
from sim.statistics.scores import pooled_skill
from sim.statistics.serial import reach
from tests.support.skill import coverages, follow, origins, skills

pytestmark = pytest.mark.slow
SAMPLES = 1000
HOLDS = {0.0: (0.93, 0.999), 0.5: (0.93, 0.997), 0.9: (0.88, 0.97)}
"""What shares of samples may hold the truth, by persistence: 90 to 97 % at .9, and chance in 1,000."""


@pytest.mark.parametrize("years", [10, 14, 27])
@pytest.mark.parametrize("persistence", [0.0, 0.5, 0.9])
def test_the_level_of_a_series_is_held(persistence, years):
    """Its width in units of Student's interval for independent years of the same variance."""
    low, high = HOLDS[persistence]
    series = follow(np.random.default_rng(2).standard_normal((SAMPLES, years)), persistence)
    ends = np.array([reach(each - each.mean(), np.arange(years)) / years for each in series])
    held = float((np.abs(series.mean(axis=1)) <= ends).mean())
    width = float(np.median(ends)) / (student95(years - 1) / years**0.5)
    print(f"\nAR({persistence}), {years} years, level: {held:.3f}, median width {width:.1f}", end="")
    assert low <= held <= high


@pytest.mark.parametrize("years", [10, 14, 27])
@pytest.mark.parametrize("persistence", [0.0, 0.5, 0.9])
def test_skill_of_one_target_and_of_many_is_held(persistence, years):
    low, high = HOLDS[persistence]
    for targets in (1, 8):
        found = list(skills(persistence, years, targets, SAMPLES, 3))
        held, width = np.mean([each for each, _ in found]), np.median([wide for _, wide in found])
        print(
            f"\nAR({persistence}), {years} years, {targets} targets: {held:.3f}, median width {width:.2f}",
            end="",
        )
        assert low <= held <= high


@pytest.mark.parametrize("years", [10, 14, 27])
@pytest.mark.parametrize("persistence", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("level", [0.5, 0.9])
def test_coverage_is_held(level, persistence, years):
    held = np.mean(list(coverages(persistence, years, level, SAMPLES, 4)))
    print(f"\nAR({persistence}), {years} years, coverage {level}: {held:.3f}", end="")
    assert held >= 0.90


@pytest.mark.parametrize("persistence", [0.5, 0.9, 0.98])
def test_skill_of_overlapping_origins_is_held(persistence):
    """14 origins a year apart, one to three years ahead; the truth by 80,000 forecasts of five series."""
    rng = np.random.default_rng(5)
    long = [origins(persistence, 400, 5, 3, rng)[:2] for _ in range(40)]
    truth = 1 - np.mean([own.mean() for own, _ in long]) / np.mean([other.mean() for _, other in long])
    for targets in (1, 6):
        found = [pooled_skill(*origins(persistence, 14, targets, 3, rng))[1:3] for _ in range(SAMPLES)]
        held = np.mean([low <= truth <= high for low, high in found])
        print(
            f"\norigins, series AR({persistence}), {targets} targets, skill {truth:.2f}: {held:.3f}", end=""
        )
        assert 0.93 <= held <= 0.999
