"""A disk in memory that fails when told to, and that loses what was never synced: the worst that POSIX
allows.

A program sees it through `os` and `open`. What a file holds and what a folder names is on disk only after an
fsync of that file or folder; on a loss of power anything later may be gone, kept, cut short or zeros, each on
its own. An fsync that failed has lost its data for good, though a later one succeeds (as on Linux); only
bytes written anew reach the disk.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from pathlib import Path, PurePath

import numpy as np


class Crash(BaseException):
    """The process is gone."""


@dataclass
class File:
    """`data` is what programs read, `settled` what is on disk for sure."""

    data: bytes = b""
    settled: bytes = b""
    doomed: bool = False


@dataclass
class Folder:
    """`names` is what programs see; `pending` are changes since the last fsync: each is (name, node or None)
    pairs at once.
    """

    names: dict[str, Folder | File] = field(default_factory=dict)
    settled: dict[str, Folder | File] = field(default_factory=dict)
    pending: list[tuple[tuple[str, Folder | File | None], ...]] = field(default_factory=list)

    def change(self, *pairs: tuple[str, Folder | File | None]) -> None:
        self.pending.append(pairs)
        _apply(self.names, pairs)


def _apply(names: dict, pairs: tuple) -> None:
    for name, node in pairs:
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node


@dataclass(frozen=True)
class Fault:
    """What happens at the operation of a number: a way of WAYS."""

    place: int
    way: str


CRASHES = ("crash before", "crash after", "torn")
ERRORS = ("no space", "input/output error", "error after")
WAYS = CRASHES + ERRORS
LOSSES = ("all", "data", "names", "zeros", "any")
"""What a loss of power takes: all that was not synced; only data; only names; data, but not lengths; any of
it by chance.
"""


class Disk:
    """The disk below a root; it outlives processes."""

    def __init__(self, root: Path) -> None:
        self.root, self.top = root, Folder()

    def node(self, path: PurePath | str) -> Folder | File:
        """Raises FileNotFoundError and NotADirectoryError as a system does."""
        node: Folder | File = self.top
        for name in Path(path).relative_to(self.root).parts:
            if isinstance(node, File):
                raise NotADirectoryError(errno.ENOTDIR, "Not a directory", str(path))
            if name not in node.names:
                raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(path))
            node = node.names[name]
        return node

    def files(self, folder: PurePath) -> dict[str, bytes]:
        """Everything below a folder; empty if it is not there."""
        try:
            return dict(_files(self.node(folder), PurePath()))
        except FileNotFoundError:
            return {}

    def after_power_loss(self, loss: str, rng: np.random.Generator) -> Disk:
        """What may be found when the power is back."""
        disk = Disk(self.root)
        disk.top = _survivor(self.top, loss, rng)
        return disk

    def state(self) -> tuple:
        """All that the future can depend on, the order of changes that are not synced aside."""
        return _state(self.top)

    def copy(self) -> Disk:
        """The same, with all of it on disk."""
        return self.after_power_loss("none", np.random.default_rng(0))


def _files(node: Folder | File, path: PurePath):
    if isinstance(node, File):
        yield str(path), node.data
    else:
        for name in sorted(node.names):
            yield from _files(node.names[name], path / name)


def _state(node: Folder | File) -> tuple:
    if isinstance(node, File):
        return node.data, node.settled, node.doomed
    return tuple(
        tuple((name, _state(names[name])) for name in sorted(names)) for names in (node.names, node.settled)
    )


def _survivor(node: Folder | File, loss: str, rng: np.random.Generator) -> Folder | File:
    if isinstance(node, File):
        data = _data_left(node, loss, rng)
        return File(data, data)
    names = dict(node.names if loss in ("none", "data", "zeros") else node.settled)
    if loss == "any":
        for pairs in node.pending:
            if rng.random() < 0.5:
                _apply(names, pairs)
    names = {name: _survivor(found, loss, rng) for name, found in names.items()}
    return Folder(names, dict(names))


def _data_left(file: File, loss: str, rng: np.random.Generator) -> bytes:
    if loss in ("none", "names") or file.data == file.settled:
        return file.data
    kept = file.settled if file.data.startswith(file.settled) else b""
    rest = file.data[len(kept) :]
    some = int(rng.integers(len(rest) + 1))
    if loss == "any":
        loss = str(rng.choice(["none", "all", "zeros", "cut"]))
    left = {
        "none": file.data,
        "all": file.settled,
        "data": file.settled,
        "zeros": kept + bytes(len(rest)),
        "cut": kept + rest[:some],
    }
    return left[loss]


class Process:
    """One process on a disk: `os` and `open` as it knows them; `trail` tells what it did. Its `fault` comes
    at an operation.
    """

    O_RDONLY, name = os.O_RDONLY, "posix"

    def __init__(self, disk: Disk, fault: Fault | None = None) -> None:
        self.disk, self.fault, self.dead = disk, fault, False
        self.path, self.trail = self, list[str]()
        self.handles: dict[int, File | Folder] = {}

    def _do(self, kind: str, effect, torn=None):
        """Count an operation and do it, unless it is the one that fails; `torn` does a part of it."""
        if self.dead:
            raise Crash
        self.trail.append(kind)
        if self.fault is None or len(self.trail) - 1 != self.fault.place:
            return effect()
        way = self.fault.way
        if way in ("crash after", "error after"):
            effect()
        elif way != "crash before" and torn is not None:
            torn()
        if way in CRASHES:
            self.dead = True
            raise Crash
        code = errno.ENOSPC if way == "no space" else errno.EIO
        raise OSError(code, os.strerror(code))

    # -- what a program calls --------------------------------------------------------------------------

    def isdir(self, path) -> bool:
        try:
            return (
                path == self.disk.root
                or path in self.disk.root.parents
                or isinstance(self.disk.node(path), Folder)
            )
        except OSError:
            return False

    def isfile(self, path) -> bool:
        try:
            return isinstance(self.disk.node(path), File)
        except OSError:
            return False

    def islink(self, path) -> bool:
        return False

    def lexists(self, path) -> bool:
        return self.isdir(path) or self.isfile(path)

    def listdir(self, path) -> list[str]:
        return self._do("listdir", lambda: sorted(self.disk.node(path).names))

    def mkdir(self, path) -> None:
        path = Path(path)

        def effect():
            if path.name in self.disk.node(path.parent).names:
                raise FileExistsError(errno.EEXIST, "File exists", str(path))
            self.disk.node(path.parent).change((path.name, Folder()))

        self._do("mkdir", effect)

    def unlink(self, path) -> None:
        self.disk.node(path)
        self._do("unlink", lambda: self.disk.node(path.parent).change((path.name, None)))

    def replace(self, old, new) -> None:
        node = self.disk.node(old)
        assert old.parent == new.parent
        self._do("replace", lambda: self.disk.node(new.parent).change((old.name, None), (new.name, node)))

    def open(self, path, flags: int) -> int:
        """A folder, to sync it; above the root nothing fails."""
        if path in self.disk.root.parents:
            return -1
        node = self._do("open folder", lambda: self.disk.node(path))
        self.handles[len(self.handles)] = node
        return len(self.handles) - 1

    def close(self, handle: int) -> None:
        pass

    def fsync(self, handle: int) -> None:
        if handle < 0:
            return
        node = self.handles[handle]
        if isinstance(node, Folder):

            def effect():
                node.settled, node.pending = dict(node.names), []

            self._do("fsync folder", effect)
            return

        def effect():
            node.settled = node.settled if node.doomed else node.data

        try:
            self._do("fsync file", effect)
        except OSError:
            node.doomed = node.doomed or node.settled != node.data
            raise

    def open_file(self, path, mode: str, opener=None) -> Handle:
        """What `open` is; modes rb, wb, ab. There are no links here, so nothing to tell an `opener`."""
        folder = self.disk.node(path.parent)
        assert isinstance(folder, Folder) and mode in ("rb", "wb", "ab")

        def effect():
            if path.name not in folder.names:
                if mode == "rb":
                    raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(path))
                folder.change((path.name, File()))
            node = folder.names[path.name]
            if mode == "wb":
                node.data, node.doomed = b"", False
            return node

        return Handle(self, self._do(f"open {mode}", effect))


class Handle:
    """An open file with a buffer of its own, as Python's."""

    def __init__(self, process: Process, node: File) -> None:
        self.process, self.node, self.buffer = process, node, b""

    def __enter__(self) -> Handle:
        return self

    def __exit__(self, *_) -> None:
        if not self.process.dead:
            self._out(len(self.buffer))

    def _out(self, length: int) -> None:
        self.node.data += self.buffer[:length]
        self.buffer = self.buffer[length:]

    def write(self, data: bytes) -> None:
        def effect():
            self.buffer += data

        def torn():
            self.buffer += data[: len(data) // 2]
            self._out(len(self.buffer))

        self.process._do("write", effect, torn)

    def flush(self) -> None:
        def torn():
            self._out(len(self.buffer) // 3)

        self.process._do("flush", lambda: self._out(len(self.buffer)), torn)

    def read(self) -> bytes:
        return self.process._do("read", lambda: self.node.data)

    def fileno(self) -> int:
        self.process.handles[len(self.process.handles)] = self.node
        return len(self.process.handles) - 1
