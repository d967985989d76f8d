"""The experiments answer their questions from the data, and the paired analysis that they use is right."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.experiment import Answer, Order, conduct
from sim.scenario.lower import lower
from sim.statistics.contrasts import aligned, bonferroni, contrasts, paired, portion, told
from sim.statistics.paired import Difference, difference, in_words, levels, shape
from sim.studies.verify.ask import verify
from sim.writing.manifest import read_manifest

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


def test_the_shape_of_means_has_the_interval_of_a_difference_of_means():
    """Means 0, .1, .3 on one luck: the last differs from the first by .3 in every run, to rounding."""
    found = shape(GRID[:3], np.random.default_rng(1).normal(size=200) + np.array([[0], [0.1], [0.3]]), False)
    assert found.kind == "rises" and (found.whole.low, found.whole.high) == pytest.approx((0.3, 0.3))


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


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_sweep_writes_what_an_independent_run_gives(tmp_path, monkeypatch):
    own = small("sanctions_sweep", monkeypatch, GRID=np.array([0.0, 0.5]), WILLING=np.array([1.0, 3.0]))
    table, text = conducted(own, tmp_path / "out", 200)
    assert len(table) == 2 * 2 * 2 + 2 * len(own.LABELS) and (table["runs"] == 200).all()
    row = table.query("horizon == 'long run' and pressure == 0.5 and offence == 'Offence ×1.5'").iloc[0]
    changes = {"paths.sanctions": [["2024-06", 0.5]], "parameters.offence_scale": 1.5}
    again = sim.run(sim.load(ROOT / "configs" / "mongolia-2024.toml", changes), 200, seed=3, months=7)
    assert row["value"] == again.outcomes["first.russian_visit"].notna().mean()
    assert "200 runs at each point, seed 3" in text and "not a forecast" in text
    willing = {f"parameters.punish.{power}": 3 * worth for power, worth in PUNISH.items()}
    free = outcomes({}, 200, 60, willing)
    assert value(table, "Pressure in May 2029", willingness=3.0) == pytest.approx(
        free["end.sanctions"].mean(), rel=1e-12
    )
    assert value(table, own.VISIT, willingness=3.0) == (free["first.russian_visit"] < own.MONTHS).mean()
    assert "Pressure in May 2029: rises" in text and "Pressure at 3 times: 2024-06 0.7" in text


PUNISH = {"United_States": 2.5, "European_Union": 5.0, "Japan": 2.0, "South_Korea": 1.5}
"""What punishing the war is worth to each power in the scenario [logits]."""


def test_who_wants_to_punish_more_tightens_more_and_eases_less():
    own = experiment("sanctions_sweep")
    base = sim.load(own.SCENARIO)
    order = Order("Q?", 100, 3, ROOT, False)
    with order.progress(1) as bar:
        (mild, falling), (harsh, rising) = (
            own.fates(own.willing(base, size), order, bar) for size in (0.0, 3.0)
        )
    assert harsh["tightened"].mean() > 2 * mild["tightened"].mean()
    assert harsh["relaxed"].mean() < mild["relaxed"].mean() / 2
    assert falling.iloc[-1] < 0.5 < 0.75 < rising.iloc[-1], "nobody renews what lapses, or all do"
    assert mild["mean.sanctions"].mean() == pytest.approx(falling.mean(), rel=1e-12)


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


@pytest.mark.parametrize(
    ("name", "bad"), [("baseline", "--runs=0"), ("third_neighbour_budgets", "--seed=-1")]
)
def test_bad_arguments_and_full_folders_are_refused_in_one_line(name, bad, tmp_path):
    (tmp_path / "kept.txt").write_text("mine", encoding="utf-8")
    full = script(name, "--runs", "10", "--out", str(tmp_path))
    assert full.returncode == 1 and "--overwrite" in full.stderr and "Traceback" not in full.stderr
    wrong = script(name, bad, "--out", str(tmp_path / "new"))
    assert wrong.returncode != 0 and "Traceback" not in wrong.stderr and wrong.stderr.strip()
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


@pytest.mark.slow
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
    found = [
        own.verdict(*ends) for ends in ((-0.04, 0.03), (0.06, 0.09), (-0.2, -0.06), (0.02, 0.07), (-0.3, 0.3))
    ]
    assert found == ["robust", "fragile", "fragile", "open", "open"]


def test_theories_side_by_side_are_those_of_runs_of_their_own(tmp_path):
    table, text = conducted(experiment("decision_theories"), tmp_path / "out", 120)
    base = sim.load(ROOT / "configs" / "mongolia-2024.toml")
    rows = sim.run(base.override({"decision.theory": "heuristic"}), 120, seed=3).outcomes
    own = table[(table["theory"] == "heuristic") & (table["outcome"] == "Interim deal with the EAEU")].iloc[0]
    assert own["value"] == rows["first.eaeu_interim"].notna().mean() != own["qre"]
    assert own["difference"] == pytest.approx(own["value"] - own["qre"])
    assert "Interim deal with the EAEU: " in text


# -- what experiments share ----------------------------------------------------------------------------


def exact(file: Path) -> pd.DataFrame:
    """A table with its numbers as they were written, whatever pandas makes of them by default."""
    table = pd.read_csv(file, dtype=str)
    for name in table.columns:
        with contextlib.suppress(ValueError):
            table[name] = table[name].map(float)
    return table


def conducted(own, folder: Path, runs: int) -> tuple[pd.DataFrame, str]:
    """Table and answer of an experiment that is run here, small, on seed 3."""
    conduct(own.__doc__, folder, own.study, runs, ["--runs", str(runs), "--seed", "3"])
    assert any(path.suffix == ".png" for path in folder.iterdir()) or own.__name__ == "decision_theories"
    return exact(folder / "table.csv"), (folder / "answer.txt").read_text(encoding="utf-8")


def rows_of(cells: dict[tuple[int, str], dict[str, list]], failed: tuple[int, ...] = ()) -> pd.DataFrame:
    """Rows of a made-up sweep as an order gives them: {(point, lever): {outcome: values by run}}."""
    frames = [pd.DataFrame({"point": p, "lever": name, **values}) for (p, name), values in cells.items()]
    rows = pd.concat(
        [frame.assign(run=frame.index, failed=frame.index.isin(failed)) for frame in frames],
        ignore_index=True,
    )
    return rows.assign(**{name: rows[name].notna() for name in rows if name.startswith("first.")})


def test_cells_are_compared_run_by_run_by_hand():
    """Differences 1, 2, 3: mean 2, standard error 1 / sqrt 3; a fourth run failed, and counts nowhere."""
    rows = rows_of(
        {(0, "a"): {"x": [0.0, 0.0, 0.0, 9.0]}, (1, "a"): {"x": [1.0, 2.0, 3.0, -9.0]}}, failed=(3,)
    )
    table = contrasts(rows, {"x": "Label"}, point=0).set_index("point")
    half = bonferroni(1) / 3**0.5
    assert (
        table.loc[1, ["against", "value", "difference"]].tolist() == [0.0, 2.0, 2.0]
        and table.loc[1, "runs"] == 3
    )
    assert table.loc[1, ["difference_low", "difference_high"]].tolist() == pytest.approx([2 - half, 2 + half])
    assert (
        table.loc[1, "finding"] == "rises"
        and pd.isna(table.loc[0, "difference"])
        and table.loc[0, "finding"] == ""
    )


def test_cells_may_be_compared_with_a_point_a_lever_or_one_cell():
    cells = {
        (p, name): {"x": [10.0 * p + (name == "b"), 10.0 * p + (name == "b")]}
        for p in (0, 1)
        for name in "ab"
    }
    rows = rows_of(cells)
    found = {
        base: dict(zip(zip(t["point"], t["lever"], strict=True), t["difference"].fillna(0), strict=True))
        for base in ((0, None), (None, "a"), (0, "a"))
        for t in [contrasts(rows, {"x": "Label"}, *base)]
    }
    assert found[0, None] == {(0, "a"): 0, (0, "b"): 0, (1, "a"): 10, (1, "b"): 10}
    assert found[None, "a"] == {(0, "a"): 0, (0, "b"): 1, (1, "a"): 0, (1, "b"): 1}
    assert found[0, "a"] == {(0, "a"): 0, (0, "b"): 1, (1, "a"): 10, (1, "b"): 11}
    for base in ((None, None), (7, None), (0, "c")):
        with pytest.raises(ValueError, match=r"base|no such cell"):
            contrasts(rows, {"x": "Label"}, *base)


def test_a_cell_without_some_runs_is_not_compared():
    rows = rows_of({(0, "a"): {"x": [1.0, 2.0]}, (1, "a"): {"x": [1.0]}})
    with pytest.raises(ValueError, match="lacks runs"):
        aligned(rows, "x")


def test_intervals_of_many_comparisons_are_wider_and_rounding_is_no_change():
    assert bonferroni(1) == pytest.approx(1.96, abs=0.001) and bonferroni(10) > 2.8
    first = np.full(50, 0.1)
    assert paired(first, first + 1e-15, share=False).sign == 0
    assert paired(first, first + 1e-3, share=False).sign == 1


def test_a_sentence_says_what_the_interval_supports():
    said = [
        told("Room", Difference(mean, low, high), "here")
        for mean, low, high in ((0.2, 0.1, 0.3), (-0.2, -0.3, -0.1), (0, -1, 1))
    ]
    assert [line.split(" here")[0] for line in said] == [
        "Room rises",
        "Room falls",
        "Room shows no change beyond chance",
    ]
    assert said[0].endswith("(+0.200, +0.100 to +0.300).")


def test_a_portion_by_hand_and_none_of_nothing():
    """Part is half of the whole in every run: no doubt about the ratio. Of a whole that may be nothing there
    is no portion.
    """
    whole = np.array([1.0, 2.0, 3.0, 2.0] * 10)
    half = portion(whole / 2, whole)
    assert (half.mean, half.low, half.high) == pytest.approx((0.5, 0.5, 0.5))
    assert np.isnan(portion(whole, np.array([1.0, -1.0] * 20)).mean)


def answering(folder: Path, *arguments: str, fails: bool = False) -> None:
    def study(order: Order) -> Answer:
        if fails:
            raise ValueError("cannot be asked")
        return Answer(pd.DataFrame({"x": [order.runs]}), ["So it is."])

    conduct("Is it\nso?\n\nMore.", folder, study, 7, arguments)


def test_an_experiment_writes_its_table_and_its_answer_once(tmp_path, capsys):
    folder = tmp_path / "out"
    answering(folder, "--seed", "0")
    assert (folder / "answer.txt").read_text(encoding="utf-8").splitlines()[
        0
    ] == "Is it so? (7 runs at each point, seed 0)"
    with pytest.raises(SystemExit, match="--overwrite"):
        answering(folder)
    answering(folder, "--runs", "8", "--overwrite")
    assert pd.read_csv(folder / "table.csv")["x"].tolist() == [8] and "So it is." in capsys.readouterr().out


def test_what_cannot_be_asked_is_said_in_one_line(tmp_path, capsys):
    with pytest.raises(SystemExit, match="cannot be asked"):
        answering(tmp_path / "out", fails=True)
    for bad in (("--runs", "1"), ("--seed", "-1")):
        with pytest.raises(SystemExit) as stopped:
            answering(tmp_path / "out", *bad)
        assert stopped.value.code == 2 and "--runs must be at least 2" in capsys.readouterr().err
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(SystemExit, match="not a folder"):
        answering(tmp_path / "file")


@pytest.mark.parametrize(
    "held", [["thesis.txt", "answer.txt"], ["table.csv"], ["sweep/thesis.txt", "answer.txt"], ["mine/a.png"]]
)
def test_an_experiment_never_replaces_other_peoples_files(tmp_path, held):
    folder = tmp_path / "q"
    for name in held:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine")
    with pytest.raises(SystemExit) as refused:
        conduct("Q?", folder, None, 4, ["--overwrite"])
    assert "\n" not in str(refused.value) and refused.value.code != 0
    assert all((folder / name).read_text() == "mine" for name in held)


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_an_experiment_tries_its_place_before_it_works(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "pipe", tmp_path / "file" / "q", tmp_path / ("x" * 300)):
        with pytest.raises(SystemExit):
            conduct("Q?", place, None, 4, ["--overwrite"])
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.slow
def test_an_interrupted_sweep_goes_on_and_overwrite_begins_anew(tmp_path):
    base, points = (
        sim.load(ROOT / "configs" / "mongolia-2024.toml"),
        pd.DataFrame({"parameters.conditionality": [0.0]}),
    )

    def study(order: Order) -> Answer:
        rows = order.sweep(base, points, ["end.autonomy"], months=2)
        return Answer(rows, [], scenario=base)

    def stopped(order: Order) -> Answer:
        study(order)
        raise ValueError("stopped")

    folder = tmp_path / "out"
    with pytest.raises(SystemExit, match="stopped"):
        conduct("Q?", folder, stopped, 3, [])
    part = folder / "sweep" / "parts" / "part-000000.parquet"
    written = part.stat().st_mtime_ns
    with pytest.raises(SystemExit, match="holds another sweep"):
        conduct("Q?", folder, study, 4, [])
    conduct("Q?", folder, study, 3, [])
    assert len(pd.read_csv(folder / "table.csv")) == 3
    assert part.stat().st_mtime_ns == written
    conduct("Q?", folder, study, 4, ["--overwrite"])
    assert len(pd.read_csv(folder / "table.csv")) == 4
    told = read_manifest(folder)
    assert told["runs"] == 4 and told["scenario"]["title"] == base.title and told["question"] == "Q?"
    assert told["script"]["file"] == "test_experiments.py" and len(told["script"]["sha256"]) == 64
    found = verify(folder, 2)
    assert found.wrong == [] and "2 files are those" in found.right and "2 of 4 rows run again" in found.right
    part.write_bytes(part.read_bytes()[:-1])
    assert verify(folder, 2).wrong == ["part-000000.parquet is damaged: its checksum differs"]
    (folder / "table.csv").write_text("x\n1\n")
    assert verify(folder, 2).wrong == ["table.csv is damaged: its checksum differs"]


# -- the experiments, small ----------------------------------------------------------------------------


def small(name: str, monkeypatch, **constants: object):
    """An experiment with fewer points."""
    own = experiment(name)
    for constant, value in constants.items():
        monkeypatch.setattr(own, constant, value)
    return own


def value(table: pd.DataFrame, outcome: str, **where: object) -> float:
    chosen = table[
        (table["outcome"] == outcome) & np.all([table[name] == is_ for name, is_ in where.items()], axis=0)
    ]
    assert len(chosen) == 1
    return float(chosen["value"].iloc[0])


def outcomes(changes: dict, runs: int, months: int, done: dict | None = None) -> pd.DataFrame:
    """Rows of a world that is read with some changes, and in which something is done."""
    scenario = sim.load(ROOT / "configs" / "mongolia-2024.toml", changes).intervene(done or {})
    return sim.run(scenario, runs, seed=3, months=months).outcomes


@pytest.mark.slow
def test_sanctions_and_war_maps_both(tmp_path, monkeypatch):
    own = small("sanctions_and_war", monkeypatch, PRESSURES=(0.1, 0.9), YEARS=(1, 6))
    table, text = conducted(own, tmp_path / "out", 24)
    assert len(table) == 4 * 2 * 2 and "both beyond the sum" in text
    held = {"war": 0.8, "sanctions": [["2024-06", 0.7], ["2024-07", 0.9]]}
    again = outcomes({}, 24, own.MONTHS, held)["end.autonomy"].mean()
    assert value(table, "Autonomy in May 2030", pressure=0.9, lever="War until June 2030") == pytest.approx(
        again, rel=1e-12
    )
    base = sim.load(own.SCENARIO)
    short = sim.run(base.intervene(own.wars(base)["War until June 2025"]), 10, months=14).fan("war")
    assert short["q50"].iloc[:12].to_numpy() == pytest.approx(0.8) and short["q50"].iloc[
        12:
    ].to_numpy() == pytest.approx(0.25)


def test_two_causes_add_up_unless_both_do_more():
    own, runs = experiment("sanctions_and_war"), np.zeros(40)
    plain = own.together(np.array([[runs, runs + 1], [runs + 2, runs + 3]]), 2.0)
    assert [found.mean for found in plain.values()] == [2, 1, 3, 0]
    assert (
        own.together(np.array([[runs, runs + 1], [runs + 2, runs + 7]]), 2.0)[
            "with both beyond the sum of each alone"
        ].mean
        == 4
    )


@pytest.mark.slow
def test_eaeu_conditionality_asks_with_and_without_a_way_around(tmp_path, monkeypatch):
    own = small("eaeu_conditionality", monkeypatch, POINTS=np.array([0.0, 1.0]))
    table, text = conducted(own, tmp_path / "out", 40)
    assert len(table) == 6 * 2 * 4 and "Deals outside the union in five years falls" in text
    again = outcomes({}, 40, 60, {"parameters.conditionality": 0.0})
    wanted = (
        again[[f"count.invest_{p}" for p in ("United_States", "European_Union", "Japan", "South_Korea")]]
        .sum(axis=1)
        .mean()
    )
    assert value(
        table, "Western investments in five years", conditionality=0.0, lever=own.OPEN
    ) == pytest.approx(wanted)
    assert value(table, "Full membership by May 2029", conditionality=1.0, lever=own.OUTSIDE) == 0


def test_the_answer_on_the_eaeu_follows_from_the_rows():
    own = experiment("eaeu_conditionality")
    yes, no, never = [0.0] * 60, [1.0] * 60, [np.nan] * 60

    def rows(open_last: list, closed_last: list) -> pd.DataFrame:
        cells = {}
        for name in own.LEVERS:
            for point in (0, 1):
                first = {own.OPEN: open_last, own.CLOSED: closed_last}.get(name, never) if point else never
                loss = -0.1 if name == own.MEMBER else 0.0
                cells[point, name] = {
                    "first.eaeu_interim": first, "first.eaeu_full": never,
                    "count.trade_unlinked": yes if point else no, "goodwill": [0.6 + loss] * 60,
                    "investments": no, "end.closeness.bloc.West": no,
                }  # fmt: skip
        return rows_of(cells)

    substitution, other = own.answer(rows(yes, never)), own.answer(rows(never, yes))
    assert substitution[2].startswith("Interim deal by May 2029 rises from conditionality")
    assert substitution[7].startswith("Interim deal by May 2029 shows no change beyond chance")
    assert other[2].startswith("Interim deal by May 2029 shows no change") and other[7].startswith(
        "Interim deal by May 2029 rises"
    )
    assert "Goodwill toward the West in May 2029 falls with full membership" in substitution[8]
    assert "shows no change beyond chance" in substitution[9]


@pytest.mark.slow
def test_fuel_and_refinery_moves_shares_that_still_sum_to_one(tmp_path, monkeypatch):
    own = small("fuel_and_refinery", monkeypatch, SHARES=np.array([0.4, 0.93]))
    table, text = conducted(own, tmp_path / "out", 24)
    assert (
        len(table) == 4 * 2 * 2 and "Autonomy in May 2031 falls from a Russian share of 0.4 to 0.93" in text
    )
    read = {"shares.Russia.energy": 0.4, "shares.domestic.energy": 0.55}
    done = {"interventions.forbidden": ["refinery"]}
    again = outcomes(read, 24, own.MONTHS, done)["end.autonomy"].mean()
    assert value(table, "Autonomy in May 2031", share=0.4, lever=own.NEVER) == pytest.approx(again, rel=1e-12)


def test_a_refinery_takes_back_only_what_it_changes():
    own = experiment("fuel_and_refinery")

    def lines(refined: float) -> list[str]:
        room = {(0, own.NEVER): 0.6, (0, own.COMES): 0.6, (1, own.NEVER): 0.4, (1, own.COMES): refined}
        rest = {
            "end.vulnerability.Russia": [0.1] * 30,
            "first.russian_threat": [np.nan] * 30,
            "count.russian_visit": [1.0] * 30,
        }
        return own.answer(
            rows_of({cell: {"end.autonomy": [size] * 30} | rest for cell, size in room.items()})
        )

    assert any("takes back 50% of what dependence does to it (50% to 50%)" in line for line in lines(0.5))
    assert not any("takes back" in line for line in lines(0.4))


@pytest.mark.slow
def test_third_neighbour_budgets_names_the_shape_of_each_curve(tmp_path, monkeypatch):
    own = small("third_neighbour_budgets", monkeypatch, FACTORS=np.array([0.0, 1.0, 3.0]))
    table, text = conducted(own, tmp_path / "out", 40)
    assert len(table) == 4 * 3 and "Autonomy in May 2029: rises" in text
    budgets = {
        f"actors.{power}.budget": 3.0 for power in ("United_States", "European_Union", "Japan", "South_Korea")
    }
    again = outcomes({}, 40, 60, budgets)["end.share.bloc.West"].mean()
    assert value(table, "Western share of influence in May 2029", factor=3.0) == pytest.approx(
        again, rel=1e-12
    )
    base = table[(table["factor"] == 1.0)]
    assert base["difference"].isna().all()


def test_the_anniversary_is_told_from_an_ordinary_year(tmp_path):
    own = experiment("anniversary")
    table, text = conducted(own, tmp_path / "out", 200)
    first = outcomes({}, 200, own.MONTHS)["first.russian_visit"]
    assert value(table, own.BY, lever=own.ROUND, month="2024-12") == (first <= 6).mean()
    assert (
        value(table, own.HAZARD, lever=own.ROUND, month="2024-09")
        == (first == 3).sum() / (~(first < 3)).sum()
    )
    assert "A visit by 2024-12" in text and "The date is" in text


def test_a_date_that_adds_nothing_is_no_part_of_it():
    own, visits = experiment("anniversary"), np.array([3.0, np.nan] * 100)
    lines = own.answer({own.ORDINARY: visits, own.ROUND: visits}, "2024-06")
    assert all("no change beyond chance" in line for line in lines[1::2]) and len(lines) == 1 + 2 * len(
        own.DATES
    )
    assert all("The date is 0% of it" in line for line in lines[2::2])
    more = own.answer({own.ORDINARY: np.full(200, np.nan), own.ROUND: visits}, "2024-06")
    assert "rises with the date" in more[1] and "The date is 100% of it" in more[2]


@pytest.mark.slow
def test_end_of_hedging_counts_the_shocks_that_it_takes(tmp_path, monkeypatch):
    own = small("end_of_hedging", monkeypatch, TURNS=(0.3, 0.6), BUDGETS=(1.0, 0.1), MONTHS=24)
    table, text = conducted(own, tmp_path / "out", 24)
    assert len(table) == 4 * 4 * 2 and "No shock: hedging lasts" in text
    changes = {
        f"actors.{power}.budget": 0.1 for power in ("United_States", "European_Union", "Japan", "South_Korea")
    }
    rows = outcomes({}, 24, 24, changes | {own.TURN: 0.6} | own.LEVERS[own.HELD])
    found = value(table, own.ROOM, turn=0.6, budget=0.1, lever=own.HELD)
    assert found == pytest.approx(rows["end.autonomy"].mean(), rel=1e-12)
    assert (
        value(table, "Hedging in May 2034", turn=0.6, budget=0.1, lever=own.HELD)
        == (rows["posture"] == "hedging").mean()
    )


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        ({(24, 1)}, "It takes at least 3 of the three shocks."),
        ({(24, 0), (24, 1)}, "It takes at least 2 of the three shocks."),
        ({(0, 1)}, "It takes at least 1 of the three shocks."),
        (set(), "No combination of them ends hedging."),
    ],
)
def test_the_answer_on_hedging_follows_from_the_postures(ended, said):
    own = experiment("end_of_hedging")
    cells = {}
    for point in range(len(own.TURNS) * len(own.BUDGETS)):
        for held, lever in enumerate(own.LEVERS):
            lost = (point, held) in ended
            cells[point, lever] = {
                "hedging": [not lost] * 60,
                "vassal": [lost] * 60,
                "west_leaning": [False] * 60,
                "end.autonomy": [0.5] * 60,
            }
    assert own.answer(rows_of(cells))[-1] == said


@pytest.mark.slow
def test_wanting_autonomy_tells_a_want_that_changes_from_one_that_is_read(tmp_path, monkeypatch):
    own = small("wanting_autonomy", monkeypatch, FACTORS=(0.0, 1.0, 3.0))
    table, text = conducted(own, tmp_path / "out", 24)
    base = sim.load(own.SCENARIO)
    assert len(table) == 6 * 3 * 3 and text.count("Autonomy in May 2029 rises at 3 times the want") >= 2
    lines = [line for line in text.splitlines() if line.endswith(":")]
    assert lines == [f"{own.NOW}:", f"{own.LATER}:", f"{own.READ}:"]
    read = outcomes(own.wants(base, 3.0), 24, 60)["end.autonomy"].mean()
    done = outcomes({}, 24, 60, own.wants(base, 3.0))["end.autonomy"].mean()
    dated = {path: [["2026-01", worth]] for path, worth in own.wants(base, 3.0).items()}
    later = outcomes({}, 24, 60, dated)["end.autonomy"].mean()
    for way, mean in ((own.READ, read), (own.NOW, done), (own.LATER, later)):
        found = value(table, "Autonomy in May 2029", factor=3.0, lever=way)
        assert found == pytest.approx(mean, rel=1e-12)
    assert len({value(table, "Autonomy in May 2029", factor=1.0, lever=way) for way in own.SINCE}) == 1
    assert done - read > 0.05 and later < done


@pytest.mark.slow
def test_rivalry_cuts_each_link_alone(tmp_path, monkeypatch):
    own = small("rivalry", monkeypatch, RIVALRY=(0.2, 1.0))
    table, text = conducted(own, tmp_path / "out", 60)
    assert len(table) == len(own.OUTCOMES) * 2 * len(own.LEVERS)
    assert "Mongolia courts a third neighbour rises with rivalry" in text
    done = {"rivalry": 1.0, "parameters.vital": 0.0}
    again = outcomes({}, 60, 60, done)["end.autonomy"].mean()
    assert value(table, "Autonomy in May 2029", rivalry=1.0, lever=own.NOT_HERS) == pytest.approx(
        again, rel=1e-12
    )
    welcome = {lever: value(table, own.LABELS["openness"], rivalry=1.0, lever=lever) for lever in own.LEVERS}
    assert welcome[own.BOTH] > welcome[own.NOT_HERS] + 0.05 and welcome[own.NEITHER] == pytest.approx(
        1, abs=0.02
    )


def test_asking_more_of_the_scenario_changes_nothing_in_it():
    own = experiment("rivalry")
    more, plain = (
        sim.run(each, 40, seed=3, months=12).outcomes for each in (own.asking(), sim.load(own.SCENARIO))
    )
    assert more[plain.columns].equals(plain)
    offers = more[
        [f"count.invest_{power}" for power in ("United_States", "European_Union", "Japan", "South_Korea")]
    ]
    assert (more["count.invest_asked"] <= 4 * 12).all() and (
        offers.max(axis=1) <= more["count.invest_asked"]
    ).all()


def test_a_link_carries_what_is_gone_without_it():
    """Both links: +4; without Mongolia's +1, without theirs +3: they carry 3/4 and 1/4 of it."""
    own = experiment("rivalry")
    values = np.zeros((2, 4, 40))
    values[1] = np.array([4.0, 1.0, 3.0, 0.0])[:, None]
    lines = own.carried("Offers", values)
    assert lines[0].startswith("Offers rises with rivalry (+4.000")
    assert lines[1] == "  By what room is worth to Mongolia: 75% of it (75% to 75%)."
    assert lines[2] == "  By what Mongolia is worth to them: 25% of it (25% to 25%)."
    assert len(own.carried("Offers", np.zeros((2, 4, 40)))) == 1, "of nothing there is no part"


