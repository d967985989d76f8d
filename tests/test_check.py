"""Everything that the shipped scenario speaks of can happen, every number in it matters; `steppe check` finds
what does not.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.cli.progress import tried
from sim.engine.engine import Engine
from sim.engine.history import NODES
from sim.engine.interpreter import history_of, rehearse
from sim.outcomes.postures import posture, posture_names
from sim.scenario.load import ScenarioError, load, parse
from sim.scenario.lower import lower
from sim.scenario.schema import LEARNINGS, THEORIES
from sim.studies.check.ask import Check
from sim.studies.check.liveness import Liveness
from sim.studies.check.nudges import nudges
from sim.studies.check.reach import BASE_RUNS, CORNER_RUNS, Reach, corner, endings, fewest, pressed, reach
from sim.studies.check.rest import drifts
from sim.studies.check.setting import _differ
from sim.studies.check.trials import Trials
from tests.support.scenarios import random_scenario

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "cases" / "small.toml"

POSTURES = {
    "vassal": {"similarity.russia_and_china.strength": 2.5, "couplings.dependence_on_china.war": 0.1},
    "west_leaning": {
        "actors.China.budget": 0.1, "actors.United_States.budget": 3.0, "alignment.anchor": 0.5,
        "alignment.pull": 6.5,
    },
    "bandwagon_russia": {
        "actors.Russia.budget": 3.0, "actors.China.budget": 0.1, "alignment.threshold": 0.7,
    },
    "bandwagon_china": {
        "actors.Russia.budget": 3.0, "alignment.anchor": 0.5, "alignment.pull": 6.5,
        "alignment.backlash": 4.0, "alignment.threshold": 0.3,
    },
    "hedging": {},
    "isolated": {
        "actors.Russia.budget": 3.0, "actors.China.budget": 0.1, "influence.effort_elasticity": 0.7,
        "influence.openness_elasticity": 0.2, "influence.bandwidth_speed": 0.2,
    },
}  # fmt: skip
"""A run of the shipped scenario for each posture, as `steppe check` searches for them: all values lie within
their ranges.
"""

RARE = ("coerce_russia", "executed")
"""The ending that 512 runs of the shipped scenario do not meet: a threat that Russia makes good."""

SCENARIO_FILE = ROOT / "configs" / "mongolia-2024.toml"
SCENARIO = load(SCENARIO_FILE)


def sections() -> dict[str, list[str]]:
    """Numbers of the shipped scenario by section: tests of some can run side by side, and those of one are
    tried together, which is what makes trying fast.
    """
    found = defaultdict(list)
    for path in SCENARIO.numbers:
        found[path.partition(".")[0]].append(path)
    return found


@lru_cache(maxsize=1)
def shipped() -> Liveness:
    found = Reach(SCENARIO, lambda line: None)
    found.postures.update(POSTURES)
    return Liveness(SCENARIO, found, lambda line: None)


# -- the shipped scenario ------------------------------------------------------------------------------


@pytest.mark.parametrize("each", [5, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("section", sections())
def test_every_number_of_the_shipped_scenario_is_live(section, each):
    """No exceptions: all of them move some path, probability, posture or baseline; some of many, or all on
    demand.
    """
    paths = sections()[section][::each]
    shipped().try_all(paths)
    assert [path for path in paths if shipped().where[path] is None] == []


@pytest.mark.parametrize("name", SCENARIO.case.postures)
def test_every_posture_of_the_shipped_scenario_is_met_within_its_ranges(name):
    changes = POSTURES[name]
    for path, value in changes.items():
        known = SCENARIO.provenance[path]
        assert known.low <= value <= known.high
    history = Reach(SCENARIO, lambda line: None).history(changes, CORNER_RUNS if changes else BASE_RUNS)
    assert history is not None
    assert (posture(history) == posture_names(SCENARIO.case).index(name)).any()


def test_every_ending_of_every_event_of_the_shipped_scenario_is_met():
    found = Reach(SCENARIO, lambda line: None)
    found.postures.update(POSTURES)
    found.search()
    assert found.missing == []
    # so rare that it hangs on luck whether the file as it stands meets it
    assert {ending for ending, met in found.endings.items() if met} <= {RARE}
    assert len(found.endings) >= 110


def test_the_shipped_scenario_stands_still_but_for_the_rumour_and_the_lapse_of_sanctions():
    """The rumour starts at .30 by judgement, with nothing that would hold it there; sanctions that nobody
    renews lapse, and what hangs on them moves. All else is exactly at rest.
    """
    moved = drifts(SCENARIO)
    assert -0.2 < moved["sanctions"] < -0.1 and moved["status"] > 0.02
    assert moved["rumour"] == pytest.approx(-0.3, abs=1e-6)
    held = drifts(SCENARIO.override({"quantities.sanctions.relaxation": 0.0, "quantities.rumour.start": 0.0}))
    assert {name for name, change in held.items() if change != 0.0} == set()


def test_a_bound_of_a_stock_on_a_path_matters_as_the_path_it_would_refuse():
    raw = tomllib.loads(SMALL.read_text())
    raw["quantities"]["war"] = {"label": "War", "low": -0.5, "high": 0.9}
    raw["provenance"].append(
        {"numbers": "quantities.war.*", "unit": "0-1", "range": [-1.0, 2.0], "source": "test"}
    )
    raw["paths"] = {"war": [[raw["time"]["start"], 0.0], ["2030-01", 0.5], ["2031-01", 0.4]]}
    scenario = parse(raw, "small.toml")
    live = Liveness(scenario, Reach(scenario, lambda line: None), lambda line: None)
    live.try_all(["quantities.war.low", "quantities.war.high"])
    assert (
        set(live.where.values()) == {None, "in what paths may be given"}
        and len(live.dead) == len(live.where) - 2
    )
    with pytest.raises(
        ScenarioError,
        match=r"paths.war: 0.5 in 2030-01 lies outside -0.5 to 0.3 \(and 1 more of its points\)",
    ):
        scenario.override({"quantities.war.high": 0.3})


def others() -> list[Any]:
    """All other shipped scenarios; one that runs for decades is checked on demand."""
    files = sorted(set((ROOT / "configs").glob("*[0-9].toml")) - {SCENARIO_FILE})
    return [
        pytest.param(f, id=f.stem, marks=[pytest.mark.slow] if load(f).case.time.months > 120 else [])
        for f in files
    ]


@pytest.mark.slow
@pytest.mark.parametrize("file", others())
def test_every_other_shipped_scenario_passes_the_check(file):
    """All endings and postures met, all numbers live, nothing moves without shocks, events and paths, and a
    push dies away.
    """
    scenario = load(file)
    found = Check(scenario)
    lines = list(found.report())
    assert found.faults == []
    assert scenario.case.paths or any(line.startswith("  Yes: nothing moves") for line in lines)


def test_a_number_that_leaves_other_numbers_in_the_state_moves_something():
    """As one axis instead of two does, and nothing else of a month differs."""
    apart = np.zeros((3, 4)), np.zeros((2, 4))
    assert _differ(*apart) and not _differ(apart[0], np.zeros((3, 4)))


# -- the rehearsal is the ensemble, run by run ---------------------------------------------------------


@pytest.mark.parametrize("theory", THEORIES)
def test_the_rehearsal_tells_the_same_futures_as_the_ensemble(theory):
    world = lower(SCENARIO.override({"decision.theory": theory}), 8)
    slow = history_of(world, list(rehearse(world, 8)))
    fast = Engine.of(world).page(1, np.arange(8, dtype=np.uint64))
    for name in world.recorded:
        assert slow[name].tobytes() == np.ascontiguousarray(fast[name]).tobytes(), name
    for event in world.parts.events:
        assert (slow.codes(event.name) == fast.codes(event.name)).all()


@pytest.mark.parametrize("seed", range(6))
def test_the_rehearsal_of_a_random_scenario_tells_the_same_futures_as_the_ensemble(seed):
    world = lower(random_scenario(seed, learning=LEARNINGS[seed % 4]))
    slow = history_of(world, list(rehearse(world, 5)))
    fast = Engine.of(world).page(1, np.arange(5, dtype=np.uint64))
    for name in world.recorded:
        assert slow[name].tobytes() == np.ascontiguousarray(fast[name]).tobytes(), name


@pytest.mark.slow
def test_trials_tell_the_futures_of_each_change_by_itself():
    """Changes of numbers share a program, others go another way; only how a power is taken moves bits."""
    trials = Trials(SCENARIO)
    changes = [
        {}, {"quantities.sanctions.start": 0.9}, {"events.coerce_russia.cooldown": 9},
        {"influence.effort_elasticity": 0.5}, {"decision.theory": "level2"},
        {"parameters.offence_scale": 0.0},
    ]  # fmt: skip
    found = list(trials.histories(changes, 8))
    assert [history is None for history in found] == [False, False, False, True, True, False]
    for each, history in zip(changes, found, strict=True):
        if history is not None:
            alone = Engine.of(lower(SCENARIO.override(each))).page(1, np.arange(8, dtype=np.uint64))
            for name in alone.world.recorded:
                assert np.allclose(history[name], alone[name], rtol=0, atol=1e-6, equal_nan=True), (
                    each,
                    name,
                )


# -- planted faults are found --------------------------------------------------------------------------


def small(**sections_of_it):
    """The small case with more in some of its sections."""
    raw = tomllib.loads(SMALL.read_text(encoding="utf-8"))
    for section, more in sections_of_it.items():
        for name, entry in more.items():
            old = raw.setdefault(section, {}).get(name)
            raw[section][name] = old | entry if isinstance(old, dict) else entry
    return parse(raw, "small.toml")


def faults(scenario) -> list[str]:
    found = Check(scenario)
    lines = list(found.report())
    assert lines[len(lines) - len(found.faults) :] == found.faults
    return found.faults


def test_a_small_case_without_faults_passes():
    assert faults(small()) == []


PLANTED = {
    "a parameter that nothing uses": (
        {"parameters": {"idle": 0.3}}, ["number parameters.idle: moves nothing"],
    ),
    "a parameter that only an unused driver uses": (
        {"parameters": {"idle": 0.3}, "drivers": {"unused": "0 * idle"}},
        ["number parameters.idle: moves nothing"],
    ),
    "a speed towards where a stock already is": (
        {"quantities": {"calm": {"label": "Calm", "start": 0.5, "relaxation": 0.1}}},
        ["number quantities.calm.relaxation: moves nothing"],
    ),
    "an event that cannot happen": (
        {"events": {"flood": {"label": "Flood", "initiator": "nature", "base_logit": -2.0, "gate": "0",
        "effects": {"war": 1}}}},
        ["event flood: never met to take place", "number events.flood.base_logit: moves nothing",
         "number events.flood.effects.war: moves nothing"],
    ),
    "a posture that contradicts itself": (
        {"postures": {"leaning": {"above": {"alignment": {"order": 0.5}}}}},
        ["posture leaning: never met", "number postures.leaning.below.alignment.order: moves nothing",
         "number postures.leaning.above.alignment.order: moves nothing"],
    ),
    "a posture behind one that takes all": ({"postures": {"late": {"above": {"wealth": 0.1}}}},
        ["posture late: never met", "number postures.late.above.wealth: moves nothing"]),
    "a wait for nobody": ({"decision": {"outside": 0.5}}, ["number decision.outside: moves nothing"]),
    "terms of which nobody gives anything": (
        {"events": {"favour": {"label": "A deal that costs North dear", "initiator": "North",
        "responder": "Buffer", "base_logit": -1.0, "response_logit": 0.0, "accepted": {"payoff.North": -4.0},
        "terms": {"to_target": 2.0, "to_power": -3.0}}}},
        ["number events.favour.terms.to_target: moves nothing",
         "number events.favour.terms.to_power: moves nothing"],
    ),
    "a number whose range is one point": ({"quantities": {"war": {"noise": 0.0}}},
        ["number quantities.war.noise: its range leaves it no other value"]),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_and_nothing_else(name, monkeypatch):
    monkeypatch.setattr("sim.studies.check.reach.CORNERS", 10)
    more, expected = PLANTED[name]
    assert faults(small(**more)) == expected


def test_check_prints_the_report_and_fails_on_faults(tmp_path):
    good = CliRunner().invoke(app, ["check", str(SMALL)])
    assert good.exit_code == 0, good.output
    assert good.stdout.splitlines()[-2] == "Everything can happen, and every number matters."
    bad = CliRunner().invoke(app, ["check", str(SMALL), "--set", "quantities.war.noise=0.0"])
    assert bad.exit_code == 1
    assert "quantities.war.noise" in bad.stdout and "faults found: 1" in bad.stderr
    assert CliRunner().invoke(app, ["check", str(tmp_path / "none.toml")]).exit_code == 2


def test_what_drifts_without_a_cause_is_told():
    held = small(quantities={"war": {"label": "War", "start": 0.2, "relaxation": 0.1, "intercept": 0.6}})
    assert drifts(held)["war"] == pytest.approx(0.4 * (1 - 0.9**24))
    assert any(line.startswith("  war moves by +0.368") for line in Check(held).report())


# -- the tools themselves ------------------------------------------------------------------------------


def test_a_nudge_stays_in_range_and_keeps_wholes_whole():
    for path in ("shares.North.trade", "channels.trade.weight", "actors.Buffer.factions.court.clout"):
        moved = list(nudges(small(), path))
        assert len(moved) == 2
        for scenario in moved:
            known = scenario.provenance[path]
            assert scenario.numbers[path] != small().numbers[path]
            assert sum(row["trade"] for row in scenario.case.shares.values()) == pytest.approx(1)
            assert known.unit == "1"


def test_fewest_leaves_only_what_is_needed():
    changes = dict.fromkeys("abcdefgh", 1.0)
    assert set(fewest(changes, lambda some: {"b", "g"} <= set(some))) == {"b", "g"}
    assert fewest(changes, lambda some: True) == {}
    assert fewest(changes, lambda some: len(some) == 8) == changes


def test_a_corner_stays_within_ranges_and_bounds():
    for number in range(20):
        changes = corner(SCENARIO, number)
        assert 10 < len(changes) < 80
        for path, value in changes.items():
            known = SCENARIO.provenance[path]
            assert known.low <= value <= known.high or path.startswith("quantities.")
        try:
            SCENARIO.override(changes)
        except ScenarioError as error:
            pytest.fail(str(error))


def test_a_pressed_event_ends_as_it_is_pressed_to():
    for event, node in (("loan", "accepted"), ("loan", "refused"), ("raid", "took_place")):
        world = lower(small().override(pressed(small(), small().rows[event], node)))
        history = history_of(world, list(rehearse(world, 16)))
        assert (history.codes(event) & NODES[node]).astype(bool).any(axis=0).all()
    assert ("loan", "refused") in set(endings(lower(small())))


def test_a_posture_is_explained_by_what_it_needs():
    found = reach(small(postures={"leaning": {"below": {"wealth": 0.1}}}))
    assert found.postures == {"leaning": {"quantities.wealth.start": 0.25}, "hedging": {}}


def test_one_question_can_be_asked_alone(tmp_path):
    quick = {
        "endings": ["Can everything happen?"],
        "rest": ["Does it stand still without shocks and events?", "Does it come to rest after a push?"],
    }
    for part, questions in quick.items():
        done = CliRunner().invoke(app, ["check", str(SMALL), "--only", part])
        asked = [line for line in done.stdout.splitlines() if line.endswith("?")]
        assert asked == questions and "number " not in done.stderr, done.output
    numbers = "\n".join(Check(load(SMALL)).report(only="numbers"))
    assert "Does every number matter?" in numbers and "Can everything" not in numbers


@pytest.mark.parametrize("part", ["ending", "", "all", "numbers,rest", "\x1b[31m"])
def test_an_unknown_question_names_the_known_ones(part):
    done = CliRunner().invoke(app, ["check", str(SMALL), "--only", part])
    assert done.exit_code == 2 and done.stdout == "" and "choose one of endings, numbers, rest" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_check_whose_output_is_piped_says_now_and_then_what_it_tries(monkeypatch, capsys):
    done = CliRunner().invoke(app, ["check", str(SMALL), "--only", "endings"])
    first, *_ = done.stderr.splitlines()
    assert re.fullmatch(r"checking, \d+ s: as the scenario stands", first)
    clock = iter([0.0, 0.1, 5.0, 11.0, 12.0, 30.0])
    monkeypatch.setattr("sim.cli.progress.time.monotonic", lambda: next(clock))
    with tried() as tell:
        for number in range(5):
            tell(f"try {number}")
    told = ["checking, 0 s: try 0", "checking, 11 s: try 2", "checking, 30 s: try 4"]
    assert capsys.readouterr().err.splitlines() == told
