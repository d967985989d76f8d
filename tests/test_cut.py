"""Paths that end are not extrapolated for ever, and what comes after a cut has no influence."""

from __future__ import annotations

import tomllib
from typing import Any

import numpy as np
import pytest

from sim.engine.engine import Engine
from sim.engine.history import History
from sim.engine.record import record_month
from sim.refusal import BadInput, ScenarioError
from sim.scenario.load import Scenario, parse
from sim.scenario.lower import World, cut, lower
from sim.scenario.lower.courses import variances
from sim.scenario.schema import month_number
from tests.support.small import SMALL
from tests.test_parity import assert_same_bytes

pytestmark = pytest.mark.smoke

POSITION = "alignment.North.order"
WAR = [
    ["2006-01", 0.1],
    ["2007-01", 0.3],
    ["2008-01", 0.2],
    ["2009-01", 0.5],
    ["2010-07", 0.4],
    ["2011-06", 0.9],
]
NORTH = [["2007-06", -0.8], ["2008-06", -0.5], ["2009-06", -0.7], ["2010-06", -0.6], ["2011-02", 0.4]]
CUT = month_number("2010-10")
RUNS = 4096


def tables(then: str, war: list[Any] = WAR, north: list[Any] = NORTH) -> dict[str, Any]:
    """The small case with a stock and a position on paths, whose last point lies after the cut."""
    small = tomllib.loads(SMALL.read_text(encoding="utf-8"))
    made = small | {"paths": {"war": war, POSITION: north}, "beyond": {"war": then, POSITION: then}}
    del made["quantities"]["war"]["relaxation"]
    return made


def case(then: str, **paths: list[Any]) -> Scenario:
    return parse(tables(then, **paths), "case")


def history(world: World, runs: int = 64) -> History:
    return Engine.of(world).page(7, np.arange(runs, dtype=np.uint64))


def same(one: History, other: History) -> bool:
    return all(one[name].tobytes() == other[name].tobytes() for name in one.world.recorded)


def test_a_path_that_is_held_is_the_same_with_and_without_saying_so():
    said = lower(case("held"))
    left_out = lower(parse({key: value for key, value in tables("held").items() if key != "beyond"}, "case"))
    assert record_month(said).operations == record_month(left_out).operations
    assert same(history(said), history(left_out))


def test_a_path_that_wanders_is_as_given_until_it_ends_and_both_drivers_agree_on_the_rest():
    held, wandering = lower(case("held")), lower(case("wander"))
    one, other = history(held), history(wandering)
    assert wandering.months == 24
    for name, last in (("war", "2011-06"), (POSITION, "2011-02")):
        known = month_number(last) - month_number("2010-01") + 1
        assert (one[name][:known] == other[name][:known]).all()
        assert (one[name][known:] != other[name][known:]).all()
        assert len(np.unique(other[name][known])) > 40  # some meet the bounds
    assert_same_bytes(wandering, 5, (0, 3))
    assert_same_bytes(cut(wandering, CUT), 5, (2,))


@pytest.mark.parametrize("then", ["held", "wander"])
def test_nothing_after_the_cut_has_any_influence(then):
    later = case(
        then, war=[*WAR[:5], ["2010-12", 0.0], ["2011-01", 1.0]], north=[*NORTH[:4], ["2010-11", -1.0]]
    )
    assert not same(history(lower(case(then))), history(lower(later)))
    known = [cut(lower(each), CUT) for each in (case(then), later)]
    assert all(
        a.tobytes() == b.tobytes() for a, b in zip(*(each.series.values() for each in known), strict=True)
    )
    assert same(*map(history, known))


@pytest.mark.parametrize("then", ["held", "wander"])
def test_a_cut_world_is_the_same_program_and_so_a_run_goes_over_from_one_to_the_other(then):
    world = lower(case(then))
    engine = Engine.of(world)
    known = engine.cut(CUT)
    assert known.code is engine.code and known.program is engine.program
    assert record_month(known.world).operations == record_month(world).operations
    assert (known.initial.shared == engine.initial.shared).all()
    assert same(known.page(7, np.arange(64, dtype=np.uint64)), history(cut(world, CUT)))
    # forked by hand: the state of the whole world in the month of the cut, and the series of the cut one
    runs, since = np.arange(8, dtype=np.uint64), CUT - month_number("2010-01") + 1
    *_, state = engine._simulate(7, runs, range(since))
    ahead = known._grouped(runs), range(since, world.months), known._grouped(np.zeros(8, dtype=np.intp))
    values, _ = known._run(7, *ahead, state)
    lived = History(world, runs, values, np.zeros(0))
    apart = history(cut(world, CUT), 8)
    for name in ("war", POSITION):
        assert lived[name].tobytes() == apart[name][since:].tobytes(), "nobody forgets where the line led to"


