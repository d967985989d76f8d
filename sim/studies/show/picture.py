"""The map of a scenario as a file."""

from __future__ import annotations

import os
from pathlib import Path

from sim.drawing.saving import png_file
from sim.drawing.style import own_style
from sim.drawing.svg import svg_file
from sim.refusal import BadInput
from sim.scenario.load import Scenario
from sim.writing.folders import write_new
from sim.writing.places import PlaceError

KINDS = {".png": png_file, ".svg": svg_file}


def save_map(scenario: Scenario, file: str | Path) -> list[Path]:
    """Draw who may do what to whom into FILE.png or FILE.svg, or both where it has no ending; what was made.

    Raises BadInput for another ending, PlaceError (a FileExistsError) for a file that exists.
    """
    # Here: matplotlib takes a second, which words need not wait for.
    from sim.studies.show.figures import map_figure

    file = Path(file)
    if not file.name or file.suffix not in ("", *KINDS):
        raise BadInput(f"{file}: a map is a .png or a .svg; without an ending it is made as both")
    files = {file.with_suffix(kind): kind for kind in KINDS if file.suffix in ("", kind)}
    for each in filter(os.path.lexists, files):
        raise PlaceError(f"{each} exists; choose another file")
    with own_style():
        drawn = map_figure(scenario)
    for each, kind in files.items():
        write_new(each, KINDS[kind](drawn))
    return list(files)
