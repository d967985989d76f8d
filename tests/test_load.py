"""Bad scenario files are refused with one clear line each; good ones are used exactly as they are written."""

from __future__ import annotations

import copy
import fnmatch
import itertools
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from sim.cli import app
from sim.engine.interpreter import rehearse
from sim.refusal import ScenarioError
from sim.scenario.load import Scenario, load, parse
from sim.scenario.lower import lower
from sim.scenario.paths import is_choice
from sim.studies.check.nudges import nudges
from tests.support.scenarios import random_tables

ROOT = Path(__file__).parents[1]
MONGOLIA, SMALL = ROOT / "configs" / "mongolia-2024.toml", ROOT / "tests" / "cases" / "small.toml"
FILES = sorted((ROOT / "configs").glob("*[0-9].toml"))


@lru_cache
def shipped() -> Scenario:
    return load(MONGOLIA)


def problems_of(text: str, folder: Path) -> list[str]:
    """What the loader says about a file with this text, without the file's name."""
    path = folder / "case.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        load(path)
    assert all(line.startswith(f"{path}: ") for line in refused.value.problems)
    return [line.removeprefix(f"{path}: ") for line in refused.value.problems]


# -- bad files -----------------------------------------------------------------------------------------

BAD = {
    # what is wrong: (text of the small case, what stands there instead, the line that must come)
    "not TOML": ("[time]", "[time", "not valid TOML"),
    "a key twice": ("months = 24", "months = 24\nmonths = 12", "not valid TOML: Cannot overwrite a value"),
    "an unknown section": (
        "[blocs]",
        "[blcos]\nx = 1\n[blocs]",
        "blcos: unknown key 'blcos'; did you mean 'blocs'?",
    ),
    "an unknown key": (
        "relaxation = 0.1",
        "relaxaton = 0.1",
        "quantities.wealth.relaxaton: unknown key 'relaxaton'; did you mean 'relaxation'?",
    ),
    "an unknown key of a faction": (
        'label = "Court"',
        'label = "Court"\nclaut = 1',
        "actors.Buffer.factions.court.claut: unknown key 'claut'; did you mean 'clout'?",
    ),
    "an unknown key of an event": (
        "cooldown = 3",
        "cool_down = 3",
        "events.loan.cool_down: unknown key 'cool_down'; did you mean 'cooldown'?",
    ),
    "a section that is missing": ('[clout]\nchannel = "politics"', "", "clout: missing; add it"),
    "a key that is missing": (
        'label = "Trade"\nweight = 0.6',
        'label = "Trade"',
        "channels.trade.weight: missing; add it",
    ),
    "text for a number": (
        "relaxation = 0.1",
        'relaxation = "slow"',
        "quantities.wealth.relaxation: must be a number (found 'slow')",
    ),
    "a truth value for a number": (
        "base_logit = -3.0",
        "base_logit = true",
        "events.raid.base_logit: must be a number (found True)",
    ),
    "a list for a number": (
        "noise = 0.02",
        "noise = [0.02]",
        "quantities.wealth.noise: must be a number (found [0.02])",
    ),
    "a date for a number": (
        "noise = 0.02",
        "noise = 2010-01-01",
        "quantities.wealth.noise: must be a number (found 2010-01-01)",
    ),
    "a number for text": ('label = "A raid"', "label = 7", "events.raid.label: must be text (found 7)"),
    "a number for a list": (
        'any_of = ["loan"]',
        "any_of = 3",
        "outcomes.loan.any_of: must be a list (found 3)",
    ),
    "a row for each of nobody": (
        'initiator = "North"',
        'initiator = "North"\neach = []',
        "events.loan.each: must have at least 1 entry (found [])",
    ),
    "a fraction of a month": (
        "cooldown = 3",
        "cooldown = 3.5",
        "events.loan.cooldown: must be a whole number (found 3.5)",
    ),
    "NaN": ("war = -0.3", "war = nan", "couplings.wealth.war: must be a finite number (found nan)"),
    "infinity": (
        "noise = 0.02",
        "noise = inf",
        "quantities.wealth.noise: must be a finite number (found inf)",
    ),
    "a speed above one": (
        "relaxation = 0.1",
        "relaxation = 1.5",
        "quantities.wealth.relaxation: must be at most 1 (found 1.5)",
    ),
    "a negative noise": (
        "noise = 0.02",
        "noise = -0.02",
        "quantities.wealth.noise: must be at least 0 (found -0.02)",
    ),
    "a position off the axes": (
        "position = [0.8, 0.0]",
        "position = [1.8, 0.0]",
        "actors.South.position.0: must be at most 1 (found 1.8)",
    ),
    "a point on three axes": (
        "ideal = [0.5, 0.0]",
        "ideal = [0.5, 0.0, 0.1]",
        "actors.Buffer.factions.town.ideal: ",
    ),
    "a month that is none": (
        'start = "2010-01"',
        'start = "2010-13"',
        "time.start: must be a month such as 2024-06, not '2010-13'",
    ),
    "no months": ("months = 24", "months = 0", "time.months: must be at least 1 (found 0)"),
    "a value outside its own range": (
        "cooldown = 3",
        "cooldown = 33",
        "events.loan.cooldown: 33 lies outside its plausible range, 0 to 12; correct one of them",
    ),
    "a value in place outside its range": (
        "cost = 0.5",
        'cost = { value = 5.0, unit = "1", range = [0.1, 0.9], source = "x" }',
        "parameters.cost: 5 lies outside its plausible range, 0.1 to 0.9; correct one of them",
    ),
    "a range upside down": (
        "cost = 0.5",
        'cost = { value = 0.5, unit = "1", range = [0.9, 0.1], source = "x" }',
        "parameters.cost: the range [0.9, 0.1] must go from low to high",
    ),
    "a value in place without source": (
        "cost = 0.5",
        'cost = { value = 0.5, unit = "1", range = [0.1, 0.9] }',
        "parameters.cost: a number written in place needs source",
    ),
    "a value in place with a typo": (
        "cost = 0.5",
        'cost = { value = 0.5, unit = "1", range = [0.1, 0.9], sourec = "x" }',
        "parameters.cost: unknown key 'sourec'; did you mean 'source'?",
    ),
    "a number without provenance": (
        'numbers = "*"',
        'numbers = "q*"',
        "parameters.cost: has no unit, range and source; write it in place or add a [[provenance]] rule",
    ),
    "shares that do not sum": (
        "South = { trade = 0.3,",
        "South = { trade = 0.4,",
        "shares: the trade shares sum to 1.1, must sum to 1",
    ),
    "weights that do not sum": ("weight = 0.6", "weight = 0.5", "channels: "),
    "clout that does not sum": ("clout = 0.6", "clout = 0.5", "actors.Buffer.factions: "),
    "a share without bandwidth": (
        "South = { trade = 0.4, politics = 0.5 }",
        "South = { trade = 0.4 }",
        "bandwidths.South.politics: missing or zero",
    ),
    "a coupling of nothing": (
        "[couplings.wealth]",
        "[couplings.welth]",
        "couplings.welth: no quantity of this name; did you mean 'wealth'?",
    ),
    "a source that does not exist": (
        "war = -0.3",
        "wra = -0.3",
        "couplings.wealth.\"wra\": no 'wra' in this scenario; did you mean 'war'?",
    ),
    "an expression that is none": ("war = -0.3", '"war +" = -0.3', 'couplings.wealth."war +": '),
    "an expression with a call": ("war = -0.3", '"sin(war)" = -0.3', 'couplings.wealth."sin(war)": '),
    "a driver of itself": ("[parameters]", '[drivers]\nheat = "heat + 1"\n[parameters]', "drivers.heat: "),
    "an initiator that does not exist": (
        'initiator = "North"',
        'initiator = "Nroth"',
        "events.loan.initiator: no actor 'Nroth'; did you mean 'North'?",
    ),
    "a responder that does not exist": (
        'responder = "Buffer"\nbase_logit = -2.0',
        'responder = "Bufer"\nbase_logit = -2.0',
        "events.loan.responder: no actor 'Bufer'; did you mean 'Buffer'?",
    ),
    "an effect on nothing": (
        "wealth = 0.05",
        "welth = 0.05",
        "events.loan.accepted.welth: nothing of this name to change; did you mean 'wealth'?",
    ),
    "an effect on a link that is none": (
        "bandwidth.North.politics = 0.1",
        "bandwidth.North.arms = 0.1",
        "events.loan.accepted.bandwidth.North.arms: nothing of this name to change",
    ),
    "an effect with a driver that is none": (
        'times = "cost"',
        'times = "costs"',
        "events.loan.accepted.payoff.North: no 'costs' in this scenario; did you mean 'cost'?",
    ),
    "an effect that is no number": (
        "wealth = 0.05",
        'wealth = "more"',
        "events.loan.accepted.wealth: must be a finite number",
    ),
    "a refusal that nobody can make": (
        "effects = { war = 0.2, wealth = -0.1 }",
        "effects = { war = 0.2 }\nrefused = { war = 0.1 }",
        "events.raid.refused: nobody can refuse; add a responder",
    ),
    "names for the endings of what is no contest": (
        "effects = { war = 0.2, wealth = -0.1 }",
        'effects = { war = 0.2, wealth = -0.1 }\nendings = { accepted = "all burns" }',
        "events.raid.endings: only what a contest decides has endings with names",
    ),
    "a valuation of nothing": (
        "wealth = 12",
        "welth = 12",
        (
            "actors.Buffer.factions.court.valuations.welth: nothing of this name to value; "
            "did you mean 'wealth'?"
        ),
    ),
    "a valuation of nothing at all": (
        "wealth = 12",
        "harvest = 12",
        (
            "actors.Buffer.factions.court.valuations.harvest: nothing of this name to value; "
            "add a quantity of this name, or leave"
        ),
    ),
    "an outcome of nothing": (
        'any_of = ["loan"]',
        'any_of = ["laon"]',
        "outcomes.loan.any_of: no event 'laon'; did you mean 'loan'?",
    ),
    "an outcome that borrows an event's name": (
        'any_of = ["loan"]',
        'any_of = ["loan"]\nnode = "refused"',
        "outcomes.loan: is also the name of an event, but asks for something else; give it another name",
    ),
    "a posture of nothing": (
        "below = { alignment.order = -0.05 }",
        "below = { alignment.ordr = -0.05 }",
        "postures.leaning.below.alignment.ordr: no ",
    ),
    "a posture of a parameter": (
        "below = { alignment.order = -0.05 }",
        "below = { cost = 0.6 }",
        "postures.leaning.below.cost: a posture reads the state and drivers; add a driver that is 'cost'",
    ),
    "a posture of a calendar": (
        "below = { alignment.order = -0.05 }",
        'above = { feast = 0.6 }\n[calendars.feast]\ndates = ["2010-06"]',
        "postures.leaning.above.feast: a posture reads the state and drivers; add a driver that is 'feast'",
    ),
    "a bloc of strangers": (
        'South = ["South"]',
        'South = ["Suoth"]',
        "blocs.South: no power 'Suoth'; did you mean 'South'?",
    ),
    "a channel of the clout that is none": (
        'channel = "politics"',
        'channel = "politic"',
        "clout.channel: no channel 'politic'; did you mean 'politics'?",
    ),
    "two targets": (
        'role = "power"\nposition = [0.8, 0.0]',
        'role = "target"\nposition = [0.8, 0.0]',
        "actors: ",
    ),
    "a role that is none": (
        'role = "target"',
        'role = "victim"',
        "actors.Buffer.role: must be 'target', 'power', 'proxy' or 'domestic' (found 'victim')",
    ),
    "a theory that is none": (
        "[time]",
        '[decision]\ntheory = "qer"\n[time]',
        "decision.theory: must be 'qre', ",
    ),
    "a headline that is none": (
        'question = "',
        'headlines = ["wealt"]\nquestion = "',
        "headlines: no path 'wealt'; did you mean 'wealth'?",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_one_line_with_key_and_problem(name, tmp_path):
    good, bad, line = BAD[name]
    text = SMALL.read_text(encoding="utf-8")
    assert text.count(good) >= 1
    found = problems_of(text.replace(good, bad, 1), tmp_path)
    assert any(each.startswith(line) for each in found), found
    assert all("\n" not in each and len(each) < 300 for each in found)


def test_several_problems_are_told_together(tmp_path):
    text = SMALL.read_text(encoding="utf-8")
    for good, bad in (
        ("war = -0.3", "wra = -0.3"),
        ("wealth = 0.05", "welth = 0.05"),
        ('any_of = ["loan"]', 'any_of = ["laon"]'),
    ):
        text = text.replace(good, bad, 1)
    assert len(problems_of(text, tmp_path)) == 3
    two = text.replace("relaxation = 0.1", 'relaxation = "slow"').replace("months = 24", "months = -1")
    assert len(problems_of(two, tmp_path)) == 2


@pytest.mark.parametrize("command", ["run", "show", "trace", "check"])
def test_every_command_refuses_a_bad_file_with_exit_code_2(command, tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(SMALL.read_text(encoding="utf-8").replace("war = -0.3", "wra = -0.3"), encoding="utf-8")
    done = CliRunner().invoke(app, [command, str(path)])
    assert done.exit_code == 2
    assert (
        done.stderr
        == f"steppe: {path}: couplings.wealth.\"wra\": no 'wra' in this scenario; did you mean 'war'?\n"
    )
    assert done.stdout == "" and [each.name for each in tmp_path.iterdir()] == ["case.toml"]


def test_the_rules_that_a_file_without_sources_is_told_to_write_are_enough():
    raw = tomllib.loads((ROOT / "configs" / "mongolia-2024.toml").read_text(encoding="utf-8"))
    raw["provenance"] = []
    with pytest.raises(ScenarioError) as found:
        parse(raw, "bare.toml")
    lines = found.value.problems
    assert len(lines) < 70, "one line for numbers of a kind, not one for each of six hundred"
    named = [
        line.split('numbers = "')[1].rstrip('"') if "numbers =" in line else line.split(": ")[1]
        for line in lines
    ]
    raw["provenance"] = [
        {"numbers": name, "unit": "1", "plus": [-9.0, 9.0], "source": "told"} for name in named
    ]
    told = parse(raw, "sourced.toml").provenance
    assert len(told) > 400 and set(told) == set(itertools.filterfalse(is_choice, shipped().numbers))


def test_files_that_cannot_be_read_are_refused(tmp_path):
    (tmp_path / "bytes.toml").write_bytes(b'title = "\xff"')
    for path, problem in (
        (tmp_path / "bytes.toml", "cannot be read"),
        (tmp_path, "cannot be read"),
        (tmp_path / "no.toml", "no such file"),
    ):
        with pytest.raises(ScenarioError, match=problem):
            load(path)


# -- overriding ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(file, id=file.stem, marks=[pytest.mark.slow] * file.stem.startswith("mongolia"))
        for file in FILES
    ],
)
def test_every_number_of_a_shipped_scenario_can_be_set_by_its_path(file):
    """And is then what the model is made of; parts of a whole are set together."""
    scenario = load(file)
    for path, value in scenario.numbers.items():
        moved = next(nudges(scenario, path))
        assert moved.numbers[path] != value
        assert value_in(moved.case.file, path) == moved.numbers[path]
        assert dict(moved.overrides)[path] == moved.numbers[path]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_rule_of_a_shipped_scenario_is_about_some_number(file):
    scenario = load(file)
    for rule in scenario.case.provenance:
        assert any(fnmatch.fnmatchcase(path, rule.numbers) for path in scenario.numbers), rule.numbers


def value_in(case: BaseModel, path: str) -> Any:
    """The number at a path of the checked case, found through its fields, not through the text."""
    here: Any = case
    for step in tomllib.loads(f"[{path}]") and keys_of(path):
        if isinstance(here, BaseModel):
            here = getattr(here, step)
        elif isinstance(here, list | tuple):
            here = here[int(step)]
        elif isinstance(here, dict):
            here = here[step]
    return here["size"] if isinstance(here, dict) and "size" in here else here


def keys_of(path: str) -> list[str]:
    """The steps of a path; parts in quotes are one."""
    steps, here = [], tomllib.loads(f"[{path}]")
    while here:
        key = next(iter(here))
        steps.append(key)
        here = here[key]
    return steps


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("decision.precison", 2.0, "no such path; did you mean 'decision.precision'?"),
        ("quantities.waar.start", 0.5, "no such path; did you mean 'quantities.war.start' ("),
        (
            "events.visit_russia.accepted.statsu",
            0.1,
            "no such path; did you mean 'events.visit_russia.accepted.status' (",
        ),
        ("quantities", 0.5, "is a table, not a number"),
        ("quantities.war.start.deeper", 0.5, "no such path"),
        ("not a path", 0.5, "not a path"),
        ("decision.precision", "high", "must be a number"),
        ("decision.precision", float("nan"), "finite"),
        ("decision.precision", -1.0, "must be at least 0"),
        ("shares.Russia.energy", 0.5, "the energy shares sum to 0.57, must sum to 1"),
        ("paths.wra", [["2024-06", 0.5]], "did you mean 'war'?"),
        ("paths.war", [["2024-06"]], "paths.war"),
        ("interventions.forbidden", ["visit_rusia"], "did you mean 'visit_russia'?"),
        ("interventions.forced.visit_russia", ["2024-14"], "must be a month"),
    ],
)  # fmt: skip
def test_a_path_or_value_that_cannot_be_is_refused(path, value, problem):
    with pytest.raises(ScenarioError) as refused:
        shipped().override({path: value})
    assert any(problem in line for line in refused.value.problems), refused.value.problems


