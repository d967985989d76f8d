"""Chances are told in terms that readers understand as they are meant, and never as more than they are."""

from __future__ import annotations

import re

import pytest

from sim.studies.report.document import asset
from sim.studies.report.words import (
    MOST_TERMS,
    TERMS,
    UNSETTLED,
    between,
    in_hundred,
    measured,
    of_hundred,
    term_for,
    term_of,
)

BORDERS = (0.05, 0.20, 0.45, 0.55, 0.80, 0.95)


@pytest.mark.parametrize(("place", "border"), list(enumerate(BORDERS)))
def test_each_term_ends_where_the_next_begins(place, border):
    assert term_of(border - 1e-9) == place
    assert term_of(border) == place + 1
    assert TERMS[place].upper == border


def test_what_lies_beyond_the_outermost_terms_is_no_surer_than_they_are():
    assert term_for(0.0, 0.0) == "almost no chance (below 5 %)"
    assert term_for(1.0, 1.0) == "almost certain (above 95 %)"


def test_a_band_of_two_terms_has_both_and_a_wider_one_none():
    assert term_for(0.21, 0.44) == "unlikely (20–45 %)"
    assert term_for(0.21, 0.54) == "unlikely (20–45 %) to roughly even chance (45–55 %)"
    assert term_for(0.19, 0.46) == UNSETTLED
    assert term_for(0.0, 1.0) == UNSETTLED


def test_every_term_stands_with_its_range():
    for term in TERMS:
        assert "%" in str(term) and str(term).endswith(")")


def test_the_living_part_has_the_same_terms():
    script = asset("live-words.js")
    found = re.findall(r'\[([\d.]+), "([^"]+)", "([^"]+)"\]', script)
    assert [(float(upper), word, span) for upper, word, span in found] == [
        (term.upper, term.word, term.span) for term in TERMS
    ]
    assert f'const UNSETTLED = "{UNSETTLED}";' in script
    assert f"const MOST_TERMS = {MOST_TERMS};" in script


def test_what_no_future_has_is_told_of_their_number():
    assert in_hundred(0.0, 1) == "none of 1 futures"
    assert in_hundred(0.004, 20_000) == "fewer than 1 in 100 futures"
    assert in_hundred(0.996, 20_000) == "more than 99 in 100 futures"
    assert in_hundred(1.0, 20_000) == "all of 20,000 futures"
    assert [of_hundred(share) for share in (0.0, 0.004, 0.5, 0.996, 1.0)] == ["<1", "<1", "50", ">99", ">99"]


def test_an_interval_never_looks_like_a_point_unless_it_is_one():
    assert between(0.4, 0.44) == "40 to 44"
    assert between(0.0, 0.0003) == "0.00 to 0.03"
    assert between(0.5, 0.5) == "50.0 to 50.0"


def test_no_end_of_an_interval_looks_like_never_or_always_that_is_not():
    assert between(0.004, 0.1) == "fewer than 1 to 10"
    assert between(0.5, 0.996) == "50 to more than 99"
    assert between(0.0, 1.0) == "0 to 100"


def test_numbers_of_a_state_have_three_digits():
    assert [measured(value) for value in (0.0, 0.58, -1.234, 123.4, 1e6)] == [
        "0", "0.580", "-1.23", "123", "1,000,000",
    ]  # fmt: skip
