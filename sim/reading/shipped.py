"""Files that come with the program, found by name alone, from a checkout and from an installed package."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).parents[1]

FOLDER = PACKAGE / "configs" if (PACKAGE / "configs").is_dir() else PACKAGE.parent / "configs"
"""Inside the package where it was installed, beside it in a checkout."""


def shipped(ending: str = "") -> dict[str, Path]:
    """Shipped files by their names without ending, such as those that end in `.toml`; not tables of data.

    Of an ending those that have no other before it, such as `.mechanisms.toml`.
    """
    files = {path.stem: path for path in sorted(FOLDER.glob(f"*{ending}")) if path.is_file()}
    return {name: path for name, path in files.items() if not ending or "." not in name}


def place_of(file: str | Path) -> str | Path:
    """The file itself if there is one of this name here, else the shipped file that is called so."""
    # a folder of the same name, such as one of results, hides no scenario
    if os.path.exists(file) and not os.path.isdir(file):
        return file
    return shipped().get(str(file), file)