def test_paths_and_interventions_can_be_set():
    changed = shipped().override(
        {"paths.war": [["2024-06", 0.8], ["2025-06", 0.2]], "interventions.forced.visit_russia": ["2024-09"]}
    )
    assert lower(changed).series["war"][[0, 12]] == pytest.approx([0.8, 0.2])
    assert changed.case.interventions.forced == {"visit_russia": ["2024-09"]}


def test_a_value_set_on_purpose_may_leave_its_plausible_range_but_not_its_bounds():
    assert shipped().provenance["decision.precision"].high == 2.0
    assert shipped().override({"decision.precision": 9.0}).case.decision.precision == 9.0
    assert (
        shipped().override({"decision.precision": 9.0}).override({"time.months": 12}).case.decision.precision
        == 9.0
    )


def test_overriding_leaves_the_scenario_as_it_was():
    before, numbers = copy.deepcopy(shipped().raw), dict(shipped().numbers)
    changed = shipped().override({"quantities.war.start": 0.61, "events.scandal.base_logit": -4.0})
    assert shipped().raw == before and shipped().numbers == numbers
    differing = {path for path, value in changed.numbers.items() if numbers[path] != value}
    assert differing == {"quantities.war.start", "events.scandal.base_logit"}
    assert shipped().override({}).raw == shipped().raw


def test_settings_that_a_file_leaves_out_are_told():
    assert load(SMALL).defaults["influence.effort_elasticity"] == 0.5
    assert load(SMALL).defaults["alignment.power_speed"] == 0.05
    assert shipped().defaults.items() <= {"goodwill.curvature": 0.0, "alignment.power_speed": 0.05}.items()
    lines = CliRunner().invoke(app, ["show", str(SMALL)]).stdout
    assert "Left to the program, without a source: decision.precision = 1" in lines


def test_random_scenarios_without_one_of_their_tables_are_refused_or_run():
    for seed in range(40):
        raw = random_tables(seed)
        del raw[sorted(raw)[seed % len(raw)]]
        try:
            scenario = parse(raw, "damaged")
        except ScenarioError as refused:
            assert all(line.startswith("damaged: ") for line in refused.problems)
        else:
            assert len(list(rehearse(lower(scenario, 2), 2))) == 2
