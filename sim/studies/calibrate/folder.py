"""The folder of a calibration: calibration.csv, ranks.csv, posterior.json, figures and a manifest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.drawing.saving import draw, into
from sim.engine.beliefs import write_posterior
from sim.engine.setups import Plain
from sim.studies.calibrate import checks, ridges
from sim.studies.calibrate.ask import Calibration
from sim.studies.calibrate.inference import kernels
from sim.studies.calibrate.tables import priors
from sim.studies.manifest import told
from sim.writing.folders import replacing
from sim.writing.manifest import CALIBRATE, seal
from sim.writing.tables import write_csv

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write(found: Calibration, folder: Path, overwrite: bool = False) -> tuple[str, ...]:
    """Write all of it at once; a line for each figure that could not be drawn. Raises FileExistsError."""
    with replacing(folder, CALIBRATE, overwrite) as work:
        write_csv(found.table(), work / "calibration.csv")
        write_csv(_by_entry(found, found.checked.ranks), work / "ranks.csv")
        if found.errors.series:
            write_csv(found.errors.table(), work / "errors.csv")
        write_csv(ridges.table(found.ridges), work / "ridges.csv")
        manifest = manifest_of(found)
        # A posterior is read beside a scenario: the whole text of the one that was run would only swell it.
        short = dict(manifest["scenario"])
        short.pop("as_run", None)
        beside = manifest | {"scenario": short}
        write_posterior(work / "posterior.json", found.free, found.beliefs.values, beside)
        undrawn = draw(lambda: figures(found), into(work))
        seal(work, CALIBRATE, manifest)
    return undrawn


def _by_entry(found: Calibration, ranks: Any) -> pd.DataFrame:
    """Ranks (sets, free) with a column for each entry."""
    return pd.DataFrame(ranks, columns=[entry.name for entry in found.free])


def figures(found: Calibration) -> dict[str, Figure]:
    """What was learnt, and how truths ranked, by name of the file."""
    from sim.drawing.caption import Caption
    from sim.studies.calibrate.figures import figure, ranks_figure, told_figure

    scenario, table = found.scenario, found.table()
    ranks, planted = _by_entry(found, found.checked.ranks), _by_entry(found, found.checked.planted)
    learnt = Caption(scenario.title, found.simulated, found.seed, changes=scenario.changes)
    ranked = replace(learnt, runs=len(ranks))
    draws = pd.DataFrame(found.beliefs.values)
    return {
        "learnt": figure(table, draws, priors(found.free), learnt, len(found.facts)),
        "ranks": ranks_figure(table, ranks, planted, checks.DRAWS, checks.BINS, ranked),
        "told": told_figure(table, ranked),
    }


def manifest_of(found: Calibration) -> dict[str, Any]:
    """What the posterior came from: what it takes to make it again."""
    split, fitted_until = found.scenario.case.hindcast, None
    if split is not None:
        fitted_until = split.fitted_until
    own = {
        "title": found.scenario.title,
        "observations": {"file": found.data.name, "sha256": found.data.sha256},
        "facts": len(found.facts),
        "fitted_until": fitted_until,
        "free": len(found.free),
        "checked_data_sets": len(found.checked.truth),
        "draws": len(found.scores),
        "keeps_prior": [entry.name for entry in found.kept],
        "linear_algebra": kernels(),
    }
    setup, runs, packages = Plain(found.scenario), found.simulated + found.failed, ["scipy", "scikit-learn"]
    return told(setup, runs, found.failed, found.seed, found.months, own, found.command, packages)
