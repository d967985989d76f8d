"""Figures show what the tables hold, say how many runs they rest on, and can be drawn of any scenario."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

import sim.outcomes.fans
import sim.outcomes.questions
from sim.drawing.caption import CONDITIONAL, Caption
from sim.drawing.classes import in_percent
from sim.drawing.colours import CLASSES
from sim.drawing.ends import spread
from sim.scenario.load import load
from sim.scenario.schema import month_number
from sim.statistics.intervals import wilson
from sim.statistics.paired import levels
from sim.studies.compare.ask import compare
from sim.studies.compare.comparison import Comparison
from sim.studies.compare.figures import by_month
from sim.studies.compare.figures import ends as differences
from sim.studies.run.ask import run
from sim.studies.run.ensemble import Ensemble
from sim.studies.run.figures import FIGURES, figures, positions
from sim.studies.run.figures.events import in_digits
from sim.studies.sweep.ask import sweep as run_sweep
from sim.studies.sweep.design import grid as grid_of
from sim.studies.sweep.figures import distributions, figures_of, maps
from sim.studies.sweep.figures import lines as sweep
from sim.studies.sweep.figures.axes import Swept
from sim.studies.sweep.tipping import tipping_of
from tests.support.scenarios import random_scenario

RUNS = 300
SMALL = load("tests/cases/small.toml")


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    return run(load("configs/mongolia-2024.toml"), RUNS)


@pytest.fixture(scope="module")
def drawn(ensemble) -> dict[str, Figure]:
    return figures(ensemble)


def title_of(ax) -> str:
    """The title of a panel, without the breaks of its lines."""
    return ax.get_title(loc="left").replace("\n", " ")


def panel(figure: Figure, title: str):
    """The panel of that title."""
    return next(ax for ax in figure.axes if title_of(ax) == title)


def words(figure: Figure) -> str:
    """All text of a figure outside its panels."""
    return "\n".join(text.get_text() for text in figure.texts)


def line(ax, label_free: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A drawn curve, calendar lines left out."""
    curves = [curve for curve in ax.lines if len(curve.get_xdata()) > 2]
    return np.asarray(curves[label_free].get_xdata()), np.asarray(curves[label_free].get_ydata())


# -- what is drawn is what the tables hold -------------------------------------------------------------


def test_the_curve_and_the_band_of_an_event_are_its_probability_and_its_wilson_interval(ensemble, drawn):
    ax = panel(drawn["events"], "A Russian president visits")
    table = ensemble.events()
    own = table[table["event"] == "russian_visit"]
    x, y = line(ax)
    assert list(x) == [month_number(date) for date in own["date"]]
    assert (y == own["probability"]).all()
    counts = (own["probability"] * RUNS).round()
    low, high = wilson(counts.to_numpy(), RUNS)
    edges = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert edges.min() == pytest.approx(low.min()) and edges.max() == pytest.approx(high.max())


def test_baselines_are_drawn_at_the_dates_asked_for(ensemble, drawn):
    ax = panel(drawn["events"], "A Russian president visits")
    marks = [curve for curve in ax.lines if curve.get_linestyle() == "None"]
    rows = ensemble.table().query("kind == 'outcome' and name == 'russian_visit'")
    assert list(marks[0].get_ydata()) == list(rows["climatology"])
    assert list(marks[1].get_ydata()) == list(rows["anniversary_rule"])
    assert list(marks[0].get_xdata()) == [month_number(date) for date in rows["date"]]


@pytest.mark.parametrize(
    ("name", "title"), [("autonomy", "Autonomy"), ("rumour", "Rumour of a Russian visit")]
)
def test_a_fan_shows_its_median_and_its_start(ensemble, drawn, name, title):
    ax = panel(drawn["paths"], title)
    x, y = line(ax)
    assert (y == ensemble.fan(name)["q50"]).all() and len(x) == ensemble.months
    level = [curve for curve in ax.lines if curve.get_linestyle() == ":" and len(set(curve.get_ydata())) == 1]
    assert level[0].get_ydata()[0] == ensemble.start(name)
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert band.max() == pytest.approx(ensemble.fan(name)["q95"].max())


