"""Figures into files, as they look for everybody, whatever a user's own settings of matplotlib."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 200
"""Characters of the reason why a figure could not be drawn."""


def draw(figures: Callable[[], Mapping[str, Figure]], put: Callable[[str, bytes], object]) -> tuple[str, ...]:
    """Draw figures and `put` each, as PNG, under its name; a line for each that could not be drawn.

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
        put(f"{name}.png", data)
    return tuple(lines)


def into(folder: Path) -> Callable[[str, bytes], object]:
    """Puts files into a folder, which is made for the first."""

    def put(name: str, data: bytes) -> None:
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)

    return put


def _draw(name: str, figure: Figure, drawn: dict[str, bytes], lines: list[str]) -> None:
    file = io.BytesIO()
    try:
        figure.savefig(file, format="png")
        drawn[name] = file.getvalue()
    except Exception as error:
        lines.append(_told(f"the figure {name}", error))


def _told(what: str, error: Exception) -> str:
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    return f"{what} could not be drawn ({reason[:MOST]})"


@contextmanager
def own_style() -> Iterator[None]:
    """Inside, matplotlib has its own defaults, but for the backend: a notebook has chosen its own."""
    # A backend that matplotlib does not know would keep it from being imported.
    backend = os.environ.pop("MPLBACKEND", None)
    try:
        import matplotlib
    finally:
        if backend is not None:
            os.environ["MPLBACKEND"] = backend
    known = matplotlib.rcParamsDefault.items()
    defaults = {key: value for key, value in known if not key.startswith("backend")}
    with matplotlib.rc_context(defaults):
        yield
