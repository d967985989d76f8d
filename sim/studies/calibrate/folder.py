"""The folder of a calibration: calibration.csv, ranks.csv, posterior.json, figures and a manifest."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.drawing.saving import draw, into
from sim.engine.beliefs import write_posterior
from sim.studies.calibrate import checks
from sim.studies.calibrate.ask import Calibration
from sim.studies.calibrate.inference import kernels
from sim.studies.calibrate.tables import priors
from sim.studies.manifest import scenario_of
from sim.writing.folders import replacing
from sim.writing.manifest import CALIBRATE, made_with, seal
from sim.writing.tables import write_csv

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write(found: Calibration, folder: Path, overwrite: bool = False) -> tuple[str, ...]:
    """Write all of it at once; a line for each figure that could not be drawn. Raises FileExistsError."""
    with replacing(folder, CALIBRATE, overwrite) as work:
        write_csv(found.table(), work / "calibration.csv")
        write_csv(_by_entry(found, found.checked.ranks), work / "ranks.csv")
        manifest = manifest_of(found)
        short = {key: value for key, value in manifest["scenario"].items() if key != "as_run"}
        told = manifest | {"scenario": short}
        write_posterior(work / "posterior.json", found.free, found.beliefs.values, told)
        undrawn = draw(lambda: figures(found), into(work))
        seal(work, CALIBRATE, manifest)
    return undrawn


def _by_entry(found: Calibration, ranks: Any) -> pd.DataFrame:
    """Ranks (sets, free) with a column for each entry."""
    return pd.DataFrame(ranks, columns=[entry.name for entry in found.free])


def figures(found: Calibration) -> dict[str, Figure]:
    """What was learnt, and how truths ranked, by name of the file."""
    from sim.drawing.caption import Caption
    from sim.studies.calibrate.figures import figure, ranks_figure

    scenario, table = found.scenario, found.table()
    ranks, planted = _by_entry(found, found.checked.ranks), _by_entry(found, found.checked.planted)
    learnt = Caption(scenario.title, found.simulated, found.seed, changes=tuple(scenario.overrides))
    ranked = replace(learnt, runs=len(ranks))
    draws = pd.DataFrame(found.beliefs.values)
    return {
        "learnt": figure(table, draws, priors(found.free), learnt, len(found.facts)),
        "ranks": ranks_figure(table, ranks, planted, checks.DRAWS, checks.BINS, ranked),
    }


def manifest_of(found: Calibration) -> dict[str, Any]:
    """What the posterior came from: what it takes to make it again."""
    split = found.scenario.case.hindcast
    return {
        "title": found.scenario.title,
        "scenario": scenario_of(found.scenario),
        "data": found.data.name,
        "data_sha256": found.data.sha256,
        "fitted_until": None if split is None else split.fitted_until,
        "observations": len(found.facts),
        "free": len(found.free),
        "synthetic_data_sets": found.simulated,
        "checked_data_sets": len(found.checked.truth),
        "draws": len(found.scores),
        "seed": found.seed,
        "keeps_prior": [entry.name for entry in found.kept],
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "linear_algebra": kernels(),
        **made_with("scipy", "scikit-learn"),
    }
