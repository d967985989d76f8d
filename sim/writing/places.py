"""Where results may be written: nothing yet, an empty folder, or results of the same kind that may be
replaced.

A place is tried before any work is done for it, and whatever is there stays as it is until the results are
whole.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sim.refusal import Refusal
from sim.writing.disk import claimed
from sim.writing.leftovers import LivingError, beside, sweep_up
from sim.writing.manifest import (
    MANIFEST,
    SWEEP,
    ManifestError,
    contents,
    differing,
    files_of,
    is_ours,
    kind_of,
    read_manifest,
)

MOST_NAMED = 3
"""Names of other people's files that are told."""


class PlaceError(Refusal, FileExistsError):
    """A place where results cannot be written, in one line."""

    about = "out"


@dataclass(frozen=True)
class Place:
    """A folder to be: `path` is where it leads, `shown` as it was given, `old` what is replaced."""

    path: Path
    shown: str
    kind: str
    new: bool
    old: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether it is a folder that is there and holds nothing."""
        return not self.new and not self.old

    @property
    def above(self) -> Path:
        """Where results are made before they are whole: beside the place, or in it if it is empty."""
        if self.empty:
            return self.path
        return self.path.parent


def place_of(folder: str | Path, kind: str, overwrite: bool = False) -> Place:
    """Try a place, and clear away only what dead processes left at it. Raises PlaceError."""
    path, shown = _leads_to(folder), str(folder)
    with _told_as(shown):
        sweep_up(path)
        place = found_at(path, shown, kind, overwrite)
        _try(place.above, path)
    return place


def found_at(path: Path, shown: str, kind: str, overwrite: bool) -> Place:
    """What stands at a path, if results may come there. Raises PlaceError."""
    try:
        there = os.lstat(path)
    except FileNotFoundError:
        return Place(path, shown, kind, new=True)
    if not stat.S_ISDIR(there.st_mode):
        raise PlaceError(f"{shown} is {_what(there.st_mode)}, not a folder; choose another")
    if not os.listdir(path):
        return Place(path, shown, kind, new=False)
    if not overwrite:
        raise PlaceError(
            f"{shown} is not empty{_state(path)}; choose another folder, or have the results in it replaced"
        )
    return Place(path, shown, kind, new=False, old=_replaceable(path, shown, kind))


def _state(path: Path) -> str:
    """What is wrong with results that stand at a path; nothing if they are whole or are none."""
    try:
        manifest = read_manifest(path)
        kind, listed = kind_of(manifest), files_of(manifest)
        if kind is None or listed is None:
            return ""
        wrong = differing(path, manifest, listed, kind)
    except (ManifestError, OSError):
        return ""
    if wrong:
        return f" ({_some(wrong)})"
    return ""


def _replaceable(path: Path, shown: str, kind: str) -> tuple[str, ...]:
    """The files of results of a kind. Raises PlaceError for anything else, or a folder that must stay."""
    listed = _listed(path, shown, kind)
    names = tuple(contents(path))
    # The manifest of a sweep does not list its parts, and one from before checksums lists nothing: there the
    # names alone say what is ours.
    if listed is None or kind == SWEEP:
        listed = dict.fromkeys(names, "")
    known = {*listed, MANIFEST}
    strange = [name for name in names if name not in known or not is_ours(name, kind)]
    if strange:
        found = f"{shown} holds what {kind} did not write ({_some(strange)})"
        raise PlaceError(f"{found}; move it away, or choose another folder")
    _check_removable(path, shown)
    return names


def _listed(path: Path, shown: str, kind: str) -> dict[str, str] | None:
    """Checksums by name of results of a kind, if they have any. Raises PlaceError for anything else."""
    try:
        manifest = read_manifest(path)
        there, listed = kind_of(manifest), files_of(manifest)
    except ManifestError:
        there, listed = None, None
    if there is None:
        found = f"{shown} holds no {MANIFEST} that steppe wrote"
        raise PlaceError(f"{found}, so it is not replaced; choose another folder")
    if there != kind:
        found = f"{shown} holds a {there}, not a {kind}"
        raise PlaceError(f"{found}, so it is not replaced; choose another folder")
    return listed


def _check_removable(path: Path, shown: str) -> None:
    """Raises PlaceError for a folder that cannot be moved away, or that somebody stands in."""
    if os.path.ismount(path):
        raise PlaceError(f"{shown} is a disk of its own that cannot be replaced; choose a folder in it")
    here = Path(os.path.realpath(os.curdir))
    if path in (here, *here.parents):
        raise PlaceError(
            f"{shown} is the folder that you are in, or above it; go out of it before it is replaced"
        )


def _some(names: list[str]) -> str:
    """The first few names, without the marks of `contents`."""
    told = ", ".join(name.rstrip("@") for name in names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        return f"{told} and {len(names) - MOST_NAMED} more"
    return told


def new_file(file: str | Path) -> Path:
    """Try the place of a single new file; where it leads. Raises PlaceError; nothing else is touched."""
    path = _leads_to(file)
    with _told_as(str(file)):
        sweep_up(path)
        if os.path.lexists(path):
            raise PlaceError(f"{file} exists; choose another file", about="file")
        _try(path.parent, path)
    return path


def _leads_to(given: str | Path) -> Path:
    """The absolute path, with links on the way followed; what stands at its end is not."""
    given = Path(given)
    try:
        if given.name in ("", ".."):
            return Path(os.path.realpath(given))
        return Path(os.path.realpath(given.parent)) / given.name
    except (OSError, ValueError) as error:
        raise PlaceError(f"{given}: no place to write ({error})") from None


def missing_above(folder: Path) -> list[Path]:
    """Which of a folder and those above it are missing, the innermost first."""
    return [above for above in (folder, *folder.parents) if not os.path.lexists(above)]


@contextmanager
def _told_as(shown: str) -> Iterator[None]:
    """Problems of a disk as PlaceError."""
    try:
        yield
    except PlaceError:
        raise
    except LivingError:
        raise PlaceError(
            f"{shown}: another process is writing here; wait for it, or choose another place"
        ) from None
    except ValueError as error:
        raise PlaceError(f"{shown}: no place to write ({error})") from None
    except OSError as error:
        raise PlaceError(
            f"{shown}: cannot write there ({error.strerror or error}); choose another place"
        ) from None


def _what(mode: int) -> str:
    kinds = {
        stat.S_ISLNK: "a link", stat.S_ISFIFO: "a pipe", stat.S_ISSOCK: "a socket", stat.S_ISBLK: "a device",
        stat.S_ISCHR: "a device", stat.S_ISREG: "a file",
    }  # fmt: skip
    for test, name in kinds.items():
        if test(mode):
            return name
    return "something else"


def _try(folder: Path, path: Path) -> None:
    """Make, and take away again, what will be made in a folder and above it, if missing. Raises OSError."""
    missing, there = missing_above(folder), folder
    if missing:
        there = missing[-1].parent
    trial = there / beside(path)
    made = [trial]
    os.mkdir(trial)
    # In a folder of our own, which nobody takes for results, and which the next process clears away if this
    # one dies. A name that the disk finds too long is found out here, and not after hours of work.
    try:
        with claimed(trial):
            for above in reversed(missing):
                made.append(made[-1] / above.name)
                os.mkdir(made[-1])
            for name in (path.name, beside(path)):
                os.mkdir(made[-1] / name)
                os.rmdir(made[-1] / name)
    finally:
        for each in reversed(made):
            if os.path.isdir(each):
                os.rmdir(each)
