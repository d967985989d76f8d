"""What is written once for several actors is what one would have written out, to the last bit."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.engine.engine import Engine
from sim.engine.families import ANYWHERE, Family, traceable
from sim.engine.history import History
from sim.scenario.labels import state_label
from sim.scenario.load import Scenario, ScenarioError, load, parse
from sim.scenario.lower import World, lower
from sim.scenario.schema import Quantity, StockTemplate
from sim.scenario.wholes import wholes
from sim.studies.sweep.ask import sweep
from sim.studies.sweep.design import grid
from tests.support.scenarios import random_tables
from tests.test_families import same_as_alone
from tests.test_parity import assert_same_bytes

CASE = Path(__file__).parent / "cases" / "templates.toml"
PRESSED = load(CASE)
MONTHS = 6
RUNS = np.arange(8, dtype=np.uint64)


def tables() -> dict[str, Any]:
    return tomllib.loads(CASE.read_text(encoding="utf-8"))


def written_by_hand() -> dict[str, Any]:
    """The tables with a stock, a driver and a parameter for each power, under plain names."""
    raw: dict[str, Any] = tomllib.loads(
        CASE.read_text(encoding="utf-8")
        .replace("pressure.North", "pressure_North")
        .replace("pressure.South", "pressure_South")
        .replace("pull.South", "pull_South")
    )
    template, exposure = raw["quantities"].pop("pressure"), raw["parameters"].pop("exposure")
    each, anger = template.pop("each"), raw["parameters"].pop("anger")
    del template["weights"]
    raw["parameters"] |= {f"exposure_{name}": weight for name, weight in exposure.items()}
    raw["parameters"] |= {f"anger_{name}": value for name, value in anger.items()}
    raw["quantities"] |= {
        f"pressure_{name}": template | {"relaxation": template["relaxation"][name]} for name in each
    }
    mean = " + ".join(f"exposure_{name} * pressure_{name}" for name in each)
    raw["drivers"] = {"pressure": mean, "at_start": mean.replace(" pressure_", " start_"), "mood": ""}
    for name in each:
        raw["drivers"]["at_start"] = raw["drivers"]["at_start"].replace(
            f"start_{name}", f"start(pressure_{name})"
        )
    raw["drivers"]["mood"] = "at_start - pressure"
    written = lambda text, name: text.replace(".each", f"_{name}")  # noqa: E731
    for name in each:
        raw["drivers"][f"pull_{name}"] = f"anger_{name} * (1 - closeness.{name}) + mood"
        change = f"change(dependence.{name}.trade)"
        raw["couplings"][f"pressure_{name}"] = {f"pull_{name}": 0.3, change: -0.5}
        own = copy.deepcopy(raw["events"]["tighten"])
        del own["each"]
        own |= {"initiator": name, "label": name, "shifts": {}}
        for text, size in raw["events"]["tighten"]["shifts"].items():
            own["shifts"][written(text, name)] = size
        own["effects"] = {f"pressure_{name}": {"size": 0.1, "times": f"anger_{name}"}}
        raw["events"][f"tighten_{name}"] = own
    del raw["couplings"]["pressure"], raw["events"]["tighten"]
    raw["outcomes"]["heavy"]["above"] = {f"pressure_{each[0]}": 0.5}
    raw["headlines"] = []
    # noise is drawn by the name of a stock
    for quantity in raw["quantities"].values():
        quantity["noise"] = 0.0
    return raw


def history(scenario: Scenario | World, months: int = MONTHS) -> History:
    world = scenario if isinstance(scenario, World) else lower(scenario, months)
    return Engine.of(world).page(1, RUNS)


def same(one: History, other: History) -> bool:
    """Whether recorded numbers and codes of two histories are the same bytes."""
    names = [event.name for event in one.world.parts.events]
    codes = all((one.codes(name) == other.codes(name)).all() for name in names)
    return codes and all(one[name].tobytes() == other[name].tobytes() for name in one.world.recorded)


def changed(**entries: Any) -> dict[str, Any]:
    """The tables with some keys of the quantity `pressure` replaced; None takes a key out."""
    raw = tables()
    raw["quantities"]["pressure"] |= entries
    raw["quantities"]["pressure"] = {
        key: value for key, value in raw["quantities"]["pressure"].items() if value is not None
    }
    return raw


# -- written out -------------------------------------------------------------------------------------


def test_a_template_is_what_one_would_have_written_for_each_actor():
    quiet = PRESSED.override({"quantities.pressure.noise": 0.0, "quantities.wealth.noise": 0.0})
    ours, other = history(quiet), history(parse(written_by_hand(), "by hand"))
    for name in ("autonomy", "wealth", "alignment.order"):
        np.testing.assert_allclose(ours[name], other[name], rtol=0, atol=1e-12)
    for power in ("North", "South"):
        np.testing.assert_allclose(ours[f"pressure.{power}"], other[f"pressure_{power}"], rtol=0, atol=1e-12)
        np.testing.assert_array_equal(ours.codes(f"tighten_{power}"), other.codes(f"tighten_{power}"))
    np.testing.assert_allclose(ours["pressure"], other["driver.pressure"], rtol=0, atol=1e-12)


def test_members_are_stocks_with_names_labels_and_values_of_their_own():
    case = PRESSED.case
    assert [*case.quantities] == ["wealth", "pressure.North", "pressure.South"]
    assert case.parameters == {
        "cost": 0.5, "exposure.North": 0.3, "exposure.South": 0.7, "anger.North": 1.5, "anger.South": 0.5,
    }  # fmt: skip
    assert case.drivers["pull.South"] == "anger.South * (1 - closeness.South) + mood"
    assert case.couplings["pressure.North"] == {"pull.North": 0.3, "change(dependence.North.trade)": -0.5}
    assert [case.quantities[f"pressure.{power}"].relaxation for power in ("North", "South")] == [0.05, 0.1]
    labels = [state_label(case, name) for name in ("pressure", "pressure.South", "driver.pull.South")]
    assert labels == ["Pressure", "Pressure (The South)", "Driver: pull (The South)"]
    raw = tables()
    raw["drivers"]["pull"]["label"] = "Draught"
    assert state_label(parse(raw, "case").case, "driver.pull.South") == "Draught (The South)"


def test_a_stock_can_have_every_key_that_a_template_has():
    assert StockTemplate.model_fields.keys() - Quantity.model_fields.keys() == {"each", "weights"}
    for name, field in Quantity.model_fields.items():
        assert StockTemplate.model_fields[name].default == field.default, name


def test_what_is_coupled_to_one_member_is_added_to_what_is_coupled_to_each():
    raw = tables()
    raw["couplings"]["pressure.North"] = {"wealth": 0.2}
    case = parse(raw, "case").case
    assert case.couplings["pressure.North"].keys() - case.couplings["pressure.South"].keys() > {"wealth"}


def test_an_aggregate_is_the_weighted_mean_in_every_month_and_at_the_start():
    world, h = lower(PRESSED), history(PRESSED, 18)
    assert world.start["pressure"] == world.start["start.pressure"]
    expected = h["pressure.North"] + 0.7 * (h["pressure.South"] - h["pressure.North"])
    assert h["pressure"].tobytes() == expected.tobytes()


def test_without_weights_there_is_no_number_of_the_name():
    raw = changed(weights=None)
    with pytest.raises(ScenarioError, match="headlines: no path 'pressure'"):
        parse(raw, "case")


def test_an_aggregate_starts_where_members_at_rest_are_held():
    raw = changed(start="rest", intercept={"North": 0.2, "South": 0.3})
    raw["couplings"]["pressure"] = {"pressure": 0.5, "wealth": 0.1}
    start = lower(parse(raw, "case")).start
    north, south = (start[f"pressure.{power}"] for power in ("North", "South"))
    assert start["pressure"] == start["start.pressure"] == 0.3 * north + 0.7 * south
    assert north == pytest.approx(0.2 + 0.5 * start["pressure"] + 0.05) and south > north


def test_random_scenarios_have_templates_of_every_kind():
    """So that the tests of parity over the same seeds speak of them."""
    found = [random_tables(seed) for seed in range(40)]
    stocks = {
        seed: raw["quantities"]["pressure"] for seed, raw in enumerate(found) if "pull" in raw["drivers"]
    }
    assert len(stocks) > 12
    assert sum("weights" in stock for stock in stocks.values()) > 8
    assert any("weights" not in stock for stock in stocks.values())
    assert any(stock["start"] == "rest" for stock in stocks.values())
    assert sum("pressure" in found[seed]["paths"] for seed in stocks) > 1


def test_agents_and_machine_code_have_the_same_bytes():
    assert_same_bytes(lower(PRESSED), 1, [0, 1, 7])


@pytest.mark.parametrize("freed", [False, True])
def test_agents_and_machine_code_have_the_same_bytes_with_an_aggregate_held(freed):
    done = PRESSED.intervene({"pressure": 0.9}, "2010-04")
    if freed:
        done = done.intervene({"pressure": "free"}, "2010-09")
    assert_same_bytes(lower(done), 1, [0, 1])


@pytest.mark.parametrize("worth", [40.0, -40.0])
@pytest.mark.parametrize("driver", ["cost * {}", "cost * {} - pressure.North * {}"])
def test_who_values_a_driver_of_an_aggregate_values_what_moves_its_members(driver, worth):
    """By the chain rule: no effect changes the mean itself, so a slope by it alone would be worth nothing."""
    by_hand = "(exposure.North * pressure.North + exposure.South * pressure.South)"
    odds = []
    for text in ("pressure", by_hand, None):
        raw = put(tables(), "drivers", "burden", driver.replace("{}", text or "pressure"))
        put(raw, "actors", "North", "valuations", "burden", worth if text else 0.0)
        raw["drivers"]["odds"] = "hazard.tighten_North"
        raw["keep_paths"] = ["odds"]
        odds.append(history(parse(raw, "case"))["driver.odds"])
    ours, written, indifferent = odds
    np.testing.assert_allclose(ours, written, rtol=0, atol=1e-12)
    assert np.abs(ours - indifferent).max() > 0.01


# -- held --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0.1, 0.4, 0.9])
def test_an_aggregate_whose_members_start_alike_is_held_by_holding_each_there(value):
    whole = PRESSED.intervene({"pressure": value})
    members = PRESSED.intervene({"pressure.North": value, "pressure.South": value})
    assert same(history(whole), history(members))
    for power in ("North", "South"):
        assert (history(whole)[f"pressure.{power}"] == value).all()


@pytest.mark.parametrize("value", [0.0, 0.1, 0.3, 0.8, 1.0])
def test_members_keep_their_order_and_come_to_the_value_together(value):
    apart = parse(changed(start={"North": 0.1, "South": 0.6}), "case")
    h = history(apart.override({"paths.pressure": value}))
    np.testing.assert_allclose(h["pressure"], value, rtol=0, atol=1e-15)
    assert (h["pressure.North"] <= h["pressure.South"]).all()
    assert ((h["pressure.South"] >= 0) & (h["pressure.South"] <= 1)).all()


def test_an_aggregate_that_is_freed_goes_on_from_where_it_was_held():
    done = PRESSED.intervene({"pressure": 0.9}, "2010-02").intervene({"pressure": "free"}, "2010-04")
    h = history(done)
    assert same(history(PRESSED, 1), history(done, 1))
    np.testing.assert_allclose(h["pressure"][1:3], 0.9, rtol=0, atol=1e-15)
    assert (h["pressure"][3] != 0.9).any() and np.abs(h["pressure"][3] - 0.9).max() < 0.3


def test_one_member_can_be_held_alone_and_keeps_its_course_when_the_aggregate_is_held():
    h = history(PRESSED.intervene({"pressure.North": 0.2}))
    assert (h["pressure.North"] == 0.2).all() and len(np.unique(h["pressure.South"][-1])) > 1
    both = history(PRESSED.intervene({"pressure.North": 0.2, "pressure": 0.9}))
    assert (both["pressure.North"] == 0.2).all() and (both["pressure.South"] == 0.9).all()


def test_an_aggregate_on_a_path_needs_no_start():
    raw = changed(start=None, relaxation=None)
    raw["paths"] = {"pressure": [["2010-01", 0.2], ["2010-12", 0.8]]}
    h = history(parse(raw, "case"), 12)
    assert (h["pressure.North"] == h["pressure.South"]).all() and h["pressure.North"][-1, 0] == 0.8


def test_an_intervention_on_a_parameter_of_one_actor_leaves_the_months_before():
    done = PRESSED.intervene({"anger.North": 0.0}, "2010-04")
    base, h = history(PRESSED), history(done)
    assert base["wealth"][:3].tobytes() == h["wealth"][:3].tobytes()
    assert not same(base, h)


def test_a_trigger_reads_an_aggregate_and_sets_a_parameter_of_one_actor():
    raw = tables()
    when = {
        "if": "pressure - start(pressure)",
        "changes": {"anger.North": 0.0, "quantities.pressure.noise": 0.0},
    }
    raw["interventions"] = {"when": {"seen": when}}
    assert_same_bytes(lower(parse(raw, "case")), 1, [0, 1])


# -- families of points ------------------------------------------------------------------------------

SWEPT = (
    "quantities.pressure.start", "quantities.pressure.noise", "quantities.pressure.relaxation.South",
    "parameters.anger.North", 'couplings.pressure."pull.each"', "parameters.cost",
    "events.tighten.effects.pressure.each.size",
)  # fmt: skip


def test_points_of_a_template_prepared_together_have_the_bits_of_fresh_loads():
    ranges = {path: (0.05, 0.95) for path in SWEPT}
    family = Family.of(PRESSED, ranges, MONTHS)
    rng = np.random.default_rng(3)
    table = grid({SWEPT[0]: [0.1, 0.9]}).join(grid({path: [0.1, 0.9] for path in SWEPT[1:2]}), how="cross")
    for path in SWEPT[2:]:
        table[path] = rng.uniform(0.05, 0.95, len(table))
    assert same_as_alone(PRESSED, family, table[list(ranges)]) == 4


def test_points_of_an_aggregate_that_is_held_have_the_bits_of_fresh_loads():
    apart = parse(changed(start={"North": 0.2, "South": 0.6}), "case")
    done = apart.intervene({"pressure": 0.9}, "2010-03")
    paths = ("quantities.pressure.start.North", "parameters.anger.North")
    family = Family.of(done, dict.fromkeys(paths, (0.0, 1.0)), MONTHS)
    table = grid({paths[0]: [0.1, 0.3], paths[1]: [0.2, 0.8]})
    engine, holds = family.at(table.to_numpy().T)
    assert holds.all()
    together = engine.page(1, np.tile(RUNS, 4), points=np.repeat(np.arange(4), 8))
    for point in range(4):
        own = history(done.override(dict(table.iloc[point])))
        for name in own.world.recorded:
            ours = together[name][:, 8 * point : 8 * point + 8]
            assert ours.tobytes() == own[name].tobytes(), (point, name)


def test_every_number_of_a_template_can_be_free_at_once():
    paths = traceable(PRESSED)
    family = Family.of(PRESSED, dict.fromkeys(paths, ANYWHERE), MONTHS)
    own = np.array([[PRESSED.numbers[path]] for path in paths])
    assert family is not None and family.holds(own).all()
    engine, _ = family.at(own)
    assert same(history(PRESSED), engine.page(1, RUNS))


def test_weights_that_no_longer_sum_to_one_are_held_by_no_family():
    path = "parameters.exposure.North"
    family = Family.of(PRESSED, {path: (0.0, 1.0)}, MONTHS)
    assert family is None or family.at(np.array([[0.3, 0.5]]))[1].tolist() == [True, False]


def test_a_sweep_of_a_start_moves_every_member_and_of_a_weight_the_others_with_it(tmp_path):
    points = grid({"quantities.pressure.start": [0.2, 0.8], "parameters.exposure.North": [0.1, 0.5]})
    kept = ["end.pressure", "end.pressure.North"]
    found = sweep(PRESSED, points, tmp_path / "s", runs=4, months=1, keep=kept)
    assert found.failures == {} and found.verify(4) == []
    rows = found.rows()
    for point, (start, north) in enumerate(points.to_numpy()):
        weights = {"parameters.exposure.North": north, "parameters.exposure.South": 0.7 * (1.0 - north) / 0.7}
        own = Engine.of(lower(PRESSED.override({"pressure": start, **weights}), 1)).page(
            found.plan.seed, RUNS[:4]
        )
        for column in kept:
            ends = rows[rows["point"] == point][column].to_numpy()
            np.testing.assert_array_equal(ends, own[column.removeprefix("end.")][-1])


def test_weights_are_a_whole():
    assert ["parameters.exposure.North", "parameters.exposure.South"] in [*wholes(PRESSED)]


# -- names -------------------------------------------------------------------------------------------

NAMES = {
    "pressure": "quantities.pressure.start", "anger.North": "parameters.anger.North",
    "relaxation.South": "quantities.pressure.relaxation.South",
    'couplings.pressure."pull.each"': 'couplings.pressure."pull.each"',
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_means_the_number_of_the_file(name):
    assert PRESSED.place(name) == PRESSED.place(NAMES[name])
    assert PRESSED.value(NAMES[name]) == PRESSED.numbers[NAMES[name]]


def test_a_table_of_parameters_by_its_name_alone_may_be_any_of_them():
    with pytest.raises(ScenarioError, match=r"may be any of 2: 'parameters\.anger\.North'"):
        PRESSED.override({"anger": 2.0})


def test_the_start_of_a_template_is_one_number_with_one_range_and_sets_all_members():
    assert PRESSED.provenance["quantities.pressure.start"].high == 0.9
    assert [path for path in PRESSED.numbers if "pressure.start" in path] == ["quantities.pressure.start"]
    start = lower(PRESSED.override({"pressure": 0.7})).start
    assert [start[f"pressure.{power}"] for power in ("North", "South")] == [0.7, 0.7]


# -- what is refused ---------------------------------------------------------------------------------

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "nobody": ({"each": []}, "quantities.pressure.each: must have at least 1 entry (found [])"),
    "a stranger": (
        {"each": ["North", "Sout"], "relaxation": 0.1},
        "quantities.pressure.each: no actor 'Sout'; did you mean 'South'?",
    ),
    "one twice": (
        {"each": ["North", "South", "South"]},
        "quantities.pressure.each: names an actor twice; once is enough",
    ),
    "a value for nobody": (
        {"noise": {"North": 0.1, "South": 0.1, "Buffer": 0.1}},
        "quantities.pressure.noise.Buffer: not in `each`",
    ),
    "no value for one": ({"noise": {"North": 0.1}}, "quantities.pressure.noise: no number for South"),
    "a value that is none": (
        {"noise": {"North": "a", "South": 0.1}},
        "quantities.pressure.noise.North: must be a number (found 'a')",
    ),
    "a share that is none": (
        {"relaxation": 1.5}, "quantities.pressure.relaxation: must be at most 1 (found 1.5)",
    ),
    "a start outside": ({"start": 1.5}, "quantities.pressure.start: 1.5 lies outside 0 to 1"),
    "bounds in the wrong order": ({"low": 2.0}, "quantities.pressure: low must be below high"),
    "weights of nobody": (
        {"weights": "exposur"},
        "quantities.pressure.weights: no table of parameters 'exposur'; did you mean 'exposure'?",
    ),
    "weights that are one number": (
        {"weights": "cost"}, "quantities.pressure.weights: no table of parameters 'cost'",
    ),
    "weights of other sums": ({"weights": "anger"}, "parameters.anger: the weights sum to 2, must sum to 1"),
    "an unknown key": (
        {"wieghts": "exposure"},
        "quantities.pressure.wieghts: unknown key 'wieghts'; did you mean 'weights'?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_quantity_that_cannot_be_written_out_is_refused_in_one_line_of_the_file(case):
    entries, told = REFUSED[case]
    assert lines_of(changed(**entries))[0] == told


def lines_of(raw: dict[str, Any]) -> list[str]:
    """What is wrong with some tables, without the name of the file."""
    with pytest.raises(ScenarioError) as refused:
        parse(raw, "case")
    return [line.removeprefix("case: ") for line in refused.value.problems]


def put(raw: dict[str, Any], *place: Any) -> dict[str, Any]:
    """The tables with a value, the last of the steps, at a place."""
    *steps, last, value = place
    here = raw
    for step in steps:
        here = here.setdefault(step, {})
    here[last] = value
    return raw


ELSEWHERE: dict[str, tuple[tuple[Any, ...], str]] = {
    "a parameter of a stranger": (
        ("parameters", "anger", "West", 1.0), "parameters.anger: no actor 'West'",
    ),
    "a parameter called as a kind of the state": (
        ("parameters", "goodwill", {"North": 1.0}),
        "parameters.goodwill: 'goodwill' is a word of the model's own; choose another name",
    ),
    "a driver called as a kind of the state": (
        ("drivers", "share", {"each": ["North"], "is": "1"}),
        "drivers.share: 'share' is a word of the model's own; choose another name",
    ),
    "a name with a dot": (
        ("parameters", "anger.West", 1.0),
        "parameters.anger.West: 'anger.West' is no name; a name is one plain word",
    ),
    "a name that is taken": (
        ("parameters", "pressure", {"North": 1.0}),
        "parameters.pressure: the name 'pressure' is taken by quantities.pressure; choose another",
    ),
    "a driver without its expression": (
        ("drivers", "pull", {"each": ["North"]}), "drivers.pull.is: missing; add it",
    ),
    "a driver of a stranger": (
        ("drivers", "pull", {"each": ["Nort"], "is": "1"}),
        "drivers.pull.each: no actor 'Nort'; did you mean 'North'?",
    ),
    "a driver that reads nothing": (
        ("drivers", "pull", "is", "nothing + wealth"), "drivers.pull: no 'nothing' in this scenario",
    ),
    "an effect on the mean": (
        ("events", "tighten", "effects", {"pressure": 0.1}),
        "events.tighten.effects.pressure: pressure is the mean of pressure.North, pressure.South; change",
    ),
    "two couplings that are one": (
        ("couplings", "pressure", "pull.North", 0.1),
        "couplings.pressure: two of its keys are one for North; write one of them",
    ),
    "a course outside": (
        ("paths", "pressure", [["2010-01", 1.2]]), "paths.pressure: 1.2 in 2010-01 lies outside 0 to 1",
    ),
    "a course that goes back": (
        ("paths", "pressure", [["2010-03", 0.2], ["2010-01", 0.3]]), "paths.pressure: the dates must rise",
    ),
    "a value by actor of a plain stock": (
        ("quantities", "wealth", "start", {"North": 0.1}),
        "quantities.wealth.start: a value for each of some actors needs a list `each`",
    ),
    "weights of a plain stock": (
        ("quantities", "wealth", "weights", "exposure"),
        "quantities.wealth.weights: only what is written out for each of some actors has them; add `each`",
    ),
    "a negative weight": (
        ("parameters", "exposure", {"North": -0.5, "South": 1.5}),
        "parameters.exposure.North: a weight must be at least 0 (found -0.5)",
    ),
    "weights without one of them": (
        ("parameters", "exposure", {"North": 1.0}), "parameters.exposure: no number for South",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ELSEWHERE)
def test_what_does_not_fit_a_template_is_refused_in_one_line_of_the_file(case):
    place, told = ELSEWHERE[case]
    lines = lines_of(put(tables(), *place))
    assert [line for line in lines if line.startswith(told)], lines
    assert len(set(lines)) == len(lines)


def test_a_mean_whose_members_start_at_rest_takes_no_course():
    raw = changed(start="rest", intercept=0.3)
    raw["paths"] = {"pressure": [["2010-01", 0.2]]}
    told = 'paths.pressure: members follow a mean from their starts, which must be numbers and not "rest"'
    assert lines_of(raw) == [told]


def test_what_is_valued_is_a_member_and_never_the_mean():
    raw = put(tables(), "actors", "North", "valuations", "pressure", 1.0)
    assert lines_of(raw)[0].startswith("actors.North.valuations.pressure: nothing of this name to value")


def test_an_endless_number_of_members_is_refused_before_they_are_written_out():
    raw = tables()
    raw["couplings"]["pressure"] = {f"{' ' * (n % 1900)}wealth{' ' * (n // 1900)}": 0.0 for n in range(6000)}
    assert "at most 10,000 can be written out" in lines_of(raw)[0]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"quantities.pressure.start": 0.2}, "only describes the start; hold the stock: pressure"),
        ({"quantities.pressure.each": ["North"]}, "is nothing that happens in a run"),
        ({"quantities.pressure.weights": "anger"}, "is nothing that happens in a run"),
        ({"pressure": 1.4}, "paths.pressure: 1.4 in 2010-01 lies outside 0 to 1"),
        ({"drivers.pull.is": "1"}, "is nothing that happens in a run"),
    ],
)
def test_what_nobody_can_do_with_a_template_is_told_in_a_line(changes, told):
    with pytest.raises(ScenarioError, match=told):
        PRESSED.intervene(changes)


# -- what readers see --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("show",), ("show", "--numbers"), ("show", "--event", "tighten_North"), ("list",),
        ("check", "--only", "rest"), ("trace", "--months", "6"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_scenario_with_templates_is_shown(arguments):
    done = CliRunner().invoke(app, [arguments[0], str(CASE), *arguments[1:]])
    assert done.exit_code == 0, done.stderr
    assert "ressure" in done.stdout


def test_a_run_tells_of_the_mean_and_of_its_members():
    ensemble = sim.run(PRESSED, runs=8, seed=1)
    assert {"pressure", "pressure.North", "closeness.North"} <= set(ensemble.paths)
    assert ensemble.fan("pressure").notna().all(axis=None)
