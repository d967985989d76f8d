"""Runs that keep to dated facts until a month, and are free from then on."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.assimilation.facts import EVENT, SERIES, Fact
from sim.assimilation.given import Given
from sim.cli import app
from sim.engine.setups import Setup
from sim.refusal import BadInput
from sim.scenario.lower import lower
from sim.studies.replay.ask import replay
from sim.writing.manifest import read_manifest, sealed
from tests.support.hindcasts import SMALL, START, past_case, yearly

CASE = past_case()
MONTH = f"{START}-05"


def known(value: float, month: int = 3) -> tuple[Fact, ...]:
    """A loan came, or did not, in a month of the first year (invented)."""
    return (Fact(EVENT, "loan", 12 * START + month - 1, 12 * START + month - 1, value),)


def first_loan(setup, runs: int = 400) -> pd.Series:
    return sim.run(setup, runs=runs, months=12).outcomes["first.loan"]


def test_what_is_known_came_in_every_run_and_the_rest_is_free():
    setup = sim.given(CASE, known(1.0), MONTH, runs=400)
    came = first_loan(setup)
    assert came.notna().all() and (came <= 2).all(), "in the third month, or before"
    assert 1 < setup.past.effective <= 400


def test_what_is_known_is_worth_its_odds():
    """The evidence of a month's yes and no together is one."""
    yes, no = (sim.given(CASE, known(value), MONTH, runs=4_000).past.evidence for value in (1.0, 0.0))
    assert np.exp(yes) + np.exp(no) == pytest.approx(1.0, abs=0.05)


def test_the_same_runs_come_again():
    one, other = (first_loan(sim.given(CASE, known(1.0), MONTH, runs=100), 100) for _ in range(2))
    pd.testing.assert_series_equal(one, other)


def facts_of_years() -> tuple[Fact, ...]:
    """Some years of the small case (invented), which few runs foretell: so particles are resampled."""
    deeds = (5, 1.0), (17, 0.0), (30, 1.0)
    came = [Fact(EVENT, "loan", 12 * START + month, 12 * START + month, value) for month, value in deeds]
    raid = Fact(EVENT, "raid", 12 * START + 12, 12 * START + 23, 1.0)
    return (*came, raid, *yearly(SERIES, "wealth", [0.52, 0.48, 0.46]))


def living(setup) -> Given:
    return sim.given(setup, facts_of_years(), f"{START + 3}-03", runs=240, seed=3)


SETUPS = {"one set": lambda: CASE, "draws": lambda: sim.prior_beliefs(CASE, 24, seed=2)}


@pytest.fixture(scope="module", params=list(SETUPS))
def ensemble(request) -> Given:
    return living(SETUPS[request.param]())


def same_as_ensemble(setup: Setup, run: int, seed: int, months: int = 48) -> None:
    """Raises if a bit of a run differs with agents and in the ensemble."""
    world = lower(setup.scenario, months)
    lot = setup.prepared(world, seed).of(run, 240)
    history, place = lot.history(seed), lot.runs.tolist().index(run)
    model = sim.Model(setup, run=run, seed=seed, months=months)
    for month in range(months):
        model.step()
        for name in world.recorded:
            mine, other = model.state[name], history[name][month, place]
            assert mine == other or (np.isnan(mine) and np.isnan(other)), (name, month)
        for row in world.parts.event:
            assert model.state[f"record.{row}"] == history.codes(row)[month, place], (row, month)


@pytest.mark.parametrize("run", [0, 9, 239])
def test_agents_live_a_run_of_a_living_ensemble_as_it_is_there(ensemble, run):
    assert len(ensemble.past.lineage.stretches) > 1, "nothing was resampled"
    same_as_ensemble(ensemble, run, seed=3)


def test_luck_after_what_is_known_may_be_of_another_seed(ensemble):
    same_as_ensemble(ensemble, 7, seed=11)


@pytest.mark.parametrize("month", ["03", "09"])
def test_agents_live_a_branch_of_a_living_ensemble_as_it_is_there(ensemble, month):
    """Of the run in the month in which it gets free, and of one that has been free for a while."""
    left = sim.branch(ensemble, 9, f"{START + 3}-{month}")
    same_as_ensemble(left, 4, seed=3)


def test_the_branch_of_the_same_number_goes_the_way_of_the_run_itself(ensemble):
    rows = sim.run(ensemble, 240, seed=3, months=60).outcomes
    branches = sim.run(sim.branch(ensemble, 9, f"{START + 3}-09"), 20, seed=3, months=60).outcomes
    pd.testing.assert_series_equal(branches.loc[9], rows.loc[9])
    assert branches["end.wealth"].nunique() > 10, "and others go their own"


FREE = f"{START + 1}-02"
COMMON = ["--runs", "60", "--seed", "3", "--months", "24"]
TABLE = f"""kind,target,when,value,note
event,loan,{START}-03,1,invented
event,loan,{START}-08,1,invented
series,wealth,{START},0.48,invented
event,raid,{START}-09/{START + 1}-02,1,invented
event,rich,{START}-03/{START}-06,1,invented
"""


MEASURED = """
[observations.wealth]
label = "Wealth as counted"
measure = "wealth"
unit = "1"
error = 0.05
definition = "the yearly mean"
source = "test"

[uncertain.wealth]
label = "Level of wealth"
numbers = ["quantities.wealth.start"]
times = 0.1

[outcomes.rich]
label = "A loan in good times"
any_of = ["loan"]
above = { wealth = 0.4 }
"""


