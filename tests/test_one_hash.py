"""One SHA-256: the same scenario, seed and runs are stored as the same numbers, wherever and however they are
computed.

That the shipped scenarios give the same on every Python is the claim of test_golden, which runs on all of
them.
"""

from __future__ import annotations

import locale
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from tests.fuzz.toml import dumps
from tests.support.paired import CONFIGS, SHIPPED
from tests.test_order_of_tables import shuffled

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "tests" / "golden" / "one_run.py"
UNCERTAIN = """
[uncertain]
war = { label = "War", numbers = ["quantities.war.start"], times = 0.3 }
weight = { label = "Weight", numbers = ["couplings.wealth.war"], times = 0.5 }
aid = { label = "Aid", numbers = ["events.aid.base_logit"], plus = 0.5 }
"""


def dispatched() -> str:
    """The vector instructions that numpy would use here beyond those it must."""
    try:
        from numpy._core import _multiarray_umath as core
    except ImportError:  # numpy 1.26
        from numpy.core import _multiarray_umath as core
    return " ".join(name for name in core.__cpu_dispatch__ if core.__cpu_features__.get(name))


def decimal_comma() -> str:
    """A locale of this machine that writes 0,5; the plainest one if there is none."""
    before = locale.setlocale(locale.LC_NUMERIC)
    try:
        for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "ru_RU.UTF-8", "mn_MN.UTF-8", "German_Germany"):
            try:
                locale.setlocale(locale.LC_NUMERIC, name)
                return name
            except locale.Error:
                continue
        return "C"
    finally:
        locale.setlocale(locale.LC_NUMERIC, before)


def hashes(file: Path, runs: int, draws: int = 0, threads: int = 1, **environment: str) -> str:
    """The hashes of what is stored, computed in another process."""
    own = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", **environment}
    command = [sys.executable, str(SCRIPT), str(file), str(runs), str(draws), str(threads)]
    done = subprocess.run(command, env=own, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def in_another_order(file: Path, folder: Path) -> Path:
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    other = folder / file.name
    other.write_text(dumps(shuffled(raw, np.random.default_rng(1))), encoding="utf-8")
    return other


def surroundings(folder: Path) -> dict[str, dict[str, str]]:
    """What a number must not depend on, by name: variables of the process."""
    return {
        "hash seed": {"PYTHONHASHSEED": "12345"},
        "locale": {"LC_ALL": decimal_comma(), "PYTHONUTF8": "0", "TZ": "Asia/Ulaanbaatar"},
        "Haswell's BLAS": {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "1"},
        "an old BLAS": {"OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "2"},
        "no vector instructions": {"NPY_DISABLE_CPU_FEATURES": dispatched()},
        "an empty cache": {"XDG_CACHE_HOME": str(folder / "cache")},
    }


@pytest.mark.smoke
def test_nothing_around_a_run_moves_what_is_stored(tmp_path: Path):
    """All of it at once, with draws of uncertain numbers; if this fails, the slow tests say which it is."""
    file = tmp_path / "small.toml"
    file.write_text(
        (ROOT / "tests" / "cases" / "small.toml").read_text(encoding="utf-8") + UNCERTAIN, encoding="utf-8"
    )
    (tmp_path / "other").mkdir()
    elsewhere = {name: value for each in surroundings(tmp_path).values() for name, value in each.items()}
    here, there = (
        hashes(file, 600, 40),
        hashes(in_another_order(file, tmp_path / "other"), 600, 40, 3, **elsewhere),
    )
    assert here == there and len(here.split()) == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_none_of_these_moves_what_a_shipped_scenario_stores(name: str, tmp_path: Path):
    file = CONFIGS / f"{name}.toml"
    draws = 8 if "uncertain" in tomllib.loads(file.read_text(encoding="utf-8")) else 0
    found = {"here": hashes(file, 1100), "three threads": hashes(file, 1100, threads=3)}
    found |= {what: hashes(file, 1100, **each) for what, each in surroundings(tmp_path).items()}
    found["another order"] = hashes(in_another_order(file, tmp_path), 1100)
    assert set(found.values()) == {found["here"]}, found
    if draws:
        drawn = {what: hashes(file, 800, draws, **each) for what, each in surroundings(tmp_path).items()}
        drawn["another order"] = hashes(tmp_path / file.name, 800, draws, 3)
        assert len(set(drawn.values())) == 1, drawn
