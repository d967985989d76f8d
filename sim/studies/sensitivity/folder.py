"""The folder of a sensitivity analysis: its tables, figures and manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from sim.drawing.saving import draw, into
from sim.engine.doubts import RANGES
from sim.engine.setups import Plain
from sim.studies.manifest import told
from sim.studies.sensitivity.found import Sensitivity
from sim.studies.sensitivity.indices import REST
from sim.studies.sensitivity.tornado import ENDS
from sim.studies.sensitivity.words import sentences
from sim.writing.folders import replacing
from sim.writing.manifest import SENSITIVITY, read_manifest, seal
from sim.writing.tables import write_csv


def write(found: Sensitivity, folder: Path, overwrite: bool = False, figures: bool = True) -> tuple[str, ...]:
    """Write all of it at once; a line for each figure that could not be drawn. Raises FileExistsError."""
    tables = {
        "screening.csv": found.screening(), "parts.csv": found.parts(), "indices.csv": found.indices(),
        "tornado.csv": found.tornado(), "spread.csv": found.spread(),
    }  # fmt: skip
    undrawn: tuple[str, ...] = ()
    with replacing(folder, SENSITIVITY, overwrite) as work:
        for name, table in tables.items():
            write_csv(table, work / name)
        if figures:
            undrawn = draw(found.figures, into(work))
        seal(work, SENSITIVITY, manifest_of(found))
    return undrawn


def manifest_of(found: Sensitivity) -> dict[str, Any]:
    """What it takes to do this again, and with what it was done."""
    own = {
        "of": found.target.name, "by": list(found.target.dates), "prior": found.prior,
        "entries": {entry.name: dict(zip(ENDS, entry.ends.tolist(), strict=True)) for entry in found.entries},
        "trajectories": found.trajectories, "samples": found.samples, "left_out": found.left_out,
        "answer": sentences(found),
    }  # fmt: skip
    setup = Plain(found.scenario)
    return told(setup, found.runs, 0, found.seed, found.target.months, own, found.command, ["SALib", "scipy"])


def largest(folder: Path) -> str | None:
    """The number with the largest total index by the last date, of a folder; None if entries move many."""
    table = pd.read_csv(folder / "indices.csv")
    prior = read_manifest(folder)["prior"]
    own = table[(table["date"] == table["date"].iloc[-1]) & (table["name"] != REST)]
    if prior != RANGES or own.empty:
        return None
    return str(own.loc[own["total"].idxmax(), "name"])
