"""Paths with and without something are kept paths told apart by hand, and are called association."""

from __future__ import annotations

import copy
import json
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.outcomes.fans import FAN_RUNS
from sim.refusal import BadInput
from sim.scenario.load import parse
from sim.studies.run.figures import figures
from sim.studies.run.given import COLUMNS, condition_of, in_words

KEPT = ["autonomy", "closeness.bloc.West"]
BASE = sim.load("mongolia-2024").override({"keep_paths": KEPT})
SMALL = sim.load(Path(__file__).parent / "cases" / "small.toml").override({"keep_paths": ["wealth"]})
RUNS, MONTHS, BY = 300, 9, "2024-09"


@pytest.fixture(scope="module")
def ensemble() -> sim.Ensemble:
    return sim.run(BASE, RUNS, months=MONTHS)


def check_by_hand(ensemble: sim.Ensemble, outcome: str, by: str, name: str, kept: pd.Series) -> None:
    """Means and quantiles of a path in both groups, from rows and kept paths of the runs that count."""
    first = ensemble.outcomes.loc[kept, f"first.{outcome}"]
    happened = first <= ensemble.dates.index(by)
    assert 0 < happened.sum() < len(happened)
    table = ensemble.given(outcome, by, [name])
    for group, which in (("with", happened), ("without", ~happened)):
        own, paths = table[table["group"] == group], ensemble.path(name)[which[which].index].to_numpy()
        assert (own["runs"] == which.sum()).all() and list(own["date"]) == ensemble.dates
        assert list(own["mean"]) == pytest.approx(list(paths.mean(axis=1)), rel=1e-5)
        for column, level in (("q05", 0.05), ("q50", 0.5), ("q95", 0.95)):
            by_hand = np.quantile(paths, level, axis=1)
            assert list(own[column]) == pytest.approx(list(by_hand), rel=1e-5), column


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize(("outcome", "by"), [("russian_visit", BY), ("visit_russia", "2025-02")])
def test_both_groups_are_kept_paths_split_by_the_first_month(ensemble, outcome, by, name):
    check_by_hand(ensemble, outcome, by, name, ensemble.outcomes.index)


def test_under_draws_the_groups_are_split_run_by_run_too():
    under = sim.run(sim.own_beliefs(BASE, draws=10), runs=200, months=6)
    check_by_hand(under, "russian_visit", BY, "autonomy", under.outcomes.index)
    assert "draws of the uncertain numbers too" in " ".join(
        in_words(under, condition_of(BASE, "russian_visit", BY, 6))
    )


def test_only_the_first_runs_count_as_in_fans_and_that_is_said():
    many = sim.run(SMALL, FAN_RUNS + 500)
    check_by_hand(many, "loan", "2010-12", "wealth", many.outcomes.index[:FAN_RUNS])
    told = list(in_words(many, condition_of(SMALL, "loan", "2010-12")))
    assert told[1] == "The first 4,096 runs, with and without: A loan from North by 2010-12"


def test_failed_runs_are_in_neither_group():
    raw = copy.deepcopy(SMALL.raw) | {"drivers": {"own": "1 / (1 - happened.raid)"}}
    fragile = sim.run(parse(raw, "fragile"), 300)
    assert 0 < fragile.failed < 300
    good = fragile.outcomes.index[~fragile.outcomes["failed"]]
    check_by_hand(fragile, "loan", "2010-12", "wealth", good)


def test_headlines_by_the_end_are_the_default_and_a_label_is_as_good_as_a_name(ensemble):
    table = ensemble.given("A Russian president visits")
    assert list(table.columns) == COLUMNS
    assert list(dict.fromkeys(table["path"])) == ensemble.headlines
    pd.testing.assert_frame_equal(table, ensemble.given("russian_visit", ensemble.dates[-1]))
    own = ensemble.given("russian_visit", BY, ["Autonomy"])
    assert set(own["path"]) == {"autonomy"} and len(own) == 2 * MONTHS


