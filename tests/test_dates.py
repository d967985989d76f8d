"""What a scenario dates lies in the months that are simulated, or one line says that no run comes to it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.scenario.load import Scenario, ScenarioError, load, parse
from tests.support.scenarios import random_scenario

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "cases" / "small.toml"
FILES = sorted((ROOT / "configs").glob("*[0-9].toml"))


def tables(**sections: Any) -> dict[str, Any]:
    """The small case (2010-01 to 2011-12) with more sections."""
    return tomllib.loads(SMALL.read_text(encoding="utf-8")) | sections


def told(raw: dict[str, Any]) -> list[str]:
    """What is said of some tables."""
    with pytest.raises(ScenarioError) as refused:
        parse(raw, "case")
    return [line.removeprefix("case: ") for line in refused.value.problems]


VOTE = {"label": "A vote", "initiator": "calendar", "dates": ["2010-05"]}


def with_event(dates: list[str]) -> dict[str, Any]:
    raw = tables()
    raw["events"]["vote"] = VOTE | {"dates": dates}
    return raw


def with_outcome(by: list[str]) -> dict[str, Any]:
    raw = tables()
    raw["outcomes"]["loan"]["by"] = by
    return raw


WEIGHTS = {"tenth": 1.0, "fifth": 0.5, "other": 0.1}
NEVER = {
    "forced after the end": (
        tables(interventions={"forced": {"raid": ["2012-01"]}}), "interventions.forced.raid: 2012-01",
    ),
    "forced before the start": (
        tables(interventions={"forced": {"raid": ["2009-12"]}}), "interventions.forced.raid: 2009-12",
    ),
    "one of two forced": (
        tables(interventions={"forced": {"raid": ["2010-05", "2030-01"]}}), "interventions.forced.raid: 2030",
    ),
    "dates of an event": (with_event(["2030-01", "1995-01"]), "events.vote.dates: 2030-01 lies outside"),
    "by before the start": (with_outcome(["2009-12", "2010-12"]), "outcomes.loan.by: 2009-12 lies before"),
    "a calendar of the past": (
        tables(calendars={"votes": {"dates": ["1990-05", "1994-05"]}}), "calendars.votes.dates: 1990-05",
    ),
    "a calendar far ahead": (
        tables(calendars={"votes": {"dates": ["2035-05"], "window": 6}}), "calendars.votes.dates: 2035-05",
    ),
    "from a month far ahead": (
        tables(calendars={"open": {"from": "2035-05"}}), "calendars.open.from: 2035-05 lies after",
    ),
    "an anniversary of what is far ahead": (
        tables(calendars={"day": {"anniversary_of": "2035-05", "window": 3, "weights": WEIGHTS}}),
        "calendars.day.anniversary_of: 2035-05 lies after",
    ),
    "a path that begins after the end": (
        tables(paths={"war": [["2030-01", 0.5], ["2031-01", 0.6]]}), "paths.war: its first",
    ),
    "history divided before the start": (
        tables(hindcast={"fitted_until": "2001-01", "validated_until": "2011-01"}),
        "hindcast.fitted_until: 2001-01 lies before",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NEVER)
def test_what_can_never_act_is_refused(case):
    raw, line = NEVER[case]
    found = told(raw)
    assert len(found) == 1 and found[0].startswith(line) and "2010-01 to 2011-12" in found[0], found


def test_history_before_the_start_is_no_fault():
    calendars = {
        "open": {"from": "1990-01"},
        "votes": {"dates": ["1990-05", "2010-05"]},
        "day": {"anniversary_of": "1921-07", "window": 3, "weights": WEIGHTS},
        "soon": {"dates": ["2012-02"], "window": 6},
    }
    assert parse(tables(calendars=calendars, paths={"war": [["1990-01", 0.1], ["2030-01", 0.6]]}), "case")
    assert parse(with_event(["1995-01", "2010-05"]), "case").outside()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_of_a_shipped_scenario_lies_outside_its_months(file):
    assert load(file).outside() is None


def test_dates_beyond_fewer_months_are_told_and_not_refused():
    scenario = parse(tables(interventions={"forced": {"raid": ["2011-06"]}}), "case")
    assert scenario.outside() is None
    line = (
        "outside the simulated months, 2010-01 to 2010-06: "
        "interventions.forced.raid 2011-06, outcomes.loan.by 2010-12"
    )
    assert scenario.outside(6) == line
    assert scenario.override({"time.months": 6}).outside() == line
    many = with_event([f"20{year}-05" for year in range(10, 60)])
    assert str(parse(many, "case").outside()).endswith(" and 45 more")


def test_run_says_which_dates_lie_beyond_its_months(tmp_path):
    done = CliRunner().invoke(
        app,
        ["run", str(SMALL), "--runs", "4", "--months", "6", "--no-figures", "--out", str(tmp_path / "out")],
    )
    assert done.exit_code == 0
    line = "outside the simulated months, 2010-01 to 2010-06: outcomes.loan.by 2010-12"
    assert [each for each in done.stderr.splitlines() if "outside" in each] == [line]
    assert json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["outside"] == line
    whole = CliRunner().invoke(app, ["show", str(SMALL)])
    assert whole.exit_code == 0 and "outside" not in whole.stderr


def test_what_is_forced_and_forbidden_or_forced_twice_though_it_happens_once_is_refused():
    found = told(tables(interventions={"forced": {"raid": ["2010-05"]}, "forbidden": ["raid"]}))
    assert found == ["interventions.forbidden: raid is forced too; take it out of one of them"]
    raw = tables(interventions={"forced": {"raid": ["2010-05", "2011-05"]}})
    raw["events"]["raid"]["once"] = True
    assert told(raw) == ["interventions.forced.raid: happens once, and is forced 2 times; give it one month"]
    rows = tables(
        interventions={"forced": {"buy_North": ["2010-05"]}, "forbidden": ["buy_North", "buy_South"]}
    )
    rows["events"]["buy"] = {
        "label": "x",
        "initiator": "each",
        "each": ["North", "South"],
        "base_logit": -3.0,
    }
    assert told(rows) == ["interventions.forbidden: buy_North is forced too; take it out of one of them"]
    rows["interventions"] = {"forced": {"buy_North": ["2010-05", "2011-05"]}}
    assert parse(rows, "case").rows["buy_North"].once is False
    rows["events"]["buy"]["once"] = True
    found = told(rows)
    assert found == ["interventions.forced.buy_North: happens once, and is forced 2 times; give it one month"]


def test_months_are_written_with_plain_digits():
    for month in (
        "２０１０-05",
        "2010-5",
        "2010-05-01",
        "10-05",
        "2010/05",
        " 2010-05",
        "2010-05\n",
        "٢٠١٠-05",
    ):
        found = told(tables(interventions={"forced": {"raid": [month]}}))
        assert found[0].startswith("interventions.forced.raid.0: "), found


def test_random_scenarios_keep_their_dates_inside():
    assert all(isinstance(random_scenario(seed), Scenario) for seed in range(30))
