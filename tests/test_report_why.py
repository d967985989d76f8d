"""The sections of a report that say why, and how far to believe it, say what their studies found."""

from __future__ import annotations

import html
import re
import shlex
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from typer.main import get_command

import sim
from sim.cli import app
from sim.engine.beliefs import prior_beliefs
from sim.engine.setups import Plain
from sim.engine.uncertain import free_numbers
from sim.scenario.schema.cards import Card
from sim.studies.check.mechanisms.sizes import Size
from sim.studies.check.mechanisms.trial import Tried
from sim.studies.report import because, moved, past, ranges, typical, ways
from sim.studies.report.bars import Bar, Bars
from sim.studies.report.claims import verdict
from sim.studies.report.document import Document
from sim.studies.report.findings import Findings
from sim.studies.report.learnt import learnt_of, taught
from sim.studies.report.sections.change import change
from sim.studies.report.sections.doubt import _alone, doubt
from sim.studies.report.sections.drivers import drivers, from_here
from sim.studies.report.sections.history import _beside, history, rivals
from sim.studies.report.sections.story import story
from sim.studies.report.sections.why import why
from sim.studies.report.words import of_hundred
from sim.studies.sensitivity.ask import TORNADO_RUNS
from tests.support.past import TEXT
from tests.support.past import past as small

