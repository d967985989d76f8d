"""The folder of a run: rows, tables, figures, the scenario and a manifest of what it takes to run it again."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.drawing.saving import draw, into
from sim.engine.beliefs import Beliefs
from sim.outcomes.columns import Column, Kind
from sim.scenario.load import Scenario
from sim.writing.folders import replacing
from sim.writing.manifest import RUN, made_with, seal
from sim.writing.tables import csv_bytes, write_csv

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.studies.run.ask import Ensemble

ROWS, DRAWS = "outcomes.parquet", "draws.csv"
ROWS_PER_GROUP = 8192


def stream(
    frames: Iterable[pd.DataFrame],
    finish: Callable[[Path], Ensemble],
    folder: Path,
    overwrite: bool,
    figures: bool,
) -> Ensemble:
    """Write rows as they come, then the tables of the ensemble that `finish` makes; returns it, reading from
    the folder.
    """
    with replacing(folder, RUN, overwrite) as work:
        ensemble = finish(work / ROWS)
        write_rows(frames, work / ROWS, ensemble.columns)
        write_tables(ensemble, work, figures)
    ensemble._rows = folder.absolute() / ROWS
    return ensemble


def write(ensemble: Ensemble, folder: Path, overwrite: bool, figures: bool) -> Path:
    """Write an ensemble whose rows are in memory or in another folder."""
    with replacing(folder, RUN, overwrite) as work:
        if isinstance(ensemble._rows, Path):
            shutil.copyfile(ensemble._rows, work / ROWS)
        else:
            write_rows([ensemble._rows], work / ROWS, ensemble.columns)
        write_tables(ensemble, work, figures)
    return folder


def write_rows(frames: Iterable[pd.DataFrame], path: Path, columns: Sequence[Column]) -> None:
    """Outcome rows to Parquet, a group of rows at a time; what is counted is stored once for each value it
    takes.
    """
    writer = None
    counted = {column.name for column in columns if column.kind is not Kind.VALUE}
    try:
        for frame in frames:
            table = pa.Table.from_pandas(frame.reset_index(), preserve_index=False)
            if writer is None:
                few = [name for name in table.column_names if name == "posture" or name in counted]
                writer = pq.ParquetWriter(path, table.schema, compression="zstd", use_dictionary=few)
            writer.write_table(table, row_group_size=ROWS_PER_GROUP)
    finally:
        if writer is not None:
            writer.close()


def write_tables(ensemble: Ensemble, folder: Path, figures: bool) -> None:
    """Everything but the rows: tables, figures, the scenario and the manifest."""
    ensemble.events().to_parquet(folder / "events.parquet", index=False)
    ensemble.postures().to_parquet(folder / "postures.parquet", index=False)
    fans = pd.concat({name: ensemble.fan(name) for name in ensemble.paths}, names=["path"])
    fans.reset_index().to_parquet(folder / "fans.parquet", index=False)
    write_csv(ensemble.table(), folder / "table.csv")
    columns = [
        {"column": c.name, "label": c.label, "unit": c.unit, "meaning": c.meaning} for c in ensemble.columns
    ]
    write_csv(pd.DataFrame(columns), folder / "columns.csv")
    if ensemble.beliefs is not None:
        (folder / DRAWS).write_bytes(draws_bytes(ensemble))
    if ensemble.scenario.source is not None:
        (folder / "scenario.toml").write_bytes(ensemble.scenario.source.data)
    ensemble.undrawn = draw(lambda: _figures(ensemble), into(folder / "figures")) if figures else ()
    seal(folder, RUN, manifest_of(ensemble))


def _figures(ensemble: Ensemble) -> dict[str, Figure]:
    from sim.studies.run.figures import figures

    return figures(ensemble)


def _branch_of(ensemble: Ensemble) -> dict[str, Any] | None:
    if ensemble.branch is None:
        return None
    trunk = ensemble.scenario if ensemble.trunk is None else ensemble.trunk
    return {"run": ensemble.branch[0], "month": ensemble.branch[1], "trunk_as_run": trunk.raw}


def draws_bytes(ensemble: Ensemble) -> bytes:
    """The draws as a CSV file; every value in as many digits as give back its bits."""
    return csv_bytes(ensemble.draws())


def _beliefs_of(ensemble: Ensemble, found: Beliefs) -> dict[str, Any]:
    """What the uncertain numbers were drawn from."""
    posterior = (
        None
        if found.file is None
        else {"file": found.file, "sha256": found.sha256, "manifest": found.manifest}
    )
    return {
        "draws": found.draws,
        "runs_per_draw": ensemble.runs // found.draws,
        "learnt": list(found.learnt),
        "barely_learnt": list(found.barely),
        "prior_only": list(found.prior_only),
        "draws_sha256": hashlib.sha256(draws_bytes(ensemble)).hexdigest(),
        "posterior": posterior,
    }


def manifest_of(ensemble: Ensemble) -> dict[str, Any]:
    """What is needed to run this again, and with what it was run."""
    return {
        "note": "conditional on this scenario; not a forecast",
        "scenario": scenario_of(ensemble.scenario),
        "seed": ensemble.seed,
        "runs": ensemble.runs,
        "failed_runs": ensemble.failed,
        "months": ensemble.months,
        "branch": _branch_of(ensemble),
        **({} if ensemble.beliefs is None else {"beliefs": _beliefs_of(ensemble, ensemble.beliefs)}),
        "first_month": ensemble.dates[0],
        "last_month": ensemble.dates[-1],
        "outside": ensemble.scenario.outside(ensemble.months),
        "command": list(ensemble.command),
        **made_with(),
    }


def scenario_of(scenario: Scenario) -> dict[str, Any]:
    """A scenario as it was run, and the checksum of its file as it was read."""
    raw = json.dumps(scenario.raw, sort_keys=True, ensure_ascii=False, default=str)
    return {
        "title": scenario.title,
        "file": scenario.name,
        "file_sha256": None if scenario.source is None else scenario.source.sha256,
        "overrides": dict(scenario.overrides),
        "as_run_sha256": hashlib.sha256(raw.encode()).hexdigest(),
        "as_run": scenario.raw,
    }
