"""Statistics by hand: every constant and every branch of intervals, paired differences, nested draws,
passages and neighbours.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.assimilation.facts import EVENT, SERIES, TIME, Fact
from sim.statistics.cells import modal
from sim.statistics.contrasts import (
    aligned,
    bonferroni,
    contrasts,
    is_share,
    level,
    paired,
    portion,
    signed,
    told,
)
from sim.statistics.intervals import Z95, wilson
from sim.statistics.nested import (
    Groups,
    expected,
    grand_mean,
    least_share,
    parameter_interval,
    parameter_share,
    share_interval,
    standard_error,
    variances,
)
from sim.statistics.paired import Difference, difference, in_words, levels, matched, shape
from sim.statistics.tipping import isotonic, passages, tipping
from sim.studies.calibrate.features import features
from sim.studies.calibrate.inference import Learner

# -- intervals of shares ---------------------------------------------------------------------------


def test_wilson_s_interval_by_hand():
    """1 of 10: centre (.1 + .19207) / 1.38415 = .21101, half 1.4160 sqrt(.009 + .0096037) = .19314."""
    low, high = wilson(1, 10)
    assert [float(low), float(high)] == pytest.approx([0.017876, 0.404150], abs=1e-5)
    low, high = wilson(np.array([0, 10]), 10)
    assert low == pytest.approx([0.0, 0.722467], abs=1e-6) and high == pytest.approx(
        [0.277533, 1.0], abs=1e-6
    )
    assert wilson(5, 10, 1.0)[0] == pytest.approx(0.5 - 0.5 / 11**0.5), (
        "half the share, z 1: 1/2 - 1/2 (n + 1)^-1/2"
    )
    assert np.isnan(wilson(0, 0)).all() and wilson(np.zeros(3), 0)[0].shape == (3,)


def test_rounding_carries_no_end_of_wilson_s_interval_beyond_0_or_1():
    """Effective numbers of runs are no whole numbers, so that a share may be all but 1 or all but 0."""
    assert wilson(np.nextafter(7.0, 0.0), 7)[1] == 1.0 and wilson(1e-16, 2)[0] == 0.0
    ends = np.array([wilson(np.nextafter(float(n), 0.0), n) for n in range(1, 200)])
    assert ends.max() == 1.0 and (ends[:, 1] > 0.99).all()


# -- paired differences ----------------------------------------------------------------------------


def test_a_paired_difference_by_hand():
    """0 and 2: mean 1, sd 1.41421, error 1."""
    found = difference(np.array([1.0, 1.0]), np.array([1.0, 3.0]))
    assert (found.mean, found.low, found.high) == pytest.approx((1.0, 1 - 1.959964, 1 + 1.959964))
    assert difference(np.array([1.0, 1.0]), np.array([1.0, 3.0]), z=0.5).low == pytest.approx(0.5)
    alone = difference(np.array([1.0]), np.array([3.0]))
    assert (alone.mean, alone.low, alone.high) == (2.0, -np.inf, np.inf)
    for of in (difference, matched):
        for first, second in ((np.zeros(2), np.zeros(3)), (np.zeros(0), np.zeros(0))):
            with pytest.raises(ValueError, match="same runs"):
                of(first, second)


def test_the_sign_of_a_difference_is_that_of_its_interval():
    ends = ((0.1, 0.3), (-0.3, -0.1), (-0.1, 0.3), (0.0, 0.3), (-0.3, 0.0))
    assert [Difference(0.0, low, high).sign for low, high in ends] == [1, -1, 0, 0, 0]


def test_a_difference_of_shares_by_hand():
    """3 of 10 runs gain, 1 loses: (3.5 - 1.5) / 12 = .16667, half 1.96 sqrt(5 - 4 / 12) / 12 = .35283."""
    first = np.array([0, 0, 0, 1, 1, 1, 0, 0, 0, 0])
    second = np.array([1, 1, 1, 0, 1, 1, 0, 0, 0, 0])
    found = matched(first, second)
    assert found.mean == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((-0.186163, 0.519497), abs=1e-5)
    one = matched(np.array([0]), np.array([1]))
    assert one.high == 1.0 and one.low == pytest.approx(1 / 3 - 1.959964 * (5 / 3) ** 0.5 / 3)
    assert matched(np.array([1]), np.array([0])).low == -1.0


@pytest.mark.parametrize(("base", "gain"), [(0.3, 0.002), (0.02, 0.002), (0.4, 0.05), (0.0, 0.01)])
def test_levels_hold_the_true_difference_of_100_runs(base, gain):
    """Where hardly a run differs, the spread of the runs at hand is mostly none and says nothing; over 1,500
    samples.
    """
    rng, held, plain, samples = np.random.default_rng(3), 0, 0, 1500
    for _ in range(samples):
        luck = rng.random(100)
        happened = np.array([luck < base, luck < base + gain])
        row = levels(np.array([0.0, 1.0]), happened).iloc[1]
        held += row["difference_low"] <= gain <= row["difference_high"]
        spread = difference(happened[0], happened[1])
        plain += spread.low <= gain <= spread.high
    assert held / samples >= 0.93
    assert plain / samples < 0.70 or gain == 0.05


def test_the_table_of_levels_by_hand():
    happened = np.array([[0, 0, 1, 1], [0, 1, 1, 1], [0, 0, 0, 0]], dtype=bool)
    table = levels(np.array([1.0, 2.0, 3.0]), happened)
    assert list(table["probability"]) == [0.5, 0.75, 0.0] and list(table["runs"]) == [4, 4, 4]
    assert list(table["point"]) == [1.0, 2.0, 3.0] and list(table["difference"]) == [0.0, 0.25, -0.5]
    assert list(table.iloc[0][["difference_low", "difference_high"]]) == [0.0, 0.0], (
        "the first is what others differ from"
    )
    for row, other in ((1, happened[1]), (2, happened[2])):
        found = matched(happened[0], other)
        assert tuple(table.iloc[row][["difference_low", "difference_high"]]) == (found.low, found.high)
    low, high = wilson(np.array([2, 3, 0]), 4)
    assert list(table["low"]) == list(low) and list(table["high"]) == list(high)


def curve(*counts: int, runs: int = 100) -> np.ndarray:
    """Whether it happened (points, runs): in the first so many runs of each point."""
    return np.arange(runs) < np.array(counts)[:, None]


@pytest.mark.parametrize(
    ("counts", "kind", "turn", "levels_off"),
    [
        ((10, 30, 50, 70, 90), "rises", None, False),
        ((10, 60, 80, 85, 90), "rises", None, True),
        ((90, 40, 20, 15, 10), "falls", None, True),
        ((10, 50, 90, 50, 10), "inverted U", 2.0, False),
        ((90, 50, 90, 10, 90), "U", 3.0, False),
        ((50, 50, 51, 50, 50), "flat", None, False),
        ((10, 10, 50, 50, 69), "rises", None, True),
        ((10, 10, 50, 50, 71), "rises", None, False),
    ],
)
def test_the_shape_of_a_curve(counts, kind, turn, levels_off):
    """Levels off: less in the second half than half of what the first adds (19 of 40; 21 is more)."""
    found = shape(np.arange(5.0), curve(*counts))
    assert (found.kind, found.turn, found.levels_off) == (kind, turn, levels_off)


def test_pairs_of_points_share_the_doubt():
    """Five points make ten pairs: z = 2.8070 (1 - .025 / 10), for shares with half a run in each cell."""
    points, happened = np.arange(5.0), curve(10, 30, 50, 70, 90)
    found = shape(points, happened)
    for apart, first, last in ((found.whole, 0, 4), (found.before, 0, 2), (found.after, 2, 4)):
        hand = matched(happened[first], happened[last], 2.8070338)
        assert (apart.mean, apart.low, apart.high) == pytest.approx((hand.mean, hand.low, hand.high))
    assert shape(np.arange(2.0), curve(50, 58)).kind == "rises", (
        "one pair: 8 of 100 gain, (8.5 - .5) / 102 -+ 1.96 * .0284"
    )
    assert shape(np.arange(5.0), curve(50, 52, 54, 56, 58)).kind == "flat"


def test_shapes_are_told_in_words():
    points = np.arange(5.0)
    told_ = {
        counts: in_words(shape(points, curve(*counts)), points, curve(*counts))
        for counts in ((10, 60, 80, 85, 90), (10, 50, 90, 50, 10), (90, 50, 10, 50, 90), (50, 50, 50, 50, 50))
    }
    texts = list(told_.values())
    assert texts[0].startswith("rises and levels off, from 0.100 at 0 to 0.900 at 4 (difference +0.800, +0.")
    assert (
        texts[1]
        == "inverted U, highest 0.900 at 2 (+0.800 up to there, -0.800 after), from 0.100 at 0 to 0.100 at 4"
    )
    assert (
        texts[2] == "U, lowest 0.100 at 2 (-0.800 up to there, +0.800 after), from 0.900 at 0 to 0.900 at 4"
    )
    assert texts[3].startswith(
        "no change that chance in the runs could not make, from 0.500 at 0 to 0.500 at 4 (difference +0.000"
    )


# -- contrasts -------------------------------------------------------------------------------------


def test_a_family_of_comparisons_shares_the_doubt():
    assert [bonferroni(n) for n in (0, 1, 5)] == pytest.approx([1.959964, 1.959964, 2.575829], abs=1e-6)


def test_a_ratio_of_means_by_hand():
    """4 of 8; rests 0, .15, -.15, 0 with sd .122474: half 1.96 .122474 / 2 / 2 = .0600109."""
    whole, part = np.array([2.0, 2.1, 1.9, 2.0]), np.array([1.0, 1.2, 0.8, 1.0])
    found = portion(part, whole)
    assert (found.mean, found.low, found.high) == pytest.approx(
        (0.5, 0.5 - 0.0600109, 0.5 + 0.0600109), abs=1e-6
    )
    turned = portion(-part, -whole)
    assert (turned.low, turned.high) == pytest.approx((found.low, found.high)), (
        "the size of the whole, not its sign"
    )
    assert np.isnan(portion(part, np.array([1.0, -1.0, 2.0, -2.0])).mean)


def test_levels_of_shares_and_means_by_hand():
    assert level(np.array([1.0, 0.0, 1.0, 1.0]), True) == pytest.approx((0.75, 0.300642, 0.954413), abs=1e-5)
    assert level(np.array([1.0, 3.0]), False) == pytest.approx((2.0, 2 - 1.959964, 2 + 1.959964))
    assert level(np.array([5.0]), False) == (5.0, -np.inf, np.inf)


def test_shares_and_means_have_intervals_of_their_own_and_rounding_is_no_difference():
    first, second = np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.0, 1.0, 1.0, 1.0])
    assert paired(first, second, True) == matched(first, second) and paired(
        first, second, False
    ) == difference(first, second)
    assert paired(first, second, True, 1.0) == matched(first, second, 1.0)
    near = np.array([0.0, 1e-10, 1.0, 1.0])
    assert (
        paired(np.zeros(4), near * 0 + 9e-10, False).mean == 0.0
        and paired(np.zeros(4), near * 0 + 2e-9, False).mean == 2e-9
    )


def test_contrasts_by_hand():
    """Two levers at two points, four runs; run 3 failed at one cell and counts nowhere. Two comparisons: z =
    2.2414.
    """
    cells = {
        (0, "a"): [1.0, 2.0, 3.0, 9.0],
        (0, "b"): [2.0, 3.0, 4.0, 9.0],
        (1, "a"): [1.0, 1.0, 1.0, 9.0],
        (1, "b"): [1.0, 2.0, 0.0, 9.0],
    }
    rows = pd.DataFrame([
        {"point": point, "lever": lever, "run": run, "failed": run == 3 and lever == "b" and point == 1,
        "x": value}
        for (point, lever), values in cells.items()
        for run, value in enumerate(values)
    ])  # fmt: skip
    table = contrasts(rows, {"x": "Label"}, lever="a").set_index(["point", "lever"])
    assert list(table["runs"]) == [3, 3, 3, 3] and list(table["against"]) == [2.0, 2.0, 1.0, 1.0]
    row = table.loc[(0, "b")]
    assert (row["difference"], row["difference_low"], row["difference_high"]) == (1.0, 1.0, 1.0) and row[
        "finding"
    ] == "rises"
    base = table.loc[(1, "a")]
    assert np.isnan(base["difference"]) and base["finding"] == "" and base["value"] == 1.0
    other = table.loc[(1, "b")]
    hand = difference(np.ones(3), np.array([1.0, 2.0, 0.0]), 2.2414027)
    assert (other["difference_low"], other["difference_high"]) == pytest.approx((hand.low, hand.high))
    assert other["finding"] == "shows no change beyond chance"


def test_differences_are_told_with_their_digits():
    assert [signed(value) for value in (0.0123, 0.00999, 0.00123, -0.5, 0.0)] == [
        "+0.012",
        "+0.01",
        "+0.0012",
        "-0.500",
        "+0.000",
    ]
    assert (
        told("Aid", Difference(0.2, 0.1, 0.3), "under war")
        == "Aid rises under war (+0.200, +0.100 to +0.300)."
    )
    assert told("Aid", Difference(-0.2, -0.3, -0.1), "then").startswith("Aid falls then (")


def test_a_posture_is_ahead_if_its_share_of_the_top_two_surely_is_more_than_half():
    """60 of 100 in either of two: Wilson's low end is .5020 at 1.96, .4884 at 2.2414 (two rivals)."""
    cell = pd.DataFrame({"point": 0, "lever": "a", "failed": False, "posture": ["x"] * 60 + ["y"] * 40})
    assert [bool(modal(cell, classes)["ahead"].iloc[0]) for classes in (1, 2, 3)] == [True, True, False]
    row = modal(cell, 2).iloc[0]
    assert list(row[["posture", "share", "runner_up", "second", "runs", "failed"]]) == [
        "x",
        0.6,
        "y",
        0.4,
        100,
        0,
    ]


