"""The folder of a hindcast: scores, targets, reliability, fans, figures, observations and a manifest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.drawing.saving import draw, into
from sim.engine.history import month_label
from sim.studies.hindcast.ask import Hindcast
from sim.studies.manifest import told
from sim.writing.folders import replacing
from sim.writing.manifest import HINDCAST, seal
from sim.writing.tables import write_csv

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write(found: Hindcast, folder: Path, overwrite: bool, figures: bool) -> tuple[str, ...]:
    """Write all of it at once; a line for each figure that could not be drawn. Raises FileExistsError."""
    with replacing(folder, HINDCAST, overwrite) as work:
        write_csv(found.scores, work / "scores.csv")
        write_csv(found.targets, work / "targets.csv")
        write_csv(found.reliability, work / "reliability.csv")
        write_csv(found.pit, work / "pit.csv")
        write_csv(found.fans, work / "fans.csv")
        if found.forecasts:
            write_csv(found.rolling, work / "forecasts.csv")
            write_csv(found.horizons, work / "horizons.csv")
            write_csv(found.theories, work / "theories.csv")
            write_csv(found.discrepancies, work / "discrepancies.csv")
        (work / "observations.csv").write_bytes(found.table.data)
        if found.given is not None:
            (work / "given.csv").write_bytes(found.given.data)
        if found.scenario.source is not None:
            (work / "scenario.toml").write_bytes(found.scenario.source.data)
        undrawn: tuple[str, ...] = ()
        if figures:
            # A figure that cannot be drawn costs a line, not the tables.
            undrawn = draw(lambda: _figures(found), into(work / "figures"))
        # The manifest last: it holds the checksum of every other file.
        seal(work, HINDCAST, manifest_of(found))
    return undrawn


def _figures(found: Hindcast) -> dict[str, Figure]:
    # Here, because matplotlib takes a second that a hindcast without figures need not spend.
    from sim.studies.hindcast.figures import figures

    return figures(found)


def manifest_of(found: Hindcast) -> dict[str, Any]:
    """What it takes to do this again, and with what it was done."""
    given = None
    if found.given is not None:
        given = {"file": found.given.name, "sha256": found.given.sha256}
    own = {
        "observations": {"file": found.table.name, "sha256": found.table.sha256},
        "given": given,
        "origins": [month_label(each.month - 1) for each in found.forecasts],
        "facts": len(found.facts),
        "left_out": len(found.left_out),
    }
    packages = ["scoringrules", "statsmodels"]
    return told(found.setup, found.runs, found.failed, found.seed, found.months, own, found.command, packages)
