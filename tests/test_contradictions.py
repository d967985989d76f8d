"""Observations that cannot all be true are refused in a line each, with the lines of the table."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.assimilation.contradictions import contradictions
from sim.assimilation.facts import EVENT, SERIES, TIME, Fact
from sim.assimilation.observations import facts_of
from sim.cli import app
from sim.scenario.load import ScenarioError
from sim.studies.calibrate.ask import calibrate
from sim.studies.hindcast.ask import hindcast
from tests.support.hindcasts import past_case, yearly

CONFIGS = Path(__file__).parent.parent / "configs"
GROUPS = {
    "trouble": {"label": "A raid or a loan", "any_of": ["raid", "loan"]},
    "credit": {"label": "A loan", "any_of": ["loan"]},
    "signed": {"label": "A loan accepted", "any_of": ["loan"], "node": "accepted"},
}
CASE = past_case(outcomes=GROUPS)


def told(tmp_path: Path, *rows: str) -> list[str]:
    """What is wrong with a table of these rows (the first is line 2), without the name of the file."""
    file = tmp_path / "t.csv"
    file.write_text("\n".join(["kind,target,when,value", *rows]) + "\n", encoding="utf-8")
    try:
        facts_of(file, CASE)
    except ScenarioError as error:
        return [line.removeprefix(f"{file}: ") for line in error.problems]
    return []


def test_an_event_within_a_window_in_which_it_did_not_happen_is_refused(tmp_path):
    assert told(tmp_path, "event,loan,2011-01/2012-12,0", "event,raid,2011,1", "event,loan,2011,1") == [
        "line 4: loan happened within 2011, but line 2 says that it did not within 2011-01/2012-12; "
        "correct one"
    ]


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (["event,loan,2011-05,1", "event,loan,2011,0"], [("line 2", "line 3")]),
        (["time,raid,2011-01/2014-12,never", "event,raid,2012,1"], [("line 3", "line 2")]),
        (["event,raid,2012,0", "time,raid,2011-01/2014-12,2012-04"], [("line 3", "line 2")]),
        (["time,raid,2011-01/2014-12,2013-04", "event,raid,2012,1"], [("line 3", "line 2")]),
        (["time,raid,2011-01/2014-12,2013-04", "time,raid,2012-01/2014-12,2012-02"], [("line 3", "line 2")]),
        (["time,raid,2011-01/2014-12,never", "time,raid,2012-01/2015-12,2012-02"], [("line 3", "line 2")]),
        (
            ["event,loan,2011,0", "event,loan,2012,0", "event,loan,2011-06/2012-06,1"],
            [("line 4", "line 2", "line 3")],
        ),
        (
            ["event,loan,2011,0", "event,trouble,2011-02,0", "event,loan,2011-02/2011-03,1"],
            [("line 4", "line 2")],
        ),
        (["event,trouble,2011,0", "event,raid,2011-02,1"], [("line 3", "line 2")]),
        (["event,credit,2011,0", "event,loan,2011-02,1"], [("line 3", "line 2")]),
        (["event,trouble,2011,0", "event,credit,2011-02,1"], [("line 3", "line 2")]),
        (
            ["event,loan,2011,0", "event,credit,2011-02,1", "event,loan,2011-07,1"],
            [("line 3", "line 2"), ("line 4", "line 2")],
        ),
    ],
)
def test_what_happened_where_others_say_it_did_not_is_named_with_their_lines(tmp_path, rows, lines):
    found = told(tmp_path, *rows)
    assert len(found) == len(lines)
    for text, named in zip(found, lines, strict=True):
        assert text.startswith(named[0]) and " happened within " in text and text.endswith("; correct one")
        assert all(each in text for each in named) and text.count("line ") == len(named)


@pytest.mark.parametrize(
    "rows",
    [
        ["event,loan,2011-01/2012-12,1", "event,loan,2011,0", "event,loan,2012,1"],
        ["event,loan,2011-01/2012-12,1", "event,loan,2011,0", "event,loan,2012-01/2012-11,0"],
        [
            "time,raid,2011-01/2014-12,2013-04",
            "event,raid,2011,0",
            "event,raid,2012,0",
            "event,raid,2013,1",
            "event,raid,2014,1",
        ],
        [
            "time,raid,2011-01/2014-12,2013-04",
            "event,raid,2013-04,1",
            "event,raid,2013-05,1",
            "event,raid,2013-03,0",
        ],
        ["time,raid,2011-01/2014-12,2011-01", "event,raid,2014,0"],
        ["event,trouble,2011,1", "event,raid,2011,0"],
        ["event,trouble,2011,0", "event,signed,2011,1"],
        ["event,raid,2011,0", "event,loan,2011,1"],
        ["series,wealth,2011,0", "series,wealth,2011-01,1", "series,wealth,2012,0.4"],
    ],
)
def test_what_can_be_true_together_is_taken(tmp_path, rows):
    assert told(tmp_path, *rows) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("series,wealth,2011,0.5", "series,wealth,2011,0.6"),
        ("series,wealth,2011,0.5", "series,wealth,2011,0.5"),
        ("series,wealth,2011,0.5", "series,wealth,2011-01/2011-12,0.6"),
        ("event,loan,2011-03,1", "event,loan,2011-03/2011-03,0"),
        ("time,raid,2011,never", "time,raid,2011,2011-04"),
    ],
)
def test_one_thing_given_twice_is_refused_with_both_lines_whatever_its_values(tmp_path, first, second):
    (line,) = told(tmp_path, first, "event,loan,2014,1", second)
    assert line.startswith("line 4: ") and line.endswith("given twice, in line 2 first; keep one")


def test_many_that_deny_it_are_counted_after_the_third(tmp_path):
    months = [f"event,loan,2011-{month:02d},0" for month in range(1, 13)]
    (line,) = told(tmp_path, "event,loan,2011,1", *months)
    assert (
        "line 5 says that it did not within 2011-03 and 9 more say so; correct one" in line
        and "line 6" not in line
    )


def test_three_that_deny_it_together_are_all_named_and_no_more_are_counted(tmp_path):
    thirds = ["event,loan,2011-01/2011-04,0", "event,loan,2011-05/2011-08,0", "event,loan,2011-09/2011-12,0"]
    (line,) = told(tmp_path, "event,loan,2011,1", *thirds)
    assert (
        line.endswith("line 5 says that it did not within 2011-09/2011-12; correct one")
        and "more" not in line
    )


def test_facts_of_no_file_are_refused_with_their_windows():
    facts = (*yearly(EVENT, "loan", [0.0, 1.0]), Fact(TIME, "loan", 12 * 2010, 12 * 2012 - 1, math.inf))
    wrong = (
        "^loan happened within 2011, but another one says that it did not within 2010-01/2011-12; "
        "correct one$"
    )
    for study in (hindcast, calibrate):
        with pytest.raises(ScenarioError, match=wrong):
            study(CASE, facts)
    twice = yearly(SERIES, "wealth", [0.5]) * 2
    assert contradictions(twice, CASE) == ["series wealth 2010: given twice; keep one"]


def test_the_command_refuses_a_contradictory_table_in_one_line(tmp_path):
    data = tmp_path / "t.csv"
    data.write_text(
        "kind,target,when,value\nevent,dalai_lama,2002,1\nevent,dalai_lama,2001-01/2003-12,0\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(app, ["hindcast", str(CONFIGS / "mongolia-1995.toml"), "--data", str(data)])
    assert done.exit_code == 2 and len(done.stderr.splitlines()) == 1
    assert (
        "line 2: dalai_lama happened within 2002, but line 3 says that it did not within 2001-01/2003-12"
        in done.stderr
    )


def test_the_shipped_table_contradicts_itself_nowhere():
    scenario = sim.load(CONFIGS / "mongolia-1995.toml")
    facts = facts_of(CONFIGS / "mongolia-1995-observations.csv", scenario)
    assert contradictions(facts, scenario) == [] and min(fact.line for fact in facts) == 2
