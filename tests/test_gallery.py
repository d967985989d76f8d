"""The gallery shows every kind of figure, small, each with the command that draws it."""

from __future__ import annotations

import re
import shlex
from fnmatch import fnmatch
from pathlib import Path

from sim.writing.manifest import CALIBRATE, EXPERIMENT, NAMES
from tests.support.gallery import figures, folder_of, needed
from tests.support.pages import PAGES, ROOT, captions, read_as_the_program_does, text_of

PAGE = text_of("docs/gallery.md")
MINUTES = (CALIBRATE, EXPERIMENT)
"""Kinds of folders that take minutes to make, or whose figures are everybody's own."""

MOST = 150_000
"""Bytes of a picture that is stored for the page."""


def test_every_kind_of_figure_is_in_the_gallery():
    # games take somebody who plays, and are shown where they are told
    shown = " ".join([*captions(PAGE).values(), *captions(text_of("docs/play.md")).values()])
    kinds = {name for kind, names in NAMES.items() if kind not in MINUTES for name in names}
    drawn = [name for name in kinds if name.endswith(".png")]
    told = [word.strip("`.,*") for word in shown.split() if word.strip("`.,*").endswith(".png")]
    assert len(drawn) > 15
    assert [name for name in drawn if not any(fnmatch(each, name) for each in told)] == []


def test_every_picture_that_is_stored_is_shown_once_and_is_small():
    stored = sorted((ROOT / "docs" / "gallery").iterdir())
    assert stored == sorted(each.stored for each in figures())
    assert max(path.stat().st_size for path in stored) < MOST


def test_a_picture_that_another_page_shows_is_said_to_be_drawn_by_the_same_command():
    here = {Path(name).name: drawn_by(told) for name, told in captions(PAGE).items()}
    others = [
        (page, Path(name).name, drawn_by(told))
        for page in PAGES
        for name, told in captions(text_of(page)).items()
        if page != "docs/gallery.md"
    ]
    assert len(others) > 5
    assert [(page, name) for page, name, command in others if here.get(name, command) != command] == []


def drawn_by(told: str) -> str:
    """The command of a caption."""
    return re.search(r"`((?:steppe|python) [^`]+)`", told)[1]


def test_every_command_is_one_of_the_program_and_names_its_folder():
    for each in figures():
        *before, command = needed(each.command)
        assert len(before) == (shlex.split(command)[1] == "discover")
        assert Path(folder_of(command)).parent == Path("results")
        for line in (*before, command):
            read_as_the_program_does(line)
