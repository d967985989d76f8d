"""The model of a page: what it says of futures is what the ensemble computes."""

from __future__ import annotations

import shutil
from random import Random

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.engine import wasm
from sim.engine.beliefs import prior_beliefs
from sim.engine.engine import Engine
from sim.engine.families import traceable
from sim.engine.history import NODES
from sim.engine.setups import Plain
from sim.engine.telling import telling, told_of
from sim.engine.uncertain import free_numbers
from sim.outcomes.happenings import Findings, happening_of
from sim.outcomes.measures import measured
from sim.outcomes.postures import posture
from sim.refusal import ScenarioError
from sim.rules.state import at
from sim.scenario import index
from sim.scenario.doable import refused
from sim.scenario.load import parse
from sim.scenario.lower import lower
from sim.statistics.nested import least_share
from sim.studies.report.model import pack
from sim.studies.report.model.doubt import Doubt
from sim.studies.report.model.named import check_page
from sim.studies.report.model.pack import Packer
from sim.studies.report.model.presets import presets_of
from sim.studies.report.model.ways import ways_of
from tests.support.natively import NOTHING, natively, under
from tests.support.node import answers
from tests.support.scenarios import random_scenario

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")

RUNS, LEARNT = 12, ("adaptive", "level1")


def futures(settings, count=RUNS, first=0):
    return {"ask": "futures", "settings": settings, "first": first, "count": count, "hash": True}


def some_settings(packed, rng):
    """A few numbers of a page moved to anywhere, each thing that is done from one or two months on."""
    numbers = packed["numbers"]
    found = {"set": {}, "do": [], "theory": None}
    for number in rng.sample(numbers, rng.randint(1, min(4, len(numbers)))):
        if number["kind"] == "set":
            found["set"][number["path"]] = rng.uniform(number["low"], number["high"])
            continue
        for place, month in enumerate(sorted(rng.sample(range(packed["months"]), rng.randint(1, 2)))):
            is_freed = number["stock"] and place and rng.random() < 0.5
            value = "free" if is_freed else rng.uniform(number["low"], number["high"])
            found["do"].append({"path": number["path"], "value": value, "month": month})
    if rng.random() < 0.4:
        found["theory"] = rng.choice(packed["theories"])["name"]
    return found


def check_settings(scenario, many, seed):
    """That the page gives the hash and the chances of the ensemble, or refuses; how many it answers."""
    packed, rng = pack(Plain(scenario)), Random(seed)
    settings = [some_settings(packed, rng) for _ in range(many)]
    answered = 0
    for own, found in zip(settings, answers(packed, [futures(each) for each in settings])[1:], strict=True):
        if "refused" in found:
            continue
        native = natively(scenario, own, RUNS)
        assert found["ok"]["hash"] == native.hash, own
        chances = {each["name"]: each["dates"] for each in packed["outcomes"]}
        for name, dates in chances.items():
            assert chances_of(packed, found["ok"], name) == [native.chances[name][date] for date in dates]
        answered += 1
    return answered


def chances_of(packed, found, name):
    (outcome,) = (each for each in packed["outcomes"] if each["name"] == name)
    first, ok = found["first_month"][name], found["failed"] == 0
    return [float(np.mean((first[ok] >= 0) & (first[ok] <= month))) for month in outcome["by"]]


def random_page(number, theories=()):
    """A random scenario with stocks and numbers to move; nobody waits for anything in it."""
    scenario, rng = random_scenario(number), Random(number)
    numbers = traceable(scenario)
    does = [path for path in numbers if refused(scenario.case, path) is None]
    page = {
        "does": [*rng.sample(index.holdable(scenario.case), 3), *rng.sample(does, 4)],
        "assumes": rng.sample(numbers, 8), "theories": list(theories),
    }  # fmt: skip
    raw = {key: value for key, value in scenario.raw.items() if key != "interventions"}
    own = {key: value for key, value in scenario.raw["interventions"].items() if key != "when"}
    return parse(raw | {"interventions": own, "page": page}, scenario.name)


