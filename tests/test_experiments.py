"""The experiments answer their questions from the data, and the paired analysis that they use is right."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.analysis.paired import difference, in_words, levels, shape
from sim.scenario.lower import lower

ROOT = Path(__file__).parents[1]
GRID = np.linspace(0, 1, 5)


def experiment(name: str):
    """An experiment as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "experiments" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def script(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "experiments" / f"{name}.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


# -- paired analysis -----------------------------------------------------------------------------------


def curve(shares: list[float], runs: int = 4000, seed: int = 5) -> np.ndarray:
    """Whether it happened (points, runs) for planted shares, on the same luck at every point."""
    return np.random.default_rng(seed).random(runs) < np.array(shares)[:, None]


def test_a_paired_difference_by_hand():
    """Differences 1, 0, 1, 0: mean .5, sample standard deviation .5774, standard error .2887."""
    found = difference(np.array([0, 1, 0, 1]), np.array([1, 1, 1, 1]), z=2.0)
    assert (found.mean, found.low, found.high) == pytest.approx((0.5, 0.5 - 3**-0.5, 0.5 + 3**-0.5))
    assert found.sign == 0
    assert difference(np.zeros(4), np.ones(4)).sign == 1
    assert difference(np.array([1.0]), np.array([0.0])).sign == 0
    with pytest.raises(ValueError, match="same runs"):
        difference(np.zeros(3), np.zeros(4))


def test_pairing_makes_the_interval_of_a_difference_narrower():
    same, other = curve([0.3, 0.4]), np.array([curve([0.3])[0], curve([0.4], seed=6)[0]])
    paired, unpaired = (difference(*pair) for pair in (same, other))
    assert paired.mean == pytest.approx(0.1, abs=0.02) and unpaired.mean == pytest.approx(0.1, abs=0.04)
    assert paired.high - paired.low < 0.6 * (unpaired.high - unpaired.low)


@pytest.mark.parametrize(
    ("shares", "kind", "turn", "levels_off"),
    [
        ([0.2, 0.3, 0.4, 0.5, 0.6], "rises", None, False),
        ([0.2, 0.4, 0.5, 0.52, 0.53], "rises", None, True),
        ([0.6, 0.5, 0.4, 0.3, 0.2], "falls", None, False),
        ([0.2, 0.4, 0.5, 0.4, 0.2], "inverted U", 0.5, False),
        ([0.6, 0.4, 0.3, 0.35, 0.5], "U", 0.5, False),
        ([0.4, 0.4, 0.4, 0.4, 0.4], "flat", None, False),
    ],
)
def test_a_planted_shape_is_found(shares, kind, turn, levels_off):
    found = shape(GRID, curve(shares))
    assert (found.kind, found.turn, found.levels_off) == (kind, turn, levels_off)
    assert in_words(found, GRID, curve(shares)).startswith("no change" if kind == "flat" else kind)


def test_noise_is_called_a_shape_in_hardly_more_than_one_case_in_twenty():
    """Ten comparisons of pairs of points, all independent noise: Bonferroni keeps the family at 5 %."""
    rng = np.random.default_rng(1)
    kinds = [shape(GRID, rng.random((5, 400)) < 0.4).kind for _ in range(400)]
    assert sum(kind != "flat" for kind in kinds) <= 32


def test_levels_hold_shares_with_wilson_intervals_and_paired_differences():
    happened = curve([0.2, 0.5], 1000)
    table = levels(np.array([0.0, 1.0]), happened)
    assert list(table["probability"]) == [happened[0].mean(), happened[1].mean()]
    assert table["difference"][1] == pytest.approx(happened[1].mean() - happened[0].mean())
    p, n, z = happened[1].mean(), 1000, 1.959964
    centre, half = p + z * z / 2 / n, z * np.sqrt(p * (1 - p) / n + z * z / 4 / n / n)
    assert table["low"][1] == pytest.approx((centre - half) / (1 + z * z / n), abs=1e-6)
    assert table["high"][1] == pytest.approx((centre + half) / (1 + z * z / n), abs=1e-6)


# -- the sweep of sanctions ----------------------------------------------------------------------------


def test_the_short_run_holds_russia_still_and_the_long_run_does_not():
    own = experiment("sanctions_sweep")
    base = sim.load(own.SCENARIO)
    begin = lower(base).start
    for pressure in (0.1, 0.9):
        worlds = [own.world(base, horizon, pressure, 1.0) for horizon in (own.SHORT, own.LONG)]
        short, long = (sim.run(each, 50, months=own.MONTHS) for each in worlds)
        for name in own.RUSSIA:
            fan = short.fan(name)
            assert (fan[["q05", "q50", "q95"]].to_numpy() == np.float32(begin[name])).all()
            assert abs(long.start(name) - begin[name]) > 0.02
        for ensemble in (short, long):
            assert (ensemble.fan("sanctions")[["q05", "q95"]].to_numpy() == np.float32(pressure)).all()


def test_the_sweep_writes_what_an_independent_run_gives(tmp_path):
    done = script("sanctions_sweep", "--runs", "200", "--points", "3", "--seed", "3", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["answer.txt", "sanctions_sweep.png", "table.csv"]
    table = pd.read_csv(tmp_path / "out" / "table.csv")
    assert len(table) == 2 * 2 * 3 and (table["runs"] == 200).all()
    row = table.query("horizon == 'long run' and pressure == 0.5 and offence == 'Offence ×1.5'").iloc[0]
    changes = {"paths.sanctions": [["2024-06", 0.5]], "parameters.offence_scale": 1.5}
    again = sim.run(sim.load(ROOT / "configs" / "mongolia-2024.toml", changes), 200, seed=3, months=7)
    assert row["probability"] == again.outcomes["first.russian_visit"].notna().mean()
    text = (tmp_path / "out" / "answer.txt").read_text(encoding="utf-8")
    assert "200 runs at each point, seed 3" in text and "not a forecast" in text and "run-months" in done.stderr


def test_the_answer_follows_from_the_shapes():
    own = experiment("sanctions_sweep")
    up, down, bent, flat = (shape(GRID, curve(shares)) for shares in (
        [0.2, 0.3, 0.4, 0.5, 0.6], [0.6, 0.5, 0.4, 0.3, 0.2], [0.2, 0.4, 0.5, 0.4, 0.2], [0.4] * 5,
    ))  # fmt: skip
    plain, more = own.OFFENCE
    found = {(plain, own.SHORT): down, (plain, own.LONG): up, (more, own.SHORT): down, (more, own.LONG): bent}
    assert own.answer(found) == [
        "The reversal (falls in the short run, rises in the long run) appears.",
        "The inverted U with offence ×1.5 in the long run appears, highest at a pressure of 0.5.",
    ]
    other = own.answer(found | {(plain, own.LONG): flat, (more, own.LONG): up})
    assert "does not appear." in other[0] and "does not appear: rises" in other[1]


@pytest.mark.parametrize(("name", "bad"), [("baseline", "--runs=0"), ("sanctions_sweep", "--points=1")])
def test_bad_arguments_and_full_folders_are_refused_in_one_line(name, bad, tmp_path):
    (tmp_path / "kept.txt").write_text("mine", encoding="utf-8")
    full = script(name, "--runs", "10", "--out", str(tmp_path))
    assert full.returncode == 1 and "--overwrite" in full.stderr and "Traceback" not in full.stderr
    wrong = script(name, bad, "--out", str(tmp_path / "new"))
    assert wrong.returncode != 0 and "Traceback" not in wrong.stderr and wrong.stderr.strip()
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_the_template_prints_the_table_and_its_answer(tmp_path):
    done = script("baseline", "--runs", "300", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    rows = pd.read_parquet(tmp_path / "out" / "outcomes.parquet")
    president, proxy = rows["first.russian_visit"].notna(), rows["first.proxy_visit"].notna()
    assert f"A proxy comes in {proxy.mean():.3f} of the runs." in done.stdout
    assert f"{president[proxy].mean():.3f} of the runs with a proxy" in done.stdout
    assert "A Russian president visits" in done.stdout and "not a forecast" in done.stdout


# -- decision theories ---------------------------------------------------------------------------------


def test_a_finding_is_robust_fragile_or_open_by_its_interval():
    own = experiment("decision_theories")
    found = [own.verdict(*ends) for ends in ((-0.04, 0.03), (0.06, 0.09), (-0.2, -0.06), (0.02, 0.07), (-0.3, 0.3))]
    assert found == ["robust", "fragile", "fragile", "open", "open"]


def test_theories_side_by_side_are_those_of_runs_of_their_own(tmp_path):
    done = script("decision_theories", "--runs", "120", "--out", str(tmp_path / "table.csv"))
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(tmp_path / "table.csv")
    base = sim.load(ROOT / "configs" / "mongolia-2024.toml")
    rows = sim.run(base.override({"decision.theory": "heuristic"}), 120).outcomes
    own = table[(table["theory"] == "heuristic") & (table["outcome"] == "Interim deal with the EAEU")].iloc[0]
    assert own["value"] == rows["first.eaeu_interim"].notna().mean() != own["qre"]
    assert own["difference"] == pytest.approx(own["value"] - own["qre"])
    again = script("decision_theories", "--runs", "120", "--out", str(tmp_path / "table.csv"))
    assert again.returncode == 1 and "exists" in again.stderr
