"""Conditions of a sweep: planted boxes are found, chance is not taken for one, intervals hold the truth."""

from __future__ import annotations

import json
import sys

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.refusal import BadInput, Refusal
from sim.statistics.clusters import Crossed, slices_of
from sim.studies.discover.box import Limit, Side, typed, within
from sim.studies.discover.cases import Cases, Condition
from sim.studies.discover.folder import example
from sim.studies.discover.peeling import best, quasi_p, trajectory
from sim.studies.discover.search import told
from sim.studies.discover.statement import statement_of
from sim.studies.discover.text import discovered_told
from sim.studies.discover.tree import grown
from sim.studies.sweep.design import latin_hypercube
from sim.studies.verify.ask import verify
from tests.support.small import small
from tests.support.toy import registered, toy

INSIDE, OUTSIDE = 0.85, 0.1
VARIED = {"quantities.wealth.start": np.linspace(0.2, 0.8, 10), "parameters.cost": [0.3, 0.4, 0.5, 0.6, 0.7]}
STARTS = [f"quantities.x{place}.start" for place in (1, 2, 3)]


def planted(values: np.ndarray, inside: float = INSIDE, outside: float = OUTSIDE) -> np.ndarray:
    """The probability (cells,) with which it holds, from values (cells, conditions): a box of a fifth."""
    return np.where((values[:, 0] > 0.6) & (values[:, 1] < 0.5), inside, outside)


def cases(chance: np.ndarray, values: np.ndarray, rng, runs=20, choices=(), shared=0.3) -> Cases:
    """Cells whose futures hold with a chance (cells,), on luck of which a part is shared."""
    from scipy.special import ndtri

    luck = shared * rng.normal(size=runs) + (1 - shared**2) ** 0.5 * rng.normal(size=(len(values), runs))
    held = (luck < ndtri(chance)[:, None]).astype(float)
    conditions = tuple(
        Condition(f"x{place}", f"x{place}", "1", choices if place == 2 else ())
        for place in range(values.shape[1])
    )
    points = np.arange(len(values))
    futures = Crossed(held, np.ones_like(held), points, slices_of(values, points))
    return Cases(conditions, values, futures, np.zeros((len(values), 2), dtype=int))


def drawn(rng, points: int, numbers: int) -> np.ndarray:
    """Values of a latin hypercube (points, numbers)."""
    ranges = {str(number): (0.0, 1.0) for number in range(numbers)}
    return latin_hypercube(ranges, points, int(rng.integers(2**32))).to_numpy()


def truth(box, inside: float = INSIDE, outside: float = OUTSIDE) -> tuple[float, float]:
    """Density and coverage of a box over all values."""
    values = np.random.default_rng(0).random((100_000, 8))
    chance, held = planted(values, inside, outside), within(box, values)
    return chance[held].mean(), chance[held].sum() / chance.sum()


def silent(done: int) -> None:
    """Tells nobody."""


# -- a sweep with a planted box ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """A sweep of a scenario whose outcome is likely within x1 > .6 and x2 < .5."""

    def of(history):
        x = np.array([history.last(f"x{place}") for place in (1, 2, 3)])
        luck = (history.last("wealth") * 1e4) % 1
        return (luck < planted(x.T)).astype(float)

    with registered(of, "yes_no"):
        scenario = toy(3, noise=0.02)
        points = latin_hypercube(dict.fromkeys(STARTS, (0.0, 1.0)), 120, 2)
        yield sim.sweep(scenario, points, tmp_path_factory.mktemp("swept") / "sweep", runs=20)


@pytest.fixture(scope="module")
def found(swept):
    return sim.discover(swept, "known", resamples=6)


