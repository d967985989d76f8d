"""What is stored of a sweep: its manifest, and a line for each part with the checksum of its bytes."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.refusal import Refusal
from sim.writing.manifest import MANIFEST
from sim.writing.whole import digest, read

JOURNAL, PARTS = "parts.jsonl", "parts"

MOST_PARTS = 10**9
"""Numbers of parts from which a line of the journal is not ours."""

SHOWN = 40
"""Characters of a value that a line shows whole."""


class StoreError(Refusal):
    """A folder that cannot take this sweep, in one line that says why and what to do."""


def name_of(part: int) -> str:
    """The name of a part's file.

    >>> name_of(7)
    'part-000007.parquet'
    """
    return f"part-{part:06d}.parquet"


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a sweep. Raises StoreError if there is none that can be read."""
    try:
        found = json.loads(read(folder / MANIFEST) or b"")
        reason = "is no table"
    except (OSError, ValueError) as error:
        found, reason = None, _reason(error)
    if not isinstance(found, dict):
        raise StoreError(f"{folder}: no results that can be read ({MANIFEST} {reason})")
    if not isinstance(found.get("identity"), dict):
        raise StoreError(f"{folder}: no sweep that can be read ({MANIFEST} names no sweep)")
    return found


def _reason(error: OSError | ValueError) -> str:
    """What the disk says is wrong; of what cannot be read as a manifest, that."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "is missing or damaged"


def journal(folder: Path) -> Iterator[dict[str, Any]]:
    """The lines of finished parts; a line that a crash cut short does not count. Raises OSError."""
    stored = read(folder / JOURNAL) or b""
    for text in stored.splitlines():
        with contextlib.suppress(ValueError):  # a line cut short is no JSON
            line = json.loads(text)
            if isinstance(line, dict) and _makes_sense(line):
                yield line


def _makes_sense(line: dict[str, Any]) -> bool:
    """Whether a line tells of a part what lines do.

    Lines come from outside as much as from a sweep: a folder may have been sent, and changed on the way.
    """
    if not {"rows", "bytes", "sha256"} <= set(line):
        return False
    part = line.get("part")
    if type(part) is not int:  # not isinstance, which takes true and false for numbers
        return False
    if not 0 <= part < MOST_PARTS:
        return False
    return _are_failures(line.get("failures"))


def _are_failures(given: Any) -> bool:
    """Whether this is reasons by the number of a cell, as text because JSON has no other keys."""
    if not isinstance(given, dict):
        return False
    return all(cell.isdecimal() and isinstance(reason, str) for cell, reason in given.items())


def damage(folder: Path, line: dict[str, Any]) -> str | None:
    """What is wrong with a part that should be there; None if its bytes are those that were written."""
    name = name_of(line["part"])
    try:
        data = read(folder / PARTS / name)
    except OSError as error:
        return f"{name} cannot be read: {error.strerror}"
    if data is None:
        return f"{name} is missing"
    if digest(data) == line["sha256"]:
        return None
    return f"{name} is damaged: its checksum differs"


def difference(before: dict[str, Any], here: dict[str, Any]) -> str:
    """Where the identity that stands in a folder differs from the one here; empty if nowhere.

    >>> difference({"seed": 1, "months": 12}, {"seed": 2, "months": 12})
    'seed 1 there, 2 here'
    """
    differing = []
    for key, own in here.items():
        found = before.get(key)
        if found != own:
            differing.append(f"{key} {_short(found)} there, {_short(own)} here")
    return "; ".join(differing)


def _short(value: Any) -> str:
    """A value as a line shows it: of a whole scenario or a checksum, the beginning."""
    text = str(value)
    if len(text) <= SHOWN:
        return text
    return f"{text[:12]}..."
