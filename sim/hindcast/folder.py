"""The folder of a hindcast: scores.csv, targets.csv, reliability.csv, fans.csv, figures, the table and a manifest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from sim.hindcast.run import Hindcast
from sim.output import made_with, replacing, scenario_of
from sim.writing.tables import write_csv

KIND, FORMAT = "steppe hindcast", 1


def write(found: Hindcast, data: bytes, name: str, folder: Path, overwrite: bool, figures: bool) -> Path:
    """Write all of it at once; `data` are the bytes of the table of observations, `name` its file. Raises FileExistsError."""
    with replacing(folder, overwrite) as work:
        write_csv(found.scores, work / "scores.csv")
        write_csv(found.targets, work / "targets.csv")
        write_csv(found.reliability, work / "reliability.csv")
        write_csv(found.fans, work / "fans.csv")
        (work / "observations.csv").write_bytes(data)
        if figures:
            write_figures(found, work / "figures")
        if found.scenario.source is not None:
            (work / "scenario.toml").write_bytes(found.scenario.source.data)
        manifest = manifest_of(found) | {"observations": {"file": name, "sha256": hashlib.sha256(data).hexdigest()}}
        told = json.dumps(manifest, indent=1, ensure_ascii=False, default=str)
        (work / "manifest.json").write_text(told + "\n", encoding="utf-8")
    return folder


def write_figures(found: Hindcast, folder: Path) -> None:
    """Every figure as PNG."""
    from sim.plots.hindcast import figures

    folder.mkdir()
    for name, figure in figures(found).items():
        figure.savefig(folder / f"{name}.png")


def manifest_of(found: Hindcast) -> dict[str, Any]:
    """What it takes to do this again, and with what it was done."""
    beliefs = found.beliefs
    return {
        "kind": KIND,
        "format": FORMAT,
        "note": "conditional on this scenario; not a forecast",
        "scenario": scenario_of(found.scenario),
        "seed": found.seed,
        "runs": found.runs,
        "failed_runs": found.failed,
        "months": found.months,
        "draws": found.draws,
        "numbers": "of the file" if beliefs is None else "posterior" if beliefs.learnt else "prior",
        "learnt": [] if beliefs is None else list(beliefs.learnt),
        "posterior": None if beliefs is None else beliefs.manifest,
        "facts": len(found.facts),
        "left_out": len(found.left_out),
        "command": list(found.command),
        **made_with("scoringrules"),
    }