def test_paths_are_the_headlines_of_the_scenario(ensemble, drawn):
    assert sum(bool(ax.get_title(loc="left")) for ax in drawn["paths"].axes) == len(ensemble.headlines) == 19


def test_the_calendar_is_marked_on_its_dates(drawn):
    marked = {
        curve.get_xdata()[0]
        for curve in panel(drawn["paths"], "Autonomy").lines
        if len(set(curve.get_xdata())) == 1
    }
    assert marked == {month_number(date) for date in ("2024-09", "2024-06", "2027-06", "2028-06", "2028-01")}
    assert "Khalkhin Gol, 85 years: Sep 2024" in [
        text.get_text() for text in drawn["paths"].legends[0].get_texts()
    ]


def test_shares_of_postures_are_stacked_to_one(ensemble):
    scenario = ensemble.scenario.override({"postures.west_leaning.above.alignment.order": -0.14})
    other = run(scenario, RUNS)
    figure = FIGURES["postures"](other)
    tops = np.max([band.get_paths()[0].vertices[:, 1].max() for band in figure.axes[0].collections])
    assert tops == pytest.approx(1.0)
    last = other.postures().query("date == '2029-05'").set_index("posture")["share"]
    assert 0.05 < last["west_leaning"] < 0.95
    labels = [text.get_text() for text in figure.axes[0].texts]
    assert f"West leaning {100 * last['west_leaning']:.0f} %" in labels


def test_actors_are_sorted_by_their_median_with_their_numbers_beside_them(ensemble, drawn):
    left = panel(drawn["actors"], "Closeness of Mongolia to each power [1 = same position]")
    medians = {
        name: ensemble.fan(f"closeness.{name}")["q50"].iloc[-1] for name in ("Russia", "South_Korea", "Japan")
    }
    order = [label.get_text() for label in left.get_yticklabels()]
    assert order.index("Japan") < order.index("South Korea") < order.index("Russia")
    assert any(text.get_text().startswith(f"{medians['Japan']:.2f}"[1:]) for text in left.texts)


# -- what a figure says about itself -------------------------------------------------------------------


def test_the_map_shows_every_power_and_the_target_at_the_start_and_at_the_end(ensemble, drawn):
    ax, case = drawn["actors"].axes[0], ensemble.scenario.case
    standing = [actor.label for actor in case.actors.values() if actor.role in ("power", "target")]
    assert sorted(text.get_text() for text in ax.texts if text.get_text()) == sorted(standing)
    dots = [tuple(float(end[0]) for end in each.get_data()) for each in ax.lines if each.get_marker() == "o"]
    starts = [
        tuple(float(end[0]) for end in each.get_data()) for each in ax.lines if each.get_marker() == "d"
    ]
    axes = [f"alignment.Russia.{axis}" for axis in case.alignment.axes]
    assert tuple(float(ensemble.fan(axis)["q50"].iloc[-1]) for axis in axes) in dots
    assert (-0.163, 0.55) in starts and len(dots) == len(starts) == len(standing)
    ends = [line.get_xdata()[0] for line in ax.lines if len(set(line.get_ydata())) == 1]
    assert float(ensemble.fan(axes[0])["q05"].iloc[-1]) in ends
    assert ax.get_aspect() == 1, "distances on the map are those that closeness goes by"


def test_closeness_of_every_pair_that_the_file_names_is_drawn_once(ensemble, drawn):
    ax = panel(drawn["actors"], "Closeness of powers to each other [1 = same position]")
    rows = [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]
    assert "Russia and China" in rows and len(rows) == len(set(rows)) == 6
    assert not any("bloc" in row for row in rows), "a bloc is no power"


def test_one_axis_is_drawn_as_bars():
    one = run(load("configs/mongolia-2024.toml", {"alignment.dimensions": 1}), 8, months=3)
    ax = one.plot("actors").axes[0]
    assert title_of(ax) == "Positions of Mongolia and of the powers [-1 to 1]" and ax.get_aspect() == "auto"
    assert ax.get_yticklabels()[0].get_text() == "United States"


