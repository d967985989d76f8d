"""What is done in the course of a run leaves the start alone; what is read otherwise changes it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.engine.engine import Engine
from sim.engine.families import Family
from sim.engine.history import History
from sim.engine.interpreter import history_of, rehearse
from sim.engine.pages import lots_of
from sim.rules.decisions import THEORIES
from sim.rules.learnings import LEARNINGS
from sim.scenario.load import Scenario, ScenarioError, load, parse
from sim.scenario.lower import World, lower
from sim.scenario.schema import month_number
from sim.scenario.wholes import wholes
from sim.studies.sweep.plan import plan_of
from tests.support.scenarios import random_scenario
from tests.test_parity import assert_same_bytes

ROOT = Path(__file__).parents[1]
MONGOLIA = load(ROOT / "configs" / "mongolia-2024.toml")
SMALL = load(ROOT / "tests" / "cases" / "small.toml")
MONTHS = 14
RUNS = np.arange(8, dtype=np.uint64)


def history(scenario: Scenario | World, months: int = MONTHS) -> History:
    world = scenario if isinstance(scenario, World) else lower(scenario, months)
    return Engine.of(world).page(1, RUNS)


def same(one: History, other: History, months: slice = slice(None)) -> bool:
    """Whether recorded numbers and codes of two histories are the same bytes in some months."""
    names = [event.name for event in one.world.parts.events]
    codes = all((one.codes(name)[months] == other.codes(name)[months]).all() for name in names)
    return codes and all(
        one[name][months].tobytes() == other[name][months].tobytes() for name in one.world.recorded
    )


def wants(scenario: Scenario, times: float) -> dict[str, float]:
    """The valuations of autonomy of everybody in the target, multiplied."""
    paths = [path for path in scenario.numbers if path.endswith("valuations.autonomy")]
    return {path: scenario.numbers[path] * times for path in paths}


@pytest.mark.parametrize("month", [None, "2024-06", "2024-09"])
def test_an_intervention_that_sets_what_is_there_moves_no_bit(month):
    own = {"decision.precision": MONGOLIA.numbers["decision.precision"], **wants(MONGOLIA, 1.0)}
    assert same(history(MONGOLIA), history(MONGOLIA.intervene(own, month)))


@pytest.mark.parametrize(
    "changes",
    [
        wants(MONGOLIA, 0.0), {"sanctions": 0.95}, {"decision.theory": "adaptive"},
        {"decision.learning": "ewa"}, {"interventions.forbidden": ["visit_russia"]},
        {"actors.Mongolia.noise": 0.0}, {"events.visit_russia.base_logit": 2.0},
    ],
    ids=str,
)  # fmt: skip
def test_an_intervention_leaves_the_months_before_it_bit_for_bit(changes):
    base, done = history(MONGOLIA), history(MONGOLIA.intervene(changes, "2024-11"))
    assert same(base, done, slice(0, 5)) and not same(base, done)


def test_a_reading_of_a_want_keeps_the_start_at_rest_and_an_intervention_does_not():
    base = lower(MONGOLIA, 1)
    read, done = (lower(each(wants(MONGOLIA, 3.0)), 1) for each in (MONGOLIA.override, MONGOLIA.intervene))
    assert done.start == base.start, "the start, and what is measured from it, is that of the world as read"
    changed = [name for name in base.start if read.start[name] != base.start[name]]
    assert any(name.startswith("start.") for name in changed), "a reading moves the zero with the want"


def test_wanting_autonomy_matters_as_an_intervention_and_hardly_as_a_reading():
    """Paired over 512 runs: tried by hand before it was built, -.033 and +.070 (as readings -.002, +.004)."""
    moved = {}
    for times in (0.0, 3.0):
        for how in (MONGOLIA.intervene, MONGOLIA.override):
            one, other = sim.compare(MONGOLIA, how(wants(MONGOLIA, times)), 512, 1).pair("end.autonomy")
            moved[how.__name__, times] = float((other - one).mean())
    assert moved["intervene", 0.0] < -0.02 and moved["intervene", 3.0] > 0.04
    assert abs(moved["override", 0.0]) < 0.01 and abs(moved["override", 3.0]) < 0.01


def test_a_stock_held_from_the_first_month_is_a_path_with_the_start_as_it_was():
    held = history(MONGOLIA.intervene({"sanctions": 0.9}))
    base = lower(MONGOLIA, MONTHS)
    path = lower(MONGOLIA.override({"paths.sanctions": [["2024-06", 0.9]]}), MONTHS)
    assert same(held, history(replace(path, start=path.start | base.start)))
    assert (held["sanctions"] == 0.9).all()


def test_a_stock_is_held_from_its_month_until_it_is_free_and_goes_on_from_there():
    done = MONGOLIA.intervene({"sanctions": 0.9}, "2024-09").intervene({"sanctions": "free"}, "2025-01")
    found = history(done)
    assert (found["sanctions"][3:7] == 0.9).all() and same(history(MONGOLIA), found, slice(0, 3))
    after = found["sanctions"][7]
    assert (after != 0.9).any() and np.abs(after - 0.9).max() < 0.1


DONE = {
    "held and freed": [({"sanctions": 0.9}, "2024-08"), ({"sanctions": "free"}, "2024-12")],
    "goodwill held": [({"goodwill.China": 0.2}, None), ({"goodwill.China": "free"}, "2025-02")],
    "wants": [(wants(MONGOLIA, 3.0), "2024-09"), (wants(MONGOLIA, 0.0), "2025-01")],
    "theories": [({"decision.theory": "adaptive"}, "2024-09"), ({"decision.theory": "level2"}, "2025-02")],
    "learning": [({"decision.learning": "ewa"}, "2024-09"), ({"decision.learning": "greedy"}, "2025-02")],
    "forbidden": [({"interventions.forbidden": ["visit_russia", "scandal"]}, "2024-10")],
    "waiting": [({"events.coerce_russia.cooldown": 2, "events.coerce_russia.base_logit": 1.0}, "2024-08")],
}


@pytest.mark.parametrize("name", DONE)
def test_both_drivers_give_the_same_bytes_under_interventions(name):
    scenario = MONGOLIA
    for changes, month in DONE[name]:
        scenario = scenario.intervene(changes, month)
    assert_same_bytes(lower(scenario, MONTHS), seed=1, runs=[3, 6])


@pytest.mark.parametrize("seed", range(8))
def test_both_drivers_give_the_same_bytes_under_random_interventions(seed):
    rng = np.random.default_rng(seed)
    scenario = random_scenario(seed)
    first = scenario.case.time.start
    year, month = map(int, first.split("-"))
    sections = ("parameters.", "couplings.", "influence.", "openness.", "decision.", "effort.")
    # a part of a whole cannot be set alone
    parts = {path for whole in wholes(scenario) for path in whole}
    paths = [path for path in scenario.numbers if path.startswith(sections) and path not in parts]
    for step in range(2):
        later = f"{year + (month + step) // 12:04d}-{(month + step) % 12 + 1:02d}"
        chosen = rng.choice(paths, 2, replace=False).tolist()
        changes = {path: scenario.numbers[path] * float(rng.uniform(0.5, 1.0)) for path in chosen}
        changes["decision.theory"] = rng.choice(list(THEORIES.shipped)).item()
        changes["decision.learning"] = rng.choice(list(LEARNINGS.shipped)).item()
        stock = rng.choice(list(scenario.case.quantities)).item()
        if stock not in scenario.case.paths:
            low, high = (getattr(scenario.case.quantities[stock], end) for end in ("low", "high"))
            changes[stock] = float(rng.uniform(low, high))
        scenario = scenario.intervene(changes, later)
    assert_same_bytes(lower(scenario), seed=2, runs=[0, 4])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"quantities.sanctions.start": 0.5}, "only describes the start; hold the stock: sanctions"),
        ({"shares.Russia.energy": 0.5}, "only describes the start"),
        ({"actors.Mongolia.factions.leader.clout": 0.5}, "hold its credit: credit.leader"),
        ({"actors.Russia.goodwill": 0.5}, "hold the stock: goodwill.Russia"),
        ({"time.months": 12}, "is nothing that happens in a run"),
        ({"outcomes.russian_visit.by": ["2025-01"]}, "is nothing that happens in a run"),
        ({"nonsense": 1.0}, "nonsense"), ({"sanctions": 7.0}, "lies outside 0 to 1"),
        ({"decision.theory": "guess"}, "decision.theory"), ({"decision.precision": "free"}, "only a stock"),
        ({"goodwill.China": 2.0}, "lies outside 0 to 1"), ({"credit.leader": 11.0}, "lies outside -10 to 10"),
        ({"interventions.forced.visit_russia": ["2031-09"]}, "no run comes to it"),
        ({"sanctions": [["2024-09", 0.5], ["2024-09", 0.6]]}, "a month is there twice"),
    ],
    ids=str,
)  # fmt: skip
def test_what_nobody_can_do_is_refused_in_a_line(changes, told):
    with pytest.raises(ScenarioError) as error:
        MONGOLIA.intervene(changes)
    assert told in str(error.value) and len(error.value.problems) == 1


def test_an_event_that_nobody_starts_any_more_is_an_intervention():
    found = history(MONGOLIA.intervene({"events.visit_russia.base_logit": float("-inf")}, "2024-09"))
    assert not found.happened("visit_russia", "proposed")[3:].any()
    assert same(history(MONGOLIA), found, slice(0, 3))


def test_a_run_that_is_shorter_than_the_scenario_may_be_intervened_in():
    short = MONGOLIA.override({"time.months": 8}).intervene({"sanctions": 0.9}, "2024-09")
    assert (history(short, 8)["sanctions"][3:] == 0.9).all()


@pytest.mark.parametrize("month", ["2024-05", "2031-01", "soon", "2024-13"])
def test_a_month_that_no_run_comes_to_is_refused(month):
    with pytest.raises(sim.Refusal, match=month):
        MONGOLIA.intervene({"sanctions": 0.5}, month)


def test_old_levers_that_a_folder_holds_are_readings_still(tmp_path):
    """Manifests from before levers were interventions hold their changes by path."""
    found = sim.sweep(SMALL, {"parameters.cost": [0.2, 0.6]}, tmp_path / "s", runs=8, months=4)
    old = replace(found.plan, levers={"late": {"quantities.war.start": 0.9}})
    manifest = json.loads((tmp_path / "s" / "manifest.json").read_text())["identity"]
    stored = plan_of(manifest | {"levers": old.levers, "design": old.identity["design"]}, tmp_path)
    assert stored.changes(1) == (1, "late", {"parameters.cost": 0.6, "quantities.war.start": 0.9})


@pytest.mark.slow
@pytest.mark.parametrize("month", ["2024-08", "2024-11"])
def test_a_branch_goes_through_the_interventions_of_its_scenario(month):
    """The branch of the same number is the run itself, whether it leaves before or after."""
    done = waiting({"alarm": ALARM}).intervene({"sanctions": 0.9}, "2024-10")
    branched = sim.run(sim.branch(done, run=3, month=month), runs=8, months=MONTHS).outcomes
    assert branched.loc[3].equals(sim.run(done, runs=8, months=MONTHS).outcomes.loc[3])


# -- triggers ------------------------------------------------------------------------------------------


def waiting(when: dict, scenario: Scenario = MONGOLIA) -> Scenario:
    """A scenario in which somebody waits for something; with numbers that expressions may be compared to."""
    raw = {**scenario.raw, "parameters": {**scenario.raw["parameters"], "loud": 0.41, "tense": 0.6}}
    raw["interventions"] = {"when": when}
    return parse(raw, "waiting.toml", sourced=True)


ALARM = {"if": "rumour - loud", "changes": wants(MONGOLIA, 3.0)}
CALM = {"if": "tense - sanctions", "changes": {"decision.precision": 2.0, "parameters.offence_scale": 0.0}}


def test_a_trigger_acts_from_the_month_after_it_is_first_seen_and_for_good():
    base, found = history(waiting({})), history(waiting({"alarm": ALARM}))
    seen = base["rumour"] > 0.41
    assert seen.any(axis=0).any()
    for run in range(len(RUNS)):
        first = int(seen[:, run].argmax()) if seen[:, run].any() else MONTHS
        for name in base.world.recorded:
            assert (base[name][: first + 1, run] == found[name][: first + 1, run]).all(), (run, name)
    done = history(waiting({}).intervene(wants(MONGOLIA, 3.0), "2024-08"))
    alike = [run for run in range(len(RUNS)) if seen[1, run] and not seen[0, run]]
    assert alike, "these see it in July 2024: to them it is an intervention from August on"
    for run in alike:
        assert (done["autonomy"][:, run] == found["autonomy"][:, run]).all()


def test_what_is_never_seen_moves_no_bit():
    never = {"if": "rumour - tense - tense - tense", "changes": wants(MONGOLIA, 3.0)}
    assert same(history(waiting({})), history(waiting({"alarm": never})))


@pytest.mark.parametrize("steps", [[], [({"war": 0.9}, "2024-09"), ({"war": "free"}, "2025-01")]])
def test_both_drivers_and_the_interpreter_give_the_same_bytes_under_triggers(steps):
    scenario = waiting({"alarm": ALARM, "calm": CALM})
    for changes, month in steps:
        scenario = scenario.intervene(changes, month)
    world = lower(scenario, MONTHS)
    assert_same_bytes(world, seed=1, runs=[0, 3, 6])
    found, slow = history(world), history_of(world, list(rehearse(world, len(RUNS))))
    assert same(found, slow)


@pytest.mark.slow
def test_a_sweep_under_triggers_and_levers_gives_the_rows_of_each_point_alone():
    scenario = waiting({"alarm": ALARM})
    points = pd.DataFrame(
        {"quantities.sanctions.start": [0.3, 0.8, 0.3], "parameters.loud": [0.05, 0.12, 0.9]}
    )
    levers = {"none": {}, "tight": {"sanctions": [["2024-08", 0.95]]}}
    found = sim.sweep(scenario, points, runs=8, months=MONTHS, levers=levers, keep=["end.autonomy"])
    rows = found.rows()
    for point, values in found.plan.points.iterrows():
        for lever, changes in levers.items():
            own = scenario.override(dict(values)).intervene(changes)
            alone = sim.run(own, runs=8, months=MONTHS).outcomes["end.autonomy"].to_numpy()
            stored = rows[(rows["point"] == point) & (rows["lever"] == lever)]["end.autonomy"].to_numpy()
            assert (stored == alone).all(), (point, lever)
    assert found.verify(2) == []


def test_worlds_under_triggers_that_are_prepared_alone_are_those_of_each_by_itself():
    """Whatever engine stands beside them, and whatever number their point has among others."""
    when = {"alarm": {"if": "happened.raid", "changes": {"events.loan.base_logit": 2.0}}}
    base = SMALL.override({"interventions.when": when})
    worlds = [lower(base.override({"quantities.war.start": war}), MONTHS) for war in (0.2, 0.4)]
    family = Family.of(base, {"quantities.war.start": (0.0, 1.0)}, MONTHS)
    assert family is not None
    alone = Engine.of(worlds[1], [Engine.of(worlds[0]), family.engine])
    (lot,) = lots_of(alone, np.array([5]), range(64))
    found, expected = lot.history(1), Engine.of(worlds[1]).page(1, lot.runs)
    assert found.happened("raid").any()
    for name in worlds[1].recorded:
        assert np.array_equal(found[name], expected[name], equal_nan=True), name


@pytest.mark.slow
def test_a_number_that_a_trigger_sets_is_swept_as_it_is_until_then():
    scenario = waiting({"calm": CALM})
    points = {"decision.precision": [0.5, 1.5], "quantities.sanctions.start": [0.4, 0.9]}
    found = sim.sweep(scenario, points, runs=8, months=MONTHS, keep=["end.autonomy"])
    for point, values in found.plan.points.iterrows():
        alone = sim.run(scenario.override(dict(values)), runs=8, months=MONTHS).outcomes["end.autonomy"]
        stored = found.rows().query("point == @point")["end.autonomy"].to_numpy()
        assert (stored == alone.to_numpy()).all(), point


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ({"a": {"if": "rumour", "changes": {"sanctions": 0.9}}}, "a stock is held from a month on"),
        ({"a": {"if": "rumor", "changes": {"decision.precision": 2.0}}}, "did you mean 'rumour'"),
        ({"a": {"if": "rumour", "changes": {}}}, "sets nothing"),
        ({"a": {"if": "rumour", "changes": {"decision.theory": "eub"}}}, "must be a number"),
        ({"a": {"if": "rumour -", "changes": {"decision.precision": 2.0}}}, "cannot read the expression"),
        (
            {
                "a": {"if": "rumour", "changes": {"decision.precision": 2.0}},
                "b": {"if": "war", "changes": {"precision": 3.0}},
            },
            "is set by interventions.when.a.changes.decision.precision too",
        ),
        ({"a": {"if": "rumour", "changes": {"events.visit_russia.lead": 3}}}, "changes what the program"),
    ],
    ids=str,
)  # fmt: skip
def test_what_no_trigger_can_do_is_refused_in_a_line(when, told):
    with pytest.raises(ScenarioError) as error:
        history(waiting(when))
    assert told in str(error.value) and len(error.value.problems) == 1


def test_a_trigger_and_a_date_do_not_set_one_number():
    with pytest.raises(ScenarioError, match=r"is set by interventions.changes.decision.precision too"):
        waiting({"calm": CALM}).intervene({"precision": 1.0}, "2025-01")


def test_a_stock_that_is_held_and_freed_by_hand():
    """Rests at .5, 10 % of the way a month: held at .9 for two months it then goes .86, .824, .7916."""
    calm = {"label": "Calm", "start": 0.5, "relaxation": 0.1}
    raw = {**SMALL.raw, "quantities": {**SMALL.raw["quantities"], "calm": calm}}
    scenario = parse(raw, "calm.toml", sourced=True)
    start = month_number(scenario.case.time.start)
    first, last = (f"{month // 12:04d}-{month % 12 + 1:02d}" for month in (start + 2, start + 4))
    done = scenario.intervene({"calm": 0.9}, first).intervene({"calm": "free"}, last)
    path = history(done, 7)["calm"][:, 0]
    assert path == pytest.approx([0.5, 0.5, 0.9, 0.9, 0.86, 0.824, 0.7916], abs=1e-12)


def test_a_number_that_a_trigger_sets_by_hand():
    """A stock falls from .8 by a tenth of the way to .2: .74, .686; below .7 it is let fall by a half."""
    calm = {"label": "Calm", "start": 0.8, "relaxation": 0.1, "intercept": 0.2}
    raw = {**SMALL.raw, "quantities": {**SMALL.raw["quantities"], "calm": calm}}
    raw["parameters"] = {**raw["parameters"], "low": 0.7}
    raw["interventions"] = {
        "when": {"fall": {"if": "low - calm", "changes": {"quantities.calm.relaxation": 0.5}}}
    }
    path = history(parse(raw, "calm.toml", sourced=True), 5)["calm"][:, 0]
    assert path == pytest.approx([0.74, 0.686, 0.443, 0.3215, 0.26075], abs=1e-12)
