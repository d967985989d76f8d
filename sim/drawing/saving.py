"""Figures into files, as they look for everybody, whatever a user's own settings of matplotlib."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sim.drawing.style import own_style
from sim.drawing.svg import svg_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 200
"""Characters of the reason why a figure could not be drawn."""


def draw(figures: Callable[[], Mapping[str, Figure]], put: Callable[[str, bytes], object]) -> tuple[str, ...]:
    """Draw figures, `put` each as PNG and as SVG under its name; a line for each that could not be drawn.

    Whatever goes wrong in drawing is told and not raised: results are never lost for the sake of pictures.
    """
    drawn: dict[str, bytes] = {}
    lines: list[str] = []
    try:
        with own_style():
            for name, figure in figures().items():
                _draw(name, figure, drawn, lines)
    except Exception as error:
        lines.append(_told("the figures", error))
    # Files are put outside: a disk that fails is no figure that could not be drawn, and is raised.
    for name, data in drawn.items():
        put(name, data)
    return tuple(lines)


def into(folder: Path) -> Callable[[str, bytes], object]:
    """Puts files into a folder, which is made for the first."""

    def put(name: str, data: bytes) -> None:
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)

    return put


def _draw(name: str, figure: Figure, drawn: dict[str, bytes], lines: list[str]) -> None:
    try:
        both = {f"{name}.png": png_file(figure), f"{name}.svg": svg_file(figure)}
        drawn.update(both)
    except Exception as error:
        lines.append(_told(f"the figure {name}", error))


def png_file(figure: Figure) -> bytes:
    """A figure as the bytes of a PNG file."""
    file = io.BytesIO()
    with own_style():
        figure.savefig(file, format="png")
    # Panels stay where they were put: to place them anew for the SVG would take as long again.
    figure.set_layout_engine("none")
    return file.getvalue()


def _told(what: str, error: Exception) -> str:
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    return f"{what} could not be drawn ({reason[:MOST]})"