def ratio_of(rows: pd.DataFrame, deal: str) -> float:
    """The mean terms of a deal over all of them."""
    conceded = (rows[f"agreed.{deal}"].fillna(0.0) * rows[f"count.{deal}"]).sum()
    return conceded / rows[f"count.{deal}"].sum()


@pytest.mark.slow
def test_leverage_tells_the_terms_of_deals_as_a_mean_over_deals(tmp_path, monkeypatch):
    own = small("leverage", monkeypatch, COUNTS=(0.0, 1.0))
    monkeypatch.setattr(own, "rivals_of", lambda base: {"invest": "Investment"})
    table, text = conducted(own, tmp_path / "out", 200)
    assert "Terms: Russian fuel on soft terms rises with outside options" in text
    assert text.count("Mongolia's weight at the table") == 1 and "By waiting for 'Investment'" in text
    less = {"shares.Russia.energy": own.LESS, "shares.domestic.energy": 0.55}
    for lever, read in ((own.COME, {}), (own.FREER, less)):
        again = outcomes(read, 200, 60, {"decision.outside": 0.0})
        found = value(table, "Terms: Russian fuel on soft terms", counts=0.0, lever=lever)
        assert found == pytest.approx(ratio_of(again, "fuel_deal"), rel=1e-12)
        wanted = again["end.energy_security"].mean()
        assert value(table, "Energy security in May 2029", counts=0.0, lever=lever) == pytest.approx(wanted)


