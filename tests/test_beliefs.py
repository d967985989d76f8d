"""Runs under draws of uncertain numbers: what is drawn, that each run is the run of its draw, and what is
told of it.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.engine.beliefs import Beliefs, read_posterior, write_posterior
from sim.engine.engine import PAGE
from sim.engine.uncertain import drawn, free_numbers
from sim.reading.source import Source
from sim.refusal import LONGEST, BadInput, Refusal, is_unprintable
from sim.scenario.load import Scenario, ScenarioError, parse
from sim.studies.replay.ask import opened, replay
from sim.studies.run.ask import LEAST
from sim.studies.run.draws import DRAW_COLUMNS, draws_read, draws_table
from sim.studies.run.ensemble import Ensemble
from sim.studies.run.figures import figures
from sim.studies.run.precision import runs_needed
from sim.studies.run.text import summary
from sim.writing.tables import csv_bytes
from tests.support.past import past

SMALL = tomllib.loads((Path(__file__).parent / "cases" / "small.toml").read_text(encoding="utf-8"))
UNCERTAIN = {
    "pull": {"label": "How readily a loan is offered", "numbers": ["events.loan.base_logit"], "plus": 1.0},
    "cost": {
        "label": "Cost of a loan",
        "numbers": ["parameters.cost", "events.loan.*.payoff.*.size"],
        "times": 0.5,
    },
    "harm": {"label": "Harm of war", "numbers": ["couplings.wealth.war"], "times": 0.6},
}
DRAWS, RUNS, MONTHS = 12, 300, 10


def scenario_of(uncertain: dict | None = None, **tables: dict) -> Scenario:
    return parse(SMALL | {"uncertain": UNCERTAIN if uncertain is None else uncertain} | tables, "small.toml")


SCENARIO = scenario_of()


@pytest.fixture(scope="module")
def posterior(tmp_path_factory) -> Path:
    """Draws of two of the three entries, and one that the scenario does not have."""
    file, free = tmp_path_factory.mktemp("learnt") / "posterior.json", free_numbers(SCENARIO)[:2]
    rng = np.random.default_rng(0)
    values = {entry.name: entry.value(0.3 + 0.9 * rng.standard_normal(40)) for entry in free} | {
        "gone": np.ones(40)
    }
    write_posterior(
        file, (*free, replace(free[0], name="gone")), values, {"title": "Old times", "observations": 7}
    )
    return file


@pytest.fixture(scope="module")
def beliefs(posterior) -> Beliefs:
    return sim.learnt_beliefs(SCENARIO, posterior, DRAWS, seed=3)


@pytest.fixture(scope="module")
def ensemble(beliefs) -> Ensemble:
    return sim.run(beliefs, RUNS, 3, months=MONTHS, threads=2)


@pytest.fixture(scope="module")
def folder(beliefs, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("out") / "results"
    sim.run_into(out, beliefs, RUNS, 3, months=MONTHS, threads=1, figures=False)
    return out


# -- what is drawn ---------------------------------------------------------------------------------


def test_a_posterior_file_gives_back_its_draws_to_five_digits(posterior, beliefs):
    stored = read_posterior(posterior)
    assert stored["manifest"] == {"title": "Old times", "observations": 7} == beliefs.manifest
    assert stored["sha256"] == hashlib.sha256(posterior.read_bytes()).hexdigest() == beliefs.sha256
    for name in ("pull", "cost"):
        np.testing.assert_allclose(beliefs.values[name], stored["entries"][name]["draws"][:DRAWS], rtol=1e-12)


def test_entries_that_the_file_does_not_know_keep_their_prior(beliefs):
    prior = sim.prior_beliefs(SCENARIO, DRAWS, seed=3)
    assert beliefs.learnt == ("pull", "cost") and beliefs.prior_only == ("harm",) and prior.learnt == ()
    np.testing.assert_array_equal(beliefs.values["harm"], prior.values["harm"])
    assert (beliefs.values["pull"] != prior.values["pull"]).all()
    assert beliefs.source == "Old times"


@pytest.mark.parametrize("title", ["\x1b]0;owned\x07", "\x9b31m", "left\u202etfel", "one\ntwo", "x" * 5000])
def test_what_a_posterior_file_says_of_itself_does_not_act_on_the_terminal(beliefs, title):
    told = replace(beliefs, manifest={"title": title}).source
    assert told and not any(map(is_unprintable, told)) and len(told) <= LONGEST


def test_draws_from_the_priors_have_their_spread():
    found = sim.prior_beliefs(SCENARIO, 4000, seed=0)
    assert np.log(found.values["cost"]).std() == pytest.approx(0.5, rel=0.05)
    assert (
        found.values["pull"].std() == pytest.approx(1.0, rel=0.05) and abs(found.values["pull"]).max() <= 3.0
    )
    again = sim.prior_beliefs(SCENARIO, 4000, seed=0)
    assert all((found.values[name] == again.values[name]).all() for name in found.values)


def test_the_centre_is_what_the_file_contains_already():
    """Numbers written under a factor of 2 come out as they stand in a draw of 2, and half as large in a draw
    of 1.
    """
    own = scenario_of(
        {"cost": UNCERTAIN["cost"] | {"centre": 2.0}, "pull": UNCERTAIN["pull"] | {"centre": -0.5}}
    )
    numbers = drawn(own, free_numbers(own), {"cost": np.array([2.0, 1.0]), "pull": np.array([-0.5, 0.0])})
    assert numbers["parameters.cost"].tolist() == [0.5, 0.25]
    assert numbers["events.loan.base_logit"].tolist() == [-2.0, -1.5]
    assert set(numbers) == {
        "parameters.cost",
        "events.loan.accepted.payoff.North.size",
        "events.loan.base_logit",
    }


GOOD = {"kind": "times", "draws": [1.0, 2.0]}


def text_of(entries: object, **more: object) -> str:
    return json.dumps({"kind": "steppe posterior", "format": 1, "entries": entries} | more)


BAD_DRAWS = ([], [1.0, 0.0], [1.0, float("nan")], ["1"], [True], [10**400], None)
DAMAGED = {
    "": "cannot be read",
    "\xff": "cannot be read",
    "[" * 100_000: "cannot be read",
    "[]": "no posterior",
    "{}": "no posterior",
    text_of({"cost": GOOD}, format=2): "this version",
    text_of({}): "no posterior",
    text_of({"cost": 1}): "draws of cost are damaged",
    text_of({"cost": {}}): "draws of cost are damaged",
    text_of({"cost": GOOD | {"kind": "x"}}): "draws of cost are damaged",
    **{text_of({"cost": GOOD | {"draws": draws}}): "draws of cost are damaged" for draws in BAD_DRAWS},
    text_of({"cost": GOOD}, manifest=3): "manifest",
    text_of({"cost": GOOD, "b": GOOD | {"draws": [1.0]}}): "numbers of draws",
    text_of({"pull": GOOD}): "give it one meaning",
    text_of({"cots": GOOD}): "did you mean 'cost'",
    text_of({"cost": GOOD | {"draws": [1.0]}}): "as many or fewer",
    text_of({"cost": GOOD}, format=True): "this version",
    text_of({"cost": GOOD}, format=1.0): "this version",
    text_of({"cost": GOOD}, kind=["steppe posterior"]): "no posterior",
    text_of({"cost": GOOD | {"draws": [1e300, 1.0]}}): "standard deviations from its prior",
    text_of({"cost": GOOD | {"draws": [1.0, 1e-300]}}): "standard deviations from its prior",
    text_of({"cost": GOOD}).replace('"entries"', '"entries": {}, "entries"'): "'entries' is there twice",
    text_of({"cost": GOOD}).replace('"draws"', '"draws": [1], "draws"'): "'draws' is there twice",
    "9" * 5000: "cannot be read",
    "\0\0": "cannot be read",
}


@pytest.mark.parametrize(("text", "told"), DAMAGED.items(), ids=range(len(DAMAGED)))
def test_a_file_that_is_no_posterior_of_this_scenario_gets_one_line(text, told, tmp_path):
    (tmp_path / "p.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(BadInput, match=told) as error:
        sim.learnt_beliefs(SCENARIO, tmp_path / "p.json", 2, seed=0)
    assert "\n" not in str(error.value) and "p.json" in str(error.value)


@pytest.mark.parametrize("draws", [0, -1, 1.5, True, "10", float("nan"), 10**9, None])
def test_draws_are_a_whole_number_within_reason(draws, posterior):
    for beliefs_of in (
        lambda: sim.prior_beliefs(SCENARIO, draws, 1),
        lambda: sim.learnt_beliefs(SCENARIO, posterior, draws, 1),
    ):
        with pytest.raises(BadInput, match="draws must be"):
            beliefs_of()
    with pytest.raises(BadInput, match="seed must be"):
        sim.prior_beliefs(SCENARIO, 10, -1)


# -- the runs --------------------------------------------------------------------------------------


def test_a_run_under_a_draw_is_the_run_of_the_scenario_with_its_numbers(ensemble, beliefs):
    rows = ensemble.outcomes
    assert (rows["draw"] == rows.index % DRAWS).all() and sorted(rows.index) == list(range(RUNS))
    free = free_numbers(SCENARIO)
    for draw in range(DRAWS):
        numbers = drawn(SCENARIO, free, {name: values[[draw]] for name, values in beliefs.values.items()})
        own = SCENARIO.override({path: float(value[0]) for path, value in numbers.items()})
        alone = sim.run(own, RUNS, 3, months=MONTHS).outcomes.iloc[draw::DRAWS]
        pd.testing.assert_frame_equal(
            rows[rows["draw"] == draw].drop(columns="draw"), alone, check_exact=True
        )


def test_threads_change_no_byte(ensemble, folder, tmp_path):
    saved = ensemble.save(tmp_path / "saved", figures=False)
    for name in ("outcomes", "events", "postures", "fans"):
        assert (saved / f"{name}.parquet").read_bytes() == (folder / f"{name}.parquet").read_bytes(), name
    for name in ("table.csv", "draws.csv", "columns.csv"):
        assert (saved / name).read_bytes() == (folder / name).read_bytes(), name


def test_many_runs_of_a_draw_go_by_in_pages(beliefs):
    few = {name: values[:2] for name, values in beliefs.values.items()}
    found = sim.run(replace(beliefs, values=few), 2 * PAGE + 90, 3, months=4)
    rows = found.outcomes
    assert rows.index.is_unique and len(rows) == found.tally.by_draw.counted.sum() == 2 * PAGE + 90
    ends = found.tally.by_draw.end("wealth")
    np.testing.assert_allclose(ends.mean[:, 0], rows.groupby("draw")["end.wealth"].mean(), rtol=1e-12)
    np.testing.assert_allclose(
        ends.square[:, 0] / (ends.count - 1), rows.groupby("draw")["end.wealth"].var(), rtol=1e-9
    )


def test_without_beliefs_nothing_of_this_shows(tmp_path):
    plain, other = (sim.run(each, 40, months=4) for each in (SCENARIO, parse(SMALL, "small.toml")))
    pd.testing.assert_frame_equal(plain.outcomes, other.outcomes, check_exact=True)
    pd.testing.assert_frame_equal(plain.table(), other.table(), check_exact=True)
    saved = plain.save(tmp_path / "plain", figures=False)
    told = json.loads((saved / "manifest.json").read_text("utf-8"))
    assert not (saved / "draws.csv").exists() and told["beliefs"] is None
    assert (
        not {"draw", "parameters_low"} & {*plain.outcomes, *plain.table(), *plain.events()}
        and plain.draws().empty
    )


def test_requests_that_make_no_sense_are_refused(beliefs):
    for runs, draws in ((3, 2), (10, 1), (399, 200)):
        with pytest.raises(BadInput, match="draw"):
            sim.prior_beliefs(SCENARIO, draws).whole(runs, LEAST)
    own = sim.prior_beliefs(SCENARIO, 200)
    assert [own.whole(runs, LEAST) for runs in (400, 401, 20_000)] == [400, 600, 20_000]
    with pytest.raises(TypeError, match="give a scenario"):
        sim.prior_beliefs(beliefs)
    with pytest.raises(BadInput, match="a branch leaves a run"):
        sim.run(sim.branch(beliefs, 1, "2009-03"), 4)
    for call in (lambda: sim.compare(beliefs, SCENARIO, RUNS), lambda: runs_needed(beliefs, 0.01)):
        with pytest.raises(BadInput, match="draws of uncertain numbers"):
            call()
    with pytest.raises(BadInput, match=r"add \[uncertain\.NAME\]"):
        sim.prior_beliefs(parse(SMALL, "small.toml"), 4, 0)
    wild = scenario_of({"war": {"label": "War", "numbers": ["quantities.war.start"], "plus": 0.5}})
    with pytest.raises(
        ScenarioError, match="in a draw of the uncertain numbers; make its sd or range smaller"
    ):
        sim.run(sim.prior_beliefs(wild, 20, 1), 40, months=4)


# -- what is told ----------------------------------------------------------------------------------


def test_the_share_of_parameters_is_near_0_and_1_where_it_must_be():
    def share(own: Scenario, name: str) -> float:
        table = sim.run(sim.prior_beliefs(own, 40, 1), 2000, months=MONTHS).table().set_index("name")
        return float(table.loc[name, "parameters_share"])

    assert share(scenario_of({"harm": UNCERTAIN["harm"] | {"times": 1e-6}}), "wealth") < 0.02
    still = {
        "quantities": {name: one | {"noise": 0.0} for name, one in SMALL["quantities"].items()},
        "events": {},
        "outcomes": {},
    }
    calm = scenario_of(
        {"harm": {"label": "Rest", "numbers": ["quantities.wealth.start"], "plus": 0.05}}, **still
    )
    assert share(calm, "wealth") == pytest.approx(1.0, abs=1e-9)


def test_intervals_of_the_table_follow_from_the_rows(ensemble):
    rows, table = ensemble.outcomes, ensemble.table()
    loan = table[(table["name"] == "loan") & (table["kind"] == "outcome")].iloc[-1]
    by_draw = rows["first.loan"].notna().groupby(rows["draw"]).mean()
    assert loan["value"] == pytest.approx(by_draw.mean())
    assert (
        by_draw.min() - 0.02
        < loan["parameters_low"]
        < loan["low"]
        < loan["value"]
        < loan["high"]
        < loan["parameters_high"]
        < by_draw.max() + 0.02
    )
    within, means = (by_draw * (1 - by_draw)).mean() * 25 / 24, by_draw.var()
    assert loan["parameters_share"] == pytest.approx((means - within / 25) / (means - within / 25 + within))
    last = ensemble.events().query("event == 'loan'").iloc[-1]
    assert (last["parameters_low"], last["parameters_high"]) == (
        loan["parameters_low"],
        loan["parameters_high"],
    )
    wealth = table.set_index("name").loc["wealth"]
    assert wealth["low"] < wealth["parameters_low"] < wealth["parameters_high"] < wealth["high"]


def test_the_folder_says_what_was_drawn_from_what(folder, beliefs, posterior):
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["beliefs"]
    assert (told["draws"], told["runs_per_draw"], told["learnt"], told["prior_only"]) == (
        DRAWS,
        25,
        ["pull", "cost"],
        ["harm"],
    )
    assert (
        told["posterior"]["sha256"] == beliefs.sha256
        and told["posterior"]["manifest"]["title"] == "Old times"
    )
    stored = pd.read_csv(folder / "draws.csv", dtype={"value": str}).astype({"value": float})
    pd.testing.assert_frame_equal(stored, draws_table(beliefs), check_exact=True)
    assert stored.drop_duplicates("entry").set_index("entry")["source"].to_dict() == {
        "pull": "posterior", "cost": "posterior", "harm": "prior",
    }  # fmt: skip


def test_the_summary_names_draws_source_and_priors_in_lines_that_fit(ensemble):
    lines = list(summary(ensemble, everything=True))
    text = " ".join(lines)
    assert max(map(len, lines)) <= 100
    assert (
        "12 draws of 3 uncertain numbers, 25 runs under each; 2 learnt from Old times, 1 from the scenario's "
        "priors." in text
    )
    assert "nobody knows" in text and "chance taken out" in text and "not a forecast" in text
    told = replace(ensemble.beliefs, manifest={"title": "Old times", "keeps_prior": ["cost", "gone"]})
    assert "learnt from Old times (next to nothing of cost), 1 from the scenario's priors." in " ".join(
        summary(replace(ensemble, setup=told))
    )
    alone = " ".join(summary(sim.run(sim.prior_beliefs(SCENARIO, 10, 1), 40, months=4)))
    assert "from the scenario's priors alone." in alone


def test_figures_draw_and_name_both_bands(ensemble):
    drawn_figures = figures(ensemble)
    for figure in drawn_figures.values():
        assert "12 draws of the uncertain numbers" in " ".join(
            part.get_text() for part in figure.texts
        ).replace("\n", " ")
    events = drawn_figures["events"]
    heights = [np.ptp(band.get_paths()[0].vertices[:, 1]) for band in events.axes[0].collections[:2]]
    assert heights[0] > heights[1], "the wide band lies behind"
    assert len(events.legends[0].get_texts()) == 2
    paths = " ".join(part.get_text() for part in drawn_figures["paths"].texts).replace("\n", " ")
    assert "differ by chance and by their draw" in paths


@pytest.mark.parametrize("run", [0, 11, 150, RUNS - 1])
def test_a_row_comes_out_again_from_the_folder(folder, run):
    found = replay(folder, run)
    assert found.same and found.table["same"].all()
    assert ("couplings.wealth.war" in dict(found.world.scenario.overrides)) and opened(folder).verify(
        30
    ) == []


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("0,a,prior,times,1_0", "line 2: must be a number"),
        ("0,a,prior,times,nan", "line 2: must be a finite number"),
        ("1,a,prior,times,1", "draw 1 of a stands where 0 belongs"),
        ("0,a,prior,times,1\n0,a,prior,times,2", "line 3: draw 0 of a"),
        ("0.5,a,prior,times,1", "whole number"), ("0,a,prior,times", "line 2: has 4 cells"),
        ("0,a,prior,times,1,5", "line 2: has 6 cells"),
        ("0,a,p,times,1\n0,b,p,plus,2\n1,a,p,times,1", "different numbers of draws"),
    ],
)  # fmt: skip
def test_stored_draws_are_read_strictly(rows, told):
    with pytest.raises(BadInput, match=told):
        draws_read(Source("draws.csv", f"draw,entry,source,kind,value\n{rows}\n".encode()))


def test_stored_draws_come_back_bit_by_bit_under_names_of_any_look():
    values = {"=a": np.array([0.1 + 0.2, 1e-300]), "-b": np.array([2.0, 3.0])}
    frame = pd.DataFrame(
        [(d, name, "prior", "times", v[d]) for d in range(2) for name, v in values.items()],
        columns=DRAW_COLUMNS,
    )
    found = draws_read(Source("draws.csv", csv_bytes(frame)))
    assert all(np.array_equal(found[name], values[name]) for name in values)


def test_draws_that_were_changed_are_found(folder, tmp_path):
    for name in ("manifest.json", "outcomes.parquet"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    with pytest.raises(Refusal, match=r"draws\.csv cannot be read"):
        replay(tmp_path, 0)
    (tmp_path / "draws.csv").write_bytes((folder / "draws.csv").read_bytes().replace(b"0,pull", b"0,pulI", 1))
    done = CliRunner().invoke(app, ["replay", str(tmp_path), "--run", "0"])
    assert done.exit_code == 1 and done.stderr.count("\n") == 1 and "draws.csv is not the one" in done.stderr
    done = CliRunner().invoke(app, ["verify", str(tmp_path)])
    assert done.exit_code == 1 and "draws.csv is damaged" in done.stdout


# -- the command line ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    entries = "".join(
        f"[uncertain.{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in entry.items())
        for name, entry in UNCERTAIN.items()
    )
    path = tmp_path_factory.mktemp("case") / "case.toml"
    path.write_text(
        (Path(__file__).parent / "cases" / "small.toml").read_text(encoding="utf-8") + entries,
        encoding="utf-8",
    )
    return path


def test_the_command_draws_rounds_up_and_its_folder_can_be_run_again(file, posterior, tmp_path):
    out = tmp_path / "out"
    order = [
        "run",
        str(file),
        "--runs",
        "100",
        "--months",
        "4",
        "--posterior",
        str(posterior),
        "--draws",
        "8",
        "--out",
        str(out),
    ]
    done = CliRunner().invoke(app, [*order, "--no-figures"])
    assert done.exit_code == 0, done.output
    assert (
        "104 runs instead of 100" in done.stderr
        and "8 draws of 3 uncertain numbers, 13 runs under each" in done.stdout
    )
    assert "2 learnt from Old times" in done.stdout.replace("\n", " ")
    for command in (["verify", str(out)], ["replay", str(out), "--run", "9", "--story"]):
        again = CliRunner().invoke(app, command)
        assert again.exit_code == 0 and "the same" in again.stdout, again.output


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--prior", "file", "--posterior", "POSTERIOR"], "from one of them"),
        (["--fixed", "--draws", "10"], "--fixed is one set of numbers"),
        (["--fixed", "--prior", "file"], "--fixed is one set of numbers"),
        (["--prior", "file", "--from-run", "1", "--month", "2010-05"], "--from-run"),
        (["--prior", "file", "--precision", "0.01"], "--precision"),
        (["--draws", "200", "--runs", "100"], "too few for 200 draws"),
        (["--posterior", "nowhere.json"], "no such file"),
        (["--posterior", "POSTERIOR", "--draws", "200"], "holds 40 draws"),
    ],
)
def test_options_that_make_no_sense_together_get_one_line(file, posterior, options, told, tmp_path):
    words = [str(posterior) if word == "POSTERIOR" else word for word in options]
    done = CliRunner().invoke(app, ["run", str(file), *words, "--out", str(tmp_path / "out")])
    assert (
        done.exit_code == 2
        and told in done.stderr
        and done.stderr.count("\n") == 1
        and not (tmp_path / "out").exists()
    )


def test_a_trigger_may_set_what_the_file_leaves_to_the_program():
    waiting = {"fear": {"if": "war", "changes": {"decision.precision": 2.0}}}
    scenario = past().override({"interventions.when": waiting})
    assert "decision.precision" in scenario.defaults
    beliefs = sim.prior_beliefs(scenario, 4)
    under, alone = sim.run(beliefs, 16), sim.run(beliefs.lived(3), 16)
    columns = alone.outcomes.columns.drop("posture")
    assert np.array_equal(
        under.outcomes.loc[3, columns].astype(float), alone.outcomes.loc[3, columns].astype(float)
    )
