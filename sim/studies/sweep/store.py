"""The folder of a sweep: parts written whole or not at all, each with its checksum; one writer at a time.

A part becomes visible by a rename after its bytes are on disk, and counts once its line stands in the
journal. So what a crash leaves is either a part that counts, or something that the next run writes again with
the same bytes. What is made of all parts (tables, figures) comes last, with its checksums in the manifest.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from sim.studies.sweep.journal import (
    JOURNAL,
    PARTS,
    StoreError,
    damage,
    difference,
    journal,
    name_of,
    read_manifest,
)
from sim.writing.manifest import LOCK, MANIFEST, SWEEP, is_ours, sealed
from sim.writing.whole import append, digest, is_partial, make_folder, partial, read, write_whole


@contextlib.contextmanager
def _disk_of(folder: Path) -> Iterator[None]:
    """Say of a disk that fails what it means for the sweep. Raises StoreError."""
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
    lock = FileLock(folder / LOCK, timeout=0)  # the system lets go of it when the process dies
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
    """Raises StoreError if no sweep wrote what has a name of ours: a link, a pipe, a folder."""
    for name in _names_in(folder):
        if _is_strange(folder, name):
            raise StoreError(
                f"{folder}: {name} is no plain file or folder, so no sweep wrote it; choose another folder"
            )


def _names_in(folder: Path) -> Iterator[str]:
    """Names from the folder of what it holds and of what the folder of its parts holds."""
    yield from os.listdir(folder)
    if os.path.isdir(folder / PARTS):
        for name in os.listdir(folder / PARTS):
            yield f"{PARTS}/{name}"


def _is_strange(folder: Path, name: str) -> bool:
    """Whether a name (from the folder) is one of ours, and what has it is not what a sweep writes there."""
    path = folder / name
    if name == PARTS:
        return os.path.islink(path)
    ours = is_ours(name, SWEEP) or is_partial(path.name)
    plain = os.path.isfile(path) and not os.path.islink(path)  # isfile looks through a link
    return ours and not plain


def finish(folder: Path, files: Mapping[str, bytes], last: bool = True) -> None:
    """Write what was made of all parts, by name, and its checksums into the manifest.

    With the last of them, files of earlier that are not made any more are removed. Raises StoreError.
    """
    with _disk_of(folder), _locked(folder):
        _refuse_links(folder)
        told = {"identity": read_manifest(folder)["identity"]}
        before = _beside_parts(folder)
        kept = before
        if last:
            kept = {JOURNAL: before.get(JOURNAL)}
        made = {**kept, **files}
        whole = sealed(SWEEP, told | {"files": _listed(made)})
        if before == made and read(folder / MANIFEST) == whole:
            return  # what is finished keeps its dates
        # meanwhile the manifest tells of no file, so that a crash leaves none that contradicts it
        write_whole(folder / MANIFEST, sealed(SWEEP, told))
        for name, data in files.items():
            write_whole(folder / name, data)
        for name in sorted(set(before) - set(made)):
            path = folder / name
            os.unlink(path)
        write_whole(folder / MANIFEST, whole)


def _beside_parts(folder: Path) -> dict[str, bytes | None]:
    """What the files of a sweep hold by name, those aside that are about them."""
    held = {}
    for name in sorted(set(os.listdir(folder)) - {MANIFEST, LOCK}):
        if is_ours(name, SWEEP):
            held[name] = read(folder / name)
    return held


def _listed(files: Mapping[str, bytes | None]) -> dict[str, dict[str, Any]]:
    """Sizes and checksums of files by name, as a manifest lists them."""
    listed = {}
    for name, given in sorted(files.items()):
        data = given or b""  # a file that went meanwhile counts as an empty one, and verify tells of it
        listed[name] = {"bytes": len(data), "sha256": digest(data)}
    return listed


class Store:
    """One sweep's folder: what it is of (`identity`), which parts are `done`, which were found `damaged`."""

    def __init__(self, folder: Path, identity: dict[str, Any]) -> None:
        self.folder, self.identity = folder, identity
        self.done: dict[int, dict[str, Any]] = {}
        self.damaged: list[str] = []
        self._listed = False

    @contextlib.contextmanager
    def open(self) -> Iterator[Store]:
        """Hold the folder while writing.

        Raises StoreError if another process has it, or if it holds another sweep.
        """
        with contextlib.ExitStack() as held:
            with _disk_of(self.folder):
                if os.path.isdir(self.folder):
                    self._refuse_strangers()
                elif os.path.lexists(self.folder):
                    raise StoreError(f"{self.folder} is not a folder; choose another", about="folder")
                make_folder(self.folder / PARTS)
                held.enter_context(_locked(self.folder))
                self._sweep_up()
                self._begin()
                self._take_stock()
            yield self

    def _refuse_strangers(self) -> None:
        """Raises StoreError for a folder of something else.

        One without a manifest may hold what a sweep leaves that was stopped before it had one, and no more.
        """
        names = set(os.listdir(self.folder))
        early = {PARTS, LOCK, partial(self.folder / MANIFEST).name}
        strange = MANIFEST not in names and not names <= early
        other = PARTS in names and not os.path.isdir(self.folder / PARTS)
        if strange or other:
            raise StoreError(
                f"{self.folder} is not empty and holds no sweep; choose another folder", about="folder"
            )
        _refuse_links(self.folder)

    def _sweep_up(self) -> None:
        """Remove what a crash left of files that were not whole."""
        for folder in (self.folder, self.folder / PARTS):
            for name in filter(is_partial, os.listdir(folder)):
                os.unlink(folder / name)

    def _begin(self) -> None:
        """Write the manifest, or compare with the one that is there. Raises StoreError."""
        manifest = sealed(SWEEP, {"identity": self.identity})
        if MANIFEST not in os.listdir(self.folder):
            write_whole(self.folder / MANIFEST, manifest)
            return
        here = json.loads(manifest)["identity"]  # as it reads once it was written
        found = difference(read_manifest(self.folder)["identity"], here)
        if found:
            raise StoreError(
                f"{self.folder} holds another sweep ({found}); choose another folder", about="folder"
            )

    def _take_stock(self) -> None:
        """Find which parts are done, and list them anew."""
        for line in journal(self.folder):
            problem = damage(self.folder, line)
            if problem is None:
                self.done[line["part"]] = line
            else:
                self.damaged.append(problem)
        self._list(self.done)

    def _list(self, done: dict[int, dict[str, Any]]) -> None:
        """Write the journal anew, even if it reads the same.

        What reads well may not be on disk after an fsync that failed.
        """
        self._listed = False
        text = "".join(_line(done[part]) for part in sorted(done))
        write_whole(self.folder / JOURNAL, text.encode())
        self._listed = True

    def add(self, part: int, table: pa.Table, failures: dict[str, str]) -> None:
        """Store a part; once this returns it is on disk.

        Parts may come in any order, the journal lists them by number. Raises StoreError if the disk fails;
        the part is then not done, and may be added again.
        """
        data = _parquet(table)
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
                append(self.folder / JOURNAL, _line(line).encode())
                self._listed = True
            else:
                self._list(self.done | {part: line})
        self.done[part] = line


def _line(line: dict[str, Any]) -> str:
    """A part's line of the journal as text."""
    return json.dumps(line) + "\n"


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue().to_pybytes()