def test_a_ratio_as_values_of_runs_has_its_mean_and_its_interval():
    own = experiment("leverage")
    part, whole = pd.Series([0.5, 0.0, 1.4, 0.3]), pd.Series([1.0, 0.0, 2.0, 1.0])
    values, found = own.ratio(part, whole).to_numpy(), portion(part.to_numpy(), whole.to_numpy())
    again = difference(np.zeros(4), values)
    assert (again.mean, again.low, again.high) == pytest.approx((found.mean, found.low, found.high))
    assert own.ratio(part, 0 * whole).isna().all(), "of no deals there are no terms"


def test_what_waiting_buys_is_told_by_rival():
    own = experiment("leverage")
    bought = np.array([4.0, 1.0, 3.0])[:, None] * np.ones(40)
    lines = own.by_rival(bought, {"One": 1, "Other": 2}, 2.0)
    assert lines == [
        "By waiting for 'One': 75% of it (75% to 75%).",
        "By waiting for 'Other': 25% of it (25% to 25%).",
    ]


@pytest.mark.slow
def test_turmoil_in_russia_does_nothing_without_its_links(tmp_path):
    own = experiment("russias_future")
    table, text = conducted(own, tmp_path / "out", 24)
    assert "Turmoil in June 2025, against none:" in text and "By its turn to China: " in text
    done = own.worlds()
    again = outcomes({}, 24, own.LENGTH, done[own.EARLY])["end.autonomy"].mean()
    assert value(table, "Autonomy in May 2030", lever=own.EARLY) == pytest.approx(again, rel=1e-12)
    cut = {key: worth for link in own.LINKS.values() for key, worth in link.items()}
    none, all_cut = (
        outcomes({}, 24, own.LENGTH, changes) for changes in (done[own.NEVER], done[own.EARLY] | cut)
    )
    told_of = [name for name in none if name.startswith("end.") and "." in name[4:]]
    assert (none[told_of] == all_cut[told_of]).all(axis=None)
    succeeded = outcomes({}, 24, own.LENGTH, done[own.SERVICES])
    assert (succeeded["first.turmoil"] == succeeded["first.succession"] - 1).all()


