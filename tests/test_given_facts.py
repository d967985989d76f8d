"""Runs that keep to dated facts until a month, and are free from then on."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.assimilation.facts import EVENT, Fact
from tests.support.hindcasts import START, past_case

CASE = past_case()
MONTH = f"{START}-05"


def known(value: float, month: int = 3) -> tuple[Fact, ...]:
    """A loan came, or did not, in a month of the first year (invented)."""
    return (Fact(EVENT, "loan", 12 * START + month - 1, 12 * START + month - 1, value),)


def first_loan(setup, runs: int = 400) -> pd.Series:
    return sim.run(setup, runs=runs, months=12).outcomes["first.loan"]


def test_what_is_known_came_in_every_run_and_the_rest_is_free():
    setup = sim.given(CASE, known(1.0), MONTH, runs=400)
    came = first_loan(setup)
    assert came.notna().all() and (came <= 2).all(), "in the third month, or before"
    assert 1 < setup.past.effective <= 400


def test_what_is_known_is_worth_its_odds():
    """The evidence of a month's yes and no together is one."""
    yes, no = (sim.given(CASE, known(value), MONTH, runs=4_000).past.evidence for value in (1.0, 0.0))
    assert np.exp(yes) + np.exp(no) == pytest.approx(1.0, abs=0.05)


def test_the_same_runs_come_again():
    one, other = (first_loan(sim.given(CASE, known(1.0), MONTH, runs=100), 100) for _ in range(2))
    pd.testing.assert_series_equal(one, other)