def steppe(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A scenario and facts, with folders of a living ensemble under draws, and of a branch of it."""
    where = tmp_path_factory.mktemp("living")
    (where / "case.toml").write_text(SMALL.read_text(encoding="utf-8") + MEASURED, encoding="utf-8")
    (where / "facts.csv").write_text(TABLE, encoding="utf-8")
    given = ["--given", where / "facts.csv", "--from", FREE, *COMMON, "--no-figures"]
    branch = ["--from-run", 7, "--month", f"{START + 1}-06", "--set", "events.loan.base_logit=1.5"]
    for name, more in (("run", []), ("branch", branch)):
        done = steppe("run", where / "case.toml", *given, *more, "--out", where / name)
        assert done.exit_code == 0, done.output
        (where / f"{name}.txt").write_text(done.stdout, encoding="utf-8")
    return where


@pytest.mark.parametrize("name", ["run", "branch"])
def test_a_folder_is_run_again_from_what_it_holds_alone(place, name, tmp_path):
    folder = shutil.copytree(place / name, tmp_path / name)
    done = steppe("verify", folder)
    assert done.exit_code == 0 and "60 of 60 rows run again" in done.stdout, done.output
    assert replay(folder, 33).same


def test_what_is_not_used_is_told_with_its_reason(place):
    said = " ".join((place / "run.txt").read_text(encoding="utf-8").split())
    assert "they keep to 3 facts" in said
    assert f"1 that reach into {FREE} or lie after it (event raid {START}-09/{START + 1}-02, ...)" in said
    assert "1 of outcomes that ask for more than events" in said and "Numbers differ from run to run" in said


def test_a_story_of_a_stored_run_is_the_one_that_trace_tells(place):
    told = steppe("replay", place / "run", "--run", 7, "--story").stdout
    order = ["trace", place / "case.toml", "--given", place / "facts.csv", "--from", FREE]
    traced = steppe(*order, "--run", 7, *COMMON).stdout
    own, other = (text[text.index("In the end") : text.index("Next: ")] for text in (told, traced))
    assert own == other
    months = traced.split("\n\n")
    (march,) = (month for month in months if month.startswith(f"{START}-03"))
    assert "known." in march and "It gave what is known of this month odds of" in march
    assert f"until {FREE}" in traced and f"\n{FREE}\n  Free from here on, by the luck of run 7" in traced


def test_the_story_of_a_branch_leads_through_what_is_known(place):
    told = steppe("replay", place / "branch", "--run", 3, "--story").stdout
    places = [
        told.index(said)
        for said in (
            f"\n{FREE}\n  Free from here on, by the luck of run 7",
            f"\n{START + 1}-06\n  Branches off, by the luck of run 3",
        )
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: told["known"].update(facts_sha256="0"), "facts.csv is not the one that was written"),
        (lambda told: told["known"].update({"from": f"{START + 1}-01"}), "run again, they give other rows"),
        (lambda told: told["known"].update(log_evidence=0.0), "when it is made again: log_evidence"),
        (lambda told: told["known"].pop("seed"), "does not tell what was run (known.seed"),
    ],
)  # fmt: skip
def test_a_manifest_that_tells_otherwise_is_found_in_one_line(place, change, said, tmp_path):
    """Whoever edits it and makes its checksum fit; else the checksum tells."""
    folder = shutil.copytree(place / "run", tmp_path / "run")
    told = read_manifest(folder)
    change(told)
    own = {key: value for key, value in told.items() if key not in ("kind", "format", "manifest_sha256")}
    (folder / "manifest.json").write_bytes(sealed("steppe run", own))
    done = steppe("verify", folder)
    assert done.exit_code == 1 and said in done.output and "Traceback" not in done.output, done.output
    assert all(len(line) for line in done.stderr.strip().split("\n")) and done.stderr.count("\n") == 1


def test_damaged_facts_are_told_in_one_line(place, tmp_path):
    folder = shutil.copytree(place / "run", tmp_path / "run")
    (folder / "facts.csv").write_text(TABLE.replace("-08,1", "-08,0"), encoding="utf-8")
    done = steppe("verify", folder)
    assert done.exit_code == 1 and "facts.csv is damaged: its checksum differs" in done.stdout, done.output
    done = steppe("replay", folder, "--run", 1)
    assert done.exit_code == 1 and done.stderr.count("\n") == 1
    assert "facts.csv is not the one that was written" in done.stderr


def test_what_cannot_be_asked_of_a_living_ensemble_is_refused(ensemble, place):
    with pytest.raises(BadInput, match="there is no run 240"):
        sim.Model(ensemble, run=240)
    with pytest.raises(BadInput, match=f"leaves a run after {START + 3}-02"):
        sim.run(sim.branch(ensemble, 3, f"{START + 3}-02"), 10)
    with pytest.raises(BadInput, match="overrides change a run from its start"):
        sim.Model(ensemble, overrides={"quantities.war.start": 0.2})
    with pytest.raises(BadInput, match="cannot branch again"):
        sim.branch(sim.branch(ensemble, 3, f"{START + 3}-06"), 3, f"{START + 4}-06")
    case = place / "case.toml"
    for words, said in (
        (["trace", case, "--runs", 9], "--given FACTS.csv"),
        (["trace", case, "--given", place / "facts.csv"], "--from"),
        (["trace", case, "--given", "raid", "--from", FREE], "a table of dated facts"),
    ):
        done = steppe(*words)
        assert done.exit_code == 2 and said in done.stderr, done.output