# -- runs nested in draws --------------------------------------------------------------------------


@pytest.fixture
def two() -> Groups:
    """Draws with the runs 0, 2 and 4, 6."""
    groups = Groups.empty(2, 1)
    for draw, values in enumerate(([0.0, 2.0], [4.0, 6.0])):
        groups.add(draw, np.array([values]))
    return groups


def test_two_draws_of_two_runs_by_hand(two):
    """Within (2 + 2) / 2 = 2; among 16, size (4 - 8 / 4) / 1 = 2, between (16 - 2) / 2 = 7; shrunk by sqrt(7
    / 8).
    """
    within, between = variances(two)
    assert (within[0], between[0], grand_mean(two)[0]) == pytest.approx((2.0, 7.0, 3.0))
    assert parameter_share(two)[0] == pytest.approx(7 / 9)
    assert expected(two)[:, 0] == pytest.approx([3 - 2 * (7 / 8) ** 0.5, 3 + 2 * (7 / 8) ** 0.5])
    assert parameter_interval(two)[:, 0] == pytest.approx(
        [3 - 1.8 * (7 / 8) ** 0.5, 3 + 1.8 * (7 / 8) ** 0.5]
    )
    assert standard_error(two)[0] == pytest.approx(2.0), "parts -4 and 4: sqrt(2 / 1 * 32) / 4"