def test_a_group_without_runs_has_no_numbers_and_is_drawn_as_nothing(tmp_path):
    never = BASE.override({"interventions.forbidden": ["visit_russia", "invite_russia"]})
    ensemble = sim.run(never, 20, months=3)
    table = ensemble.given("russian_visit")
    empty = table[table["group"] == "with"]
    assert (empty["runs"] == 0).all() and empty[["mean", "q05", "q50", "q95"]].isna().to_numpy().all()
    ensemble.condition = condition_of(never, "russian_visit", None, 3)
    figures(ensemble)["given"].savefig(tmp_path / "given.png")
    assert any("with: 0 runs" in line for line in in_words(ensemble, ensemble.condition))


@pytest.mark.parametrize(
    ("outcome", "by", "told"),
    [
        ("nobody", None, "no outcome"),
        ("russian_visit", "2024-9", "such as 2024-09"),
        ("russian_visit", "2025-03", "outside the simulated months"),
    ],
)
def test_what_is_no_outcome_and_what_is_no_month_of_the_runs_is_refused(ensemble, outcome, by, told):
    with pytest.raises(BadInput, match=told):
        ensemble.given(outcome, by)


def test_a_path_that_there_is_not_is_a_key_error(ensemble):
    with pytest.raises(KeyError, match="nothing"):
        ensemble.given("russian_visit", paths=["nothing"])


ORDER = ["run", "mongolia-2024", "--fixed", "--runs", "60", "--months", "6", "--given", "russian_visit"]


@pytest.mark.slow
def test_run_prints_both_groups_says_association_and_names_the_command_that_tells_the_effect(tmp_path):
    out = tmp_path / "new"
    done = CliRunner().invoke(app, [*ORDER, "--by", "2024-10", "--by", BY, "--out", str(out)])
    assert done.exit_code == 0, done.output
    words = " ".join(done.stdout.split())
    assert f"with and without: A Russian president visits by {BY}" in words
    assert "This is association, not effect" in words
    assert max(map(len, done.stdout.splitlines()[:-1])) <= 100
    stored = pd.read_csv(out / "given.csv")
    assert list(stored.columns) == COLUMNS and set(stored["group"]) == {"with", "without"}
    assert (out / "figures" / "given.png").read_bytes().startswith(b"\x89PNG")
    told = json.loads((out / "manifest.json").read_text())["given"]
    assert told == {"outcome": "russian_visit", "by": BY}
    following = shlex.split(done.stdout.splitlines()[-1].partition("   (")[0])
    assert following[:4] == ["Next:", "steppe", "compare", "mongolia-2024"]
    assert following[-1] == 'interventions.forbidden=["visit_russia", "invite_russia"]'
    effect = CliRunner().invoke(app, [*following[2:], "--runs", "10", "--months", "4"])
    assert effect.exit_code == 0, effect.output
    again = CliRunner().invoke(app, ["verify", str(out), "--sample", "2"])
    assert again.exit_code == 0, again.output


def test_a_condition_that_cannot_be_is_one_line_before_anything_runs(tmp_path):
    for more in (["--given", "nobody"], ["--given", "russian_visit", "--by", "2026-01"]):
        done = CliRunner().invoke(app, [*ORDER[:-2], *more, "--out", str(tmp_path / "new")])
        assert done.exit_code == 2 and done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_what_is_no_event_has_no_event_to_forbid(tmp_path):
    file = tmp_path / "rich.toml"
    file.write_bytes((Path(__file__).parent / "cases" / "small.toml").read_bytes() + RICH.encode())
    order = ["run", str(file), "--runs", "20", "--given", "rich", "--no-figures"]
    done = CliRunner().invoke(app, [*order, "--out", str(tmp_path / "new")])
    assert done.exit_code == 0, done.output
    assert "association, not effect" in done.stdout and "--b-do" not in done.stdout


RICH = """
[outcomes.rich]
label = "Wealth is high"
above = { wealth = 0.5 }

[[provenance]]
numbers = "outcomes.rich.*"
unit = "0-1"
range = [0, 1]
source = "judgement"
"""
