"""Where a page is written: a new file, or in the place of another page of ours."""

from __future__ import annotations

import os
from pathlib import Path

from sim.studies.report.document import MAKER, Document
from sim.writing.places import PlaceError, new_file
from sim.writing.whole import make_folder, write_whole

SIGN = f'<meta name="generator" content="{MAKER} '.encode()
"""What each of our pages holds near its beginning."""

NEAR = 4096


def place_for(file: Path, overwrite: bool) -> Path:
    """Try the place of a page before any work is done for it. Raises PlaceError."""
    if not overwrite or not os.path.lexists(file):
        return new_file(file)
    if not os.path.isfile(file) or os.path.islink(file):
        raise PlaceError(f"{file} is not a plain file; choose another", about="file")
    with open(file, "rb") as opened:
        is_ours = SIGN in opened.read(NEAR)
    if not is_ours:
        raise PlaceError(f"{file} is no page that steppe wrote, so it is not replaced", about="file")
    return file


def save(page: Document, file: Path) -> Path:
    """Write a page whole or not at all. Raises OSError."""
    return save_text(page.html(), file)


def save_text(html: str, file: Path) -> Path:
    """Write the text of a page whole or not at all. Raises OSError."""
    make_folder(file.parent)
    write_whole(file, html.encode())
    return file
