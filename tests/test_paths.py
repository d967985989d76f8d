"""Paths are compared by where they lead; what they set is what was meant, or one line says what may have
been.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.refusal import ScenarioError
from sim.scenario.load import Scenario, load
from sim.scenario.paths import BadPath, clash, place_of, spelled

ROOT = Path(__file__).parents[1]
SMALL, ARMENIA = ROOT / "tests" / "cases" / "small.toml", ROOT / "configs" / "armenia-2024.toml"

IN_PLACE = 'cost = { value = 0.5, unit = "1", range = [0.1, 0.9], source = "x" }'


@lru_cache
def small() -> Scenario:
    return load(SMALL)


def written(folder: Path, *changes: tuple[str, str]) -> Scenario:
    """The small case with some of its text replaced."""
    text = SMALL.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "case.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


# -- places ------------------------------------------------------------------------------------------

ONE_NUMBER = [
    ("decision.precision", '"decision"."precision"'),
    ("decision.precision", " decision . precision "),
    ("decision.precision", "'decision'.\"precision\""),
    ("events.loan.accepted.payoff.North", "events.loan.accepted.payoff.North.size"),
    ("actors.South.position.1", "actors.South.position.01"),
    ("actors.South.position.1", 'actors.South."position"."1"'),
    ("couplings.wealth.war", 'couplings.wealth."war"'),
    ("quantities.war.high", 'quantities.war."\\u0068igh"'),
]


@pytest.mark.parametrize(("one", "other"), ONE_NUMBER)
def test_two_spellings_of_one_number_are_one_place_and_are_not_set_together(one, other):
    assert small().place(one) == small().place(other)
    with pytest.raises(ScenarioError, match="is set twice"):
        small().override({one: 0.1, other: 0.1})


def test_a_number_in_place_and_its_value_are_one_place(tmp_path):
    scenario = written(tmp_path, ("cost = 0.5", IN_PLACE))
    assert (
        scenario.place("parameters.cost") == scenario.place("parameters.cost.value") == ("parameters", "cost")
    )
    with pytest.raises(ScenarioError, match="is set twice"):
        scenario.override({"parameters.cost": 0.2, "parameters.cost.value": 0.3})
    assert scenario.override({"parameters.cost.value": 0.3}).case.parameters["cost"] == 0.3


def test_a_table_and_a_number_inside_it_are_not_set_together():
    for inner in ("paths.war.0.1", "paths.war.0"):
        with pytest.raises(ScenarioError, match="is set twice"):
            small().override({"paths.war": [["2010-01", 0.5]]}).override(
                {"paths.war": [["2010-01", 0.1]], inner: 0.3}
            )
    with pytest.raises(ScenarioError, match="is set twice"):
        small().override(
            {"interventions.forced": {"raid": ["2010-05"]}, "interventions.forced.raid": ["2010-06"]}
        )


def test_what_was_set_is_told_by_the_one_spelling_of_its_place():
    changed = small().override({"events.loan.accepted.payoff.North": -2.0, '"time".months': 12})
    assert dict(changed.overrides) == {"events.loan.accepted.payoff.North.size": -2.0, "time.months": 12}
    assert changed.override({"time.months": 6}).case.time.months == 6, (
        "a second change of one number is no contradiction"
    )


def test_places_of_every_number_are_spelt_as_the_numbers_are():
    for path in small().numbers:
        assert spelled(place_of(small().raw, path)) == path


def test_a_clash_is_found_among_paths_that_look_alike():
    assert clash({"a": ("x", 1), "b": ("x", 10), "c": ("x", 11, "y")}) is None
    assert set(clash({"a": ("x", 1, 0), "b": ("x", 10), "c": ("x", 1)}) or ()) == {"a", "c"}


NO_PATHS = (
    "#x", "[a]#", "a.", ".a", "", " ", "a..b", "a\nb", "a = 1 #", 'a = "x" #', "a]", "[a]", "a b",
    'provenance."²"', "x" * 9000, ".".join("a" * 900), "paths.war.²", "actors.South.position.-1",
    "actors.South.position.1e0", "actors.South.position.٠", "actors.South.position." + "1" * 5000,
)  # fmt: skip


@pytest.mark.parametrize("path", NO_PATHS, ids=range(len(NO_PATHS)))
def test_what_is_no_path_is_refused_in_one_line(path):
    with pytest.raises(BadPath):
        small().place(path)
    with pytest.raises(ScenarioError) as refused:
        small().override({path: 1.0})
    assert len(refused.value.problems) == 1 and "--set" not in str(refused.value)


# -- the command line --------------------------------------------------------------------------------

STRANGE = (
    "#x=1",
    "[a]#=1",
    'provenance."²"=1',
    "title=" + "[" * 3000,
    "title=" + "9" * 5000,
    "=1",
    "x",
    "'=1",
    "title={a=" * 900,
)


@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
def test_a_strange_setting_is_refused_in_one_line(text):
    done = CliRunner().invoke(app, ["show", str(SMALL), "--set", text])
    assert done.exit_code == 2 and len(done.stderr.splitlines()) == 1 and done.stderr.startswith("steppe: ")


@pytest.mark.parametrize(
    "texts",
    [
        ("decision.precision=1", "decision.precision=2"),
        ("decision.precision=1", '"decision".precision=2'),
        ("events.loan.accepted.payoff.North=1", "events.loan.accepted.payoff.North.size=2"),
    ],
)
def test_a_number_set_twice_on_the_command_line_is_refused(texts):
    done = CliRunner().invoke(
        app, ["show", str(SMALL), *(word for text in texts for word in ("--set", text))]
    )
    assert done.exit_code == 2 and "is set twice" in done.stderr


# -- settings that a file leaves out -----------------------------------------------------------------

LEFT_OUT = {
    "decision.theory": "level1", "decision.precision": 2.0, "effort.speed": 0.1, "actors.Russia.budget": 1.1,
    "events.visit_russia.once": True, "events.visit_russia.retry": 3, "goodwill.noise": 0.01,
    "influence.bandwidth_speed": 0.5, "openness.temperature": 2.0, "events.visit_russia.lead": 1,
    "note": "changed", "alignment.reach": 2.5,
}  # fmt: skip


@pytest.mark.parametrize("path", LEFT_OUT)
def test_a_setting_that_a_file_leaves_to_the_program_can_be_set(path):
    scenario = load(ARMENIA).override({path: LEFT_OUT[path]})
    here = scenario.case
    for step in path.split("."):
        here = here[step] if isinstance(here, dict) else getattr(here, step)
    assert here == LEFT_OUT[path]


def test_a_setting_in_a_section_that_the_file_does_not_have_can_be_set_on_the_command_line():
    assert "decision" not in load(ARMENIA).raw
    done = CliRunner().invoke(
        app, ["show", str(ARMENIA), "--set", "decision.theory=heuristic", "--set", "effort.speed=0.1"]
    )
    assert done.exit_code == 0 and "theory of choice heuristic" in done.stdout


def test_names_are_not_made_by_setting_them():
    for path in (
        "quantities.new.start",
        "events.new.base_logit",
        "parameters.new",
        "couplings.wealth.autonomy",
        "drivers.x",
    ):
        with pytest.raises(ScenarioError, match="no such path"):
            small().override({path: 0.5})


# -- values from Python ------------------------------------------------------------------------------


def test_numbers_of_numpy_and_whole_floats_are_taken():
    changed = small().override(
        {
            "decision.precision": np.float32(0.5),
            "time.months": 12.0,
            "events.loan.cooldown": np.int64(4),
            "actors.South.ideal": (0, 1),
        }
    )
    assert changed.case.time.months == 12 and isinstance(changed.case.time.months, int)
    assert changed.case.events["loan"].cooldown == 4 and changed.case.decision.precision == 0.5
    assert changed.override({"actors.North.position": np.array([0.5, 0.5])}).case.actors[
        "North"
    ].position == [0.5, 0.5]
    assert all(type(value) in (int, float, list) for _, value in changed.overrides)
    for bad in (12.5, np.float64("nan"), np.bool_(True), None, "12", object(), 10**400):
        with pytest.raises(ScenarioError, match=r"time\.months"):
            small().override({"time.months": bad})


# -- suggestions -------------------------------------------------------------------------------------

MEANT = {
    "welth": "'quantities.wealth.start'",
    "Aid from Soth": "'events.aid.base_logit'",
    "loan.Noth": "'events.loan.accepted.tilt.North'",
    "decison.precision": "'decision.precision'",
    "quantites.war.start": "'quantities.war.start'",
    "events.raid.probability": "'base_logit'",
    "quantities.war.initial": "'start'",
    "quantities": "'quantities.wealth.start'",
    "xyzzy": None,
}  # fmt: skip


@pytest.mark.parametrize("path", MEANT)
def test_a_path_that_leads_nowhere_hints_at_what_is_near_in_meaning_or_at_nothing(path):
    path_, hint = (f'"{path}"' if " " in path else path), MEANT[path]
    with pytest.raises(ScenarioError) as refused:
        small().override({path_: 0.5})
    line = refused.value.problems[0]
    assert (f"did you mean {hint}" in line) if hint else ("did you mean" not in line), line


# -- what an effect may not change, and who is missing ------------------------------------------------

TOLD = {
    "an effect on what is computed": (
        "wealth = 0.05",
        "autonomy = 0.05",
        "events.loan.accepted.autonomy: autonomy is computed from the rest of the state, "
        "so no effect can set it",
    ),
    "an effect on a share": (
        "wealth = 0.05", "share.North = 0.05", "events.loan.accepted.share.North: share is computed",
    ),
    "an effect on alignment": (
        "wealth = 0.05", "alignment.order = 0.05", "events.loan.accepted.alignment.order: alignment is",
    ),
    "an effect on a parameter": (
        "wealth = 0.05", "cost = 0.05", "events.loan.accepted.cost: cost is computed by an expression",
    ),
    "an effect on an actor that is missing": (
        "wealth = 0.05",
        "attraction.domestic.trade = 0.05",
        "events.loan.accepted.attraction.domestic.trade: nothing of this name to change; "
        "there is none of 'domestic'",
    ),
    "an actor that is misspelt": (
        "goodwill.North = -0.05",
        "goodwill.Nroth = -0.05",
        "events.loan.refused.goodwill.Nroth: nothing of this name to change; did you mean 'North'?",
    ),
    "a supplier without a table": (
        "South = { trade = 0.3, politics = 0.5 }",
        "South = { trade = 0.2, politics = 0.5 }\ndomestic = { trade = 0.1 }",
        "shares.domestic: no power of this name, and no domestic supplier; "
        "add [actors.domestic], or take this out",
    ),
    "a chance for log odds": (
        "base_logit = -3.0",
        "probability = 0.02",
        "events.raid.probability: unknown key 'probability'; "
        'write about = "2 % a month", which is base_logit = -3.89',
    ),
    "a number for a word": (
        "relaxation = 0.1",
        "relaxation = 0.1\nintercept = true",
        "quantities.wealth.intercept: must be a number or 'auto' (found True)",
    ),
    "a word for a number": (
        "start = 0.5", 'start = "high"', "quantities.wealth.start: must be a number or 'rest' (found",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TOLD)
def test_one_line_says_what_is_meant_or_what_to_do(case, tmp_path):
    old, new, line = TOLD[case]
    with pytest.raises(ScenarioError) as refused:
        written(tmp_path, (old, new))
    lines = [each.removeprefix(f"{tmp_path / 'case.toml'}: ") for each in refused.value.problems]
    assert sum(each.startswith(line) for each in lines) == 1, lines
    assert len({each.partition(": ")[0] for each in lines}) == len(lines), "one line a key"


# -- scenarios by their files ------------------------------------------------------------------------


def test_the_library_takes_the_file_of_a_scenario_and_says_what_else_is_none():
    import sim

    whole = sim.run(str(SMALL), runs=8, months=2, threads=1)
    assert whole.outcomes.equals(sim.run(SMALL, runs=8, months=2, threads=1).outcomes)
    assert sim.compare(str(SMALL), SMALL, runs=8, months=2, threads=1).runs == 8
    for bad in (None, 3, {"title": "x"}, b"small.toml"):
        with pytest.raises(
            TypeError, match=r"give a scenario, as sim\.load makes it, or the path of a scenario file, not "
        ):
            sim.run(bad)
    with pytest.raises(ScenarioError, match="no such file"):
        sim.run("no-such-file.toml")
