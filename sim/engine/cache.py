"""Machine code kept between processes: files that say what they are, and are never a reason to fail.

A file holds a heading, the key of its code (a hash of all that the code depends on), the SHA-256 of key and
code, and the code. Whatever is not exactly that - a flipped bit, a short or renamed file, a link, a folder,
somebody else's - is passed over and written anew. Where nothing can be kept (no home, read-only or full
disk), nothing is.

On POSIX the folder is made private (0700), and it and its files must belong to this user. Elsewhere owners
and modes say nothing: there the digest alone is checked, and the folder is as private as the user's profile.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HEADING = b"steppe machine code 1\n"
ENDING, UNFINISHED = ".o", ".part"
KEPT_FILES, KEPT_BYTES = 1_000, 64 * 2**20
"""Programs, and bytes of them, that are kept: the newest."""
FORSAKEN = 3600.0
"""Seconds after which an unfinished file is that of a dead process."""

_SAFELY = (
    getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
"""Opening neither follows a link nor waits for the other end of a pipe."""


def fetch(key: str) -> bytes | None:
    """The code kept under a key (hex digits of a SHA-256); None if there is none that can be trusted."""
    folder = _folder()
    if folder is None:
        return None
    try:
        return _code_of(_read(folder / _name(key)), key)
    except OSError:
        return None


def keep(key: str, code: bytes) -> None:
    """Keep code under its key, in place of whatever stands there; what cannot be kept is not."""
    folder = _folder()
    if folder is None or len(code) > KEPT_BYTES:
        return
    with contextlib.suppress(OSError):
        _write(folder / _name(key), _packed(key, code))
    with contextlib.suppress(OSError):
        _forget_oldest(folder)


def _name(key: str) -> str:
    # 160 bits tell programs apart, and the name fits file systems that allow few characters
    return key[:40] + ENDING


def _packed(key: str, code: bytes) -> bytes:
    digest = hashlib.sha256(key.encode() + code).hexdigest()
    return HEADING + f"{key}\n{digest}\n".encode() + code


def _code_of(content: bytes, key: str) -> bytes | None:
    """The code in a file; None if the file is not what would have been written for this key."""
    # written anew and compared whole: no parser that a damaged heading could mislead
    code = content[len(_packed(key, b"")) :]
    if code and content == _packed(key, code):
        return code
    return None


def _folder() -> Path | None:
    """Where code is kept; None if there is no such place of our own."""
    # RuntimeError: no home is known; ValueError: a path with a zero byte
    try:
        folder = _cache_home() / "steppe"
        if not folder.is_absolute():
            return None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _private(folder)
    except (OSError, RuntimeError, ValueError):
        return None


def _cache_home() -> Path:
    """The folder of caches; a relative XDG_CACHE_HOME counts as none, as XDG has it."""
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if given.is_absolute():
        return given
    return Path.home() / ".cache"


def _private(folder: Path) -> Path | None:
    """The folder, closed to others; None if it is a link or somebody else's. Raises OSError."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or not _ours(found):
        return None
    # an older version left it open to others
    if os.name == "posix" and found.st_mode & 0o077:
        folder.chmod(0o700)
    return folder


def _ours(found: os.stat_result) -> bool:
    return os.name != "posix" or found.st_uid == os.geteuid()


def _read(path: Path) -> bytes:
    """A file of ours that nobody else can write. Raises OSError for anything else."""
    handle = os.open(path, os.O_RDONLY | _SAFELY)
    with os.fdopen(handle, "rb") as file:
        # asked of what is open: between two looks at a name, another file may take its place
        found = os.fstat(handle)
        trusted = _ours(found) and not _open_to_others(found)
        if not trusted or not stat.S_ISREG(found.st_mode):
            raise PermissionError(f"{path} is no file of ours")
        if found.st_size > 2 * KEPT_BYTES:
            raise PermissionError(f"{path} is no file of ours: too large")
        return file.read()


def _open_to_others(found: os.stat_result) -> bool:
    """Whether somebody else can have written it: machine code is run, and such code is never taken."""
    return os.name == "posix" and bool(found.st_mode & 0o022)


def _write(path: Path, content: bytes) -> None:
    """Write beside and move, so that other processes see all of it or nothing. Raises OSError."""
    handle, unfinished = tempfile.mkstemp(UNFINISHED, path.stem, path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            # else a power cut may leave the new name with old or no content
            os.fsync(handle)
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        os.replace(unfinished, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(unfinished)
        raise


def _forget_oldest(folder: Path) -> None:
    """Remove all but the newest files, and what dead processes left."""
    files, size = 0, 0
    for _, own, path in sorted(_kept(folder), reverse=True):
        files, size = files + 1, size + own
        if files > KEPT_FILES or size > KEPT_BYTES:
            with contextlib.suppress(OSError):
                path.unlink()


def _kept(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """Time, size and place of each file of the cache; unfinished ones of long ago are removed on the way."""
    for path in folder.iterdir():
        # another process may remove a file between the two looks at it
        with contextlib.suppress(OSError):
            found = path.lstat()
            if path.suffix == UNFINISHED and found.st_mtime < time.time() - FORSAKEN:
                path.unlink()
            elif path.suffix == ENDING and not stat.S_ISDIR(found.st_mode):
                yield found.st_mtime, found.st_size, path