def test_beyond_the_cut_a_path_spreads_as_its_own_past_says():
    known = cut(lower(case("wander")), CUT)
    walked = Engine.of(known).page(1, np.arange(RUNS, dtype=np.uint64))[POSITION]
    once, monthly = variances(NORTH[:4])
    # three changes, .3 and -.2 and .1: their squares over 3 - 2, and nothing is there at once
    assert (once, monthly) == (0.0, pytest.approx(0.14 / 12))
    first = CUT - month_number("2010-01") + 1
    assert (walked[first - 1] == -0.6).all()
    for month in (first, first + 2):
        waited = month - (month_number("2010-06") - month_number("2010-01"))
        spread = (monthly * waited) ** 0.5
        # the walk ends at -1, which it hardly reaches by then
        assert np.quantile(walked[month], 0.75) - np.median(walked[month]) == pytest.approx(
            0.6745 * spread, rel=0.08
        )
    assert walked.min() == -1.0, "it cannot run off the axis"


def test_what_does_not_last_of_a_years_change_is_there_at_once_and_grows_no_more():
    rng = np.random.default_rng(4)
    level = np.cumsum(rng.normal(0.0, 0.02, 400))
    read = level + rng.normal(0.0, 0.05, 400)
    points = [(f"{1600 + year}-01", float(value)) for year, value in enumerate(read)]
    once, monthly = variances(points)
    assert once == pytest.approx(2 * 0.05**2, rel=0.25)
    assert 12 * monthly == pytest.approx(0.02**2, rel=0.6)
    assert once + 12 * monthly == pytest.approx(np.mean(np.diff(read) ** 2) * 399 / 397)
    # of a walk alone everything lasts, and of few years too
    once, monthly = variances(
        [(month, float(value)) for (month, _), value in zip(points, level, strict=True)]
    )
    assert once < 0.2 * 12 * monthly
    assert variances(points[:6])[0] == 0.0


def test_the_spread_of_few_years_is_wide_enough_for_the_next():
    # of a walk of which n years are known, the next change over the spread has variance one where that exists
    rng = np.random.default_rng(8)
    for years in (4, 5):
        changes = rng.normal(size=(4000, years + 1))
        levels = np.concatenate([np.zeros((4000, 1)), np.cumsum(changes, axis=1)], axis=1)
        found = []
        for walk in levels:
            points = [(f"{1900 + year}-01", float(value)) for year, value in enumerate(walk[:-1])]
            found.append((walk[-1] - walk[-2]) / (12 * variances(points)[1]) ** 0.5)
        inside = np.mean(np.abs(found) < 1.645)
        assert 0.87 < inside < 0.95, years


def test_a_path_of_less_than_a_year_and_a_stock_that_somebody_holds_stay_where_they_are():
    assert variances([("2010-01", 0.2), ("2010-06", 0.9)]) == (0.0, 0.0)
    held = lower(case("wander").intervene({"war": 0.7}, month="2010-09"))
    assert (history(held)["war"][8:] == 0.7).all()
    assert (history(lower(case("wander").override({"war": 0.7})))["war"] == 0.7).all()
    cut_short = cut(held, CUT)
    assert (history(cut_short)["war"][8:] == 0.7).all()
    assert same(history(cut_short), history(cut(cut_short, CUT + 3))), "the earlier of two cuts holds"


def test_a_path_that_has_ended_wanders_on_from_where_it_is_when_the_world_is_cut():
    short = case("wander", war=WAR[:4])
    world, known = lower(short), cut(lower(short), CUT)
    for name in ("beyond.given.war", "beyond.on.war", "beyond.spread.war"):
        assert (world.series[name] == known.series[name]).all()
    # it ended a year before the first month, in which it takes the step for all of them
    assert world.series["beyond.spread.war"][0] == pytest.approx(
        (13 - 1) ** 0.5 * world.series["beyond.spread.war"][1]
    )


def test_what_cannot_be_is_told_in_a_line():
    with pytest.raises(ScenarioError, match=r"beyond\.oil: no path of this name"):
        parse(tables("held") | {"beyond": {"oil": "wander"}}, "case")
    with pytest.raises(ScenarioError, match=r"beyond\.war"):
        parse(tables("stray"), "case")
    with pytest.raises(
        BadInput, match="its first point is of 2010-12, so that nothing is known of it by 2010-10"
    ):
        cut(lower(case("held", war=[["2010-12", 0.2]])), CUT)
    with pytest.raises(ValueError, match="lies before the first month, 2010-01"):
        cut(lower(case("held")), month_number("2009-12"))
    with pytest.raises(ValueError, match="begins on its way to a point after 2010-02"):
        cut(lower(case("held")), month_number("2010-02"))