@pytest.mark.slow
def test_a_planted_box_is_found_with_its_density_coverage_and_limits(found):
    (box,) = found.boxes
    density, coverage = truth(box.box)
    planted_coverage = INSIDE * 0.2 / (INSIDE * 0.2 + OUTSIDE * 0.8)
    assert abs(density - INSIDE) < 0.05 and abs(coverage - planted_coverage) < 0.08
    assert box.density.low < density < box.density.high and box.coverage.low < coverage < box.coverage.high
    limits = found.limits().set_index("name")
    assert limits["side"].to_dict() == {STARTS[0]: "at least", STARTS[1]: "at most"}
    assert (
        abs(limits.loc[STARTS[0], "limit"] - 0.6) < 0.04 and abs(limits.loc[STARTS[1], "limit"] - 0.5) < 0.04
    )
    assert (limits["quasi_p"] < 1e-4).all() and (limits["reproduced"] > 0.6).all()
    assert (limits["limit_low"] <= limits["limit_high"]).all()
    assert found.conditions().set_index("name")["restricted"][STARTS[2]] < 0.5


@pytest.mark.slow
def test_the_tree_asks_about_the_same_conditions(found):
    assert set(found.tree.used) == {0, 1} and found.tree.explained > 0.7
    first = found.leaves().iloc[0]
    assert first["density"] > 0.75 and "Input 3" not in first["limits"]


def test_the_answer_fits_on_a_screen_and_says_when_how_often_and_of_how_many(found):
    lines = list(discovered_told(found))
    assert len(lines) <= 30 and all(len(line) <= 100 for line in lines)
    text = " ".join(" ".join(lines).split())
    assert (
        text.startswith("When Input 1, start is at least 0.") and "A known function by 2010-06 in 8" in text
    )
    assert "A tree (CART) explains" in text and "This covers" in text


def test_the_folder_holds_all_and_verifies_and_is_the_same_again(found, tmp_path):
    for name in ("one", "two"):
        assert found.save(tmp_path / name) == ()
    assert verify(tmp_path / "one").wrong == []
    told_of = json.loads((tmp_path / "one" / "manifest.json").read_text(encoding="utf-8"))
    assert told_of["kind"] == "steppe discover" and told_of["where"] == "A known function by 2010-06"
    for file in (tmp_path / "one").iterdir():
        if file.name != "manifest.json":
            assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()
    assert "1 box(es) in 120 cells" in repr(found) and "at least" in found._repr_html_()


def test_the_row_that_is_told_next_is_one_in_the_box_where_it_holds(found, swept):
    row = found.table().iloc[0]
    rows = swept.rows()
    own = rows[(rows["point"] == row["point"]) & (rows["run"] == row["run"])]
    assert own["yes_no.known"].tolist() == [1.0]
    assert within(found.boxes[0].box, swept.plan.points.iloc[[row["point"]]].to_numpy()).all()


def test_luck_that_all_cells_share_is_no_condition(swept, tmp_path):
    nothing = sim.discover(swept, "wealth > 0.5", resamples=2)
    assert nothing.boxes == () and nothing.table().empty and nothing.tree.used == []
    text = " ".join(" ".join(discovered_told(nothing)).split())
    assert "No condition found" in text and "A tree (CART) finds no split" in text
    assert nothing.save(tmp_path / "nothing") == () and verify(tmp_path / "nothing").wrong == []
    assert example(tmp_path / "nothing") is None