@pytest.fixture(scope="module")
def armenia():
    # one theory: each is a program to be compiled
    return sim.load("armenia-2024").override({"page": {"theories": []}})


@pytest.fixture(scope="module")
def packed(armenia):
    return pack(Plain(armenia))


@needs_node
def test_the_scenario_as_it_stands_gives_the_hash_that_travels(packed):
    _, found = answers(packed, [packed["check"] | {"ask": "futures", "settings": NOTHING, "hash": True}])
    assert found["ok"]["hash"] == packed["check"]["hash"]


@needs_node
def test_settings_of_a_random_scenario_give_the_bits_of_the_ensemble():
    assert check_settings(random_page(4), 2, 4) == 2


@needs_node
@pytest.mark.slow
@pytest.mark.parametrize("name, many", [("mongolia-2024", 50), ("armenia-2024", 20), ("mongolia-1995", 10)])
def test_settings_of_a_shipped_scenario_give_the_bits_of_the_ensemble(name, many):
    assert check_settings(sim.load(name), many, 7) >= 0.95 * many


@needs_node
@pytest.mark.slow
@pytest.mark.parametrize("number", range(3, 15))
def test_settings_of_random_scenarios_give_the_bits_of_the_ensemble(number):
    assert check_settings(random_page(number, LEARNT), 6, number) >= 4


@needs_node
def test_a_stage_of_the_scenario_s_own_takes_over_the_state(armenia):
    later = armenia.intervene({"prosperity": 0.9, "decision.precision": 2.0}, "2025-03")
    assert check_settings(later, 2, 5) == 2


@needs_node
def test_the_band_is_that_of_an_ensemble_under_the_same_draws(armenia):
    times = {"value": 0.8, "unit": "1", "range": [0.1, 1.0], "source": "for this test"}
    entries = {"moods": {"label": "Moods", "numbers": ["actors.Russia.valuations.*"], "times": times}}
    doubtful = armenia.override({"uncertain": entries})
    ask = {"ask": "band", "settings": NOTHING, "draws": 16, "runs": 32}
    made = pack(Plain(doubtful))
    _, found = answers(made, [ask])
    table = sim.run(prior_beliefs(doubtful, 16), 16 * 32).table()
    for outcome in made["outcomes"]:
        own = table[(table["name"] == outcome["name"]) & (table["kind"] == "outcome")]
        native = own[["parameters_low", "parameters_high"]].to_numpy()
        told = found["ok"][outcome["name"]]
        assert np.allclose([[each["low"], each["high"]] for each in told], native, atol=2e-6)
        beyond = own["parameters_share"] > least_share(16, 32)
        assert [each["differs"] for each in told] == list(beyond)


@needs_node
def test_a_story_tells_the_records_and_odds_of_its_run(armenia, packed):
    settings = NOTHING | {"do": [{"path": packed["numbers"][0]["path"], "value": 0.9, "month": 3}]}
    runs = (0, 5)
    stories = answers(packed, [{"ask": "follow", "settings": settings, "run": run} for run in runs])[1:]
    world = lower(under(armenia, settings))
    names = [event.name for event in world.parts.events]
    history = Engine.of(telling(world, told_of([world], names))).page(1, np.array(runs, dtype=np.uint64))
    for place, story in enumerate(stories):
        lines = {
            (each["month"], line["event"]): line for each in story["ok"]["months"] for line in each["lines"]
        }
        for name in names:
            codes, odds = history.codes(name)[:, place], history[at("proposal", name)][:, place]
            for month in range(history.months):
                line = lines.get((month, name), {"did": []})
                assert sum(NODES[node] for node in line["did"]) == codes[month]
                if line["did"]:
                    assert line["steps"]["proposal"] == odds[month]


