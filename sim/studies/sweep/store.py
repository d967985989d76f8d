"""The folder of a sweep: parts written whole or not at all, each with its checksum; one writer at a time.

A part becomes visible by a rename after its bytes are on disk, and counts once its line stands in the
journal. So what a crash leaves is either a part that counts, or something that the next run writes again with
the same bytes. What is made of all parts (tables, figures) comes last, with its checksums in the manifest.

A folder may come from somebody else: no link in it is followed, nothing but plain files is read or written.
(What is not POSIX tells links when a folder is opened, not later.)
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from sim.refusal import Refusal
from sim.writing.manifest import LOCK, MANIFEST, SWEEP, is_ours, sealed

JOURNAL, PARTS = "parts.jsonl", "parts"

SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""Opening neither follows a link nor waits for the other end of a pipe."""


class StoreError(Refusal):
    """A folder that cannot take this sweep, in one line that says why and what to do."""


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def partial(path: Path) -> Path:
    """Where a file is written before it stands in its place."""
    return path.with_name(f".{path.name}.partial")


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file so that a crash leaves the old one or the new one."""
    with open(partial(path), "wb", opener=_plain) as file:
        _put(file, data)
    os.replace(partial(path), path)
    _settle(path.parent)


def _plain(path: str, flags: int) -> int:
    """Open a plain file, and no link to one. Raises OSError."""
    handle = os.open(path, flags | SAFELY, 0o666)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise OSError(errno.EINVAL, "is no plain file")


def _put(file: IO[bytes], data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Put the names in a folder on disk, where the system can and lets us."""
    if os.name != "posix":
        return
    with contextlib.suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        except OSError as error:
            if error.errno != errno.EINVAL:  # some network disks have no such call for folders
                raise
        finally:
            os.close(handle)


def _make(folder: Path) -> None:
    """Make a folder and those above it. One that was there may not be on disk yet, so all are settled."""
    above = [*reversed(folder.absolute().parents)]
    for path in (*above, folder):
        if not os.path.isdir(path):
            with contextlib.suppress(FileExistsError):  # another process was faster
                os.mkdir(path)
    for path in above:
        _settle(path)


