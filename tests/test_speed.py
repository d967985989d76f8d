"""The experiment on speed measures what it says: phases of commands, checkouts in turns, ratios."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import measures
from tests.support.turns import Turns, median_of, watched

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "experiments" / "speed.py"
LATE = "print('first', flush=True)\nwhile time.process_time() < .4: pass\nprint('last')"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the CPU of a command is told by POSIX")


@pytest.fixture(scope="module")
def speed():
    spec = importlib.util.spec_from_file_location("speed", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def turns(folder: Path, checkouts: dict[str, Path]) -> Turns:
    return Turns(checkouts, folder, 1, lambda what: None)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_the_first_line_of_a_command_is_told_from_the_whole(tmp_path: Path):
    found = watched([sys.executable, "-c", f"import time\n{LATE}"], tmp_path, dict(os.environ))
    assert 0 <= found.first < 0.3 < found.total


def test_a_command_that_goes_wrong_is_not_timed(tmp_path: Path):
    with pytest.raises(RuntimeError, match="no-such-file"):
        watched([sys.executable, "no-such-file"], tmp_path, dict(os.environ))


def test_each_checkout_is_measured_as_its_own_package(tmp_path: Path):
    """Another `sim` answers in its turn."""
    package = tmp_path / "other" / "sim"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text(f"import time\n{LATE}\n")
    both = turns(tmp_path, {"now": ROOT, "before": tmp_path / "other"}).command("--help")
    assert both["before"]["total"] > 0.3 and set(both) == {"now", "before"}


def test_medians_are_of_each_number():
    assert median_of([{"a": 1.0, "b": 9.0}, {"a": 5.0, "b": 2.0}, {"a": 2.0, "b": 3.0}]) == {
        "a": 2.0,
        "b": 3.0,
    }


def test_a_row_says_now_before_and_now_over_before(speed):
    assert speed.row("whole", "CPU s", {"now": 2.0}).split() == ["whole", "2", "CPU", "s"]
    line = speed.row("whole", "CPU s", {"now": 2.0, "before": 1234.0})
    assert line.split() == ["whole", "2", "CPU", "s", "1,234", "0.00162"]


def test_a_folder_that_is_no_checkout_is_refused_in_one_line(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--against", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.splitlines()[-1].endswith(f"{tmp_path}: no checkout of Steppe")


@pytest.mark.slow
def test_measures_are_numbers_above_zero():
    found = [
        measures.month(rounds=1),
        measures.threads(runs=600),
        measures.sweep(3, 6, True),
        measures.opening(),
    ]
    assert all(value > 0 for each in found for value in each.values())


@pytest.mark.slow
def test_the_experiment_prints_every_table_as_ratios():
    done = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, check=True)
    for head in ("The month", "The ensemble", "Sweeps", "steppe run", "steppe check"):
        assert f"\n{head}" in done.stdout
    times = [line.split()[-1] for line in done.stdout.splitlines() if line.startswith(("  plain", "  numpy"))]
    assert len(times) == 3 and all(float(each.replace(",", "")) > 1 for each in times)
