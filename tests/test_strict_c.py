"""Strict C from the recording gives the bits of the engine: only then may their speeds be compared."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.engine.engine import Engine
from sim.scenario.load import load
from sim.scenario.lower import lower
from tests.support.strict_c import StrictC, has_compiler

pytestmark = pytest.mark.skipif(not has_compiler(), reason="needs gcc")
ROOT = Path(__file__).parents[1]
CASES = {
    "shipped": load(ROOT / "configs" / "mongolia-2024.toml"),
    "small": load(ROOT / "tests" / "cases" / "small.toml"),
}


@pytest.mark.parametrize(
    ("case", "lanes"), [pytest.param("shipped", 8, marks=pytest.mark.slow), ("small", 4)]
)
def test_strict_c_gives_the_bits_of_the_engine(case: str, lanes: int, tmp_path: Path):
    world, runs = lower(CASES[case]), np.arange(512, dtype=np.uint64)
    ours, theirs = Engine.of(world).page(3, runs), StrictC(world, tmp_path, lanes).page(3, runs)
    for name in world.recorded:
        assert ours[name].tobytes() == theirs[name].tobytes()
    for event in world.parts.events:
        np.testing.assert_array_equal(ours.codes(event.name), theirs.codes(event.name))
