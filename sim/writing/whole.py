"""Files written whole or not at all, which a loss of power cannot take back.

A folder may come from somebody else: no link in it is followed, nothing but plain files is read or written.
(What is not POSIX tells links when a folder is opened, not later.)
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from pathlib import Path
from typing import IO

from sim.writing.disk import settle_name

SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""Opening neither follows a link nor waits for the other end of a pipe."""

LEFT = ".partial"
"""How the name of a file ends that is not whole yet; it begins with a dot."""


def digest(data: bytes) -> str:
    """The checksum of bytes, as manifests hold it: SHA-256 in hexadecimal digits.

    >>> digest(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data).hexdigest()


def partial(path: Path) -> Path:
    """Where a file is written before it stands in its place.

    >>> partial(Path("answer.txt")).name
    '.answer.txt.partial'
    """
    return path.with_name(f".{path.name}{LEFT}")


def is_partial(name: str) -> bool:
    """Whether a name is that of a file that is not whole: what a crash leaves of writing one."""
    return name.startswith(".") and name.endswith(LEFT)


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file so that a crash leaves the old one or the new one. Raises OSError."""
    with open(partial(path), "wb", opener=_plain) as file:
        _put(file, data)
    os.replace(partial(path), path)
    settle_name(path)


def append(path: Path, data: bytes) -> None:
    """Write at the end of a file; a crash may leave a part of it there. Raises OSError."""
    with open(path, "ab", opener=_plain) as file:
        _put(file, data)


def read(path: Path) -> bytes | None:
    """What a file holds; None if there is none.

    Raises OSError: a disk that fails is an error, never an empty file.
    """
    try:
        with open(path, "rb", opener=_plain) as file:
            return file.read()
    except FileNotFoundError:
        return None


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, if they are missing. Raises OSError."""
    places = [*reversed(folder.absolute().parents), folder]
    for place in places:
        if not os.path.isdir(place):
            with contextlib.suppress(FileExistsError):  # another process was faster
                os.mkdir(place)
    # a folder that was there may not be on disk yet, so the names of all are settled
    for place in places[1:]:
        settle_name(place)


def _plain(path: str, flags: int) -> int:
    """Open a plain file, and no link to one. Raises OSError."""
    handle = os.open(path, flags | SAFELY, 0o666)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise OSError(errno.EINVAL, "is no plain file")


def _put(file: IO[bytes], data: bytes) -> None:
    """Write bytes and wait until they are on disk."""
    file.write(data)
    file.flush()
    os.fsync(file.fileno())