def test_a_link_that_works_against_turmoil_has_a_negative_part():
    own, runs = experiment("russias_future"), np.ones(40)
    lines = own.by_link(0 * runs, -2 * runs, {"means": -3 * runs, "turn": runs}, 2.0)
    assert lines == ["By means: -50% of it (-50% to -50%).", "By turn: 150% of it (150% to 150%)."]


@pytest.mark.slow
def test_a_stand_in_is_asked_of_by_month_and_by_rate(tmp_path, monkeypatch):
    own = small("stand_in", monkeypatch, MONTHS=("2024-06",), RATES=(0.0, 10.0))
    calm: dict = {own.GIVEN: {}, own.CALM: {own.OFFENCE: 0.0}}
    monkeypatch.setattr(own, "worlds", lambda base, order: calm)
    table, text = conducted(own, tmp_path / "out", 60)
    assert "One more in 2024-06: " in text and "At 10 times the rate" in text
    done = {"interventions.forbidden": ["proxy_visit"], "parameters.offence_scale": 0.0}
    rows = outcomes({}, 60, own.LENGTH, done)
    where = {"stand_ins": own.ONCE, "lever": own.CALM}
    assert value(table, own.LABELS["soon"], **where) == (rows["first.russian_visit"] < own.SOON).mean()
    assert value(table, own.LABELS[own.COUNTED], **where) == rows["count.russian_visit"].mean()
    assert value(table, own.LABELS[own.STOOD_IN], **where) == 0 == rows["count.proxy_visit"].sum()