def test_unequal_draws_by_hand():
    """Runs 0, 3, 6 and 11: mean 5; within 18 / 2 = 9; among 3 * 4 + 36 = 48, size (4 - 10 / 4) / 1 = 1.5,
    between 26.
    """
    groups = Groups.empty(3, 1)
    groups.add(0, np.array([[0.0]]))
    groups.add(0, np.array([[3.0, 6.0]]))
    groups.add(1, np.array([[11.0]]))
    groups.add(1, np.empty((1, 0)))
    assert list(groups.count) == [3, 1, 0] and groups.mean[:2, 0] == pytest.approx([3.0, 11.0])
    assert groups.square[:2, 0] == pytest.approx([18.0, 0.0])
    within, between = variances(groups)
    assert (within[0], between[0], grand_mean(groups)[0]) == pytest.approx((9.0, 26.0, 5.0))
    assert standard_error(groups)[0] == pytest.approx((2 * (36 + 36)) ** 0.5 / 4)


def test_the_share_that_chance_seldom_feigns_by_hand():
    """1.64485 sqrt(2 / 10) / 10 = .0735599."""
    assert least_share(11, 10) == pytest.approx(0.0735599, abs=1e-6)


def test_the_interval_of_a_share_over_draws_by_hand():
    """1 and 3 of 4 runs: error .25, as much as 4 runs have; t(1) = 12.7062: .5 -+ .49392."""
    low, high = share_interval(Groups.of_counts(np.array([[1], [3]]), np.array([4, 4])))
    assert (low[0], high[0]) == pytest.approx((0.0060818, 0.9939182), abs=1e-5)
    alike = share_interval(Groups.of_counts(np.array([[2], [2]]), np.array([4, 4])))
    assert alike[0][0] == pytest.approx(float(wilson(4, 8, 12.7062047)[0])), "no more runs than there are"
    assert np.isnan(share_interval(Groups.of_counts(np.array([[1]]), np.array([4])))).all()
    groups = Groups.of_counts(np.array([[1], [3]]), np.array([4, 4]))
    assert groups.square[:, 0] == pytest.approx([0.75, 0.75]) and groups.mean[:, 0] == pytest.approx(
        [0.25, 0.75]
    )


