"""ODD 7.1: partial adjustment of stocks towards targets that other stocks move."""

import pytest

from sim.rules.expressions import Expression
from sim.rules.health import HEALTH
from sim.rules.relaxation import relax, relax_stocks, target_of
from sim.rules.structure import Source, Stock


class Still:
    """Luck that brings nothing."""

    def shock(self, name):
        return 0.0


def stock(name, intercept, sources=(), on_path=False, noise=None, speed=0.1):
    return Stock(name, speed, noise, 0.0, 1.0, intercept, tuple(sources), None, on_path)


def named(name):
    return Expression("name", name, name=name)


def test_a_stock_goes_a_tenth_of_the_way_to_its_target_and_is_held_in_its_bounds():
    assert relax(0.50, 0.70, 0.1, 0.03, 0.0, 1.0) == pytest.approx(0.55)
    assert relax(0.95, 3.00, 0.1, 0.20, 0.0, 1.0) == 1.0
    assert relax(0.50, 3.00, 0.1, 0.00, 0.0, 1.0) == pytest.approx(0.55), (
        "the target is clipped before the step"
    )


def test_an_automatic_intercept_makes_the_start_a_rest_point():
    follower = stock("capability", None, [Source(named("war"), -0.22, True)])
    s = {"capability": 0.6, "start.capability": 0.6, "war": 0.8, "start.war": 0.8}
    assert target_of(s, follower) == 0.6
    s["war"] = 0.3
    assert target_of(s, follower) == pytest.approx(0.6 + 0.22 * 0.5)


def test_a_numeric_intercept_adds_the_levels_themselves():
    """Status in June 2024 by ODD 7.1: .95 - .5 * .7 - .185 * .8 = .452."""
    status = stock(
        "status", 0.95, [Source(named("sanctions"), -0.5, False), Source(named("war"), -0.185, False)]
    )
    assert target_of({"sanctions": 0.7, "war": 0.8}, status) == pytest.approx(0.452)


def test_all_stocks_move_from_the_state_of_the_month_before():
    first = stock("a", 0.0, [Source(named("b"), 1.0, False)], speed=1.0)
    second = stock("b", 0.0, [Source(named("a"), 1.0, False)], speed=1.0)
    s = {"a": 0.2, "b": 0.7, HEALTH: 0.0}
    relax_stocks(s, (first, second), Still())
    assert (s["a"], s["b"]) == (0.7, 0.2)


def test_luck_moves_a_stock_by_its_noise():
    """.5 at rest; .02 * 1.5 = .03 up."""
    s = {"war": 0.5, HEALTH: 0.0}
    relax_stocks(s, (stock("war", 0.5, noise=0.02),), Gust())
    assert s["war"] == pytest.approx(0.53)


class Gust:
    """Luck with one shock."""

    def shock(self, name):
        return {"war": 1.5}[name]


def test_a_stock_on_a_path_is_left_alone():
    s = {"war": 0.4, "start.war": 0.8}
    relax_stocks(s, (stock("war", None, on_path=True),), Still())
    assert s["war"] == 0.4