@pytest.mark.slow
def test_where_presence_is_worth_nothing_as_many_visits_come():
    own = experiment("stand_in")
    base, order = sim.load(own.SCENARIO), Order("Q?", 400, 3, ROOT, False)
    changes = {own.WORTH: 0.0}
    moved = base.intervene(changes | own.evened(base, changes, order))
    assert own.soon(moved, order) == pytest.approx(own.soon(base, order), abs=0.01)
    assert own.soon(base.intervene(changes), order) < own.soon(base, order) - 0.1


def test_an_exchange_is_told_as_one_visit_for_so_many_stand_ins():
    own = experiment("stand_in")
    told_as = [
        own.for_how_many(Difference(*found))
        for found in (
            (0.2, 0.16, 0.25),
            (0.0002, 0.00016, 0.05),
            (-0.1, -0.2, -0.05),
            (0.0, -0.1, 0.02),
            (0.0, 0.0, 0.0),
        )
    ]
    assert told_as == [
        "one visit for 5.0 stand-ins (4.0 to 6.2)",
        "one visit for more than 1,000 stand-ins (20 to more than 1,000)",
        "each brings 0.100 visits (0.050 to 0.200)",
        "no visit is lost beyond chance (at most one for 50 stand-ins)",
        "no visit is lost in any run",
    ]
    proxies = np.array([[0.0] * 40, [2.0] * 40])
    found = own.exchange(np.array([[1.0] * 40, [0.5] * 40]), proxies, 2.0)
    assert (found.mean, found.low) == (0.25, 0.25)
    assert (
        own.for_how_many(own.exchange(proxies, 0 * proxies, 2.0)) == "there are no more stand-ins than before"
    )
