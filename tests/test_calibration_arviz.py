"""A calibration as InferenceData: its groups, its log likelihood, and what ArviZ makes of it."""

from __future__ import annotations

import sys
import warnings
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.refusal import BadInput
from sim.studies.calibrate.ask import calibrate
from sim.studies.calibrate.export import arviz, left_out, place_for, write
from sim.studies.calibrate.pointwise import covariance, foretold
from sim.studies.calibrate.reference import simulate
from sim.writing.places import PlaceError
from tests.support.past import past, yearbook

GROUPS = {
    "posterior", "posterior_predictive", "log_likelihood", "prior", "prior_predictive", "observed_data",
}  # fmt: skip


@pytest.fixture(scope="module")
def found():
    world, asked = past(), yearbook()
    seen = simulate(world, asked, 48, 1, 5, each=1).data[0]
    facts = tuple(replace(fact, value=float(value)) for fact, value in zip(asked, seen, strict=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.studies.calibrate.inference.NETWORKS", 1)
        return calibrate(world, facts, simulations=600, tests=50, draws=200)


@pytest.fixture(scope="module")
def data(found):
    return found.to_arviz(each=8)


def test_all_groups_are_there_and_named_by_fact(found, data):
    assert set(data.groups()) == GROUPS
    assert data.log_likelihood["observed"].dims == ("chain", "draw", "fact")
    assert data.log_likelihood["observed"].shape == (1, 200, len(found.facts))
    assert data.posterior_predictive["observed"].shape == (1, 200, len(found.facts))
    assert data.observed_data["fact"].values.tolist() == [str(fact) for fact in found.facts]
    assert set(data.observed_data["target"].values) == {fact.target for fact in found.facts}
    assert set(data.posterior) == {*found.beliefs.values, *found.errors.values} == set(data.prior)
    assert np.array_equal(data.posterior["raids"].values[0], found.beliefs.values["raids"])
    assert np.isfinite(data.log_likelihood["observed"].values).all()


def test_leaving_one_out_runs_and_tells_which_observations_it_cannot_judge(data):
    line = left_out(data)
    assert "elpd" in line and "Pareto k" in line
    bent = data.copy()
    bent.log_likelihood["observed"][0, :3, 7] = -1e3
    assert f": {data.observed_data['fact'].values[7]}" in left_out(bent)


def test_comparing_prefers_draws_that_the_observations_taught(found, data):
    """Against a posterior that has loans and aid come four times as often in odds as anything taught."""
    moved = replace(found, scores=np.clip(found.scores + np.array([0.0, 3.0, 0.0, 0.0]), -3, 3))
    package = arviz()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = package.compare({"learnt": data, "moved": moved.to_arviz(each=8)})
    assert table.index[0] == "learnt"
    assert table["elpd_diff"]["moved"] > 2


def test_foretold_densities_are_those_of_the_normal_that_made_the_runs():
    """Runs of a walk with known steps, observed with errors of known size: the joint density is known."""
    generator = np.random.default_rng(1)
    steps, draws, each = 6, 40, 200
    runs = np.cumsum(0.5 * generator.standard_normal((draws, each, steps)), axis=2)
    years, ones = np.arange(steps), np.ones(draws)
    errors = covariance(years, 0.3 * ones, 0.4 * ones, 0.6)
    observed = np.array([0.1, 0.5, 0.2, 0.9, 1.4, 1.1])
    told = foretold(runs, observed, errors).sum(axis=1)
    walk = 0.25 * (np.minimum.outer(years, years) + 1)
    exact = [_normal(observed, walk + errors[0, kind]) for kind in range(errors.shape[1])]
    assert told.mean() == pytest.approx(np.log(np.exp(exact).mean()), abs=0.1)


def _normal(observed: np.ndarray, covariance: np.ndarray) -> float:
    _, logs = np.linalg.slogdet(2 * np.pi * covariance)
    return float(-0.5 * (logs + observed @ np.linalg.solve(covariance, observed)))


def test_a_lasting_error_is_foretold_from_the_one_before():
    """A series that lies off by two and stays there surprises once, not every year."""
    years, off = np.arange(5), np.full(5, 2.0)
    still = np.zeros((1, 4, 5))
    lasting = covariance(years, np.array([0.1]), np.array([0.1]), 1.0)
    first, *later = foretold(still, off, lasting)[0]
    assert min(later) > first + 2


def test_a_file_is_written_whole_and_replaces_only_its_like(tmp_path, data):
    file, other = tmp_path / "out" / "learnt.nc", tmp_path / "notes.txt"
    write(data, place_for(file, False))
    assert arviz().from_netcdf(str(file)).log_likelihood["observed"].dims == ("chain", "draw", "fact")
    assert [path.name for path in file.parent.iterdir()] == ["learnt.nc"]
    assert place_for(file, True) == file
    with pytest.raises(PlaceError, match="exists"):
        place_for(file, False)
    other.write_text("mine")
    with pytest.raises(PlaceError, match="no NetCDF file"):
        place_for(other, True)


def test_without_the_package_it_is_refused_before_anything_is_simulated(found, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "arviz", None)
    with pytest.raises(BadInput, match=r"pip install 'steppe-sim\[arviz\]'"):
        found.to_arviz()
    monkeypatch.chdir(tmp_path)
    order = ["calibrate", "mongolia-1995", "--data", "mongolia-1995-observations.csv"]
    monkeypatch.setattr("sim.studies.calibrate.ask.simulate", None)
    done = CliRunner().invoke(app, [*order, "--arviz", "learnt.nc"])
    assert done.exit_code == 2 and "steppe-sim[arviz]" in done.output
    assert not (tmp_path / "results").exists()
