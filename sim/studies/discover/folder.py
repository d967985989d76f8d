"""The folder of conditions that were found: its tables, tree, figures and manifest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.drawing.saving import draw, into
from sim.engine.setups import Plain
from sim.studies.discover.text import sentences, tree_told
from sim.studies.manifest import told
from sim.studies.sweep.design import NO_LEVER
from sim.writing.folders import replacing
from sim.writing.manifest import DISCOVER, seal
from sim.writing.tables import write_csv

if TYPE_CHECKING:
    from sim.studies.discover.found import Discovered

BOXES = "boxes.csv"


def write(found: Discovered, folder: Path, overwrite: bool = False) -> tuple[str, ...]:
    """Write all of it at once; a line for each figure that could not be drawn. Raises FileExistsError."""
    tables = {
        BOXES: found.table(), "limits.csv": found.limits(), "conditions.csv": found.conditions(),
        "trajectory.csv": found.trajectory(), "leaves.csv": found.leaves(),
    }  # fmt: skip
    with replacing(folder, DISCOVER, overwrite) as work:
        for name, table in tables.items():
            write_csv(table, work / name)
        text = "".join(f"{line}\n" for line in tree_told(found))
        (work / "tree.txt").write_bytes(text.encode())
        undrawn = draw(found.figures, into(work))
        seal(work, DISCOVER, manifest_of(found))
    return undrawn


def manifest_of(found: Discovered) -> dict[str, Any]:
    """What it takes to do this again, and with what it was done."""
    plan = found.sweep.plan
    swept = {key: plan.identity[key] for key in ("scenario", "design", "runs_per_point")}
    own = {
        "where": str(found.statement),
        "answer": [*sentences(found)],
        "sweep": {"folder": str(found.sweep.folder), **swept},
        "cells": found.cases.count,
        "varied": [condition.name for condition in found.cases.conditions],
        "resamples": found.resamples,
        "search_seed": found.seed,
    }
    runs, packages = plan.runs * found.cases.count, ["ema-workbench", "scikit-learn", "scipy"]
    failed = runs - int(found.cases.futures.counted.sum())
    return told(Plain(plan.scenario), runs, failed, plan.seed, plan.months, own, found.command, packages)


def example(folder: Path) -> tuple[int, str | None, int] | None:
    """Point, lever and run of a stored row in the first box of a folder; None where there is no box.

    The lever is None where the sweep had none.
    """
    # from the folder: whoever says what comes next has no more than that
    boxes = pd.read_csv(folder / BOXES)
    if boxes.empty:
        return None
    first = boxes.iloc[0]
    lever = str(first["lever"])
    return int(first["point"]), None if lever in NO_LEVER else lever, int(first["run"])
