"""Honest by default: the command draws the uncertain numbers, both intervals cover, and drivers are told."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.engine.beliefs import write_posterior
from sim.engine.uncertain import free_numbers
from sim.refusal import BadInput
from sim.scenario.load import ScenarioError, parse
from sim.statistics.nested import Groups
from sim.studies.run.drivers import DRIVER_COLUMNS
from sim.studies.run.ensemble import Ensemble
from sim.studies.run.text import summary
from tests.test_beliefs import SCENARIO, SMALL, UNCERTAIN

FEW = ["--months", "4", "--no-figures"]


def steppe(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="steppe")


def beliefs_told(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text())["beliefs"]


@pytest.fixture
def case(tmp_path) -> Path:
    """A case with uncertain numbers and a posterior beside it that knows two of them."""
    entries = "".join(
        f"[uncertain.{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in entry.items())
        for name, entry in UNCERTAIN.items()
    )
    small = (Path(__file__).parent / "cases" / "small.toml").read_text(encoding="utf-8")
    path = tmp_path / "case.toml"
    path.write_text('posterior = "learnt/posterior.json"\n' + small + entries, encoding="utf-8")
    free = free_numbers(SCENARIO)[:2]
    rng = np.random.default_rng(0)
    (tmp_path / "learnt").mkdir()
    write_posterior(
        tmp_path / "learnt" / "posterior.json",
        free,
        {entry.name: entry.value(0.3 + 0.5 * rng.standard_normal(30)) for entry in free},
        {"title": "Old times"},
    )
    return path


# -- what is drawn ---------------------------------------------------------------------------------


def test_the_command_draws_from_the_posterior_that_the_file_names_from_wherever_it_is_called(
    case, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path / "learnt")
    done = steppe("run", case, "--runs", 200, *FEW, "--out", "out")
    assert done.exit_code == 0, done.output
    told = beliefs_told(Path("out"))
    assert (told["draws"], told["learnt"], told["prior_only"]) == (20, ["pull", "cost"], ["harm"])
    assert told["posterior"]["file"] == "learnt/posterior.json"  # no path of this machine
    assert steppe("verify", "out").exit_code == 0 == steppe("replay", "out", "--run", 7).exit_code


def test_the_folder_is_replayed_without_the_posterior_or_the_file(case, tmp_path):
    assert steppe("run", case, "--runs", 100, *FEW, "--out", tmp_path / "out").exit_code == 0
    (case.parent / "learnt" / "posterior.json").unlink()
    case.unlink()
    assert "bit by bit" in steppe("replay", tmp_path / "out", "--run", 3).stdout


def test_there_are_no_more_draws_than_a_posterior_holds_or_runs_can_be_shared_among(case, tmp_path):
    for runs, draws in ((600, 30), (100, 10), (24, 2), (4, 2)):
        out = tmp_path / str(runs)
        assert steppe("run", case, "--runs", runs, *FEW, "--out", out).exit_code == 0
        assert beliefs_told(out)["draws"] == draws
    done = steppe("run", case, "--runs", 3, *FEW, "--out", tmp_path / "three")
    assert "fewer than 4 runs cannot be shared" in done.stderr and beliefs_told(tmp_path / "three") is None


def test_other_sources_are_asked_for_by_name(case, tmp_path):
    for options, prior, learnt in (
        (["--prior", "file"], "file", []),
        (["--prior", "ranges"], "ranges", []),
        (["--posterior", case.parent / "learnt" / "posterior.json"], "file", ["pull", "cost"]),
    ):
        done = steppe("run", case, *options, "--runs", 40, *FEW, "--out", tmp_path / "out", "--overwrite")
        assert done.exit_code == 0, done.output
        told = beliefs_told(tmp_path / "out")
        assert (told["prior"], told["learnt"]) == (prior, learnt)
        assert steppe("verify", tmp_path / "out").exit_code == 0


@pytest.mark.slow
def test_every_number_with_a_range_is_drawn_from_it_and_the_heading_says_so(tmp_path):
    done = steppe("run", "armenia-2024", "--prior", "ranges", "--runs", 40, *FEW, "--out", tmp_path / "out")
    words = " ".join(done.stdout.split())
    assert "every number that has a range drawn from it" in words
    draws = pd.read_csv(tmp_path / "out" / "draws.csv")
    scenario = sim.load("armenia-2024")
    assert set(draws["kind"]) == {"value"}
    for path, own in draws.groupby("entry"):
        known = scenario.provenance[path]
        assert known.low <= own["value"].min() <= own["value"].max() <= known.high
    for command in (["verify", tmp_path / "out"], ["replay", tmp_path / "out", "--run", 5]):
        assert steppe(*command).exit_code == 0


def test_fixed_gives_the_numbers_of_the_file_and_says_what_is_left_out(case, tmp_path):
    done = steppe("run", case, "--fixed", "--runs", 60, *FEW, "--out", tmp_path / "out")
    assert "The range over what nobody knows" in " ".join(done.stdout.split())
    own = sim.run(sim.load(case), 60, months=4)
    stored = pd.read_parquet(tmp_path / "out" / "outcomes.parquet").set_index("run")
    pd.testing.assert_frame_equal(stored, own.outcomes, check_categorical=False)
    assert not (tmp_path / "out" / "draws.csv").exists() and not (tmp_path / "out" / "drivers.csv").exists()


def test_a_file_that_calls_nothing_uncertain_has_one_set_of_numbers_and_one_line_how_to_draw(tmp_path):
    done = steppe("run", "armenia-2024", "--runs", 8, *FEW, "--out", tmp_path / "out")
    assert done.stderr.count("--prior ranges") == 1 and beliefs_told(tmp_path / "out") is None
    refused = steppe("run", "armenia-2024", "--draws", 4, *FEW, "--out", tmp_path / "other")
    assert refused.exit_code == 2 and refused.stderr.count("\n") == 1 and "--prior ranges" in refused.stderr


@pytest.mark.parametrize(
    "options", [["--from-run", "1", "--month", "2010-03"], ["--precision", "0.1", "--of", "loan"]]
)
def test_a_branch_and_a_precision_imply_one_set_of_numbers_and_say_so(case, tmp_path, options):
    done = steppe("run", case, "--runs", 40, *options, *FEW, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert f"one set of numbers: {options[0]} goes with --fixed" in done.stderr
    assert beliefs_told(tmp_path / "out") is None


def test_what_is_set_and_done_goes_with_draws(case, tmp_path):
    order = ["--set", "wealth=0.6", "--do", "war=0.5@2010-02", "--runs", 40, *FEW, "--out", tmp_path / "out"]
    done = steppe("run", case, *order)
    assert done.exit_code == 0 and "nobody knows" in done.stdout, done.output
    assert steppe("verify", tmp_path / "out").exit_code == 0


def _refused(*order: object) -> str:
    done = steppe(*order)
    assert done.exit_code == 2 and done.stderr.count("\n") == 1, done.output
    return done.stderr


def test_a_posterior_that_is_not_there_or_of_no_use_is_one_line_with_what_to_do(case, tmp_path):
    order = ["run", case, *FEW, "--out", tmp_path / "out"]
    posterior = case.parent / "learnt" / "posterior.json"
    for damage in ("", "[1, 2]", posterior.read_text()[:400]):
        posterior.write_text(damage)
        told = _refused(*order)
        assert "learnt/posterior.json" in told and "--fixed" in told and "--prior file" in told
    posterior.unlink()
    told = _refused(*order)
    assert "no file learnt/posterior.json beside it" in told and "--posterior FILE" in told
    assert not (tmp_path / "out").exists()
    assert steppe(*order, "--prior", "file", "--runs", 20).exit_code == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_scenario_from_a_pipe_has_nothing_beside_it_and_is_told_what_to_do(case, tmp_path):
    pipe = tmp_path / "pipes" / "case"
    pipe.parent.mkdir()
    os.mkfifo(pipe)
    threading.Thread(target=pipe.write_bytes, args=(case.read_bytes(),), daemon=True).start()
    assert "--posterior FILE" in _refused("run", pipe, *FEW, "--out", tmp_path / "out")


def test_a_posterior_of_a_file_without_uncertain_numbers_is_told():
    with pytest.raises(ScenarioError, match=r"posterior: tells of uncertain numbers, and there are none"):
        parse(SMALL | {"posterior": "learnt.json"}, "case.toml")


def test_the_shipped_scenario_draws_what_the_years_before_the_war_taught():
    beliefs = sim.own_beliefs("mongolia-2024", draws=6)
    assert len(beliefs.learnt) == 11 and beliefs.file == "mongolia-1995-posterior"
    prior = sim.own_beliefs(SCENARIO, draws=6, seed=4)
    assert prior.values["pull"].tolist() == sim.prior_beliefs(SCENARIO, 6, 4).values["pull"].tolist()
    with pytest.raises(BadInput, match="says of no number that it is uncertain"):
        sim.own_beliefs("armenia-2024")


# -- what is told ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn() -> Ensemble:
    return sim.run(sim.prior_beliefs(SCENARIO, 100, 1), 4_000, 1, months=12)


def test_both_intervals_stand_side_by_side_in_lines_that_fit(drawn):
    lines = list(summary(drawn, everything=True))
    row = drawn.table().iloc[0]
    line = next(line for line in lines if line.startswith(row["label"]))
    ends = [row["low"], row["high"], row["parameters_low"], row["parameters_high"]]
    assert [f"{100 * end:.1f}" for end in ends] == [each for each in line.split() if "." in each][1:5]
    assert max(map(len, lines)) <= 100 and lines[3:][0] == ""
    assert "again with" in lines[4] and "over what" in lines[4]


def test_an_interval_over_draws_that_do_not_differ_beyond_chance_is_not_shown(drawn):
    line = next(line for line in summary(drawn) if line.startswith("War"))
    assert "only chance" in line


def test_drivers_are_told_for_each_outcome_and_date_and_saved(drawn, tmp_path):
    found = drawn.drivers()
    assert list(found.columns) == DRIVER_COLUMNS
    loan = found[found["name"] == "loan"].set_index("driver")
    assert set(loan.index) == {*UNCERTAIN, ""} and loan.loc["pull", "told"] and not loan.loc["harm", "told"]
    assert loan.loc["pull", "direction"] == 1 and loan.loc["pull", "share"] > loan.loc["harm", "share"]
    assert (loan["low"] <= loan["share"]).all() and (loan["share"] <= loan["high"]).all()
    drawn.save(tmp_path / "out", figures=False)
    stored = pd.read_csv(tmp_path / "out" / "drivers.csv", keep_default_na=False)
    pd.testing.assert_frame_equal(stored, found, check_dtype=False)


def test_drivers_of_one_outcome_by_another_month_are_those_of_that_month(drawn):
    (date,) = set(drawn.drivers("A loan from North", "2010-06")["date"])
    assert date == "2010-06" and set(drawn.drivers("loan")["date"]) == {"2010-12"}
    assert set(drawn.drivers("autonomy")["kind"]) == {"distribution"}
    with pytest.raises(BadInput, match="2010-01 to 2010-12"):
        drawn.drivers("loan", "2031-01")
    with pytest.raises(BadInput, match="did you mean 'loan'"):
        drawn.drivers("laon")


def test_runs_of_one_set_of_numbers_have_no_drivers():
    assert sim.run(SCENARIO, 8, months=3).drivers().empty


def test_the_text_tells_at_most_five_drivers_and_none_that_cannot_be_told_from_none(drawn):
    lines = list(summary(drawn))
    first = lines.index("What drives it: A loan from North, by 2010-12") + 2
    told = lines[first : lines.index("", first)]
    assert 1 <= len(told) - 1 <= 5 and told[0].startswith("How readily a loan is offered")
    assert not any(line.startswith("Harm of war") for line in told) and told[-1].startswith("all else")
    ahead = [line.split(" to ")[0].split() for line in told]
    shares = [float(words[-2]) for words in ahead[:-1]] + [float(ahead[-1][-1])]
    assert sum(shares) == pytest.approx(100, abs=0.3)
    of = list(summary(drawn, of="raid"))
    (head,) = [place for place, line in enumerate(of) if line.startswith("What drives it: ")]
    assert "2010-12" in of[head] and of[head + 1].startswith("What drives it cannot be told")


def test_of_names_what_drivers_are_about(case, tmp_path):
    order = ["run", case, "--runs", 2000, "--months", 12, "--no-figures", "--out", tmp_path / "out"]
    done = steppe(*order, "--of", "Aid from South")
    assert done.exit_code == 0 or "did you mean" in done.stderr
    assert "did you mean" in _refused(*order, "--of", "laon", "--overwrite")
    assert "here is neither" in _refused(*order, "--fixed", "--of", "loan", "--overwrite")


# -- whether both intervals cover ------------------------------------------------------------------


def _loans(seed: int, draws: int, each: int) -> tuple[pd.Series, Groups]:
    """The first row of the table, and whether the loan is given by then (draws, 1)."""
    ensemble = sim.run(sim.prior_beliefs(SCENARIO, draws, seed), draws * each, seed, months=12)
    found = ensemble.tally.by_draw.happened(0)
    return ensemble.table().iloc[0], Groups(found.count, found.mean[:, [-1]], found.square[:, [-1]])


@pytest.mark.parametrize(
    ("draws", "each", "samples"),
    [pytest.param(*size, marks=pytest.mark.slow) for size in ((100, 10, 60), (500, 40, 150))],
)
def test_both_intervals_of_the_table_cover_what_is_true(draws, each, samples):
    """The truth is a draw from the priors: what nobody knows; the probability over all is that of luck."""
    truths = _loans(10_001, 2_000, 400)[1].mean[:, 0]
    overall = _loans(10_002, 20_000, 4)[0]["value"]
    rows = pd.DataFrame([_loans(seed, draws, each)[0] for seed in range(1, samples + 1)])
    luck = (rows["low"] <= overall) & (overall <= rows["high"])
    low, high = rows["parameters_low"].to_numpy()[:, None], rows["parameters_high"].to_numpy()[:, None]
    unknown = (low <= truths) & (truths <= high)
    assert 0.90 <= luck.mean() <= 0.99
    assert 0.86 <= unknown.mean() <= 0.94