def _read(path: Path) -> bytes | None:
    """What a file holds; None if there is none. A disk that fails is an error, never an empty file."""
    try:
        with open(path, "rb", opener=_plain) as file:
            return file.read()
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def _disk_of(folder: Path) -> Iterator[None]:
    """Say of a disk that fails what it means for the sweep."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            f"{folder}: {reason}; what is stored is safe, and the same command goes on from it"
        ) from error


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Be the one process that writes in a folder. Raises StoreError if there is another."""
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise StoreError(
            f"{folder}: another process is writing here; wait for it or choose another folder"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _refuse_links(folder: Path) -> None:
    """Raises StoreError if something stands under a name of ours that a sweep did not write: a link, a pipe,
    a folder.
    """
    for above, place in (("", folder), (f"{PARTS}/", folder / PARTS)):
        for name in os.listdir(place) if os.path.isdir(place) else []:
            ours = is_ours(above + name, SWEEP) or (name.startswith(".") and name.endswith(".partial"))
            plain = os.path.isfile(place / name) and not os.path.islink(place / name)
            if (ours and not plain) or (above + name == PARTS and os.path.islink(place / name)):
                raise StoreError(
                    f"{folder}: {above}{name} is no plain file or folder, so no sweep wrote it; choose another folder"
                )


def finish(folder: Path, files: Mapping[str, bytes], last: bool = True) -> None:
    """Write what was made of all parts, by name, and its checksums into the manifest, which tells of none of
    it meanwhile.

    With the last of them, files of earlier that are not made any more are removed. Raises StoreError.
    """
    with _disk_of(folder), _locked(folder):
        _refuse_links(folder)
        told = {"identity": read_manifest(folder)["identity"]}
        before = {
            name: _read(folder / name)
            for name in os.listdir(folder)
            if is_ours(name, SWEEP) and name not in (MANIFEST, LOCK)
        }
        made = {**({JOURNAL: before.get(JOURNAL)} if last else before), **files}
        listed = {
            name: {"bytes": len(data or b""), "sha256": digest(data or b"")}
            for name, data in sorted(made.items())
        }
        whole = sealed(SWEEP, told | {"files": listed})
        if before == made and _read(folder / MANIFEST) == whole:
            return
        write_whole(folder / MANIFEST, sealed(SWEEP, told))
        for name, data in files.items():
            write_whole(folder / name, data)
        for path in [folder / name for name in before if name not in made]:
            os.unlink(path)
        write_whole(folder / MANIFEST, whole)


class Store:
    """One sweep's folder: what it is of (`identity`), and which parts are done."""

    def __init__(self, folder: Path, identity: dict[str, Any]) -> None:
        self.folder, self.identity = folder, identity
        self.done: dict[int, dict[str, Any]] = {}
        self.damaged: list[str] = []
        self._listed = False

    @contextlib.contextmanager
    def open(self) -> Iterator[Store]:
        """Hold the folder while writing. Raises StoreError if another process has it, or if it holds another
        sweep.
        """
        with contextlib.ExitStack() as held:
            with _disk_of(self.folder):
                if os.path.isdir(self.folder):
                    self._refuse_strangers()
                elif os.path.lexists(self.folder):
                    raise StoreError(f"{self.folder} is not a folder; choose another", about="folder")
                _make(self.folder / PARTS)
                held.enter_context(_locked(self.folder))
                self._begin()
            yield self

    def _refuse_strangers(self) -> None:
        """A folder without a manifest may hold no more than a sweep leaves that was stopped before its
        manifest stood.
        """
        names = set(os.listdir(self.folder))
        strange = MANIFEST not in names and names - {PARTS, LOCK, partial(self.folder / MANIFEST).name}
        if strange or (PARTS in names and not os.path.isdir(self.folder / PARTS)):
            raise StoreError(
                f"{self.folder} is not empty and holds no sweep; choose another folder", about="folder"
            )
        _refuse_links(self.folder)

    def _begin(self) -> None:
        """Write the manifest, or compare with the one that is there; then take stock of the parts."""
        for folder in (self.folder, self.folder / PARTS):
            for name in os.listdir(folder):
                if name.startswith(".") and name.endswith(".partial"):
                    os.unlink(folder / name)
        manifest = sealed(SWEEP, {"identity": self.identity})
        if MANIFEST in os.listdir(self.folder):
            before, here = read_manifest(self.folder)["identity"], json.loads(manifest)["identity"]
            differing = [key for key in here if before.get(key) != here[key]]
            if differing:
                found = "; ".join(
                    f"{key} {short(before.get(key))} there, {short(here[key])} here" for key in differing
                )
                raise StoreError(
                    f"{self.folder} holds another sweep ({found}); choose another folder", about="folder"
                )
        else:
            write_whole(self.folder / MANIFEST, manifest)
        for line in journal(self.folder):
            problem = damage(self.folder, line)
            if problem is None:
                self.done[line["part"]] = line
            else:
                self.damaged.append(problem)
        self._list(self.done)

    def _list(self, done: dict[int, dict[str, Any]]) -> None:
        """Write the journal anew, even if it reads the same: what reads well may not be on disk after an
        fsync that failed.
        """
        self._listed = False
        write_whole(
            self.folder / JOURNAL, "".join(json.dumps(done[part]) + "\n" for part in sorted(done)).encode()
        )
        self._listed = True

    def add(self, part: int, table: pa.Table, failures: dict[str, str]) -> None:
        """Store a part; once this returns it is on disk. Parts may come in any order, the journal lists them
        by number.

        Raises StoreError if the disk fails; the part is then not done, and may be added again.
        """
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd")
        data = sink.getvalue().to_pybytes()
        line = {
            "part": part,
            "rows": table.num_rows,
            "bytes": len(data),
            "sha256": digest(data),
            "failures": failures,
        }
        with _disk_of(self.folder):
            write_whole(self.folder / PARTS / name_of(part), data)
            if self._listed and part > max(self.done, default=-1):
                self._listed = False  # until the line is whole, a further one may not follow it
                with open(self.folder / JOURNAL, "ab", opener=_plain) as file:
                    _put(file, (json.dumps(line) + "\n").encode())
                self._listed = True
            else:
                self._list(self.done | {part: line})
        self.done[part] = line


MOST_PARTS = 10**9


def name_of(part: int) -> str:
    return f"part-{part:06d}.parquet"


def any_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of results of any kind. Raises StoreError if there is none that can be read."""
    try:
        found = json.loads(_read(folder / MANIFEST) or b"")
        if isinstance(found, dict):
            return found
        reason = "is no table"
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "is missing or damaged"
    raise StoreError(f"{folder}: no results that can be read ({MANIFEST} {reason})") from None


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a sweep. Raises StoreError if there is none that can be read."""
    found = any_manifest(folder)
    if not isinstance(found.get("identity"), dict):
        raise StoreError(f"{folder}: no sweep that can be read ({MANIFEST} names no sweep)")
    return found


def journal(folder: Path) -> Iterator[dict[str, Any]]:
    """The lines of finished parts; a line that a crash cut short does not count."""
    for text in (_read(folder / JOURNAL) or b"").splitlines():
        with contextlib.suppress(ValueError):
            line = json.loads(text)
            if isinstance(line, dict) and _makes_sense(line):
                yield line


def _makes_sense(line: dict[str, Any]) -> bool:
    """Whether a line tells of a part what lines do."""
    part, failures = line.get("part"), line.get("failures")
    if type(part) is not int or not 0 <= part < MOST_PARTS or not isinstance(failures, dict):
        return False
    told = all(cell.isdecimal() and isinstance(reason, str) for cell, reason in failures.items())
    return told and {"rows", "bytes", "sha256"} <= set(line)


def damage(folder: Path, line: dict[str, Any]) -> str | None:
    """What is wrong with a part that should be there; None if its bytes are those that were written."""
    name = name_of(line["part"])
    try:
        data = _read(folder / PARTS / name)
    except OSError as error:
        return f"{name} cannot be read: {error.strerror}"
    if data is None:
        return f"{name} is missing"
    return None if digest(data) == line["sha256"] else f"{name} is damaged: its checksum differs"


def short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:12]}..."
