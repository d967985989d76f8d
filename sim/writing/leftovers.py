"""What a process makes beside a place before its results are whole, and how a dead one's is cleared away.

At a place NAME it is a sibling `.NAME.partial-HEX`, or for a folder that was there and is empty, the same
inside it. Where the system cannot swap two folders in one step, results that are replaced wait in
`.NAME.old-HEX`. The living hold a lock on theirs.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sim.writing.disk import claimed, settle_name
from sim.writing.manifest import EXPERIMENT, MANIFEST, NAMES, contents, is_ours

PARTIAL, OLD = "partial", "old"
LONGEST = 200
"""Bytes of a name that stand in the names of leftovers; a longer one is told by its checksum."""


class LivingError(Exception):
    """A place where another process is at work."""


def beside(path: Path, state: str = PARTIAL) -> str:
    """A new name for what is made beside a path."""
    return f"{_stem(path)}.{state}-{secrets.token_hex(4)}"


def _stem(path: Path) -> str:
    name = os.fsencode(path.name)
    if len(name) <= LONGEST:
        return f".{path.name}"
    return f".{hashlib.sha256(name).hexdigest()[:32]}"


def sweep_up(path: Path) -> None:
    """Clear away what dead processes left at a place. Raises LivingError if a process is at work there."""
    # What waits to be put back comes first: until then the place looks as if nothing had been there.
    for left in _dead(path, path.parent, OLD):
        if os.path.lexists(path):
            remove(left)
        else:
            os.rename(left, path)  # killed between the two steps of a replacement
            settle_name(path)
    for left in _dead(path, path.parent, PARTIAL):
        remove(left)
    if not os.path.isdir(path) or os.path.islink(path):
        return
    for left in _dead(path, path, PARTIAL):
        if os.path.lexists(left / MANIFEST):
            move_in(left, path)  # killed while whole results were moved
        else:
            remove(left)


def _dead(path: Path, folder: Path, state: str) -> Iterator[Path]:
    """Leftovers of a place in a folder that nobody holds, each held by us. Raises LivingError."""
    for left in _left(path, folder, state):
        with claimed(left) as ours:
            if ours is False:
                raise LivingError
            # Where nobody can tell who holds it, it stays.
            if ours:
                yield left


def _left(path: Path, folder: Path, state: str) -> Iterator[Path]:
    """Leftovers of a place in a folder; only what a process of this user can have made."""
    shape = re.compile(re.escape(f"{_stem(path)}.{state}-") + "[0-9a-f]{8}")
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for name in filter(shape.fullmatch, names):
        mode = os.lstat(folder / name).st_mode
        if stat.S_ISDIR(mode) or stat.S_ISREG(mode):
            yield folder / name


def remove(left: Path) -> None:
    """Remove what is ours, and the folder if nothing is left in it then: what is not ours is never removed.

    What cannot be removed, or is removed by another process meanwhile, is left to the next one.
    """
    if not os.path.isdir(left):
        with suppress(OSError):
            os.unlink(left)
        return
    for name in filter(_is_any_of_ours, contents(left)):
        with suppress(OSError):
            os.unlink(left / name)
    for above, _, _ in os.walk(left, topdown=False):
        with suppress(OSError):
            os.rmdir(above)


def _is_any_of_ours(name: str) -> bool:
    """Whether results of some kind hold such a name; not experiments, whose figures may have any."""
    return any(is_ours(name, kind) for kind in NAMES if kind != EXPERIMENT)


def move_in(work: Path, folder: Path) -> None:
    """Move whole results into a folder, the manifest last. Raises FileExistsError for a name taken."""
    names = sorted(os.listdir(work), key=lambda name: name == MANIFEST)
    for name in names:
        if os.path.lexists(folder / name):
            raise FileExistsError(f"{folder / name} exists")
        os.rename(work / name, folder / name)
        settle_name(folder / name)
    os.rmdir(work)
    settle_name(work)