@needs_node
@pytest.mark.parametrize(
    "settings, why, path",
    [
        ({"set": {"decision.belief": 1.0}}, "no number of this page", "decision.belief"),
        ({"do": [{"path": "threat", "value": 1.5, "month": 0}]}, "lies outside", "threat"),
        ({"do": [{"path": "threat", "value": None, "month": 0}]}, "lies outside", "threat"),
        ({"do": [{"path": "threat", "value": 0.5, "month": 48}]}, "none of the 48 months", "threat"),
        ({"theory": "nobody"}, "does not travel", "decision.theory"),
    ],
)
def test_what_the_page_cannot_answer_is_refused_with_a_reason(packed, settings, why, path):
    _, found = answers(packed, [futures(NOTHING | settings)])
    assert why in found["refused"]["why"]
    assert found["refused"]["path"] == path


def test_a_scenario_that_waits_for_something_is_no_living_page(armenia):
    waiting = {"seen": {"if": "threat", "above": 0.7, "changes": {"decision.precision": 2.0}}}
    with pytest.raises(ScenarioError, match="waits for something"):
        pack(Plain(armenia.override({"interventions.when": waiting})))


def test_nearly_all_settings_inside_the_ranges_go_the_way_that_travels():
    scenario, rng = sim.load("mongolia-2024"), np.random.default_rng(3)
    gathered = Packer(Plain(scenario), None, 1, "")
    (way,) = ways_of(scenario, gathered.inputs)
    own, names = gathered.inputs.own(scenario.numbers), (*gathered.inputs.read, *gathered.inputs.done)
    values = np.repeat(own[:, None], 300, axis=1)
    for number in gathered.numbers:
        for place in [place for place, name in enumerate(names) if name == number.path]:
            values[place] = rng.uniform(number.low, number.high, 300)
    held = values[len(names) :]
    held[::2], held[1::2] = rng.integers(0, 2, held[::2].shape), rng.uniform(0.0, 1.0, held[1::2].shape)
    assert np.mean(way.holds(values)) >= 0.95


@pytest.mark.parametrize("name", ["mongolia-2024", "armenia-2024", "khalkhin-gol-1939"])
def test_all_that_a_shipped_file_offers_its_reader_travels(name):
    scenario = sim.load(name)
    gathered, page = Packer(Plain(scenario), None, 1, ""), scenario.case.page
    assert len(gathered.numbers) == len(page.does) + len(page.assumes)
    theories = [scenario.case.decision.theory, *page.theories]
    presets = presets_of(scenario, gathered.numbers, theories, gathered.left_out)
    assert len(presets) == len(page.presets) and not gathered.left_out
    assert page.labels.keys() <= {number.path for number in gathered.numbers}


@pytest.mark.parametrize(
    "does, why",
    [
        (["threat=0.9@2030-01"], "after the last of 48 months"),
        (["threat=0.9@2024-05"], "before the first month"),
        (["threat=0.9@2025-01", "threat=0.2@2026-01"], "done twice"),
    ],
)
def test_a_preset_that_the_page_cannot_date_is_left_out_and_said(armenia, does, why):
    own = {"label": "Rush", "says": "Now.", "does": does}
    scenario = armenia.override({"page.presets": {"rush": own}})
    gathered = Packer(Plain(scenario), None, 1, "")
    left_out = []
    assert presets_of(scenario, gathered.numbers, ["qre"], left_out) == []
    (told,) = left_out
    assert told.startswith("page.presets.rush: threat") and why in told


@pytest.mark.parametrize(
    "page, why",
    [
        ({"does": ["nothing_of_the_kind"]}, "page.does: nothing_of_the_kind"),
        ({"assumes": ["decision.nothing"]}, "page.assumes: decision.nothing"),
        ({"theories": ["nobody"]}, "page.theories"),
        ({"presets": {"rush": {"label": "Rush", "says": "Now.", "does": ["threat up"]}}}, "threat up: write"),
        (
            {"presets": {"rush": {"label": "Rush", "says": "Now.", "does": ["nothing=1"]}}},
            "page.presets.rush: nothing",
        ),
        ({"labels": {"thread": "A threat"}}, "page.labels: thread"),
        ({"presets": {"rush": {"label": "Rush", "says": "Now.", "theory": "eup"}}}, "presets.rush.theory"),
    ],
)
def test_a_page_that_names_what_is_not_there_is_told_so_in_one_line(page, why):
    with pytest.raises(ScenarioError) as told:
        check_page(sim.load("armenia-2024").override({"page": {"theories": []} | page}))
    assert why in str(told.value) and "\n" not in str(told.value)


