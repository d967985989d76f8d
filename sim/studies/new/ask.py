"""A skeleton of a scenario: a small case that runs, with comments that say what to change first."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

from sim.refusal import BadInput, cleaned
from sim.writing.folders import write_new

SKELETON = Path(__file__).with_name("skeleton.toml")
"""The case, with the marks of its title and of the file that it is written to."""

TITLE, FILE = "TITLE", "FILE"

LONGEST = 60
"""Characters of a name."""

SHOWN = 30
"""Characters of a bad name that a message repeats."""

ENDING = ".toml"

RULE = f"write up to {LONGEST} characters, with a letter or digit among them"


def title_of(name: str) -> str:
    """A name as a title, without the ending of a file. Raises BadInput for what can be no name.

    >>> title_of(" Dry  Land 2026.toml")
    'Dry Land 2026'
    """
    title = re.sub(" +", " ", unicodedata.normalize("NFC", name).strip(" ")).removesuffix(ENDING)
    is_path = "/" in title or "\\" in title
    if is_path:
        raise BadInput(
            f"{_shown(name)} is a path; give a name alone, and apart from it the file", about="file"
        )
    if cleaned(title) != title or len(title) > LONGEST or not any(map(str.isalnum, title)):
        raise BadInput(f"{_shown(name)} is no name for a scenario: {RULE}")
    return title


def _shown(name: str) -> str:
    """A bad name as a message repeats it: in quotes, and cut where it is long."""
    if len(name) > SHOWN:
        return f"'{name[:SHOWN]}...'"
    return f"'{name}'"


def file_of(name: str) -> str:
    """What the file of a scenario is called: small letters, digits and hyphens. Raises BadInput.

    >>> file_of("Dry Land 2026"), file_of("my_case.toml")
    ('dry-land-2026.toml', 'my_case.toml')
    """
    words = re.findall(r"\w+", title_of(name).casefold())
    return f"{'-'.join(words)}{ENDING}"


def skeleton(name: str, file: str | Path | None = None) -> str:
    """The text of a scenario to start from, by its name and the file that it is meant for. Raises BadInput.

    >>> skeleton("My case").splitlines()[0].partition(",")[0]
    '# my-case.toml: a small case that runs'
    """
    title = json.dumps(title_of(name), ensure_ascii=False)  # a text of JSON is one of TOML
    text = SKELETON.read_text(encoding="utf-8").replace(f'"{TITLE}"', title)
    return re.sub(rf"\b{FILE}\b", lambda _: Path(file or file_of(name)).name, text)


def new(name: str, out: Path | None = None) -> Path:
    """Write a scenario to start from to a file that does not exist yet, by default one called after it.

    Raises BadInput for a name that can be none, PlaceError for a file that cannot be written.
    """
    file = Path(file_of(name)) if out is None else out
    write_new(file, skeleton(name, file).encode())
    return file