SECTIONS = (drivers, why, change, story, doubt, history)
LIVE = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Fewer runs than a report has: what is told stays the same."""
    for module in (moved, ranges, typical, ways):
        monkeypatch.setattr(module, "RUNS", 200)
    monkeypatch.setattr(ranges, "DRAWS", 20)
    monkeypatch.setattr(because, "MOST_RUNS", 100)


@pytest.fixture(scope="module")
def armenia():
    """A scenario with claims; what is found of it is found once."""
    asked = ("armenia-2024", "--set", "parameters.cost=0.4", "--do", "war=0.1@2010-02")
    return Findings(Plain(sim.load("armenia-2024")), asked, "autonomy", 20, 1)


def found_of(setup, of=None, runs=200) -> Findings:
    return Findings(setup, ("past.toml",), of, runs, 1)


def words_of(section) -> str:
    return re.sub('<span class="option">(.*?)</span>', r"\1", Document("", "", [section], "").html())


@pytest.mark.parametrize("of", [None, "wealth"])
@pytest.mark.parametrize("draws", [None, 20])
def test_every_section_is_told_or_left_out_whatever_is_asked(of, draws):
    scenario = small()
    found = found_of(Plain(scenario) if draws is None else prior_beliefs(scenario, draws), of)
    told = {section.__name__: section(found) for section in SECTIONS}
    assert [name for name, section in told.items() if section is None] == ["why"]
    assert all("steppe " in words_of(told[name]) for name in ("drivers", "story", "doubt"))
    assert "Not scored" in words_of(told["history"])


def test_every_command_of_these_sections_is_one_of_steppe(armenia):
    found = replace(found_of(prior_beliefs(small(), 20)), asked=armenia.asked)
    made = [*(section(found) for section in SECTIONS), why(armenia)]
    pages = "".join(words_of(section) for section in made if section is not None)
    lines = {html.unescape(line) for line in re.findall(r"<code>(steppe .*?)</code>", pages)}
    names = {shlex.split(line)[1] for line in lines}
    assert names >= {"run", "sensitivity", "explain", "check", "trace", "overturn"}
    for line in lines:
        _, name, *words = shlex.split(line)
        command = get_command(app).commands[name]
        # a word that the command does not know is refused here
        assert command.make_context(name, list(words)).params


def test_a_world_of_one_month_and_one_in_which_every_run_fails_are_told():
    short = TEXT.replace("months = 48", "months = 1").replace("range = [6, 48]", "range = [1, 48]")
    failing = f'{TEXT}\n[drivers]\nnone = "1 / (war - war)"\n'
    for text, untold in ((short, ["why"]), (failing, ["why", "change", "story"])):
        found = found_of(Plain(small(text)), "wealth", 20)
        told = {section.__name__: section(found) for section in SECTIONS}
        assert [name for name, section in told.items() if section is None] == untold
        assert all(words_of(section) for section in told.values() if section is not None)


def test_no_label_of_a_file_is_live_in_these_sections():
    hostile = TEXT.replace("A raid", LIVE).replace('"Raids"', f'"{LIVE}"').replace('"Peace"', f'"{LIVE}"')
    found = found_of(prior_beliefs(small(hostile), 20))
    for section in SECTIONS:
        made = section(found)
        assert made is None or LIVE not in words_of(made)


def test_the_way_that_moves_most_moves_as_much_as_the_command_says():
    found = found_of(Plain(small()), "wealth")
    best = found.ways[0]
    assert best.way.label == "Peace" and best.way.deeds == ("war=0.0@2010-03",)
    told = sim.compare(found.scenario, found.scenario.intervene({"war": 0.0}, "2010-03"), runs=200).table()
    row = told[(told["kind"] == "end") & (told["name"] == "wealth")].iloc[0]
    assert (best.apart.mean, best.before, best.after) == (row["difference"], row["first"], row["second"])
    assert "--b-do war=0.0@2010-03" in words_of(change(found))


def test_the_ends_of_a_driver_are_those_of_the_sensitivity_command(monkeypatch):
    monkeypatch.undo()
    assert moved.RUNS == TORNADO_RUNS


@pytest.mark.parametrize(("of", "kind"), [("loan", "outcome"), ("wealth", "distribution")])
def test_the_widest_band_is_that_of_runs_over_the_ranges(of, kind):
    scenario = small()
    found = found_of(Plain(scenario), of)
    ran = sim.run(sim.range_beliefs(scenario, ranges.DRAWS), ranges.RUNS, months=found.first.months).table()
    row = ran[(ran["kind"] == kind) & (ran["name"] == of)].iloc[0]
    assert found.wide.low == pytest.approx(row["parameters_low"])
    assert found.wide.high == pytest.approx(row["parameters_high"])


def test_what_drives_it_and_all_else_are_the_whole():
    found = found_of(prior_beliefs(small(), 50), runs=1_000)
    bars = next(piece for piece in drivers(found).pieces if isinstance(piece, Bars))
    *told, rest = bars.rows
    assert bars.name == "drivers" and len(told) < 4
    assert rest.interval is None and rest.name.startswith("everything else")
    assert sum(bar.end for bar in bars.rows) == pytest.approx(1)


@pytest.mark.parametrize(
    ("own", "sign"), [((0.3, 0.4), "<"), ((0.6, 0.7), ">"), ((0.45, 0.55), None), ((np.nan, np.nan), None)]
)
def test_what_overturns_begins_from_the_side_of_the_file(own, sign):
    found = found_of(prior_beliefs(small(), 20))
    whole = SimpleNamespace(low=own[0], high=own[1])
    vars(found)["explained"] = SimpleNamespace(main=SimpleNamespace(whole=whole))
    lines = [line for line, _ in doubt(found).pieces[-1].lines if " overturn " in line]
    assert len(lines) == (sign is not None)
    assert all(f"{sign} 0.5" in line for line in lines)


def test_the_side_of_the_file_is_what_runs_of_its_numbers_have():
    found = found_of(prior_beliefs(small(), 20), runs=400)
    low, high = _alone(found)
    own = sim.run(small(), 2_000, months=found.first.months).table()
    assert low < own[own["name"] == found.target.name]["value"].iloc[0] < high and high - low < 0.2


def test_a_reason_keeps_the_names_that_it_holds():
    found = found_of(Plain(small()))
    vars(found)["past"] = because.Untold("there is no file North.CSV")
    assert "There is no file North.CSV." in words_of(history(found))


def test_a_typical_future_ends_as_most_do():
    found = found_of(Plain(small()))
    ran = sim.run(found.scenario, 200)
    came = ran.outcomes["first.loan"] <= found.first.places[0]
    assert bool(came[found.story.run]) == found.story.came == (came.mean() > 0.5)
    assert found.story.alike == max(came.mean(), 1 - came.mean())
    assert 0 < len(found.story.told) <= 11


def test_what_comes_after_the_asked_month_is_said_to_be_too_late_once_and_only_if_it_had_not_come():
    found = found_of(Plain(small()))
    late = [each for each in found.story.told if "too late to count by December 2010" in each.text]
    assert found.story.came and not late
    told = [*typical._events(found.scenario, found.first, 1, found.story.run, waits=True)]
    late = [each for each in told if "too late" in each.text]
    assert len(late) == 1 and late[0].date > "2010-12"
    assert "North proposes “A loan from North” to Buffer" in late[0].text


def test_where_numbers_begin_to_stand_as_in_the_scenario_is_said_once():
    found = found_of(prior_beliefs(small(), 20))
    assert words_of(drivers(found)).count("From here on each number stands as in the scenario") <= 1
    (said,) = from_here(found, 0.123)
    assert said.paragraphs[0].endswith(f"the answer is then 12, not {of_hundred(found.outcome[0].value)}.")
    assert not [*from_here(found_of(Plain(small())), 0.123)]


def test_what_was_learnt_is_how_much_narrower_a_number_is():
    beliefs = prior_beliefs(small(), 2_000)
    entry = free_numbers(small())[0]
    narrow = replace(beliefs, values=beliefs.values | {entry.name: 0.5 * beliefs.values[entry.name]})
    learnt, told = (entry.name, "cost", "loans"), {"keeps_prior": ["cost"]}
    values = narrow.values | {"loans": 1.02 * narrow.values["loans"]}
    table = learnt_of(replace(narrow, values=values, learnt=learnt, manifest=told))
    left = table.set_index("name")["left"]
    assert left[entry.name] == pytest.approx(0.5, abs=0.03) and left["cost"] == pytest.approx(1, abs=0.06)
    parts = taught(table)
    assert parts["narrowed"] == ["Raids"] and parts["hardly"] == ["Loans and aid", "Cost of war"]
    assert len(parts["nothing"]) == 1


@pytest.mark.parametrize(
    ("sign", "size", "said"),
    [
        ("-", Size(-0.3, -0.4, -0.2), "found"),
        ("-", Size(-0.1, -0.15, -0.05), "less than expected"),
        ("-", Size(0.1, 0.05, 0.15), "the other way"),
        ("any", Size(0.1, 0.05, 0.15), "less than expected"),
        ("+", Size(0.1, -0.05, 0.25), "no visible effect"),
        ("+", None, "cannot be run"),
    ],
)
def test_a_claim_is_judged_by_its_sign_and_size(sign, size, said):
    card = Card(
        claim="c", source="s", numbers=["*"], off={"a": 0}, outcome={"path": "a"}, sign=sign, least=0.2,
        kind="emergent",
    )  # fmt: skip
    assert verdict(Tried("one", card, size)) == said


def test_mechanisms_and_claims_are_told_with_what_they_add(armenia):
    found = armenia
    told = words_of(why(found))
    parts = found.explained.main
    strongest = max(range(len(parts.players)), key=lambda place: abs(parts.parts[place].mean))
    assert f"<strong>{parts.players[strongest].label}.</strong>" in told
    assert f"The scenario states {len(found.tried)} effects" in told
    assert 'rel="noreferrer"' in told


def test_bars_are_places_between_the_lowest_and_the_highest_end():
    bars = Bars("a", "", [Bar("one", 0.0, 2.0, "2", (1.0, 4.0)), Bar("two", 2.0, -1.0, "-3")])
    assert (bars.left(bars.rows[0]), bars.wide(bars.rows[0])) == ("20.00", "40.00")
    assert (bars.left(bars.rows[1]), bars.wide(bars.rows[1])) == ("0.00", "60.00")
    assert Bars("a", "", [Bar("none", 0.0, 0.0, "0")]).across(0.0) == "0.00"


@pytest.mark.slow
def test_a_past_is_scored_only_while_its_files_are_what_they_were(monkeypatch):
    scenario = sim.load("mongolia-2024")
    monkeypatch.setattr(past, "RUNS", 20)
    monkeypatch.setattr(past, "DRAWS", 4)
    found = Findings(Plain(scenario), ("mongolia-2024",), None, 20, 1)
    told = words_of(history(found))
    assert "steppe hindcast mongolia-1995 --data mongolia-1995-observations" in told
    assert "A Russian president visits." in told and "2019" in told
    assert "29 measured values, 60 windows" in told and "24 of these windows had taught" in told
    assert rivals(found) == {} or set(rivals(found).values()) <= {"better", "as good"}
    manifest = {"scenario": {"file": "x/../mongolia-1995.toml", "file_sha256": "0"}}
    assert past._beside(scenario, manifest, "scenario") is None
    assert past._beside(scenario, {"scenario": "mongolia-1995.toml"}, "scenario") is None


@pytest.mark.parametrize(
    ("gained", "said"),
    [
        (0.2, "Errors are 20 % smaller"),
        (0.01, "does as well"),
        (-1.0, "50 % smaller"),
        (-np.inf, "does as well"),
    ],
)
def test_scores_beside_a_simple_rule_say_which_errs_less(gained, said):
    assert said in _beside(gained, "climatology")