@pytest.mark.parametrize("static", [(), ("--static",)])
def test_a_slip_in_a_page_ends_the_report_before_its_work_with_or_without_the_model(static, tmp_path):
    slip = ("--set", 'page.presets={rush={label="Rush",says="Now.",does=["thread=0.9"]}}')
    place = ("--out", str(tmp_path / "page.html"))
    ended = CliRunner().invoke(app, ["report", "armenia-2024", *slip, *static, *place])
    assert ended.exit_code == 2 and not any(tmp_path.iterdir())
    told = ended.stderr.strip()
    assert "armenia-2024" in told and "page.presets.rush: thread" in told and "\n" not in told


@pytest.mark.parametrize(
    "page, why",
    [
        ({"does": ["time.months"]}, "time.months"),
        ({"does": ["quantities.threat.relaxation"], "assumes": ["shares.Russia.market"]}, "comes to one"),
        (
            {"presets": {"rush": {"label": "Rush", "says": "Now.", "does": ["threat=7"]}}},
            "lies outside 0 to 1",
        ),
        (
            {"presets": {"rush": {"label": "Rush", "says": "Now.", "assumes": ["time.months=9"]}}},
            "none of the",
        ),
        ({"presets": {"rush": {"label": "Rush", "says": "Now.", "theory": "eub"}}}, "theories"),
    ],
)
def test_what_cannot_travel_is_left_out_and_said(page, why):
    made = pack(Plain(sim.load("armenia-2024").override({"page": {"theories": []} | page})))
    assert any(why in line for line in made["left_out"])


@pytest.mark.parametrize(
    "numbers, why",
    [
        ([], "the scenario names none"),
        (["outcomes.poor.below.prosperity"], "cannot draw outcomes.poor.below.prosperity"),
        (["actors.Russia.valuations.*"], ""),
    ],
)
def test_where_numbers_in_doubt_cannot_travel_the_page_is_told_why(packed, numbers, why):
    bound = {"value": 0.55, "unit": "1", "range": [0.0, 1.0], "source": "for this test"}
    times = {"value": 0.3, "unit": "1", "range": [0.1, 0.5], "source": "for this test"}
    own = {"some": {"label": "Some", "numbers": numbers, "times": times}} if numbers else {}
    poor = {"label": "Poor", "below": {"prosperity": bound}}
    scenario = sim.load("armenia-2024").override({"uncertain": own, "outcomes": {"poor": poor}})
    doubt, told = Doubt.of(Plain(scenario), 1)
    assert (doubt is None) is bool(told) and told.endswith(why) and bool(told) is bool(why)
    assert (packed["doubt"] is None) is bool(packed["doubt_why"])


def gathered_of(page, drivers=()):
    """What a page gathers before anything is compiled."""
    scenario = sim.load("mongolia-2024").override({"page": page})
    gathered = Packer(Plain(scenario), None, 1, "", drivers)
    return gathered.numbers, gathered.left_out


def test_a_long_list_of_deeds_leaves_room_for_what_is_assumed_and_cuts_are_said():
    scenario = sim.load("mongolia-2024")
    does = [name for name in scenario.case.quantities if name not in scenario.case.paths][:15]
    assumes = [path for path in traceable(scenario) if path.startswith("parameters.")][:2]
    numbers, left_out = gathered_of({"does": does, "assumes": assumes, "presets": {}})
    assert [number.kind for number in numbers] == ["do"] * 10 + ["set"] * 2
    assert left_out[-1].startswith("page.does: ") and left_out[-1].endswith(
        "(a page moves 12 numbers at most)"
    )
    assert does[10] in left_out[-1] and does[9] not in left_out[-1]


