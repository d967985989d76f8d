"""ODD 7.8: anniversaries and election seasons."""

import pytest

from sim.rules.salience import anniversary_salience, anniversary_weight, season
from sim.scenario.schema import month_number

BATTLE = month_number("1939-09")


def salience(date):
    return anniversary_salience(month_number(date), BATTLE, 4, 1.0, 0.9, 0.03)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2019-09", 1.0), ("2024-09", 0.9), ("2024-08", 0.675), ("2024-06", 0.225), ("2024-05", 0.0),
        ("2025-01", 0.0), ("2024-12", 0.225), ("2025-09", 0.03), ("2029-09", 1.0), ("2029-05", 0.0),
        ("2029-06", 0.25),
        ("1939-09", 0.0),
    ],
)  # fmt: skip
def test_salience_of_khalkhin_gol(date, expected):
    assert salience(date) == pytest.approx(expected)


def test_the_month_before_a_january_event_belongs_to_the_coming_anniversary():
    assert anniversary_salience(
        month_number("2019-12"), month_number("1940-01"), 4, 1.0, 0.9, 0.03
    ) == pytest.approx(0.75)


def test_the_first_anniversary_counts_and_the_day_itself_does_not():
    """Weight .03 of a year that is not round, a year after; half a window of four months later .015."""
    assert salience("1940-09") == pytest.approx(0.03) and salience("1940-11") == pytest.approx(0.015)
    assert salience("1939-10") == 0.0


def test_without_a_window_only_the_month_itself_is_in_season():
    assert [season(month, [10], None) for month in (8, 9, 10, 11)] == [0.0, 0.0, 1.0, 0.0]


def test_round_numbers_count_most():
    assert [anniversary_weight(age, 1.0, 0.9, 0.03) for age in (80, 85, 86)] == [1.0, 0.9, 0.03]


def test_an_election_season_rises_to_the_date_and_ends_with_it():
    dates = [month_number("2024-06"), month_number("2027-06")]
    months = ("2024-06", "2024-07", "2026-12", "2027-01", "2027-05", "2027-06", "2027-07")
    assert [season(month_number(m), dates, 6) for m in months] == pytest.approx([1, 0, 0, 1 / 6, 5 / 6, 1, 0])