# -- passages --------------------------------------------------------------------------------------


def test_a_curve_is_cut_at_the_furthest_points_of_its_sides():
    rises = passages(np.array([0.2, 0.9, 0.7, 0.95, 0.8, 0.1]), 1000, 0.5)
    assert rises == [(0, 3, 1), (3, 5, -1)], "at the highest of those above, not at the first"
    assert passages(np.array([0.9, 0.2, 0.05, 0.3, 0.8]), 1000, 0.5) == [(0, 2, -1), (2, 4, 1)], (
        "and at the lowest of those below"
    )
    assert passages(np.array([0.05, 0.2, 0.8, 0.7]), 1000, 0.5) == [(0, 3, 1)], "from end to end"
    assert passages(np.array([0.6, 0.7, 0.8]), 1000, 0.5) == [] == passages(np.array([0.1, 0.2]), 1000, 0.5)


def test_points_in_doubt_count_on_no_side_but_at_the_ends():
    """.52 of 100 runs may be either side of one half: an end counts as above, inside it cuts nothing."""
    assert (
        passages(np.array([0.1, 0.52]), 100, 0.5) == [(0, 1, 1)]
        and passages(np.array([0.1, 0.5]), 100, 0.5) == []
    )
    assert passages(np.array([0.52, 0.1]), 100, 0.5) == [(0, 1, -1)]
    assert (
        passages(np.array([0.1, 0.52, 0.1]), 100, 0.5) == [] == passages(np.array([0.9, 0.48, 0.9]), 100, 0.5)
    )
    assert passages(np.array([0.1, 0.52, 0.1]), 10_000, 0.5) == [(0, 1, 1), (1, 2, -1)]