def test_where_the_file_does_not_choose_the_largest_drivers_come_first():
    free = [entry for entry in free_numbers(sim.load("mongolia-2024")) if len(entry.paths) == 1]
    first, *_, last = free
    plain, _ = gathered_of({"does": []})
    sorted_, _ = gathered_of({"does": []}, (last.name, first.name))
    assert plain[0].path == first.paths[0]
    assert [number.path for number in sorted_[:2]] == [last.paths[0], first.paths[0]]


def test_an_outcome_that_only_python_can_tell_is_left_out_and_said():
    of = sim.OwnOutcome(lambda history: np.zeros(len(history.runs)), "Own", "months", "never a wait", "date")
    sim.register("told_by_python", outcome=of)
    outcomes = {
        "eu_deal": {"label": "A deal", "any_of": ["eu_deal"]},
        "own": {"function": "told_by_python"},
        "after": {"label": "After it", "all_of": ["own", "eu_deal"]},
    }
    made = pack(Plain(sim.load("armenia-2024").override({"page": {"theories": []}, "outcomes": outcomes})))
    assert [each["name"] for each in made["outcomes"]] == ["eu_deal"]
    assert [line.partition(":")[0] for line in made["left_out"]] == ["outcomes.own", "outcomes.after"]


@needs_node
def test_outcomes_made_of_bounds_and_outcomes_have_the_months_of_the_ensemble(armenia):

    def bound(value):
        return {"value": value, "unit": "1", "range": [0.0, 1.0], "source": "for this test"}

    made_of = {
        "poor": {"label": "Poor", "below": {"prosperity": bound(0.55)}},
        "deal": {"label": "A deal", "any_of": ["eu_deal"], "node": "proposed"},
        "both": {"label": "Both", "all_of": ["poor", "deal"]},
        "first": {"label": "Poor first", "below": {"prosperity": bound(0.58)}, "before": "deal"},
        "held": {"label": "Held", "any_of": ["clash"], "above": {"largest_vulnerability": bound(0.2)}},
    }
    scenario = armenia.override({"outcomes": made_of})
    made = pack(Plain(scenario))
    _, found = answers(made, [futures(NOTHING, 64)])
    history = Engine.of(lower(scenario)).page(1, np.arange(64, dtype=np.uint64))
    for name in made_of:
        native = Findings(history).first(happening_of(scenario, name))
        assert np.array_equal(found["ok"]["first_month"][name], np.nan_to_num(native, nan=-1.0))
    assert np.array_equal(found["ok"]["postures"].reshape(history.months, -1), posture(history))
    for path in made["paths"]:
        native = measured(history.world, history.__getitem__)(path["name"]).astype(np.float32)
        assert np.array_equal(found["ok"]["paths"][path["name"]].reshape(native.shape), native)


class Branching:
    """Whoever is asked looks at how the worth stands, which no recorded rule may."""

    @staticmethod
    def answer(q):
        return 0.2 if q.worth > 0 else 0.8

    @staticmethod
    def belief(q, acceptance):
        return acceptance


def test_a_theory_that_the_case_does_not_take_is_left_out_and_the_rest_of_the_model_travels(armenia):
    sim.register("branching", theory=Branching)
    preset = {"label": "Branch", "says": "Otherwise.", "theory": "branching"}
    scenario = armenia.override({"page.theories": ["branching"], "page.presets": {"branch": preset}})
    made = pack(Plain(scenario))
    assert [each["name"] for each in made["theories"]] == ["qre"] and made["presets"] == []
    assert [line.partition(":")[0] for line in made["left_out"]] == [
        "theory branching", "page.presets.branch",
    ]  # fmt: skip


def test_a_compiler_without_the_target_is_told_so(armenia, monkeypatch):
    monkeypatch.setattr(wasm, "TRIPLE", "nowhere-unknown-unknown")
    with pytest.raises(ScenarioError, match="makes no WebAssembly"):
        pack(Plain(armenia))
