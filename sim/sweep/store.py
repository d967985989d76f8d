"""The folder of a sweep: parts written whole or not at all, each with its checksum; one writer at a time.

A part becomes visible by a rename after its bytes are on disk, and counts once its line stands in the journal. So what a crash
leaves is either a part that counts, or something that the next run writes again with the same bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from sim.refusal import Refusal

MANIFEST, JOURNAL, PARTS, LOCK = "manifest.json", "parts.jsonl", "parts", ".lock"


class StoreError(Refusal):
    """A folder that cannot take this sweep, in one line that says why and what to do."""


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def partial(path: Path) -> Path:
    """Where a file is written before it stands in its place."""
    return path.with_name(f".{path.name}.partial")


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file so that a crash leaves the old one or the new one."""
    with open(partial(path), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial(path), path)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Put the names in a folder on disk, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class Store:
    """One sweep's folder: what it is of (`identity`), and which parts are done."""

    def __init__(self, folder: Path, identity: dict[str, Any]) -> None:
        self.folder, self.identity = folder, identity
        self.done: dict[int, dict[str, Any]] = {}
        self.damaged: list[str] = []

    @contextlib.contextmanager
    def open(self) -> Iterator[Store]:
        """Hold the folder while writing. Raises StoreError if another process has it, or if it holds another sweep."""
        if self.folder.exists() and not (self.folder / MANIFEST).exists() and not self._barely_begun():
            raise StoreError(f"{self.folder} is not empty and holds no sweep; choose another folder with --out")
        (self.folder / PARTS).mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / LOCK, timeout=0):
                self._begin()
                yield self
        except Timeout:
            raise StoreError(f"{self.folder}: another process is writing here; wait for it or choose another folder") from None

    def _barely_begun(self) -> bool:
        """Whether the folder holds no more than a sweep leaves that was stopped before its manifest stood."""
        strangers = {path.name for path in self.folder.iterdir()} - {PARTS, LOCK, partial(self.folder / MANIFEST).name}
        return not strangers and not (self.folder / PARTS).is_file()

    def _begin(self) -> None:
        """Write the manifest, or compare with the one that is there; then take stock of the parts."""
        for leftover in (*self.folder.glob(".*.partial"), *(self.folder / PARTS).glob(".*.partial")):
            leftover.unlink()
        path = self.folder / MANIFEST
        if path.exists():
            before = read_manifest(self.folder)["identity"]
            differing = [key for key in self.identity if before.get(key) != self.identity[key]]
            if differing:
                found = "; ".join(f"{key} {short(before.get(key))} there, {short(self.identity[key])} here" for key in differing)
                raise StoreError(f"{self.folder} holds another sweep ({found}); choose another folder with --out")
        else:
            write_whole(path, json.dumps({"identity": self.identity}, indent=1).encode())
        for line in journal(self.folder):
            problem = damage(self.folder, line)
            if problem is None:
                self.done[line["part"]] = line
            else:
                self.damaged.append(problem)
        self._rewrite()

    def _rewrite(self) -> None:
        lines = [json.dumps(self.done[part]) + "\n" for part in sorted(self.done)]
        write_whole(self.folder / JOURNAL, "".join(lines).encode())

    def add(self, part: int, table: pa.Table, failures: dict[str, str]) -> None:
        """Store a part; parts may come in any order, the journal lists them by number."""
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd")
        data = sink.getvalue().to_pybytes()
        write_whole(self.folder / PARTS / name_of(part), data)
        line = {"part": part, "rows": table.num_rows, "bytes": len(data), "sha256": digest(data), "failures": failures}
        last = max(self.done, default=-1)
        self.done[part] = line
        if part < last:
            self._rewrite()
            return
        with open(self.folder / JOURNAL, "ab") as file:
            file.write((json.dumps(line) + "\n").encode())
            file.flush()
            os.fsync(file.fileno())


def name_of(part: int) -> str:
    return f"part-{part:06d}.parquet"


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a sweep. Raises StoreError if there is none that can be read."""
    try:
        return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder}: no sweep that can be read ({error})") from None


def journal(folder: Path) -> Iterator[dict[str, Any]]:
    """The lines of finished parts; a line that a crash cut short does not count."""
    path = folder / JOURNAL
    for text in path.read_bytes().splitlines() if path.exists() else ():
        with contextlib.suppress(ValueError, UnicodeDecodeError):
            line = json.loads(text)
            if isinstance(line, dict) and {"part", "rows", "bytes", "sha256", "failures"} <= set(line):
                yield line


def damage(folder: Path, line: dict[str, Any]) -> str | None:
    """What is wrong with a part that should be there; None if its bytes are those that were written."""
    name = name_of(line["part"])
    try:
        data = (folder / PARTS / name).read_bytes()
    except OSError:
        return f"{name} is missing"
    return None if digest(data) == line["sha256"] else f"{name} is damaged: its checksum differs"


def short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:12]}..."
