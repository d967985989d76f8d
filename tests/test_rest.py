"""A push dies away or grows: slopes of the expected month, worked by hand, and the spectral radius that
`steppe check` tells.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from math import exp
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.engine.interpreter import rehearse
from sim.engine.luck import RunLuck
from sim.engine.slopes import Slopes
from sim.rules.expected import ahead_of, expected_month, hold
from sim.rules.state import row_of
from sim.rules.timetable import month
from sim.scenario.load import Scenario, load, parse
from sim.scenario.lower import World, lower
from sim.studies.check.radius import _radius_at, radius
from sim.studies.check.rest import _calm
from sim.studies.check.text import restless, returning

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "cases" / "small.toml"
SHIPPED = ("mongolia-2024", "mongolia-1995", "armenia-2024", "khalkhin-gol-1939")


def small(**more: dict) -> Scenario:
    """The small case with more in some of its sections."""
    raw = tomllib.loads(SMALL.read_text(encoding="utf-8"))
    for section, entries in more.items():
        raw.setdefault(section, {}).update(entries)
    return parse(raw, "small.toml")


def quantity(**keys: float) -> dict:
    return {"label": "A stock", "start": 0.5, "relaxation": 0.1} | keys


def slope(slopes: Slopes, of: str, by: str) -> float:
    (found,) = slopes.at()
    return float(found[slopes.names.index(of), slopes.names.index(by)])


def lived(world: World) -> dict:
    """The state after an expected month from the start, with what was held for it."""
    s = dict(world.start)
    expected_month(s, hold(s, world.parts))
    return s


def odds(logit: float) -> float:
    return 1.0 / (1.0 + exp(-logit))


# -- slopes, by hand -----------------------------------------------------------------------------------


def test_two_stocks_that_draw_each_other_have_the_slopes_that_one_works_out():
    given = {"a": quantity(relaxation=0.1), "b": quantity(relaxation=0.2)}
    loop = small(quantities=given, couplings={"a": {"b": 0.5}, "b": {"a": -0.25}})
    slopes = Slopes.of(lower(loop))
    found = [[slope(slopes, of, by) for by in "ab"] for of in "ab"]
    assert np.allclose(found, [[0.9, 0.05], [-0.05, 0.8]], rtol=0, atol=1e-9)


@pytest.mark.parametrize("more", [{}, {"lead": 4}, {"gate": "tension"}])
@pytest.mark.parametrize(("effect", "stable"), [(0.04, True), (0.2, False)])
def test_a_loop_through_an_event_is_as_strong_as_its_odds_and_effect(effect, stable, more):
    """tension -> odds of a strike -> tension: slope (1 - r)(1 + e c p (1 - p)); one more for a lead."""
    strike = {"label": "Strike", "initiator": "nature", "base_logit": -3.0, "shifts": {"tension": 5.0}}
    strike |= {"effects": {"tension": effect}} | more
    loop = small(quantities={"tension": quantity()}, events={"strike": strike})
    p = odds(-3.0 + 5.0 * 0.5)
    by_hand = 0.9 * (1 + effect * 5.0 * p * (1 - p))
    assert slope(Slopes.of(lower(loop)), "tension", "tension") == pytest.approx(by_hand, abs=1e-8)
    found = radius(loop)
    assert (by_hand < 1.0, found.start < 1.0) == (stable, stable)
    if not stable:
        assert found.start == pytest.approx(by_hand, abs=1e-8) and found.carriers == ("tension",)


def test_an_event_whose_gate_is_shut_at_the_start_is_in_no_loop():
    strike = {"label": "Strike", "initiator": "nature", "base_logit": 0.0, "shifts": {"tension": 5.0}}
    strike |= {"effects": {"tension": 0.9}, "gate": "change(tension)"}
    shut = Slopes.of(lower(small(quantities={"tension": quantity()}, events={"strike": strike})))
    assert slope(shut, "tension", "tension") == pytest.approx(0.9, abs=1e-9)


def test_at_a_bound_the_slope_is_that_of_the_side_inside():
    slopes = Slopes.of(lower(small(quantities={"empty": quantity(start=0.0)})))
    assert slope(slopes, "empty", "empty") == pytest.approx(0.9, abs=1e-9)


def test_a_stock_that_nothing_draws_back_is_held():
    held = small(quantities={"count": quantity(relaxation=0.0)})
    assert slope(Slopes.of(lower(held)), "count", "count") == 0.0
    assert radius(held).start == pytest.approx(radius(small()).start, abs=1e-12)


def test_events_of_a_group_share_the_month():
    """By hand for three: the integral of (1 - a u)(1 - b u)."""
    a, b = 0.3, 0.8
    assert ahead_of([a, b]) == pytest.approx(1 - (a + b) / 2 + a * b / 3)
    sure = [0.2, 0.5, 1.0, 0.7]
    someone = sum(p * ahead_of(sure[:i] + sure[i + 1 :]) for i, p in enumerate(sure))
    assert someone == pytest.approx(1.0)


# -- the expected month is the month -------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_without_events_and_shocks_the_expected_month_is_the_month(name):
    world = lower(load(ROOT / "configs" / f"{name}.toml"))
    parts = _calm(world.parts)
    calm, expected = dict(world.start), lived(replace(world, parts=parts))
    month(calm, parts, RunLuck(1, 0))
    # an expected month calls nothing off
    left_out = {each for each in calm.keys() - expected.keys() if row_of(each)[0].kind != "cancellation"}
    both = calm.keys() & expected.keys()
    assert left_out == set() and {each for each in both if calm[each].hex() != expected[each].hex()} == set()


def mean_of_months(scenario: Scenario) -> tuple[World, np.ndarray, np.ndarray]:
    """Means of stocks and positions after a first month of many runs, and their standard errors."""
    world = lower(scenario, 1)
    names = [*world.parts.axes, *(stock.name for stock in world.parts.stocks)]
    ((values, _),) = rehearse(world, 20_000, names=names)
    return world, values.mean(axis=1), values.std(axis=1) / values.shape[1] ** 0.5


@pytest.mark.parametrize("group", [None, "strife"])
def test_the_expected_month_is_the_mean_of_many_first_months(group):
    nature = {"label": "Nature", "initiator": "nature", "base_logit": 0.5, "group": group}
    if group is None:
        del nature["group"]
    events = {"flood": nature | {"effects": {"war": 0.1}}, "storm": nature | {"effects": {"war": -0.05}}}
    world, means, errors = mean_of_months(small(events=events))
    expected = lived(world)
    names = [*world.parts.axes, *(stock.name for stock in world.parts.stocks)]
    apart = [expected[name] - mean for name, mean in zip(names, means, strict=True)]
    assert np.all(np.abs(apart) <= 4.0 * errors + 1e-12)
    assert errors[names.index("war")] > 0 and np.abs(means - [world.start[n] for n in names]).max() > 0.01


@pytest.mark.parametrize("learning", ["logit", "ewa"])
@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_but_what_moves_and_what_is_held_goes_over_to_the_next_month(name, learning):
    """The second month of the numbers of the slopes alone is the second month of everything."""
    world = lower(load(ROOT / "configs" / f"{name}.toml").override({"decision.learning": learning}))
    slopes, first = Slopes.of(world), lived(world)
    held = slopes.world.start
    alone = held | {each: first[each] for each in slopes.names}
    whole = first | {each: held[each] for each in held if row_of(each)[0].accumulates}
    for s in (alone, whole):
        expected_month(s, slopes.world.parts)
    assert [each for each in slopes.names if alone[each] != whole[each]] == []


# -- the ends of ranges, and what is said --------------------------------------------------------------


def test_ends_that_are_worked_out_together_are_those_of_their_own_scenarios():
    found, scenario = radius(small()), small()
    assert len(found.ends) > 100 and found.skipped == 1
    for path in (
        "influence.effort_elasticity",
        "effort.temperature",
        "quantities.war.start",
        "parameters.cost",
    ):
        for end in [each for each in found.ends if each[0] == path]:
            assert found.ends[end] == pytest.approx(_radius_at(scenario, dict([end])), abs=1e-12)


def test_check_tells_the_spectral_radius_and_fails_where_it_is_not_below_one():
    found = radius(small())
    good = CliRunner().invoke(app, ["check", str(SMALL), "--only", "rest"])
    assert good.exit_code == 0, good.output
    told = " ".join(good.stdout.split())
    assert f"Spectral radius of the expected month: {found.start:.4f} at the start." in told
    assert f"below 1 at all {len(found.ends)} of them. Left out, as they make no scenario: 1 ends" in told
    strong = ["--set", "actors.South.valuations.influence_share=40"]
    bad = CliRunner().invoke(app, ["check", str(SMALL), "--only", "rest", *strong])
    assert bad.exit_code == 1 and "faults found: 2" in bad.stderr
    start, ends = bad.stdout.splitlines()[-2:]
    assert re.fullmatch(r"spectral radius 1\.0\d+ at the start: a push does not die away", start)
    assert re.fullmatch(r"spectral radius not below 1 at 1\d\d ends of ranges", ends)


def test_ends_at_which_a_push_grows_are_named_from_the_largest_on():
    scenario = small().override({"influence.effort_elasticity": 0.8})
    found = radius(scenario)
    lines = list(returning(scenario, found))
    values = [found.ends[end] for end in found.unstable]
    assert values == sorted(values, reverse=True) and values[0] == max(found.ends.values())
    path, value = found.unstable[0]
    assert f"    {path} = {value:.6g}: {values[0]:.4f}" in lines
    assert len(list(restless(found))) == (found.start >= 1) + 1
