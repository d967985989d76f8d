"""Runs are added until the interval of an outcome is as narrow as wanted, and hardly more."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.refusal import BadInput
from sim.scenario.load import load
from sim.studies.run.precision import LEAST, runs_needed

MONGOLIA = Path(__file__).parents[1] / "configs" / "mongolia-2024.toml"
BASE = load(MONGOLIA)


@pytest.mark.parametrize(
    ("precision", "outcome"), [(0.02, "russian_visit"), (0.01, "russian_visit"), (0.004, "coerce_russia")]
)
def test_the_interval_is_as_narrow_as_wanted_and_was_not_a_page_before(precision, outcome):
    runs = runs_needed(BASE, precision, outcome, months=7)

    def half(count: int) -> float:
        events = sim.run(BASE, count, months=7).events()
        last = events[events["event"] == outcome].iloc[-1]
        return (last["high"] - last["low"]) / 2

    assert half(runs) <= precision
    assert runs == LEAST or half(runs - 512) > precision


def test_the_number_of_runs_follows_from_the_share():
    """Half-width 1.96 sqrt(p (1 - p) / n) with p = .54."""
    assert runs_needed(BASE, 0.01, months=7) == pytest.approx(1.96**2 * 0.54 * 0.46 / 0.01**2, rel=0.08)


def test_wishes_that_cannot_be_met_are_refused():
    for precision, name, problem in (
        (0.0, None, "between 0 and 0.5"),
        (0.01, "russian_vist", "did you mean 'russian_visit'"),
    ):
        with pytest.raises(BadInput, match=problem):
            runs_needed(BASE, precision, name, months=2)


def test_precision_on_the_command_line(tmp_path):
    order = [
        "run",
        str(MONGOLIA),
        "--months",
        "4",
        "--no-figures",
        "--out",
        str(tmp_path / "p"),
        "--precision",
        "0.015",
    ]
    done = CliRunner().invoke(app, [*order, "--of", "third_neighbour_investment"])
    assert done.exit_code == 0, done.output
    runs = runs_needed(BASE, 0.015, "third_neighbour_investment", months=4)
    assert (
        f"{runs:,} runs make the interval +-0.015" in done.stderr
        and f"{runs:,} runs of 4 months" in done.stdout
    )
    assert CliRunner().invoke(app, [*order[:-1], "0.7", "--overwrite"]).exit_code == 2
    branch = CliRunner().invoke(app, [*order, "--from-run", "1", "--month", "2024-08", "--overwrite"])
    assert branch.exit_code == 2 and "counts futures from the start" in branch.stderr
    alone = CliRunner().invoke(app, [*order[:-2], "--of", "russian_visit", "--fixed", "--overwrite"])
    assert alone.exit_code == 2 and "here is neither" in alone.stderr


@pytest.mark.parametrize(
    ("name", "said"), [("lona", "did you mean 'loan'"), ("x" * 900, "there are "), ("", "there are 'loan'")]
)
def test_an_unknown_outcome_names_known_ones(name, said):
    with pytest.raises(BadInput) as caught:
        runs_needed(load(MONGOLIA.parents[1] / "tests" / "cases" / "small.toml"), 0.05, name)
    assert said in str(caught.value) and len(str(caught.value)) < 300