def test_the_command_answers_saves_and_leads_to_a_future_in_the_box(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sim.sweep(small(), VARIED, tmp_path / "s", runs=2, months=2, keep=["end.wealth"])
    done = CliRunner().invoke(app, ["discover", "s", "--where", "wealth < 0.5", "--resamples", "2"])
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("When ") and "quasi-p" in done.stdout
    point = pd.read_csv("results/s-discover/boxes.csv")["point"][0]
    assert f"Next: steppe replay s --run 0 --point {point} --story" in done.stdout
    again = CliRunner().invoke(app, ["discover", "s", "--where", "wealth < 0.5", "--resamples", "2"])
    assert again.exit_code == 1 and "--overwrite" in again.stderr


def test_without_its_packages_it_says_what_to_install(swept, monkeypatch):
    monkeypatch.setitem(sys.modules, "ema_workbench.analysis", None)
    with pytest.raises(BadInput, match=r"pip install 'steppe-sim\[discover\]'"):
        sim.discover(swept, "known")


# -- what cannot be answered -------------------------------------------------------------------------


REFUSED = [
    ({"parameters.cost": np.linspace(0.1, 0.9, 60)}, "wealth < 0.5", 2, "only one thing was varied"),
    ({"war": [0.3, 0.5], "parameters.cost": [0.3, 0.5]}, "wealth < 0.5", 2, "4 points are too few"),
    (VARIED, "wealth < 0.5", 1, "one future a point says nothing of luck"),
    (VARIED, "wealth < -9", 2, "holds in no future of the sweep (100)"),
    (VARIED, "wealth > -9", 2, "holds in all futures of the sweep (100)"),
    (VARIED, "wealth", 2, "has a number in each future; write OUTCOME"),
    (VARIED, "loan > 0.5", 2, "happens or not in a future; write it alone"),
    (VARIED, "wealth by 2010-01 < 0.5", 2, "sweep keeps it of its last month alone, not of 2010-01"),
    (VARIED, "autonomy < 0.5", 2, "the sweep has not kept end.autonomy"),
    (VARIED, "laon", 2, "did you mean 'loan'"),
]  # fmt: skip


@pytest.mark.parametrize(("points", "where", "runs", "line"), REFUSED)
def test_what_cannot_be_answered_is_refused_in_a_line(points, where, runs, line):
    done = sim.sweep(small(), points, runs=runs, months=2, keep=["end.wealth", "first.loan"])
    with pytest.raises(BadInput) as told_of:
        sim.discover(done, where)
    assert line in str(told_of.value)


def test_a_design_that_moves_one_number_at_a_time_is_refused():
    paths = ["quantities.wealth.start", "parameters.cost"]
    base = dict.fromkeys(paths, 0.5)
    rows = [base | {path: value} for path in paths for value in np.linspace(0.2, 0.8, 30)]
    points = pd.DataFrame(rows)
    done = sim.sweep(small(), points, runs=2, months=1, keep=["end.wealth"])
    with pytest.raises(BadInput, match="moves one number at a time"):
        sim.discover(done, "wealth < 0.5")


def test_a_sweep_that_is_not_finished_is_refused(tmp_path):
    done = sim.sweep(small(), VARIED, tmp_path / "s", runs=2, months=1, keep=["end.wealth"])
    (tmp_path / "s" / "parts.jsonl").write_text("")
    with pytest.raises(Refusal, match="0 of 1 parts are stored; the command that made the sweep goes on"):
        sim.discover(done, "wealth < 0.5")


def test_the_command_line_names_the_options_that_help(tmp_path):
    sim.sweep(small(), VARIED, tmp_path / "s", runs=2, months=2, keep=["end.wealth"])
    for where, option in (
        ("loan", "steppe sweep --keep"),
        ("wealth by 2010-01 < 1", "steppe sweep --months"),
    ):
        words = ["discover", str(tmp_path / "s"), "--where", where, "--out", str(tmp_path / "o")]
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 2 and option in done.stderr.splitlines()[-1], done.output
    assert not (tmp_path / "o").exists()


def test_statements_are_read_from_stored_rows():
    done = sim.sweep(small(), VARIED, runs=2, months=6)
    plan, rows = done.plan, done.rows()
    by_month = rows["first.loan"] <= 3
    assert (statement_of(plan, "loan by 2010-04").of(rows) == by_month).all()
    assert (statement_of(plan, "no loan", "2010-04").of(rows) == ~by_month).all()
    assert str(statement_of(plan, "no loan", "2010-04")) == "not: A loan from North by 2010-04"
    more = rows["end.autonomy"] > rows["end.domination"]
    assert (statement_of(plan, "autonomy > domination").of(rows) == more).all()
    assert (statement_of(plan, "count.loan < 2").of(rows) == (rows["count.loan"] < 2)).all()
    assert str(statement_of(plan, None)).endswith(f"by {statement_of(plan, None).target.dates[-1]}")


# -- parts -------------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_choices_count_as_conditions_and_those_that_do_nothing_do_not():
    rng = np.random.default_rng(4)
    values = drawn(rng, 150, 4).copy()
    values[:, 2] = rng.integers(3, size=150)
    chance = np.where((values[:, 2] == 1) & (values[:, 0] > 0.5), 0.8, 0.1)
    own = cases(chance, values, rng, choices=("calm", "bold", "shy"))
    box = best(own)
    assert {(limit.place, limit.side) for limit in box} == {(0, Side.LEAST), (2, Side.AMONG)}
    assert "x2 is bold" in own.words(box)
    assert set(grown(own, rng).used) == {0, 2}


def test_the_trajectory_trades_coverage_for_density_and_holds_the_box():
    rng = np.random.default_rng(5)
    values = drawn(rng, 120, 3)
    steps = trajectory(cases(planted(values), values, rng))
    coverage = [step.coverage for step in steps]
    assert steps[0].box == () and coverage[0] == 1.0
    assert max(step.density for step in steps) > 0.8 and min(coverage) < 0.9
    assert max(steps, key=lambda step: step.balance).balance > 0.6


def test_cells_that_chance_alone_tells_apart_have_no_condition():
    rng = np.random.default_rng(6)
    values = drawn(rng, 50, 2)
    assert told(cases(rng.uniform(0.1, 0.5, 50), values, rng), 1, rng, silent) == []


def test_quasi_p_values_of_yes_and_no_are_those_of_the_binomial_test():
    from scipy.stats import binom

    rng = np.random.default_rng(7)
    values = rng.random((100, 2))
    own = cases(planted(values, 1.0, 0.0), values, rng, runs=3)
    box = (Limit(0, Side.LEAST, 0.55), Limit(1, Side.MOST, 0.6))
    inside, wider = within(box, values), within(box[1:], values)
    chance = binom.sf(own.shares[inside].sum() - 1, inside.sum(), own.shares[wider].mean())
    assert quasi_p(box, own)[0] == pytest.approx(chance, rel=1e-6)


@pytest.mark.parametrize(
    ("cut", "side", "values", "short"),
    [
        (0.12345, Side.LEAST, np.linspace(0, 1, 1001), 0.12),
        (12.5, Side.MOST, np.arange(5, 25), 12),
        (0.00213, Side.LEAST, np.geomspace(1e-4, 10, 400), 0.002),
        (0.5, Side.LEAST, np.array([0.0, 1.0]), 0.5),
    ],
)
def test_limits_are_short_enough_to_be_typed_and_part_the_same_cells(cut, side, values, short):
    limit = typed(cut, side, values)
    moved = Limit(0, side, limit).holds(values[:, None]) != Limit(0, side, cut).holds(values[:, None])
    assert limit == pytest.approx(short) and moved.sum() <= len(values) / 100


def test_variances_of_shares_count_cells_and_shared_luck():
    rng, estimates, widths = np.random.default_rng(8), [], []
    for _ in range(400):
        values = rng.random((60, 2))
        own = cases(np.full(60, 0.3) + 0.3 * (values[:, 0] > 0.5), values, rng, shared=0.7).futures
        share = own.density(np.ones(60))
        estimates.append(share.value)
        widths.append(share.high - share.low)
    assert np.mean(widths) / 3.92 == pytest.approx(np.std(estimates), rel=0.15)


# -- in simulation (slow) ----------------------------------------------------------------------------


@pytest.mark.slow
def test_where_nothing_is_planted_no_condition_is_found_in_95_of_100():
    nothing = 0
    for sample in range(100):
        rng = np.random.default_rng(sample)
        values = drawn(rng, 100, 4)
        nothing += told(cases(rng.uniform(0.1, 0.5, 100), values, rng), 1, rng, silent) == []
    assert nothing >= 95


@pytest.mark.slow
@pytest.mark.parametrize(("points", "inside", "outside"), [(100, 0.85, 0.1), (200, 0.6, 0.35)])
def test_intervals_of_density_and_coverage_hold_the_truth_of_the_box_that_is_told(points, inside, outside):
    held = []
    for sample in range(100):
        rng = np.random.default_rng(sample)
        values = drawn(rng, points, 4)
        for box in told(cases(planted(values, inside, outside), values, rng), 1, rng, silent):
            density, coverage = truth(box.box, inside, outside)
            own = box.density.low <= density <= box.density.high
            held.append((own, box.coverage.low <= coverage <= box.coverage.high))
    assert len(held) > 80 and np.mean(held, axis=0).min() >= 0.9
