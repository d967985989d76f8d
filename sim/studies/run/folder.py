"""The folder of a run: rows, tables, figures, the scenario and a manifest that tells how to run it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.assimilation.given import past_in
from sim.assimilation.past import Past
from sim.drawing.saving import draw, into
from sim.engine.beliefs import beliefs_in
from sim.engine.setups import Setup
from sim.scenario.load import Scenario
from sim.studies.manifest import draws_bytes, told
from sim.studies.run.ask import Asked
from sim.studies.run.ensemble import Ensemble
from sim.studies.run.given import Condition
from sim.studies.run.kept import FiledPaths, written
from sim.studies.run.rows import Filed, frames, write_rows
from sim.writing.folders import replacing
from sim.writing.manifest import RUN, seal
from sim.writing.progress import Progress, reporting
from sim.writing.tables import write_csv

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROWS, PATHS, DRAWS, FACTS = "outcomes.parquet", "paths.parquet", "draws.csv", "facts.csv"


def run_into(
    folder: str | Path,
    scenario: Setup | Scenario | str | Path,
    runs: int = 20_000,
    seed: int = 1,
    *,
    months: int | None = None,
    threads: int | None = None,
    progress: Progress = None,
    overwrite: bool = False,
    figures: bool = True,
    condition: Condition | None = None,
    ready: Callable[[Ensemble], Any] = lambda ensemble: None,
) -> Ensemble:
    """What `sim.run` does, with rows streamed to a folder: memory does not grow with the runs.

    The ensemble reads its rows from there; the folder is what `Ensemble.save` writes, with paths told apart
    by a `condition` (`sim.studies.run.given.condition_of`) if there is one. `ready` is handed the ensemble as
    soon as all runs are done: its tables can be asked for while none is written and no figure drawn. If it
    raises, or saving fails then, no folder is left. Raises what `run` does, and FileExistsError
    (`PlaceError`) as `save` does.
    """
    folder, asked = Path(folder), Asked.of(scenario, runs, seed, months, threads)
    with replacing(folder, RUN, overwrite) as work:
        kept, dates = asked.questions.kept, asked.dates
        # A bar is closed before anybody is told: what they print would tear it.
        with reporting(progress, asked.run_months) as tell:
            pages = written(asked.pages(tell), work / PATHS, kept, dates)
            rows = frames(pages, asked.questions, asked.setup.draws)
            write_rows(rows, work / ROWS, asked.questions.columns)
        ensemble = asked.ensemble(Filed(work / ROWS), FiledPaths(kept, dates, work / PATHS))
        ensemble.condition = condition
        ready(ensemble)
        write_tables(ensemble, work, figures)
    # What was written stands somewhere else once it is whole: the ensemble reads it from there. The path is
    # absolute, for whoever changes folder meanwhile.
    own = folder.absolute()
    return replace(ensemble, rows=Filed(own / ROWS), kept=FiledPaths(kept, dates, own / PATHS))


def write(ensemble: Ensemble, folder: Path, overwrite: bool, figures: bool) -> Path:
    """Write an ensemble whose rows are in memory or in another folder."""
    with replacing(folder, RUN, overwrite) as work:
        ensemble.rows.write(work / ROWS)
        ensemble.kept.write(work / PATHS)
        write_tables(ensemble, work, figures)
    return folder


def write_tables(ensemble: Ensemble, folder: Path, figures: bool) -> None:
    """Everything but the rows: tables, figures, the scenario and the manifest."""
    ensemble.events().to_parquet(folder / "events.parquet", index=False)
    ensemble.postures().to_parquet(folder / "postures.parquet", index=False)
    fans = pd.concat({name: ensemble.fan(name) for name in ensemble.paths}, names=["path"])
    fans.reset_index().to_parquet(folder / "fans.parquet", index=False)
    write_csv(ensemble.table(), folder / "table.csv")
    columns = [
        {"column": each.name, "label": each.label, "unit": each.unit, "meaning": each.meaning}
        for each in ensemble.columns
    ]
    write_csv(pd.DataFrame(columns), folder / "columns.csv")
    if ensemble.condition is not None:
        told_apart = ensemble.given(ensemble.condition.happening.name, ensemble.condition.by)
        write_csv(told_apart, folder / "given.csv")
    if ensemble.beliefs is not None:
        (folder / DRAWS).write_bytes(draws_bytes(ensemble.beliefs))
        write_csv(ensemble.drivers(), folder / "drivers.csv")
    past = past_in(ensemble.setup)
    if past is not None:
        write_known(past, folder)
    # The file as it was read: what was changed in it stands in the manifest.
    if ensemble.scenario.source is not None:
        (folder / "scenario.toml").write_bytes(ensemble.scenario.source.data)
    ensemble.undrawn = ()
    if figures:
        ensemble.undrawn = draw(lambda: _figures(ensemble), into(folder / "figures"))
    # Last, since it holds the checksum of every other file.
    seal(folder, RUN, manifest_of(ensemble))


def write_known(past: Past, folder: Path) -> None:
    """The table of facts as it was read, and the draws under which runs were conditioned on them."""
    (folder / FACTS).write_bytes(past.source.data)
    beliefs = beliefs_in(past.setup)
    if beliefs is not None:
        (folder / DRAWS).write_bytes(draws_bytes(beliefs))


def _figures(ensemble: Ensemble) -> dict[str, Figure]:
    from sim.studies.run.figures import figures

    return figures(ensemble)


def manifest_of(ensemble: Ensemble) -> dict[str, Any]:
    """What is needed to run this again, and with what it was run."""
    own: dict[str, Any] = {
        "first_month": ensemble.dates[0],
        "last_month": ensemble.dates[-1],
        "outside": ensemble.scenario.outside(ensemble.months),
    }
    if ensemble.condition is not None:
        own["given"] = {"outcome": ensemble.condition.happening.name, "by": ensemble.condition.by}
    return told(
        ensemble.setup, ensemble.runs, ensemble.failed, ensemble.seed, ensemble.months, own, ensemble.command
    )
