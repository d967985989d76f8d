"""What a unit of a number adds to an expression: by hand, and against finite differences."""

import pytest

from sim.rules.expressions import Expression, value_of
from sim.rules.slopes import slope
from sim.scenario.lower import lower
from tests.support.small import small

WAR, WEALTH = (Expression("name", name, name=name) for name in ("war", "wealth"))


def made(kind, *parts):
    return Expression(kind, "", parts)


def worth(expression, name, **state):
    found = slope(expression, name)
    return None if found is None else value_of(state, found)


def test_slopes_by_hand():
    """At war .5 and wealth .25."""
    here = {"war": 0.5, "wealth": 0.25}
    assert worth(made("+", WAR, WAR), "war", **here) == 2.0
    assert worth(made("-", WEALTH, WAR), "war", **here) == -1.0
    assert worth(made("*", WAR, made("*", WAR, WEALTH)), "war", **here) == pytest.approx(2 * 0.5 * 0.25)
    # (w / e)' = 1 / e by w, and -w / e^2 by e
    assert worth(made("/", WAR, WEALTH), "war", **here) == pytest.approx(4.0)
    assert worth(made("/", WAR, WEALTH), "wealth", **here) == pytest.approx(-8.0)


def test_what_an_expression_does_not_read_has_no_slope_in_it():
    assert slope(made("*", WAR, WAR), "wealth") is None
    assert slope(Expression("number", "2", value=2.0), "war") is None
    assert slope(made("/", Expression("number", "2", value=2.0), WEALTH), "war") is None


def test_a_start_does_not_move_and_a_change_moves_as_its_number():
    start, change = (Expression(kind, f"{kind}(war)", name="war") for kind in ("start", "change"))
    assert slope(start, "war") is None
    assert worth(change, "war", war=0.5) == 1.0
    assert worth(made("*", WAR, start), "war", **{"war": 0.5, "start.war": 0.2}) == 0.2


@pytest.mark.parametrize("kind", ["min", "max"])
def test_what_turns_has_no_slope_unless_it_does_not_move(kind):
    with pytest.raises(ValueError, match=rf"{kind}\(\) has no slope where it turns"):
        slope(made("+", WEALTH, made(kind, WAR, WEALTH)), "war")
    assert worth(made("+", WEALTH, made(kind, WAR, WAR)), "wealth", war=0.5, wealth=0.25) == 1.0


TEXTS = (
    "war * wealth / (war + k)", "(wealth - war) * (wealth - war) * war", "k / war / wealth",
    "k - war - wealth", "wealth / (k / war)", "(war + wealth) / (war + wealth)", "twice * twice - war",
    "k + change(war) * start(war)",
)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_slopes_of_drivers_are_those_of_finite_differences(text):
    drivers, wants = {"twice": "war + war * wealth", "asked": text}, {"North": {"valuations": {"asked": 1}}}
    w = lower(small({"drivers": drivers, "parameters": {"k": 0.7}, "actors": wants}))
    s, read = dict(w.start) | {"war": 0.45, "wealth": 0.6}, w.parts.stakes["asked"].slopes
    for name in ("war", "wealth"):
        up, down = (value_of(s | {name: s[name] + step}, w.parts.drivers["asked"]) for step in (1e-6, -1e-6))
        found = value_of(s, read[name]) if name in read else 0.0
        assert found == pytest.approx((up - down) / 2e-6, rel=1e-6, abs=1e-8), name
