"""The smallest change that overturns a finding: as closed forms, a grid and runs by hand have it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.engine.uncertain import drawn
from sim.refusal import BadInput
from sim.registry import OUTCOMES
from sim.scenario.wholes import wholes
from sim.studies.finding import finding_of
from sim.studies.overturn.ask import NotHeld
from sim.studies.overturn.box import Box, distance
from sim.studies.overturn.nearest import crossings, slopes
from sim.studies.overturn.text import overturned_told
from sim.studies.verify.ask import verify
from tests.support.small import quiet, small

SMALL = str(Path(__file__).parent / "cases" / "small.toml")
TEN, LOW, OWN, HIGH = 10, 0.2, 0.5, 0.9
UP, DOWN = HIGH - OWN, OWN - LOW
STOCKS = "quantities.k*.start"
FEW = {"vary": [STOCKS], "runs": 200, "draws": 40}


def stocks(history, count=TEN) -> np.ndarray:
    """Stocks at rest (count, runs), which stay where they start."""
    return np.stack([history[f"k{place}"][-1] for place in range(count)])


def planted(name: str, of, count=TEN, high=HIGH, kind="value", luck=False):
    """A scenario with stocks at rest that asks for a function of them, so that its boundary is known."""
    sim.register(name, outcome=sim.OwnOutcome(of, "Planted", "1", "a planted function", kind))
    start = {"value": OWN, "unit": "0-1", "range": [LOW, high], "source": "test"}
    changes = {
        "quantities": {
            f"k{place}": {"label": f"Stock {place}", "start": dict(start), "relaxation": 0.1}
            for place in range(count)
        },
        "outcomes": {"planted": {"label": "Planted", "function": name}},
        "time": {"months": 6},
    }
    if luck:
        return small(changes)
    return small(quiet(changes))


@pytest.fixture(scope="module", autouse=True)
def forgotten():
    yield
    for name in [name for name in OUTCOMES._own if name.startswith("overturn_")]:
        OUTCOMES._own.pop(name)


WEIGHTS = np.linspace(0.2, 1.0, TEN)


@pytest.fixture(scope="module")
def plane():
    return planted("overturn_plane", lambda history: WEIGHTS @ stocks(history))


# -- closed forms in ten dimensions ------------------------------------------------------------------


@pytest.mark.parametrize(("sign", "gap", "unit"), [("<", 0.5, UP), (">", -0.4, DOWN)])
def test_a_planted_hyperplane_in_ten_dimensions_is_found(plane, sign, gap, unit):
    bar = OWN * WEIGHTS.sum() + gap
    found = sim.overturn(plane, f"planted {sign} {bar}", **FEW)
    slope = WEIGHTS * unit
    assert found.nearest.distance == pytest.approx(abs(gap) / np.linalg.norm(slope), rel=2e-3)
    np.testing.assert_allclose(found.nearest.point, gap / unit * slope / (slope @ slope) * unit, atol=5e-3)
    assert found.nearest.distance >= abs(gap) / np.linalg.norm(slope)
    two = np.sort(slope)[-2:]
    assert found.two.distance == pytest.approx(abs(gap) / np.linalg.norm(two), rel=2e-3)
    assert found.table()["name"].tolist()[:2] == ["quantities.k9.start", "quantities.k8.start"]


def test_a_planted_sphere_in_ten_dimensions_is_found():
    away, radius, unit = 0.03 * np.arange(TEN), 0.15, 0.3

    def of(history):
        return ((stocks(history) - OWN - away[:, None]) ** 2).sum(axis=0)

    # as far up as down, so that a sphere stays one in units of ranges
    scenario = planted("overturn_sphere", of, high=OWN + unit)
    outside = sim.overturn(scenario, f"planted > {radius**2}", **FEW)
    assert outside.nearest.distance == pytest.approx((np.linalg.norm(away) - radius) / unit, rel=0.01)
    radius = 0.6
    inside = sim.overturn(scenario, f"planted < {radius**2}", **FEW)
    assert inside.nearest.distance == pytest.approx((radius - np.linalg.norm(away)) / unit, rel=0.01)


def test_where_the_nearest_lies_outside_a_range_the_others_do_the_rest():
    weights = np.array([3.0, 0.5, 0.4, 0.3, 0.3, 0.2, 0.2, 0.2, 0.1, 0.1])
    scenario = planted("overturn_box", lambda history: weights @ stocks(history))
    beyond = 0.35
    bar = OWN * weights.sum() + UP * weights[0] + beyond
    found = sim.overturn(scenario, f"planted < {bar}", **FEW)
    rest = beyond / np.linalg.norm(UP * weights[1:])
    assert found.nearest.distance == pytest.approx(np.hypot(1.0, rest), rel=2e-3)
    assert found.nearest.point[0] == 1.0


def test_what_cannot_be_overturned_is_said_with_the_nearest_approach(plane):
    most = HIGH * WEIGHTS.sum()
    found = sim.overturn(plane, f"planted < {most + 0.01}", **FEW)
    assert found.nearest is None and found.few is None and found.two is None
    assert found.found.closest.there.first == pytest.approx(most)
    assert found.failing.mean == 0.0 < found.failing.high
    told = " ".join(overturned_told(found))
    assert "Nothing plausible was found that overturns it" in told and f"{most:.4f}" in told
    assert len(found.table()) == TEN and found.table()["nearest"].isna().all()


def test_a_nearer_failure_that_slopes_at_the_file_do_not_show_is_found_from_draws():
    def of(history):
        one, other = (stocks(history, 2) - OWN) / np.array([[UP], [DOWN]])
        # a slope that fails at .8 upwards, and a cliff at .3 downwards of which nothing shows before
        return np.maximum(one / 0.8, 2 / (1 + np.exp(200 * (other + 0.3))))

    scenario = planted("overturn_cliff", of, 2)
    found = sim.overturn(scenario, "planted < 1", **FEW)
    assert found.nearest.distance == pytest.approx(0.3, rel=5e-3)
    assert found.nearest.moved == [1] and found.nearest.point[1] < 0


# -- by brute force in two dimensions ----------------------------------------------------------------


@pytest.mark.slow
def test_in_two_dimensions_the_nearest_is_that_of_a_fine_grid_on_the_same_luck(tmp_path):
    def of(history):
        one, other = stocks(history, 2) - OWN
        return one + 3 * other**2 - other / 3 + 2 * (history["wealth"][-1] - history["wealth"][0]) > 0.15

    scenario, runs, cells = planted("overturn_grid", of, 2, kind="yes_no", luck=True), 300, 33
    found = sim.overturn(scenario, "planted < 0.5", vary=[STOCKS], runs=runs, draws=40)
    ways = np.linspace(-1, 1, cells)
    values = OWN + np.where(ways > 0, ways * UP, ways * DOWN)
    table = sim.sweep(
        scenario, {f"quantities.k{place}.start": values for place in range(2)}, runs=runs
    ).summary()
    planted_rows = table[table["outcome"] == "yes_no.planted"]
    away = planted_rows[["quantities.k0.start", "quantities.k1.start"]].to_numpy() - OWN
    away = distance(np.where(away > 0, away / UP, away / DOWN))
    by_force = away[planted_rows["value"] >= 0.5].min()
    width = 2**0.5 * (ways[1] - ways[0])
    assert 0.1 < by_force - width <= found.nearest.distance <= by_force * 1.001
    assert found.nearest.low < found.nearest.distance < found.nearest.high
    near = found.nearest.there
    assert near.apart.low <= 0.05 and near.apart.high >= -0.05


# -- order, sign, priors -----------------------------------------------------------------------------


def test_an_order_fails_where_the_two_are_equal():
    scenario = planted("overturn_order", lambda history: stocks(history, 2)[0], 2)
    scenario = scenario.override({"quantities.k1.start": 0.3})
    found = sim.overturn(scenario, "k0 by 2010-04 > k1 by 2010-04", vary=[STOCKS], runs=20, draws=40)
    down, up = OWN - LOW, HIGH - 0.3
    assert found.nearest.distance == pytest.approx(0.2 / np.hypot(down, up), rel=2e-3)
    assert found.finding.months == 4 and found.finding.bar is None
    ends = found.table().set_index("name")["nearest"]
    assert ends["quantities.k0.start"] == pytest.approx(ends["quantities.k1.start"], abs=1e-3)


def test_the_sign_of_a_change_fails_where_it_does_nothing():
    push = {"value": 0.2, "unit": "1", "range": [-0.3, 0.5], "source": "test"}
    scenario = small(
        quiet({"parameters": {"push": push}, "couplings": {"wealth": {"war": None, "push * war": -1.0}}})
    )
    change = scenario.intervene({"war": 0.6})
    few = {"vary": ["parameters.*", "war"], "runs": 20, "draws": 20}
    found = sim.overturn(scenario, "wealth by 2010-06 falls", change, **few)
    assert found.nearest.distance == pytest.approx(0.2 / 0.5, rel=2e-3)
    names = [entry.name for entry in found.asked.space.entries]
    assert found.nearest.moved == [names.index("parameters.push")]
    compared = sim.compare(scenario, change, runs=20, months=6).by_month()
    fall = compared[compared["name"] == "wealth"]["difference"].iloc[-1]
    assert found.base.apart.mean == pytest.approx(fall)


def test_what_a_change_sets_is_not_moved_away():
    scenario = small(quiet({}))
    change = scenario.intervene({"war": 0.6}).override({"cost": 0.7})
    found = sim.overturn(
        scenario, "wealth by 2010-06 falls", change, vary=["parameters.*", "war"], runs=9, draws=9
    )
    assert found.left_out == ("parameters.cost",)
    assert [entry.name for entry in found.asked.space.entries] == ["quantities.war.start"]


def test_entries_of_uncertain_move_in_standard_deviations():
    scenario = planted("overturn_prior", lambda history: stocks(history, 2).sum(axis=0), 2)
    uncertain = {"uncertain": {"one": {"label": "One", "numbers": ["quantities.k0.start"], "plus": 0.1}}}
    tables = {**scenario.raw, **uncertain}
    scenario = sim.scenario.load.parse(tables, "prior")
    found = sim.overturn(scenario, "planted < 1.2", prior="file", runs=20, draws=400)
    assert found.nearest.distance == pytest.approx(2.0, rel=2e-3)
    assert found.failing.low < 0.0228 < found.failing.high
    assert "by 2 standard deviations" in " ".join(overturned_told(found))
    with pytest.raises(BadInput, match="no uncertain entry 'two'"):
        sim.overturn(scenario, "planted < 1.2", prior="file", vary=["two"])


# -- what is found can be run by hand ----------------------------------------------------------------


@pytest.mark.slow
def test_runs_by_hand_with_the_numbers_found_see_the_finding_fail_and_wholes_stay_one():
    scenario = small({"time": {"months": 6}})
    vary = ["shares.*", "*.clout", "bandwidths.*"]
    found = sim.overturn(scenario, "share.North > 0.6", vary=vary, runs=300, draws=30)
    assert len(found.nearest.moved) > 1
    values = found.asked.space.values(found.nearest.point[None])
    numbers = {
        path: float(value[0]) for path, value in drawn(scenario, found.asked.space.entries, values).items()
    }
    lived = scenario.override(numbers)
    for whole in wholes(lived):
        parts = [lived.numbers[path] for path in whole if path in lived.numbers]
        assert not parts or sum(parts) == pytest.approx(1.0)
    ends = sim.run(lived, runs=300, seed=1).outcomes["end.share.North"]
    assert ends.mean() == pytest.approx(0.6, abs=1e-4)


@pytest.mark.slow
def test_the_same_again_is_the_same_to_the_byte_on_any_number_of_threads(plane, tmp_path):
    folders = []
    for threads in (1, 3):
        found = sim.overturn(plane, "planted < 3.4", **FEW, threads=threads)
        assert found.save(tmp_path / str(threads)) == ()
        folders.append(tmp_path / str(threads))
    for name in ("table.csv", "shifts.csv", "draws.csv", "plane.png"):
        assert folders[0].joinpath(name).read_bytes() == folders[1].joinpath(name).read_bytes()
    assert verify(folders[0]).wrong == []
    told = json.loads((folders[0] / "manifest.json").read_text(encoding="utf-8"))
    assert told["kind"] == "steppe overturn" and told["finding"] == "Planted by 2010-06 < 3.4"
    assert len(told["varied"]) == TEN and told["runs"] == FEW["runs"]


def test_one_number_has_a_line_and_shows_itself(plane):
    found = sim.overturn(plane, "planted < 3.2", vary=["k9"], runs=50, draws=20)
    assert found.nearest.distance == pytest.approx(0.2 / UP, rel=2e-3)
    assert [ax.get_xlabel() for ax in found.plot().axes] == ["Stock 9, start [0-1]"]
    assert repr(found).startswith("<Overturned Planted by 2010-06 < 3.2 fails at a distance of 0.5")
    assert "Stock 9" in found._repr_html_()


# -- parts of the search -----------------------------------------------------------------------------


def test_a_way_through_a_box_keeps_its_distances_and_ends_in_the_corner():
    box = Box(np.array([-1.0, 0.0, -1.0]), np.array([1.0, 1.0, 1.0]))
    points = box.along(np.array([5.0, -1.0, 1.0]), np.array([0.5, 1.2, 2**0.5, 9.0]))
    np.testing.assert_allclose(distance(points)[:3], [0.5, 1.2, 2**0.5], rtol=1e-9)
    np.testing.assert_allclose(points[3], [1.0, 0.0, 1.0])
    assert (points <= box.high).all() and (points >= box.low).all()


def test_slopes_of_numbers_that_only_chance_moves_are_nothing():
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(60, 200))

    def margins(points):
        jitter = np.sin(1e3 * points[:, 1:]) @ noise[1:]
        return 2 * points[:, :1] + 0.05 * jitter

    box = Box(-np.ones(60), np.ones(60))
    found = slopes(margins, box, box.origin, 0.25, np.ones(60, dtype=bool))
    assert found[0] == pytest.approx(2.0, abs=0.1)
    assert np.count_nonzero(found[1:]) < 12 and np.abs(found[1:]).max() < 0.2


def test_points_that_make_no_scenario_are_no_failure():
    def margins(points):
        held = np.where(points[:, 0] > 0.5, np.nan, 1 - points[:, 0] - points[:, 1])
        return np.repeat(held[:, None], 3, axis=1)

    box = Box(-np.ones(2), np.ones(2))
    assert crossings(margins, box, [np.array([1.0, 0.0])]) == []
    (found,) = crossings(margins, box, [np.array([0.4, 1.0])])
    assert found.sum() == pytest.approx(1.0, rel=2e-3)


# -- words -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("loan by 2010-08 > .5", "A loan from North by 2010-08 > 0.5"),
        ("A loan from North < 1", "A loan from North by 2010-12 < 1"),
        ("  autonomy   by 2010-08  >  domination ", "Autonomy by 2010-08 > "),
        ("goodwill.North > -1e-1", "Goodwill toward North by 2011-12 > -0.1"),
    ],
)
def test_findings_are_read_in_words(text, told):
    assert str(finding_of(small(), text)).startswith(told)
    assert str(finding_of(small(), text, by="2010-08")).count("2010-08") >= 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "is no finding; write OUTCOME"),
        ("loan", "is no finding; write OUTCOME"),
        ("loan > 0.2 > 0.1", "is no finding"),
        ("loan > 50", "a probability, from 0 to 1, not 50"),
        ("loan > 1,5", "must be a number, not '1,5'; write 1.5"),
        ("loan > nan", "no outcome, event or path 'nan'"),
        ("loan > -inf", "must be a finite number"),
        ("laon > 0.5", "no outcome, event or path 'laon'; did you mean 'loan'"),
        ("loan by 2031-01 > 0.5", "2031-01"),
        ("loan by 2010-13 > 0.5", "2010-13"),
        ("loan > autonomy", "a probability and a mean are not compared"),
        ("loan > loan", "is not compared with itself"),
        ("loan falls", "name the change"),
        ("count.loan by 2010-08 > count.aid", "ask both sides by the same month"),
        ("\x1b[31m > 0.5", "no outcome"),
        ("x" * 5000 + " > 0.5", "no outcome"),
    ],
)
def test_what_is_no_finding_is_told_in_a_line(text, line):
    with pytest.raises(BadInput) as refused:
        sim.overturn(small(), text)
    assert line in str(refused.value) and "\n" not in str(refused.value)
    assert len(str(refused.value)) <= 400


def test_a_finding_that_does_not_hold_or_not_beyond_chance_is_not_searched():
    with pytest.raises(NotHeld, match="does not hold here, so there is nothing to overturn"):
        sim.overturn(small(), "wealth > 0.9", runs=20)
    with pytest.raises(NotHeld, match="cannot be told from chance here; ask for more runs"):
        sim.overturn(small(), "loan by 2010-12 > 0.5", runs=4)


# -- the command -------------------------------------------------------------------------------------


def steppe(*words: str):
    return CliRunner().invoke(app, list(words), prog_name="steppe")


def test_the_command_answers_in_a_sentence_first_and_writes_a_folder(tmp_path):
    few = ["--vary", "quantities.*.start", "--runs", "60", "--draws", "20", "--out", str(tmp_path / "out")]
    told = steppe("overturn", SMALL, "wealth by 2010-06 < 0.55", *few)
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("Wealth by 2010-06 < 0.55 fails once ")
    assert verify(tmp_path / "out").wrong == []
    again = steppe("overturn", SMALL, "wealth by 2010-06 < 0.55", *few)
    assert again.exit_code == 1 and "is not empty" in again.output
    assert steppe("overturn", SMALL, "wealth by 2010-06 < 0.55", *few, "--overwrite").exit_code == 0


def test_the_command_tells_the_sign_of_a_change_and_what_is_not_moved(tmp_path):
    words = ["overturn", SMALL, "wealth by 2010-06 falls", "--b-do", "war=0.9", "--b", "cost=0.7"]
    words += ["--runs", "40", "--draws", "10", "--out", str(tmp_path / "out")]
    told = steppe(*words)
    assert told.exit_code == 0, told.output
    assert "Not moved, as the change sets them: parameters.cost." in " ".join(told.stdout.split())


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (["wealth > 0.9", "--runs", "20"], 1, "does not hold here"),
        (["wealth >> 0.9"], 2, "is no finding"),
        (["wealth rises"], 2, "name the change (options --b and --b-do)"),
        (["wealth > 0.1", "--b", "war=0.9"], 2, "rises, or falls"),
        (["wealth < 0.9", "--vary", "time.*"], 2, "can be drawn from a range"),
        (["wealth < 0.9", "--vary", "nothing"], 2, "nothing"),
        (["wealth < 0.9", "--prior", "file"], 2, "says of no number that it is uncertain"),
        (["wealth falls", "--b", "war=0.9", "--vary", "war"], 2, "none of them can move"),
        (["wealth < 0.9", "--by", "soon"], 2, "soon"),
        (["wealth < 0.9", "--draws", "0"], 2, "draws"),
    ],
)  # fmt: skip
def test_what_the_command_cannot_do_is_a_line_and_an_exit_code(words, code, line, tmp_path):
    told = steppe("overturn", SMALL, *words, "--out", str(tmp_path / "out"))
    assert told.exit_code == code, told.output
    assert line in " ".join(told.output.split()) and "Traceback" not in told.output
    assert not (tmp_path / "out").exists()
