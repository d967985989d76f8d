"""Draws the figures of docs/gallery.md again: `python -m tests.support.gallery [NAME...]`.

The page says of each figure in docs/gallery/ which command draws it, and as which file. Commands are run
once, in the order of the page, in an empty folder.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from tests.support.pages import ROOT, captions, commands, text_of

PAGE = "docs/gallery.md"
COLOURS = 96
"""As many as a figure needs, thin lines and all; with them a file has a third of its size."""

DRAWN = re.compile(r"Drawn by `(steppe [^`]+)` as `([^`]+)`")


class Figure(NamedTuple):
    """A figure of the page: where it is stored, the command that draws it, and as which file."""

    stored: Path
    command: str
    file: str


def figures() -> Iterator[Figure]:
    """The figures of the page that are stored for it alone."""
    for name, told in captions(text_of(PAGE)).items():
        if name.startswith("gallery/"):
            command, file = DRAWN.search(told).groups()
            yield Figure(ROOT / "docs" / name, command, file)


def needed(command: str) -> Iterator[str]:
    """What has to be run for a command of the page: what writes the folder that it reads, and itself."""
    words = shlex.split(command)
    yield from (before for before in commands(text_of(PAGE)) if folder_of(before) in words)
    yield command


def redrawn(wanted: Collection[str]) -> None:
    """Run what the figures need that are wanted, all if none is named, and store them."""
    chosen = [each for each in figures() if not wanted or each.stored.stem in wanted]
    with tempfile.TemporaryDirectory() as scratch:
        for command in dict.fromkeys(command for each in chosen for command in needed(each.command)):
            print(command, flush=True)
            _run(command, Path(scratch))
        for each in chosen:
            _store(Path(scratch) / folder_of(each.command) / each.file, each.stored)


def _run(command: str, folder: Path) -> None:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    words = [sys.executable, "-m", "sim", *shlex.split(command)[1:]]
    subprocess.run(words, cwd=folder, env=environment, check=True, capture_output=True)


def folder_of(command: str) -> str:
    """Where a command writes: the page names it, so that one command does not replace what another wrote."""
    words = shlex.split(command)
    return words[words.index("--out") + 1]


def _store(drawn: Path, stored: Path) -> None:
    stored.parent.mkdir(exist_ok=True)
    picture = Image.open(drawn).convert("RGB")
    few = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(stored, "PNG", optimize=True)


if __name__ == "__main__":
    redrawn(sys.argv[1:])
