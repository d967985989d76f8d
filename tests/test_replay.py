"""Any stored row comes out again from the manifest alone: of a run, a branch or a sweep; what was changed is
found.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.engine.setups import branch
from sim.refusal import BadInput, Refusal
from sim.scenario.load import load
from sim.studies.replay.ask import opened, replay
from sim.studies.run.folder import run_into
from sim.studies.sweep.ask import sweep
from sim.studies.sweep.design import grid

SMALL = Path(__file__).parents[1] / "tests" / "cases" / "small.toml"
SCENARIO = load(SMALL)
RUNS, MONTHS = 700, 6


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, Path]:
    """Two pages of runs each; the scenario is changed beyond its file, which is not needed any more."""
    where = tmp_path_factory.mktemp("results")
    changed = SCENARIO.override({"events.loan.cooldown": 20, "parameters.cost": 2.5})
    run_into(where / "run", changed, RUNS, seed=3, months=MONTHS, figures=False)
    past = branch(changed, 5, "2010-03", trunk=SCENARIO)
    run_into(where / "branch", past, RUNS, seed=3, months=MONTHS, figures=False)
    points = grid({"quantities.war.start": [0.1, 0.6]})
    sweep(
        changed,
        points,
        where / "sweep",
        levers={"none": {}, "no loan": {"interventions.forbidden": ["loan"]}},
        runs=RUNS,
        seed=3,
        months=MONTHS,
    )
    return {path.name: path for path in where.iterdir()}


@pytest.mark.parametrize("number", [0, 511, 512, RUNS - 1])
@pytest.mark.parametrize("kind", ["run", "branch", "sweep"])
def test_a_row_comes_out_again_bit_by_bit(folders, kind, number):
    more = {"point": 1, "lever": "no loan"} if kind == "sweep" else {}
    found = replay(folders[kind], number, **more)
    assert (
        found.same
        and found.table["same"].all()
        and {"end.wealth", "posture", "failed"} <= set(found.table["outcome"])
    )
    if kind != "sweep":
        stored = pd.read_parquet(folders[kind] / "outcomes.parquet").set_index("run").loc[number]
        assert found.stored["end.wealth"] == stored["end.wealth"]
    else:
        assert found.stored["count.loan"] == 0 and found.world.start["war"] == 0.6


@pytest.mark.parametrize("kind", ["run", "branch", "sweep"])
def test_a_sample_of_rows_is_run_again(folders, kind):
    assert opened(folders[kind]).verify(100) == []
    done = CliRunner().invoke(app, ["verify", str(folders[kind])])
    assert done.exit_code == 0 and "100 of " in done.stdout and "are the same" in done.stdout


def test_a_row_that_was_changed_is_found(folders, tmp_path):
    folder = tmp_path / "r"
    folder.mkdir()
    manifest = json.loads((folders["run"] / "manifest.json").read_text(encoding="utf-8"))
    del manifest["files"]  # results from before checksums: rows are all that can be told
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    rows = pd.read_parquet(folders["run"] / "outcomes.parquet")
    rows.loc[600, "end.wealth"] += 1e-15
    rows.to_parquet(folder / "outcomes.parquet", index=False)
    assert not replay(folder, 600).same and replay(folder, 599).same
    again = CliRunner().invoke(app, ["replay", str(folder), "--run", "600"])
    assert again.exit_code == 1 and "differs" in again.stdout and "1 of " in again.stdout
    assert opened(folder).verify(100) == ["runs 512 to 699: run again, they give other rows"]
    assert CliRunner().invoke(app, ["verify", str(folder)]).exit_code == 1


def test_replay_prints_both_and_tells_the_story_that_trace_tells(folders):
    done = CliRunner().invoke(app, ["replay", str(folders["sweep"]), "--point", "1", "--run", "9", "--story"])
    assert done.exit_code == 0 and "bit by bit" in done.stdout and "Run 9 of seed 3" in done.stdout, (
        done.output
    )
    changes = ["events.loan.cooldown=20", "parameters.cost=2.5", "quantities.war.start=0.6"]
    order = ["trace", str(SMALL), "--seed", "3", "--run", "9", "--months", str(MONTHS)]
    told = (
        CliRunner().invoke(app, [*order, *(word for change in changes for word in ("--set", change))]).stdout
    )
    own, traced = (text[text.index("In the end") : text.index("Next: ")] for text in (done.stdout, told))
    assert own == traced and len(own) > 20


def test_the_story_of_a_branch_says_where_it_leaves_the_run_whose_past_it_has(folders):
    done = CliRunner().invoke(app, ["replay", str(folders["branch"]), "--run", "9", "--story"])
    assert done.exit_code == 0, done.output
    told = done.stdout.split("\n")
    assert told[told.index("2010-03") + 1].startswith("  Branches off, by the luck of run 9")
    base, own = (load(SMALL), SCENARIO.override({"events.loan.cooldown": 20, "parameters.cost": 2.5}))
    assert base.numbers != own.numbers and "under other numbers" in done.stdout


def test_what_cannot_be_run_again_gets_one_line(folders, tmp_path):
    for folder, more in (
        ("run", {"run": RUNS}), ("run", {"run": 0, "point": 1}), ("sweep", {"run": RUNS}),
        ("sweep", {"run": 0, "point": 2}),
        ("sweep", {"run": 0, "lever": "nobody"}),
    ):  # fmt: skip
        with pytest.raises(BadInput):
            replay(folders[folder], **more)
    damaged = json.loads((folders["run"] / "manifest.json").read_text(encoding="utf-8"))
    del damaged["scenario"]["as_run"]
    for text in ("", "[]", "{}", '{"scenario": {}}', json.dumps(damaged), json.dumps({"identity": {}})):
        (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(Refusal):
            replay(tmp_path, 0)
        for command in (["replay", str(tmp_path), "--run", "0"], ["verify", str(tmp_path)]):
            done = CliRunner().invoke(app, command)
            assert done.exit_code == 1 and done.stderr.count("\n") == 1 and "Traceback" not in done.output, (
                text,
                done.output,
            )
    (tmp_path / "manifest.json").write_bytes((folders["run"] / "manifest.json").read_bytes())
    with pytest.raises(Refusal, match="is missing"):
        replay(tmp_path, 0)
