"""Tipping points: intervals hold the truth as often as they say, and a curve that does not pass is not said
to pass.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import isotonic_regression

from sim.scenario.load import load, parse
from sim.statistics.cells import modal, quantiles
from sim.statistics.tipping import Tipping, crossing, isotonic, passages, resampled, tipping
from sim.studies.sweep.ask import sweep
from sim.studies.sweep.design import grid
from sim.studies.sweep.tipping import in_words, matrix, tipping_of

GRID = np.linspace(0.0, 1.0, 11)


def logistic(turn: float, width: float) -> np.ndarray:
    """Probabilities (points,) that are one half at `turn`."""
    return 1 / (1 + np.exp(-(GRID - turn) / width))


def futures(share: np.ndarray, runs: int, rng: np.random.Generator, shared: float = 1.0) -> np.ndarray:
    """Whether it happens (points, runs): all points on the same luck, or a part of the runs on luck of each
    point's own.
    """
    u = np.where(rng.random(runs) < shared, rng.random(runs), rng.random((len(share), runs)))
    return u < share[:, None]


# -- the truth is known ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turn", "width", "runs", "shared"),
    [
        (0.43, 0.1, 300, 1.0),
        (0.43, 0.3, 300, 1.0),
        (0.62, 0.05, 100, 0.8),
        pytest.param(0.5, 0.3, 300, 0.0, marks=pytest.mark.slow),
    ],
)
def test_intervals_hold_the_true_tipping_point_in_19_of_20_cases(turn, width, runs, shared):
    """200 sweeps: 95 % within 3 standard errors, 4.6 %; every other curve falls."""
    rng, held, cases = np.random.default_rng(7), 0, 200
    for case in range(cases):
        sign = 1 if case % 2 else -1
        happened = futures(logistic(turn, width), runs, rng, shared)[::sign]
        found = tipping(GRID, happened, resamples=600, seed=case)
        assert [each.change for each in found] == ["rises" if sign > 0 else "falls"]
        at = turn if sign > 0 else 1 - turn
        held += found[0].low <= at <= found[0].high
    assert 0.904 <= held / cases <= 0.996


def test_a_curve_that_stays_on_one_side_has_no_tipping_point():
    rng = np.random.default_rng(1)
    low, high = futures(0.3 * GRID, 500, rng), futures(0.7 + 0.2 * GRID, 500, rng)
    (below,), (above,) = tipping(GRID, low), tipping(GRID, high)
    assert (below.change, below.without) == ("below", 1.0) and np.isnan(
        [below.at, below.low, below.high]
    ).all()
    assert (above.change, above.without) == ("above", 1.0)
    assert in_words(below, "x", "A", low, GRID).startswith(
        "From x = 0 to 1 never more than half of the futures see: A (at most 0."
    )
    assert "always more than half" in in_words(above, "x", "A", high, GRID)


def test_a_curve_that_lies_on_the_level_counts_as_below_it():
    found = tipping(np.array([0.0, 1.0]), np.array([[True, False] * 50] * 2))
    assert [each.change for each in found] == ["below"], "half of the futures are not more than half"


def test_a_curve_is_cut_where_it_lies_furthest_on_each_side_and_runs_to_both_ends():
    share = np.array(
        [0.7, 0.9, 0.3, 0.1, 0.9, 0.7]
    )  # surely above at two points, below at two (least at the second), above
    assert passages(share, 1000, 0.5) == [(0, 3, -1), (3, 5, 1)]
    assert passages(1 - share, 1000, 0.5) == [(0, 3, 1), (3, 5, -1)]


def test_doubt_that_a_curve_stays_on_one_side_is_the_share_of_resamples_that_cross():
    told = in_words(
        Tipping("below", np.nan, np.nan, np.nan, 0.25),
        "x",
        "A",
        np.array([[True, False]] * 2),
        np.array([0.0, 1.0]),
    )
    assert "in 75 % of resamples some point is on the other side" in told


def test_an_outcome_that_was_not_kept_hides_no_other(tmp_path):
    raw = tomllib.loads((Path(__file__).parent / "cases" / "small.toml").read_text(encoding="utf-8"))
    raw["outcomes"]["help"] = {"label": "Aid from South", "any_of": ["aid"]}
    points = grid({"events.aid.base_logit": [-6.0, 1.0]})
    done = sweep(parse(raw, "two.toml"), points, tmp_path / "s", runs=40, months=6, keep=["first.help"])
    found = tipping_of(done, level=0.2)
    assert set(found["outcome"]) == {"first.help"}
    assert all("20 % of the futures see: Aid from South by 2010-06." in said for said in found["sentence"]), (
        "one lever needs no name"
    )


def test_where_a_curve_stays_above_its_lowest_point_is_told():
    happened = np.array([[True, True, False, True], [True] * 4])
    told = in_words(Tipping("above", np.nan, np.nan, np.nan, 1.0), "x", "A", happened, np.array([0.0, 1.0]))
    assert told == "From x = 0 to 1 always more than half of the futures see: A (at least 0.750, at 0)."


def test_a_rise_is_more_than_half_above_it_and_a_fall_at_most_half():
    happened, points = np.array([[True, False]] * 2), np.array([0.0, 1.0])
    rises, falls = (Tipping(change, 0.5, 0.4, 0.6, 0.0) for change in ("rises", "falls"))
    assert (
        in_words(rises, "x", "A", happened, points)
        == "Above x = 0.5 (95 % 0.4 to 0.6) more than half of the futures see: A."
    )
    assert (
        in_words(falls, "x", "A", happened, points)
        == "Above x = 0.5 (95 % 0.4 to 0.6) at most half of the futures see: A."
    )


def test_doubt_whether_a_curve_passes_at_all_is_told_on_both_sides():
    """A curve that ends at the level: it passes in half of the samples, and in either case the other is not
    ruled out.
    """
    rng, kinds = np.random.default_rng(5), []
    for case in range(60):
        happened = futures(0.5 * GRID, 400, rng)
        (found,) = tipping(GRID, happened, seed=case)
        kinds.append(found.change)
        if found.change == "rises":
            assert found.high == np.inf or found.without < 0.025
            assert found.low > 0.7
            assert (found.without > 0.025) == (found.high == np.inf)
        if 0.48 < happened[-1].mean() <= 0.5:
            assert found.change == "below" and 0.1 < 1 - found.without < 0.9
            assert "of resamples some point is on the other side" in in_words(found, "x", "A", happened, GRID)
    assert 15 < kinds.count("rises") < 45 and set(kinds) == {"rises", "below"}


def test_an_inverted_u_passes_twice_and_noise_around_a_passage_does_not_add_any():
    rng = np.random.default_rng(2)
    found = tipping(GRID, futures(0.8 - 4 * (GRID - 0.5) ** 2, 1000, rng))
    assert [each.change for each in found] == ["rises", "falls"]
    turns = 0.5 - (0.3 / 4) ** 0.5, 0.5 + (0.3 / 4) ** 0.5
    assert all(
        abs(each.at - turn) < 0.03 and each.low < each.at < each.high
        for each, turn in zip(found, turns, strict=True)
    )
    flat = [
        len(tipping(GRID, futures(logistic(0.5, 3.0), 200, rng, shared=0.0), resamples=200))
        for _ in range(100)
    ]
    assert np.mean(np.array(flat) > 1) < 0.05


def test_more_runs_narrow_the_interval_and_the_seed_fixes_it():
    rng = np.random.default_rng(3)
    few, many = (futures(logistic(0.4, 0.2), runs, rng) for runs in (400, 40_000))
    widths = [found.high - found.low for happened in (few, many) for found in tipping(GRID, happened)]
    assert 6 < widths[0] / widths[1] < 16, "about sqrt(100)"
    assert tipping(GRID, few, seed=4) == tipping(GRID, few, seed=4) != tipping(GRID, few, seed=5)


def test_the_level_may_be_another_than_one_half():
    happened = futures(logistic(0.4, 0.2), 20_000, np.random.default_rng(3))
    (found,) = tipping(GRID, happened, level=0.2)
    assert found.at == pytest.approx(0.4 + 0.2 * np.log(0.2 / 0.8), abs=0.02)
    assert "more than 20 % of the futures" in in_words(found, "x", "A", happened, GRID, 0.2)


def test_what_is_no_grid_of_runs_is_refused():
    for points, happened in (
        ([0.0], np.ones((1, 5))),
        ([0.0, 1.0], np.ones((2, 0))),
        ([1.0, 0.0], np.ones((2, 5))),
    ):
        with pytest.raises(ValueError):
            tipping(np.array(points), happened)


# -- by hand, and against others -------------------------------------------------------------------------


def test_the_monotone_fit_is_that_of_scipy():
    curves = np.random.default_rng(8).random((200, 9))
    own = isotonic(curves)
    for curve, fit in zip(curves, own, strict=True):
        assert fit == pytest.approx(isotonic_regression(curve).x, abs=1e-12)


def test_a_passage_lies_on_the_line_between_pooled_points():
    points, x = np.array([0.0, 1.0, 2.0, 4.0]), 0.5
    assert crossing(points, np.array([[0.0, 0.4, 0.8, 1.0]]), x) == pytest.approx([1.25])
    pooled = crossing(points, np.array([[0.0, 0.5, 0.3, 0.9]]), x)
    assert pooled == pytest.approx([1.5 + (0.5 - 0.4) / (0.9 - 0.4) * (4 - 1.5)]), (
        "points 1 and 2 stand together at 1.5 and 0.4"
    )
    assert list(crossing(points, np.array([[0.6, 0.7, 0.8, 0.9], [0.0, 0.1, 0.2, 0.5]]), x)) == [
        -np.inf,
        np.inf,
    ]


def test_runs_are_resampled_with_their_whole_row():
    """Two points with the same happenings move together; the spread of a share is that of a binomial."""
    happened = np.random.default_rng(1).random((1, 400)) < 0.3
    drawn = resampled(np.vstack([happened, happened, ~happened]), 4000, seed=1)
    assert (drawn[:, 0] == drawn[:, 1]).all() and np.allclose(drawn[:, 0] + drawn[:, 2], 1)
    share = happened.mean()
    assert drawn[:, 0].std() == pytest.approx((share * (1 - share) / 400) ** 0.5, rel=0.05)


# -- of a sweep --------------------------------------------------------------------------------------


def test_points_are_sorted_and_runs_that_failed_anywhere_are_left_out():
    first = pd.DataFrame({"first": [3.0, 4.0, 5.0], "failed": [False, False, False]})
    second = pd.DataFrame({"first": [6.0, 7.0, 8.0], "failed": [False, True, False]})
    points, firsts = matrix({0: first, 1: second}, pd.Series([2.0, 1.0]))
    assert list(points) == [1.0, 2.0] and firsts.tolist() == [[6.0, 8.0], [3.0, 5.0]]


def test_the_table_of_a_sweep_tells_every_outcome_in_a_sentence(tmp_path):
    from sim.studies.sweep.tipping import COLUMNS

    scenario = load("tests/cases/small.toml")
    points = pd.DataFrame({"events.loan.base_logit": [2.0, -6.0, 0.0, -2.0, -4.0]})
    table = tipping_of(sweep(scenario, points, tmp_path / "s", runs=300, months=12))
    assert list(table.columns) == COLUMNS and len(table) == 1
    row = table.iloc[0]
    assert row["change"] == "rises" and -6 < row["low"] < row["at"] < row["high"] < 2 and row["runs"] == 300
    assert row["sentence"].startswith(
        f"Above events.loan.base_logit = {row['at']:.3g} (95 % {row['low']:.3g} to "
    )
    two = pd.DataFrame({"events.loan.base_logit": [0.0, 1.0], "parameters.cost": [0.5, 1.0]})
    assert tipping_of(sweep(scenario, two, tmp_path / "t", runs=10, months=2)).empty


# -- cells -------------------------------------------------------------------------------------------


def cell(postures: list[str | None], point: int = 0) -> pd.DataFrame:
    failed = [posture is None for posture in postures]
    values = [np.nan if posture is None else place for place, posture in enumerate(postures)]
    return pd.DataFrame(
        {"point": point, "lever": "x", "posture": postures, "failed": failed, "end.a": values}
    )


def test_quantiles_leave_out_failed_runs():
    row = quantiles(cell(["a"] * 101 + [None] * 3), ["end.a"]).iloc[0]
    assert list(row[["q05", "q25", "q50", "q75", "q95", "runs", "failed"]]) == [5, 25, 50, 75, 95, 101, 3]


def test_the_commonest_posture_is_ahead_only_if_a_sign_test_says_so():
    close, clear = cell(["a"] * 52 + ["b"] * 48), cell(["a"] * 70 + ["b"] * 30, 1)
    alone, none = cell(["b"] * 20, 2), cell([None] * 4, 3)
    found = modal(pd.concat([close, clear, alone, none]), classes=3).set_index("point")
    assert list(found["ahead"]) == [False, True, True, False]
    assert list(found["share"][:3]) == [0.52, 0.70, 1.0] and list(found["second"][:3]) == [0.48, 0.30, 0.0]
    assert (
        found.loc[0, "runner_up"] == "b"
        and pd.isna(found.loc[2, "runner_up"])
        and pd.isna(found.loc[3, "posture"])
    )


@pytest.mark.parametrize(("classes", "most"), [(2, 0.06), (5, 0.05)])
def test_equal_postures_are_said_to_be_ahead_in_1_of_20_cases_at_most(classes, most):
    rng, names = np.random.default_rng(6), [f"p{place}" for place in range(classes)]
    drawn = pd.concat([cell(list(rng.choice(names, 200)), point) for point in range(300)])
    assert modal(drawn, classes)["ahead"].mean() <= most + 0.03