def test_all_points_of_a_grid_share_the_doubt():
    """62 of 100 lie above one half at 1.96 (low .5221) and at 2.39 for three points (.5006); not at 2.64 for
    six.
    """
    assert passages(np.array([0.1, 0.62, 0.1]), 100, 0.5) == [(0, 1, 1), (1, 2, -1)]
    assert passages(np.array([0.1, 0.1, 0.62, 0.1, 0.1, 0.1]), 100, 0.5) == []


def test_one_run_is_enough_and_its_side_is_told():
    (found,) = tipping(np.array([0.0, 1.0]), np.array([[False], [False]]))
    assert (found.change, found.without) == ("below", 1.0)
    (found,) = tipping(np.array([0.0, 1.0]), np.array([[False], [True]]))
    assert (found.change, found.at, found.low, found.high, found.without) == ("rises", 0.5, 0.5, 0.5, 0.0)


def test_a_monotone_fit_pools_what_falls():
    assert isotonic(np.array([[0.1, 0.5, 0.3, 0.2, 0.9], [0.3, 0.2, 0.1, 0.1, 0.1]])) == pytest.approx(
        np.array([[0.1, 1 / 3, 1 / 3, 1 / 3, 0.9], [0.16] * 5])
    )


# -- neighbours ------------------------------------------------------------------------------------


NO_SQUARES = np.empty(0, dtype=int)


def learner(scores: list[float], summaries: list[float]) -> Learner:
    known, shown = np.array(scores)[:, None], np.array(summaries)[:, None]
    return Learner((), np.zeros(1), np.ones(1), None, known, shown, NO_SQUARES, 1)


def test_nearer_neighbours_weigh_more():
    """Epanechnikov: 1 - (d / farthest)^2, so 1, .75 and 0 at 0, 1 and 2."""
    near, weights, farthest = learner([0.0, 0.0, 0.0], [2.0, 0.0, -1.0]).neighbours(np.zeros(1))
    assert list(near) == [0, 1, 2] and list(weights) == [0.0, 1.0, 0.75] and farthest == 2.0
    _, alike, none = learner([0.0, 1.0], [1.0, 1.0]).neighbours(np.ones(1))
    assert list(alike) == [1.0, 1.0] and none == 0.0


