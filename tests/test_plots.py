"""Figures show what the tables hold, say how many runs they rest on, and can be drawn of any scenario."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import sim.analysis.fans
import sim.analysis.tally
from sim.analysis.intervals import wilson
from sim.analysis.paired import levels
from sim.plots import FIGURES, figures, sweep
from sim.plots.events import said
from sim.plots.postures import in_percent, spread
from sim.plots.sheet import CONDITIONAL, Provenance
from sim.results import Ensemble, run
from sim.scenario.load import load
from sim.scenario.schema import month_number
from tests.scenarios import random_scenario

RUNS = 300


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    return run(load("configs/mongolia-2024.toml"), RUNS)


@pytest.fixture(scope="module")
def drawn(ensemble) -> dict[str, Figure]:
    return figures(ensemble)


def panel(figure: Figure, title: str):
    """The panel of that title."""
    return next(ax for ax in figure.axes if ax.get_title(loc="left") == title)


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


@pytest.mark.parametrize(("name", "title"), [("autonomy", "Autonomy"), ("rumour", "Rumour of a Russian visit")])
def test_a_fan_shows_its_median_and_its_start(ensemble, drawn, name, title):
    ax = panel(drawn["paths"], title)
    x, y = line(ax)
    assert (y == ensemble.fan(name)["q50"]).all() and len(x) == ensemble.months
    level = [curve for curve in ax.lines if curve.get_linestyle() == ":" and len(set(curve.get_ydata())) == 1]
    assert level[0].get_ydata()[0] == ensemble.start(name)
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert band.max() == pytest.approx(ensemble.fan(name)["q95"].max())


def test_paths_are_the_headlines_of_the_scenario(ensemble, drawn):
    assert sum(bool(ax.get_title(loc="left")) for ax in drawn["paths"].axes) == len(ensemble.headlines) == 15


def test_the_calendar_is_marked_on_its_dates(drawn):
    marked = {curve.get_xdata()[0] for curve in panel(drawn["paths"], "Autonomy").lines if len(set(curve.get_xdata())) == 1}
    assert marked == {month_number(date) for date in ("2024-09", "2024-06", "2027-06", "2028-06", "2028-01")}
    assert "Khalkhin Gol, 85 years: Sep 2024" in [text.get_text() for text in drawn["paths"].legends[0].get_texts()]


def test_shares_of_postures_are_stacked_to_one(ensemble):
    scenario = ensemble.scenario.override({"openness.autonomy_weight": 4.0, "alignment.pull": 4.0})
    other = run(scenario, RUNS)
    figure = FIGURES["postures"](other)
    tops = np.max([band.get_paths()[0].vertices[:, 1].max() for band in figure.axes[0].collections])
    assert tops == pytest.approx(1.0)
    last = other.postures().query("date == '2029-05'").set_index("posture")["share"]
    assert 0.05 < last["west_leaning"] < 0.95
    labels = [text.get_text() for text in figure.axes[0].texts]
    assert f"West leaning {100 * last['west_leaning']:.0f} %" in labels


def test_actors_are_sorted_by_their_median_with_their_numbers_beside_them(ensemble, drawn):
    left = drawn["actors"].axes[0]
    medians = {name: ensemble.fan(f"closeness.{name}")["q50"].iloc[-1] for name in ("Russia", "South_Korea", "Japan")}
    order = [label.get_text() for label in left.get_yticklabels()]
    assert order.index("South Korea") < order.index("Japan") < order.index("Russia")
    assert any(text.get_text().startswith(f"{medians['Japan']:.3f}"[1:]) for text in left.texts)


# -- what a figure says about itself -------------------------------------------------------------------


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_tells_runs_seed_and_that_it_is_no_forecast(drawn, name):
    assert f"{RUNS} runs, seed 1; {CONDITIONAL}." in words(drawn[name])
    assert "Mongolia, June 2024" in words(drawn[name])


def test_figures_of_fans_tell_how_many_runs_the_fans_hold(monkeypatch):
    monkeypatch.setattr(sim.analysis.tally, "FAN_RUNS", 64)
    few = run(load("configs/mongolia-2024.toml", {"decision.precision": 0.9}), 200, months=4)
    assert few.fan_runs == 64 == few.fan("autonomy")["runs"].iloc[0]
    for name in ("paths", "goodwill", "actors"):
        assert "Quantiles of the first 64 of 200 runs, seed 1; with decision.precision = 0.9;" in words(FIGURES[name](few))
    assert "200 runs, seed 1; with decision.precision = 0.9;" in words(FIGURES["events"](few))
    assert "first 64" not in words(FIGURES["events"](few))


def test_failed_runs_are_named():
    assert str(Provenance("Case", 100, 0, failed=3)) == "100 runs (3 failed and left out), seed 0"
    assert str(Provenance("Case", 1, 2)) == "1 run, seed 2"


def test_only_certainty_is_written_as_certainty():
    assert [said(p) for p in (0.0, 0.004, 0.254, 0.996, 1.0)] == ["0", "<.01", ".25", ">.99", "1"]
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
    boxes = [(text.get_text(), text.get_window_extent()) for text in found if text.get_text() and text.get_visible()]
    for place, (first, box) in enumerate(boxes):
        for second, other in boxes[place + 1 :]:
            assert not box.padded(-1).overlaps(other.padded(-1)), (first, second)


# -- any scenario can be drawn -------------------------------------------------------------------------


@pytest.mark.parametrize(("runs", "months"), [(1, 1), (1, 60), (20, 3), (20, 240)])
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
    grid, happened = np.array([0.0, 0.5, 1.0]), np.array([[0, 0, 1, 0], [0, 1, 1, 0], [1, 1, 1, 0]], dtype=bool)
    table = levels(grid, happened)
    panels: dict[str, dict[str, pd.DataFrame]] = {"A": {"up": table, "down": table.iloc[::-1]}}
    figure = sweep.figure("H", panels, "x", Provenance("Case", 4, 1), [("probability", "Share"), ("difference", "Change")])
    x, y = line(figure.axes[0])
    assert list(x) == [0.0, 0.5, 1.0] and list(y) == [0.25, 0.5, 0.75]
    _, change = line(figure.axes[1])
    assert list(change) == [0.0, 0.25, 0.5]
    edges = figure.axes[0].collections[0].get_paths()[0].vertices[:, 1]
    assert edges.min() == pytest.approx(table["low"].min()) and edges.max() == pytest.approx(table["high"].max())
    assert "4 runs, seed 1" in words(figure)


def test_a_summary_along_one_number_has_a_panel_for_each_outcome_and_a_line_for_each_lever():
    entry = {"low": 0.1, "high": 0.9, "runs": 10, "failed": 0}
    summary = pd.DataFrame(
        [
            {"point": point, "lever": lever, "outcome": f"first.{name}", "value": place / 8, "x.y": [0.5, 0.0][point], **entry}
            for place, (name, lever, point) in enumerate((n, lv, p) for n in "ab" for lv in ("none", "some") for p in (0, 1))
        ]
    )
    figure = sweep.along(summary, "x.y", {"first.a": "A happens", "first.b": "B happens"}, Provenance("Case", 10, 4))
    ax = panel(figure, "B happens")
    drawn = {tuple(curve.get_xdata()): tuple(curve.get_ydata()) for curve in ax.lines}
    assert [tuple(curve.get_ydata()) for curve in ax.lines] == [(5 / 8, 4 / 8), (7 / 8, 6 / 8)]
    assert list(drawn) == [(0.0, 0.5)], "sorted by the number"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["none", "some"]
    assert ax.get_xlabel() == "x.y" and "10 runs, seed 4" in words(figure)