def test_names_on_a_map_stand_clear_of_each_other_and_of_dots():
    assert positions.beside([(0.0, 0.0), (2.0, 0.0)], ["North", "South"]) == [0.16, 0.16]
    three = positions.beside([(0.0, 0.0), (0.1, 0.0), (0.2, 0.0)], ["North", "South", "West"])
    assert three == [0.16, -0.16, 0.32], "over, under, and a line farther off"
    crowd = positions.beside([(0.0, 0.0)] * 9, ["North"] * 9)
    assert set(crowd) == {0.16, -0.16} and crowd[-1] == 0.16, "where all places are taken, the nearest"
    assert positions.beside([(0.2, 0.0), (0.1, 0.0), (0.0, 0.0)], ["West", "South", "North"]) == three[::-1]


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_tells_runs_seed_and_that_it_is_no_forecast(drawn, name):
    assert f"{RUNS} runs, seed 1; {CONDITIONAL}." in words(drawn[name])
    assert "Mongolia, June 2024" in words(drawn[name])


def test_figures_of_fans_tell_how_many_runs_the_fans_hold(monkeypatch):
    monkeypatch.setattr(sim.outcomes.questions, "FAN_RUNS", 64)
    few = run(load("configs/mongolia-2024.toml", {"decision.precision": 0.9}), 200, months=4)
    assert few.fan_runs == 64 == few.fan("autonomy")["runs"].iloc[0]
    for name in ("paths", "goodwill", "actors"):
        assert "Quantiles of the first 64 of 200 runs, seed 1; with decision.precision = 0.9;" in words(
            FIGURES[name](few)
        )
    assert "200 runs, seed 1; with decision.precision = 0.9;" in words(FIGURES["events"](few))
    assert "first 64" not in words(FIGURES["events"](few))


def test_failed_runs_are_named():
    assert str(Caption("Case", 100, 0, failed=3)) == "100 runs (3 failed and left out), seed 0"
    assert str(Caption("Case", 1, 2)) == "1 run, seed 2"


def test_only_certainty_is_written_as_certainty():
    assert [in_digits(p) for p in (0.0, 0.004, 0.254, 0.996, 1.0)] == ["0", "<.01", ".25", ">.99", "1"]
    assert [in_percent(p) for p in (0.03, 0.9949, 0.9998, 1.0)] == ["3 %", "99 %", ">99 %", "100 %"]


def test_labels_that_would_overlap_are_spread():
    heights = spread([0.5, 0.51, 0.52], 0.08)
    assert np.diff(heights) == pytest.approx([0.08, 0.08])
    assert max(spread([0.97, 0.98, 0.99], 0.08)) <= 1 - 0.04


