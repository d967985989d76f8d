"""Names that people use mean one thing, told, or are refused with what they may mean."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.refusal import BadInput, ScenarioError, Unknown
from sim.scenario.load import load
from sim.scenario.lookup import choice, labelled, path_of, paths_of
from sim.scenario.paths import BadPath
from sim.studies.sweep.arguments import design_of
from sim.studies.sweep.ask import Sweep, sweep
from sim.studies.sweep.design import DesignError

SMALL = Path(__file__).parent / "cases" / "small.toml"

pytestmark = pytest.mark.smoke


def steppe(*words: str):
    return CliRunner().invoke(app, list(words), prog_name="steppe")


def raw() -> dict:
    return load(SMALL).raw


MEANS = {
    "decision.precision": "decision.precision",
    "wealth": "quantities.wealth.start",
    "WEALTH": "quantities.wealth.start",
    "quantities.wealth": "quantities.wealth.start",
    "wealth.relaxation": "quantities.wealth.relaxation",
    "wealth.noise": "quantities.wealth.noise",
    "precision": "decision.precision",
    "theory": "decision.theory",
    "months": "time.months",
    "cost": "parameters.cost",
    "loan": "events.loan.base_logit",
    "aid  from SOUTH": "events.aid.base_logit",
    "loan.cooldown": "events.loan.cooldown",
    "North.position.0": "actors.North.position.0",
}


@pytest.mark.parametrize("name", MEANS)
def test_a_path_a_last_part_a_thing_or_its_label_means_one_number(name):
    assert path_of(raw(), name) == MEANS[name]


def test_every_path_of_a_number_means_itself():
    for file in (SMALL, "mongolia-2024", "khalkhin-gol-1939"):
        scenario = load(file)
        assert [path_of(scenario.raw, path) for path in scenario.numbers] == list(scenario.numbers)


def test_a_stock_that_the_file_puts_on_a_path_means_the_path_and_a_number_holds_it_there():
    tables = raw() | {"paths": {"war": [["2010-03", 0.7]]}}
    assert path_of(tables, "war") == "paths.war"
    before = load("mongolia-1995")
    held = before.override({"sanctions": 0.25})
    assert held.case.paths["sanctions"] == [(before.case.time.start, 0.25)]
    assert held.override({"sanctions": 0.5}).case.paths["sanctions"] == [(before.case.time.start, 0.5)]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("noise", r"may be any of \d+: '[^']+'.* or '[^']+'.*; write one of them"),
        ("North", "may be any of .*'actors.North."),
        ("speed", "may be any of .*'effort.speed'"),
        ("wealht", r"no such path; did you mean 'quantities.wealth.start' \([A-Z]"),
        ("xyzzy", "xyzzy: no such path$"),
    ],
)
def test_what_means_several_or_no_numbers_is_refused_with_them(name, told):
    with pytest.raises(BadPath, match=told):
        path_of(raw(), name)


def test_two_things_of_one_name_are_never_guessed_between():
    tables = {
        "quantities": {"tide": {"label": "High water", "start": 0.5}},
        "events": {"flood": {"label": "High water", "base_logit": -1.0}},
        "parameters": {"precision": 2.0},
        "decision": {"precision": 1.0},
    }
    for name in ("high water", "precision"):
        with pytest.raises(BadPath, match="may be any of 2"):
            path_of(tables, name)
    assert path_of(tables, "parameters.precision") == "parameters.precision"


HOSTILE = (
    "", " ", ".", "..", "*", '"', "'", '"a', "a.b.c.d", "x" * 9000, "wealth\nx", "wealth\x1b[31m",
    "\u202ewealth", "ｗealth", "Ünïcode", "[", "]", "wealth=", 'wealth."', "0", "-1", "wealth.start.deeper",
    "war.0.1", ".".join("w" * 900), "\x00", "war;rm", "{}", "title.title",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_refused_in_one_line_at_once(name):
    begun = time.process_time()
    with pytest.raises(BadPath) as refused:
        path_of(raw(), name)
    assert (len(str(refused.value).splitlines()) <= 2 and str(refused.value).isprintable()) or "\n" in name
    assert time.process_time() - begun < 2
    done = steppe("show", str(SMALL), "--set", f"{name}=1")
    assert done.exit_code == 2 and len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("steppe: ") and "Traceback" not in done.output
    assert done.stderr.removesuffix("\n").isprintable()


LABELS = ('He said "stop"', "a.b.c", "100 % = all; or nothing", "Öl & Gas, 石油", "x" * 300, "it's", "a * b?")


@pytest.mark.parametrize("label", LABELS, ids=range(len(LABELS)))
def test_labels_of_any_signs_name_their_things(label):
    tables = raw()
    tables["events"]["loan"]["label"] = label
    assert path_of(tables, label) == path_of(tables, label.upper()) == "events.loan.base_logit"


# -- patterns ----------------------------------------------------------------------------------------


def test_a_pattern_names_all_that_it_fits_and_their_ranges_come_from_the_file():
    scenario = load("mongolia-2024")
    found = paths_of(scenario.raw, "parameters.*")
    assert found == [f"parameters.{name}" for name in scenario.case.parameters]
    points = design_of(scenario, ["parameters.*"], "lhs", 4, 1)
    assert list(points.columns) == found
    for path in found:
        known = scenario.provenance[path]
        assert points[path].between(known.low, known.high).all()


def test_a_pattern_that_fits_nothing_is_refused_and_one_that_fits_much_is_not_set():
    scenario = load(SMALL)
    with pytest.raises(DesignError, match="fits no number"):
        design_of(scenario, ["parametres.*=0:1:2"], "grid", 2, 1)
    with pytest.raises(ScenarioError):
        scenario.override({"parameters.*": 0.5})
    with pytest.raises(DesignError, match="varied twice"):
        design_of(scenario, ["parameters.*=0:1:2", "cost=0:1:2"], "grid", 2, 1)


# -- every door --------------------------------------------------------------------------------------


def test_override_and_load_take_names_and_remember_full_paths():
    changed = sim.load("mongolia-2024").override({"sanctions": 0.9, "theory": "level1"})
    assert changed.overrides == (("quantities.sanctions.start", 0.9), ("decision.theory", "level1"))
    assert (
        sim.load("mongolia-2024", {"sanctions": 0.9}).case
        == sim.load("mongolia-2024").override({"quantities.sanctions.start": 0.9}).case
    )


def test_a_name_and_the_path_that_it_means_are_not_set_together():
    with pytest.raises(ScenarioError, match="is set twice"):
        load(SMALL).override({"wealth": 0.3, "quantities.wealth.start": 0.4})


def test_a_setting_by_a_name_is_told_on_stderr_and_one_by_a_path_is_not():
    done = steppe("show", str(SMALL), "--set", "cost=0.4", "--set", "quantities.wealth.start=0.3")
    assert done.exit_code == 0 and done.stderr == "cost: taken for parameters.cost (cost)\n"


def test_an_unknown_name_on_the_command_line_says_which_command_lists_names():
    done = steppe("show", str(SMALL), "--set", "wealht=0.4")
    assert done.exit_code == 2 and len(done.stderr.splitlines()) == 1
    assert (
        "did you mean 'quantities.wealth.start'" in done.stderr
        and "steppe show SCENARIO --numbers" in done.stderr
    )


def test_both_sides_of_a_comparison_take_names_and_tell_a_shared_one_once():
    done = steppe(
        "compare", str(SMALL), "--runs", "8", "--months", "3",
        "--set", "theory=level1", "--a", "wealth=0.2", "--b", "wealth=0.8",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert done.stderr.count("theory: taken for") == 1
    assert done.stderr.count("wealth: taken for quantities.wealth.start") == 2


def test_a_sweep_takes_names_and_its_manifest_holds_full_paths(tmp_path):
    folder = tmp_path / "swept"
    done = steppe(
        "sweep", str(SMALL), "--vary", "wealth=0.2:0.8:2", "--lever", "calm:cost=0.3;theory=level1",
        "--runs-per-point", "4", "--months", "3", "--out", str(folder),
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    for name, path in {
        "wealth": "quantities.wealth.start",
        "cost": "parameters.cost",
        "theory": "decision.theory",
    }.items():
        assert f"{name}: taken for {path}" in done.stderr
    plan = Sweep(folder).plan
    assert list(plan.points.columns) == ["quantities.wealth.start"]
    done = {"parameters.cost": 0.3, "decision.theory": "level1"}
    assert plan.levers == {"calm": {"interventions.changes": done}}
    assert "wealth" not in json.loads((folder / "manifest.json").read_text())["identity"]["points"][0]


def test_sweeps_by_names_and_by_paths_are_one_sweep(tmp_path):
    values = [0.2, 0.8]
    named = sweep(
        SMALL, pd.DataFrame({"wealth": values}), tmp_path / "a", levers={"x": {"cost": 0.3}}, runs=4, months=3
    )
    full = sweep(
        SMALL, pd.DataFrame({"quantities.wealth.start": values}), tmp_path / "b",
        levers={"x": {"parameters.cost": 0.3}}, runs=4, months=3,
    )  # fmt: skip
    assert named.plan.identity == full.plan.identity and named.rows().equals(full.rows())


def test_a_lever_and_the_design_cannot_set_one_number_under_two_names(tmp_path):
    points = pd.DataFrame({"parameters.cost": [0.2, 0.8]})
    for levers in ({"x": {"cost": 0.3}}, {"x": {"precision": 1.0, "decision.precision": 2.0}}):
        with pytest.raises(DesignError, match=r"set one thing|both set"):
            sweep(SMALL, points, tmp_path / "a", levers=levers, runs=4, months=3)


# -- names of other things ---------------------------------------------------------------------------


def test_events_and_outcomes_are_named_by_key_label_or_last_part():
    known = {"visit.north": "The king visits", "visit.south": "The queen visits", "war": ""}
    assert choice("event", "the  KING visits", known) == "visit.north"
    assert choice("event", "South", known) == "visit.south"
    with pytest.raises(
        Unknown, match=r"no event 'the prince visits'; did you mean 'visit.north' \(The king visits\)"
    ):
        choice("event", "the prince visits", known)
    with pytest.raises(Unknown, match="may be any of 2"):
        choice("event", "x", {"a.x": "", "b.x": ""})
    with pytest.raises(Unknown, match=r"no event 'zzz'; there are 'visit.north'"):
        choice("event", "zzz", known)
    with pytest.raises(Unknown, match=r"no event 'zzz'$"):
        choice("event", "zzz", {})
    assert issubclass(Unknown, BadInput)


def test_a_path_reads_in_the_words_of_the_file():
    scenario = load("mongolia-2024")
    assert labelled(scenario.raw, "quantities.sanctions.start") == "Sanctions pressure on Russia, start"
    assert labelled(scenario.raw, "shares.Russia.energy") == "shares, Russia, Imported fuel"
    assert labelled(scenario.raw, "#") == ""


def test_an_event_is_shown_by_its_label_in_any_case():
    by_key = steppe("show", "mongolia-2024", "--event", "visit_russia")
    by_label = steppe("show", "mongolia-2024", "--event", "russian PRESIDENT visits")
    assert by_key.exit_code == 0 and by_key.stdout == by_label.stdout != ""
    several = steppe("show", "mongolia-2024", "--event", "Third-neighbour leader visits")
    assert (
        several.exit_code == 0
        and several.stdout == steppe("show", "mongolia-2024", "--event", "visit_third").stdout
    )


def test_the_fan_of_a_path_is_found_by_its_label():
    ensemble = sim.run(SMALL, 8, months=3, threads=1)
    assert ensemble.fan("Autonomy").equals(ensemble.fan("autonomy"))
    with pytest.raises(KeyError, match=r"no path 'autonmy'; did you mean 'autonomy' \(Autonomy\)"):
        ensemble.fan("autonmy")


def test_the_outcome_of_a_precision_is_found_by_its_label(tmp_path):
    label = next(iter(load(SMALL).case.outcomes.values())).label
    done = steppe(
        "run", str(SMALL), "--precision", "0.05", "--of", label.upper(), "--months", "6", "--no-figures",
        "--out", str(tmp_path / "out"),
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    wrong = steppe("run", str(SMALL), "--precision", "0.05", "--of", "nought", "--out", str(tmp_path / "no"))
    assert wrong.exit_code == 2 and "steppe list SCENARIO lists outcomes and events" in wrong.stderr
