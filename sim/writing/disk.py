"""Putting files on disk so that a loss of power cannot take them back, and moving folders in one step."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # not POSIX: nobody can be told to be dead, so leftovers are left alone
    fcntl = None  # type: ignore[assignment]

HERE, EXCHANGE = -100, 2
"""AT_FDCWD and RENAME_EXCHANGE of Linux."""


def settle(path: Path) -> None:
    """Put what a file holds, or the names in a folder, on disk, where the system can."""
    way = os.O_RDONLY
    # Windows opens no folder, and settles no file that is open for reading alone.
    if os.name != "posix":
        if path.is_dir():
            return
        way = os.O_RDWR
    handle = os.open(path, way)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network disks have no such call for folders
            raise
    finally:
        os.close(handle)


def settle_all(folder: Path) -> None:
    """Put a folder on disk with all that it holds."""
    # From the bottom up: a name is settled after the thing that it names.
    for above, _, files in os.walk(folder, topdown=False):
        for name in files:
            settle(Path(above, name))
        settle(Path(above))


def settle_name(path: Path) -> None:
    """Put the name of a file or folder on disk, where we may look into the folder that holds it."""
    with contextlib.suppress(PermissionError):
        settle(path.parent)


def exchange(one: Path, other: Path) -> bool:
    """Swap the names of two folders in one step; False where the system or the disk cannot."""
    if os.name != "posix":
        return False
    # Python has no call for it; Linux has, other systems of the kind do not.
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:
        return False
    return rename(HERE, os.fsencode(one), HERE, os.fsencode(other), EXCHANGE) == 0


@contextlib.contextmanager
def claimed(path: Path) -> Iterator[bool | None]:
    """Hold a file or folder as ours in a block: False if somebody else does, None if nobody can tell.

    The system lets go of it when the process dies, however it dies. It must be the thing that `path` names,
    not a link.
    """
    handle = _opened(path)
    if handle is None:
        yield None
        return
    try:
        yield _claim(handle, path)
    finally:
        os.close(handle)


def _opened(path: Path) -> int | None:
    """A handle to lock; None where there are no locks, or for what is gone or somebody else's."""
    if fcntl is None:
        return None
    try:
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None


def _claim(handle: int, path: Path) -> bool | None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Between opening and locking somebody may have put another thing in its place.
        return os.path.samestat(os.fstat(handle), os.lstat(path))
    except (BlockingIOError, FileNotFoundError):
        return False
    except OSError:
        return None  # some network disks know no locks
