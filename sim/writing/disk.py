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
    if os.name != "posix" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network disks have no such call for folders
            raise
    finally:
        os.close(handle)


def settle_all(folder: Path) -> None:
    """Put a folder on disk with all that it holds."""
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
    if os.name == "posix":
        rename = getattr(ctypes.CDLL(None), "renameat2", None)
    else:
        rename = None
    return rename is not None and rename(HERE, os.fsencode(one), HERE, os.fsencode(other), EXCHANGE) == 0


@contextlib.contextmanager
def claimed(path: Path) -> Iterator[bool | None]:
    """Hold a file or folder as ours while the block lasts: False if somebody else does, None if nobody can
    tell.

    The system lets go of it when the process dies, however it dies. It must be the thing that `path` names,
    not a link.
    """
    handle = None
    if fcntl is not None:
        with contextlib.suppress(OSError):  # gone, or somebody else's
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        yield None if handle is None else _claim(handle, path)
    finally:
        if handle is not None:
            os.close(handle)


def _claim(handle: int, path: Path) -> bool | None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(handle), os.lstat(path))
    except (BlockingIOError, FileNotFoundError):
        return False
    except OSError:
        return None  # some network disks know no locks