@pytest.mark.parametrize(("sets", "neighbours"), [(500, 500), (10_000, 801), (60_000, 1201), (400_000, 6001)])
def test_two_of_a_hundred_are_neighbours_at_least_800_at_most_6000(sets, neighbours):
    near, weights, farthest = learner([0.0] * sets, list(range(sets))).neighbours(np.zeros(1))
    assert len(near) == neighbours and farthest == neighbours - 1
    assert np.array_equal(near, np.arange(neighbours)) and weights[-1] == 0.0


def test_a_posterior_is_the_weighted_adjusted_neighbourhood():
    """Summaries -1, 0, 1 weigh .75, 1, .75 and 2 nothing: slope .5, level .3, missed by .2, -.3, .2. Leverage
    .8 (taken for .5), .4, .8 makes .4, -.5, .4 of that, had they not been fitted to: .7 in 60 % of draws.
    """
    draws = learner([0.0, 0.0, 1.0, 100.0], [-1.0, 0.0, 1.0, 2.0]).posterior(
        np.zeros(1), 20_000, np.random.default_rng(1)
    )
    assert draws.shape == (20_000, 1)
    assert set(np.round(draws[:, 0], 9)) == {-0.2, 0.7}
    assert (draws > 0.25).mean() == pytest.approx(0.6, abs=0.015)


def test_a_posterior_keeps_to_the_prior_s_ends():
    """Mean 1/6, leverage 1/3 each: the middle one, missed by 1/3, lies at 1/6 + 1/2."""
    draws = learner([-9.0, 0.5, 9.0], [1.0, 1.0, 1.0]).posterior(np.ones(1), 200, np.random.default_rng(1))
    assert set(np.round(draws[:, 0], 9)) == {-3.0, round(2 / 3, 9), 3.0}


def test_features_of_a_data_set_by_hand():
    """Series 1, 2, 4: mean 7/3, log sd of changes ln(.5 + 1e-6), slope 1.5; two events: their mean; a time
    from its window on.
    """
    facts = (
        *(Fact(SERIES, "x", month, month, 0.0) for month in range(3)),
        *(Fact(EVENT, "b", month, month, 0.0) for month in range(2)),
        Fact(TIME, "b", 5, 9, 0.0), Fact(SERIES, "y", 0, 0, 0.0), Fact(SERIES, "y", 1, 1, 0.0),
    )  # fmt: skip
    shown = features(np.array([[1.0, 2.0, 4.0, 1.0, 0.0, 7.0, 3.0, 5.0]]), facts)
    hand = [1, 2, 4, 1, 0, 2, 3, 5, 7 / 3, np.log(0.5 + 1e-6), 1.5, 0.5, 4]
    assert shown[0] == pytest.approx(hand)


def test_features_count_no_further_than_five_standard_deviations():
    class Seen:
        def predict(self, inputs: np.ndarray) -> np.ndarray:
            return inputs[:, [0, 0]]

    own = Learner(
        (Fact(SERIES, "x", 0, 0, 0.0),),
        np.array([10.0]),
        np.array([2.0]),
        Seen(),
        np.zeros((1, 1)),
        np.zeros((1, 1)),
        NO_SQUARES,
        1,
    )
    assert list(own.summarise(np.array([[12.0], [30.0], [-30.0]]))[:, 0]) == [1.0, 5.0, -5.0]


def test_the_constant_of_95_percent():
    from statistics import NormalDist

    assert NormalDist().inv_cdf(0.975) == pytest.approx(Z95, abs=1e-15)


def test_of_a_yes_or_no_it_counts_the_runs_that_did_not_fail():
    failed, came = [False, False, True], [True, False, True]
    rows = pd.DataFrame({"point": 0, "lever": "a", "run": [0, 1, 2], "failed": failed, "x": came})
    assert aligned(rows, "x").tolist() == [[[1.0, 0.0]]], "the failed run is left out"


def test_a_cell_that_lacks_a_run_is_no_whole_table_and_a_share_is_a_yes_or_no():
    rows = pd.DataFrame(
        {
            "point": [0, 0, 1],
            "lever": "a",
            "run": [0, 1, 0],
            "failed": False,
            "x": [True, False, True],
            "end.y": 0.5,
        }
    )
    with pytest.raises(ValueError, match="lacks runs"):
        aligned(rows, "x")
    assert is_share(rows, "x") and not is_share(rows, "end.y")
