"""The folder of a panel: scenarios with their tables of observations, scores, what was learnt, a manifest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.drawing.saving import draw, into
from sim.studies.panel.ask import Panel, identity
from sim.studies.panel.lived import How, Shelf
from sim.studies.panel.scenarios import Scenarios
from sim.studies.panel.tables import digest
from sim.writing.folders import replacing
from sim.writing.manifest import PANEL, made_with, seal
from sim.writing.tables import write_csv
from sim.writing.text import CONDITIONAL

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write_scenarios(found: Scenarios, folder: Path, overwrite: bool, command: tuple[str, ...] = ()) -> None:
    """Write scenarios and tables of observations alone. Raises FileExistsError (`PlaceError`)."""
    with replacing(folder, PANEL, overwrite) as work:
        _put(found, work)
        seal(work, PANEL, {**_of(found), "command": list(command), **made_with()})


def write(found: Panel, folder: Path, overwrite: bool, figures: bool) -> tuple[str, ...]:
    """Write all of it at once; a line for each figure that could not be drawn. Raises FileExistsError."""
    with replacing(folder, PANEL, overwrite) as work:
        _put(found.scenarios, work)
        write_csv(found.scores, work / "scores.csv")
        write_csv(found.skill, work / "skill.csv")
        write_csv(found.numbers, work / "numbers.csv")
        write_csv(found.particles, work / "particles.csv")
        write_csv(found.trust, work / "trust.csv")
        undrawn: tuple[str, ...] = ()
        if figures:
            undrawn = draw(lambda: _figures(found), into(work))
        seal(work, PANEL, manifest_of(found))
    Shelf.beside(folder, identity(found.scenarios, found.how)).close()
    return undrawn


def _put(found: Scenarios, work: Path) -> None:
    """A scenario and a table of observations for each state."""
    place = work / "scenarios"
    place.mkdir()
    for built in found.states.values():
        (place / f"{built.stem}.toml").write_bytes(built.source.data)
        (place / f"{built.stem}-observations.csv").write_bytes(built.observations.data)


def _figures(found: Panel) -> dict[str, Figure]:
    # Here, because matplotlib takes a second that a panel without figures need not spend.
    from sim.studies.panel.figures import figures

    return figures(found)


def _of(found: Scenarios) -> dict[str, Any]:
    """The tables, roles and template that scenarios were made from."""
    roles, template = found.sources
    return {
        "note": CONDITIONAL,
        "spent": found.roles.spent,
        "unseen": found.roles.unseen,
        "tables": digest(found.tables),
        "roles": {"file": Path(roles.name).name, "sha256": roles.sha256},
        "template": {"file": Path(template.name).name, "sha256": template.sha256},
        "states": list(found.states),
        "left_out": list(found.left_out),
    }


def manifest_of(found: Panel) -> dict[str, Any]:
    """What it takes to do this again, and with what it was done."""
    how: How = found.how
    own = {
        "particles": how.particles,
        "seed": how.seed,
        "origins": list(how.origins),
        "broke": {code: each.broke for code, each in found.lived.items() if each.broke},
        "command": list(found.command),
    }
    return {**_of(found.scenarios), **own, **made_with("scoringrules", "statsmodels")}