def ticks(axis) -> list:
    """The labels of an axis that are drawn."""
    low, high = sorted(axis.get_view_interval())
    return [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


@pytest.mark.parametrize("name", FIGURES)
def test_no_words_of_a_figure_lie_on_each_other(drawn, name):
    figure = drawn[name]
    figure.draw_without_rendering()
    shown = [ax for ax in figure.axes if ax.axison]
    found = [text for ax in shown for text in (*ax.texts, ax._left_title, *ticks(ax.xaxis), *ticks(ax.yaxis))]
    found += [*figure.texts, *(text for legend in figure.legends for text in legend.get_texts())]
    boxes = [
        (text.get_text(), text.get_window_extent())
        for text in found
        if text.get_text() and text.get_visible()
    ]
    for place, (first, box) in enumerate(boxes):
        for second, other in boxes[place + 1 :]:
            assert not box.padded(-1).overlaps(other.padded(-1)), (first, second)


# -- any scenario can be drawn -------------------------------------------------------------------------


ALSO = [pytest.param(*few, marks=pytest.mark.slow) for few in [(1, 60), (20, 3)]]


@pytest.mark.slow
@pytest.mark.parametrize(("runs", "months"), [(1, 1), (20, 240), *ALSO])
def test_few_runs_and_odd_lengths_are_drawn(runs, months, tmp_path):
    found = figures(run(load("configs/mongolia-2024.toml"), runs, months=months))
    for name, figure in found.items():
        figure.savefig(tmp_path / f"{name}.png")
        assert (tmp_path / f"{name}.png").stat().st_size > 10_000


@pytest.mark.parametrize("seed", range(4))
def test_random_scenarios_are_drawn(seed, tmp_path):
    for name, figure in figures(run(random_scenario(seed), 20)).items():
        figure.savefig(tmp_path / f"{name}.png")
        assert figure.axes


# -- the sweep -----------------------------------------------------------------------------------------


def test_a_sweep_draws_each_curve_with_its_band():
    grid, happened = (
        np.array([0.0, 0.5, 1.0]),
        np.array([[0, 0, 1, 0], [0, 1, 1, 0], [1, 1, 1, 0]], dtype=bool),
    )
    table = levels(grid, happened)
    panels: dict[str, dict[str, pd.DataFrame]] = {"A": {"up": table, "down": table.iloc[::-1]}}
    figure = sweep.figure(
        "H", panels, "x", Caption("Case", 4, 1), [("probability", "Share"), ("difference", "Change")]
    )
    x, y = line(figure.axes[0])
    assert list(x) == [0.0, 0.5, 1.0] and list(y) == [0.25, 0.5, 0.75]
    _, change = line(figure.axes[1])
    assert list(change) == [0.0, 0.25, 0.5]
    edges = figure.axes[0].collections[0].get_paths()[0].vertices[:, 1]
    assert edges.min() == pytest.approx(table["low"].min()) and edges.max() == pytest.approx(
        table["high"].max()
    )
    assert "4 runs, seed 1" in words(figure)


def test_a_summary_along_one_number_has_a_panel_for_each_outcome_and_a_line_for_each_lever():
    entry = {"low": 0.1, "high": 0.9, "runs": 10, "failed": 0}
    summary = pd.DataFrame(
        [
            {
                "point": point,
                "lever": lever,
                "outcome": f"first.{name}",
                "value": place / 8,
                "x.y": [0.5, 0.0][point],
                **entry,
            }
            for place, (name, lever, point) in enumerate(
                (n, lv, p) for n in "ab" for lv in ("none", "some") for p in (0, 1)
            )
        ]
    )
    swept = Swept("x.y", "x.y [1]", (0.0, 0.5))
    figure = sweep.along(
        summary, swept, {"first.a": "A happens", "first.b": "B happens"}, Caption("Case", 10, 4, points=2)
    )
    ax = panel(figure, "B happens")
    drawn = {tuple(curve.get_xdata()): tuple(curve.get_ydata()) for curve in ax.lines}
    assert [tuple(curve.get_ydata()) for curve in ax.lines] == [(5 / 8, 4 / 8), (7 / 8, 6 / 8)]
    assert list(drawn) == [(0.0, 0.5)], "sorted by the number"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["none", "some"]
    assert ax.get_xlabel() == "x.y [1]" and "10 runs at each of 2 points, seed 4" in words(figure)


def keys(figure: Figure) -> list[str]:
    """What the key of a figure explains."""
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


@pytest.fixture(scope="module")
def loan(tmp_path_factory):
    """A sweep along one number that makes a loan likelier, with two levers; with its figures."""
    points = pd.DataFrame({"events.loan.base_logit": [-6.0, -4.0, -3.0, -2.0, 2.0]})
    levers = {
        "as given": {},
        "no loan, whatever anyone offers the buffer": {"interventions.forbidden": ["loan"]},
    }
    return drawn_sweep(
        run_sweep(SMALL, points, tmp_path_factory.mktemp("loan") / "s", levers=levers, runs=100, months=12)
    )


@pytest.fixture(scope="module")
def mapped(tmp_path_factory):
    """A sweep over a grid of two numbers with unequal steps, half of whose last column cannot be run; with
    its figures.
    """
    logits, speeds = [-6.0, -4.0, -3.0, 2.0], [0.1, 0.2, 1.7]
    points = grid_of({"events.loan.base_logit": logits, "quantities.wealth.relaxation": speeds})
    return drawn_sweep(run_sweep(SMALL, points, tmp_path_factory.mktemp("map") / "s", runs=100, months=12))


def drawn_sweep(done):
    """A sweep with its summary, tipping points and figures."""
    summary, turns = done.summary(), tipping_of(done)
    return done, summary, turns, figures_of(done, summary, turns)


def test_a_sweep_along_one_number_marks_its_tipping_point_with_the_interval(loan):
    _, _, turns, found = loan
    assert set(found) == {"sweep", "distributions"}
    (row,) = turns[turns["change"] == "rises"].itertuples()
    ax = panel(found["sweep"], "A loan from North")
    marks = [
        curve for curve in ax.lines if set(curve.get_ydata()) == {0.5} and curve.get_marker() in ("D", "|")
    ]
    assert [list(curve.get_xdata()) for curve in marks] == [[row.low, row.high], [row.at]]
    assert "passes one half, with its 95 % interval" in keys(found["sweep"])


def test_distributions_along_a_number_are_quantiles_of_the_runs(loan):
    done, _, _, found = loan
    ax, rows = panel(found["distributions"], "Wealth"), done.rows()
    thick = [curve for curve in ax.lines if curve.get_marker() == "."]
    for curve, lever in zip(thick, done.plan.levers, strict=True):
        cells = rows[rows["lever"] == lever].groupby("point")["end.wealth"]
        assert list(curve.get_ydata()) == pytest.approx(list(cells.median()))
        band = next(
            c for c in ax.collections if c.get_facecolor()[0][:3] == pytest.approx(to_rgb(curve.get_color()))
        )
        assert band.get_paths()[0].vertices[:, 1].max() == pytest.approx(cells.quantile(0.75).max())
    assert len([curve for curve in ax.lines if len(curve.get_xdata()) == 5]) == 6, (
        "median and two edges for each lever"
    )
    assert "100 runs at each of 5 points, seed 1" in words(found["distributions"])


def test_one_lever_is_drawn_with_both_bands_filled():
    table = pd.DataFrame(
        {
            "point": [0, 1],
            "lever": "x",
            "outcome": "end.a",
            "q05": [0, 1],
            "q25": [1, 2],
            "q50": [2, 3],
            "q75": [3, 4],
            "q95": [4, 5],
        }
    )
    swept = Swept("p", "p", (1.0, 2.0), own=1.5)
    figure = distributions.figure(
        table.assign(p=[1.0, 2.0]), swept, {"end.a": "A"}, Caption("Case", 9, 1, points=2)
    )
    heights = [band.get_paths()[0].vertices[:, 1] for band in figure.axes[0].collections[:2]]
    assert [(band.min(), band.max()) for band in heights] == [(0, 5), (1, 4)]
    assert [list(curve.get_xdata()) for curve in figure.axes[0].lines] == [[1.0, 2.0], [1.5, 1.5]], (
        "median, value of the scenario"
    )
    assert keys(figure) == [
        "median of the runs",
        "25 to 75 % of runs",
        "5 to 95 % of runs",
        "value in the scenario",
    ]


def test_a_map_holds_the_summary_dots_what_is_in_doubt_and_crosses_what_was_not_run(mapped):
    _, summary, turns, found = mapped
    assert set(found) == {"maps", "means", "postures"} and turns.empty
    ax = panel(found["maps"], "A loan from North")
    (mesh,) = [each for each in ax.collections if isinstance(each, QuadMesh)]
    own = summary[summary["outcome"] == "first.loan"]
    table = own.pivot(index="quantities.wealth.relaxation", columns="events.loan.base_logit", values="value")
    drawn = mesh.get_array().reshape(3, 4)
    assert (drawn[:2] == table.to_numpy()).all() and drawn.mask[2].all()
    assert list(mesh.get_coordinates()[0, :, 0]) == [-7.0, -5.0, -3.5, -0.5, 4.5], (
        "edges midway between unequal steps"
    )
    dots = [patch for patch in ax.patches if patch.get_hatch() == maps.DOTS]
    assert len(dots) == ((own["low"] < 0.5) & (own["high"] > 0.5)).sum() > 0
    crosses = [tuple(np.ravel(mark.get_xydata())) for mark in ax.lines if mark.get_marker() == "x"]
    assert crosses == [(logit, 1.7) for logit in (-6.0, -4.0, -3.0, 2.0)]
    assert {"one half", "95 % interval includes one half", "could not be run"} <= set(keys(found["maps"]))


def modal_table(**columns) -> pd.DataFrame:
    base = {"point": range(4), "lever": "x", "x": [0.0, 0.0, 1.0, 1.0], "y": [0.0, 1.0, 0.0, 1.0]}
    return pd.DataFrame(base | columns)


def test_stripes_on_a_map_of_postures_are_where_the_commonest_is_not_surely_ahead():
    table = modal_table(
        posture=["a", "a", "b", None], share=[0.9, 0.52, 0.6, np.nan],
        runner_up=["b", "b", "a", None], second=[0.1, 0.48, 0.4, 0.0],
        ahead=[True, False, True, False], runs=[100, 100, 100, 0],
    )  # fmt: skip
    axes = Swept("x", "x", (0.0, 1.0)), Swept("y", "y", (0.0, 1.0))
    labels = {"a": "All for one", "b": "Both", "c": "Never seen"}
    figure = maps.postures(
        table, table[table["runs"] == 0], *axes, labels, ["x"], Caption("Case", 100, 1, points=4)
    )
    ax = figure.axes[0]
    cells = [patch for patch in ax.patches if patch.get_hatch() is None and patch.get_alpha() == maps.SHADE]
    assert [patch.get_facecolor()[:3] for patch in cells] == [to_rgb(CLASSES[place]) for place in (0, 0, 1)]
    (striped,) = [patch for patch in ax.patches if patch.get_hatch()]
    assert striped.get_xy() == (-0.5, 0.5) and striped.get_edgecolor()[:3] == to_rgb(CLASSES[1])
    assert [text.get_text() for text in ax.texts] == ["90", "52", "60"]
    assert keys(figure) == ["All for one", "Both", "stripes: the next, not surely behind", "could not be run"]


def test_what_hardly_differs_over_a_map_is_told_and_not_drawn():
    values = {"first.a": [0.1, 0.6], "first.b": [0.30, 0.31]}
    summary = pd.DataFrame(
        [{"outcome": name, "value": value} for name, pair in values.items() for value in pair]
    )
    kept, notes = maps.varied(summary, {"first.a": "A", "first.b": "B"})
    assert kept == {"first.a": "A"} and notes == ["Hardly differs between cells: B 0.300 to 0.310."]
    assert maps.varied(summary, {"first.b": "B"}) == ({"first.b": "B"}, []), "a map of nothing is no map"


def test_values_that_are_no_numbers_stand_one_apart():
    swept = Swept.of(pd.DataFrame({"decision.theory": ["qre", "eub", "qre"]}), "decision.theory")
    assert (
        swept.values == ("qre", "eub")
        and list(swept.places) == [0, 1]
        and list(swept.edges) == [-0.5, 0.5, 1.5]
    )


def test_sweeps_of_other_designs_have_no_figures(tmp_path):
    three = pd.DataFrame({"events.loan.base_logit": [0.0, 1.0], "parameters.cost": [0.5, 1.0]})
    assert drawn_sweep(run_sweep(SMALL, three, tmp_path / "s", runs=5, months=2))[3] == {}


@pytest.mark.parametrize("name", ["sweep", "distributions", "maps", "means", "postures"])
def test_figures_of_sweeps_say_what_they_rest_on_and_no_words_lie_on_each_other(loan, mapped, name):
    figure = (loan[3] | mapped[3])[name]
    assert (
        "100 runs at each of" in words(figure)
        and f"{CONDITIONAL}." in words(figure)
        and "seed 1" in words(figure)
    )
    assert "A small buffer (2010-01 to 2010-12)" in words(figure)
    test_no_words_of_a_figure_lie_on_each_other({name: figure}, name)


# -- two scenarios ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two() -> Comparison:
    base = load("configs/mongolia-2024.toml")
    return compare(base, base.override({"quantities.sanctions.start": 0.2}), 200, months=12)


def test_differences_are_drawn_with_their_intervals_about_zero(two):
    figure, table = differences.figure(two), two.table()
    ax = panel(figure, "Outcomes [percentage points]")
    rows = table[table["kind"] == "outcome"].drop_duplicates("name", keep="last")
    points = [curve for curve in ax.lines if curve.get_marker() == "o"]
    assert [curve.get_xdata()[0] for curve in points] == pytest.approx(list(100 * rows["difference"]))
    whiskers = [
        curve for curve in ax.lines if curve.get_marker() == "None" and len(set(curve.get_xdata())) == 2
    ]
    assert [tuple(curve.get_xdata()) for curve in whiskers] == [
        pytest.approx((100 * low, 100 * high)) for low, high in zip(rows["low"], rows["high"], strict=True)
    ]
    hollow = [curve.get_markerfacecolor() == "white" for curve in points]
    assert hollow == list((rows["low"] <= 0) & (rows["high"] >= 0)) and set(hollow) == {True, False}
    assert ax.get_xlim()[0] == -ax.get_xlim()[1]
    beside = [text.get_text() for text in ax.texts]
    assert beside == ["flipped", *(f"{100 * share:.1f} %" for share in rows["flipped"])]
    assert "B: mongolia-2024.toml, quantities.sanctions.start = 0.2." in words(
        figure
    ) and "200 runs, seed 1" in words(figure)


def test_outcomes_that_are_not_asked_about_by_the_end_are_drawn_with_their_month(two):
    ax = panel(differences.figure(two), "Outcomes [percentage points]")
    labels = [text.get_text().replace("\n", " ") for text in ax.get_yticklabels()]
    assert labels[0] == "A Russian president visits, by 2024-12"


def test_differences_by_month_are_those_of_the_table_with_a_point_at_each_month_asked_about(two):
    figure, table = by_month.figure(two), two.by_month()
    for title, name, scale, due in (
        ("A Russian president visits [pp]", "russian_visit", 100, [3, 6]),
        ("Autonomy", "autonomy", 1, []),
    ):
        ax, rows = panel(figure, title), table[table["name"] == name]
        assert list(line(ax)[1]) == pytest.approx(list(scale * rows["difference"]))
        points = [curve for curve in ax.lines if curve.get_marker() == "o"]
        assert [list(curve.get_ydata()) for curve in points] == [
            pytest.approx(list(scale * rows["difference"].iloc[due]))
        ]
        assert ax.get_ylim()[0] < 0 < ax.get_ylim()[1]
    assert "Shown: the first 12 of 19 paths" in words(figure)


def test_events_are_sorted_by_size_and_those_that_never_flip_left_out(two):
    shown = differences.largest(two.table().query("kind == 'event'"))
    assert (
        (np.diff(shown["difference"].abs()) <= 0).all()
        and (shown["flipped"] > 0).all()
        and 0 < len(shown) <= 12
    )


def test_the_share_of_parted_paths_rises_from_the_month_of_the_change():
    base = load("configs/mongolia-2024.toml")
    found = compare(base, base.override({"interventions.forced.scandal": ["2024-11"]}), 60, months=12)
    x, y = line(panel(differences.figure(found), "Paths that have parted by then"))
    assert list(y[:5]) == [0] * 5 and y[5] == np.mean(found.parted <= 5) > 0.9 and (np.diff(y) >= 0).all()
    assert x[5] == month_number("2024-11")


def test_two_equal_scenarios_can_be_drawn(tmp_path):
    found = compare(SMALL, SMALL, 20, months=1)
    figure = differences.figure(found)
    figure.savefig(tmp_path / "d.png")
    assert "None that differs." in [text.get_text() for ax in figure.axes for text in ax.texts]
    by_month.figure(found).savefig(tmp_path / "m.png")


def test_no_words_of_the_differences_lie_on_each_other(two):
    for name, figure in {"differences": differences.figure(two), "months": by_month.figure(two)}.items():
        test_no_words_of_a_figure_lie_on_each_other({name: figure}, name)
