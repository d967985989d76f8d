"""What a process makes beside a place before its results are whole, and how what a dead one left is cleared
away.

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
    for left in _left(path, path.parent, OLD):
        with claimed(left) as dead:
            _stop_at(dead)
            if dead and not os.path.lexists(path):
                os.rename(left, path)  # killed between the two steps of a replacement
                settle_name(path)
            elif dead:
                remove(left)
    for left in _left(path, path.parent, PARTIAL):
        with claimed(left) as dead:
            _stop_at(dead)
            if dead:
                remove(left)
    if os.path.isdir(path) and not os.path.islink(path):
        for left in _left(path, path, PARTIAL):
            with claimed(left) as dead:
                _stop_at(dead)
                if dead and os.path.lexists(left / MANIFEST):
                    move_in(left, path)  # killed while whole results were moved
                elif dead:
                    remove(left)


def _stop_at(dead: bool | None) -> None:
    if dead is False:
        raise LivingError


def _left(path: Path, folder: Path, state: str) -> Iterator[Path]:
    """Leftovers of a place in a folder; only what a process of this user can have made."""
    shape = re.compile(re.escape(f"{_stem(path)}.{state}-") + "[0-9a-f]{8}")
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for name in names:
        if shape.fullmatch(name):
            found = os.lstat(folder / name)
            if stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode):
                yield folder / name


def remove(left: Path) -> None:
    """Remove what is ours, and the folder if nothing is left in it then: what is not ours is never removed.

    What cannot be removed, or is removed by another process meanwhile, is left to the next one.
    """
    if not os.path.isdir(left):
        with suppress(OSError):
            os.unlink(left)
        return
    kinds = [kind for kind in NAMES if kind != EXPERIMENT]  # whose figures may have any name
    for name in contents(left):
        if any(is_ours(name, kind) for kind in kinds):
            with suppress(OSError):
                os.unlink(left / name)
    for above, _, _ in os.walk(left, topdown=False):
        with suppress(OSError):
            os.rmdir(above)


def move_in(work: Path, folder: Path) -> None:
    """Move all files of whole results into a folder, the manifest last. Raises FileExistsError if one of the
    names is taken.
    """
    names = sorted(os.listdir(work), key=lambda name: name == MANIFEST)
    for name in names:
        if os.path.lexists(folder / name):
            raise FileExistsError(f"{folder / name} exists")
        os.rename(work / name, folder / name)
        settle_name(folder / name)
    os.rmdir(work)
    settle_name(work)
