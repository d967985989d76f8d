"""Writing results: beside their place, on disk with all their checksums, and moved there in one step when
they are whole.

At every moment the place holds what it held before or all of the new results. (Into a folder that was there
and is empty the files are moved one by one, the manifest last: it stays the same folder for whoever is in it.
A move that was cut short is ended by the next process that comes to the place.) What is not POSIX has no
locks here: leftovers stay until they are removed by hand, and two processes may work for one place; the one
that ends first has it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.writing.disk import claimed, exchange, settle_all, settle_name
from sim.writing.leftovers import OLD, beside, move_in, remove
from sim.writing.manifest import MANIFEST
from sim.writing.places import Place, PlaceError, found_at, missing_above, new_file, place_of


@contextmanager
def replacing(folder: str | Path, kind: str, overwrite: bool = False) -> Iterator[Path]:
    """A folder to fill with results and their manifest (`manifest.seal`), at its place when the block ends.

    If the block ends with an error, nothing is left of it. Raises PlaceError before the block if the place
    cannot be used, or after it if somebody else has taken it meanwhile.
    """
    place = place_of(folder, kind, overwrite)
    # Work stands on the same disk as the place: only within one can a folder be moved in one step.
    with _made(place.above), _working(place.above / beside(place.path)) as work:
        yield work
        assert (work / MANIFEST).is_file(), "results have a manifest"
        settle_all(work)
        _move(work, place, overwrite)


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder and those above it that are missing; they go again if the block ends with an error."""
    missing = missing_above(folder)
    try:
        for each in reversed(missing):
            with suppress(FileExistsError):  # another process was faster
                os.mkdir(each)
                settle_name(each)
        yield
    except BaseException:
        for each in missing:
            with suppress(OSError):
                os.rmdir(each)
        raise


@contextmanager
def _working(work: Path) -> Iterator[Path]:
    """A folder of our own, held while the block lasts; what then stands under its name is removed."""
    os.mkdir(work)
    try:
        with claimed(work) as ours:
            if ours is False:
                raise PlaceError(f"{work.parent}: another process clears up here; try again")
            yield work
    finally:
        if os.path.isdir(work):
            remove(work)


def _move(work: Path, place: Place, overwrite: bool) -> None:
    """Move whole results to their place. Raises PlaceError if it is not as it was."""
    path = place.path
    if place.empty:
        _fill(work, place)
        return
    # Looked at again: the work may have taken hours, in which somebody else may have come.
    now = found_at(path, place.shown, place.kind, overwrite)
    if now.old:
        _replace(work, path)
    else:
        os.rename(work, path)
    settle_name(path)


def _fill(work: Path, place: Place) -> None:
    """Move results into a folder that was empty."""
    others = [name for name in os.listdir(place.path) if name != work.name]
    if others:
        raise PlaceError(f"{place.shown} is not empty any more ({others[0]}); choose another folder")
    move_in(work, place.path)


def _replace(work: Path, path: Path) -> None:
    """Put results in the place of those before, which are removed.

    None is missing at any moment, or both are beside the place.
    """
    if exchange(work, path):
        settle_name(path)
        remove(work)
        return
    old = path.with_name(beside(path, OLD))
    with claimed(path):
        os.rename(path, old)
        os.rename(work, path)
        settle_name(path)
        remove(old)


def write_new(file: str | Path, data: bytes) -> None:
    """Write a single file that does not exist yet, whole or not at all. Raises PlaceError."""
    path = new_file(file)
    work = path.with_name(beside(path))
    with _made(path.parent):
        try:
            with open(work, "xb") as opened, claimed(work):
                opened.write(data)
                opened.flush()
                os.fsync(opened.fileno())
                _name(work, path, str(file))
        finally:
            work.unlink(missing_ok=True)


def _name(work: Path, path: Path, shown: str) -> None:
    """Give a file its name, which nothing may have."""
    try:
        os.link(work, path)
        os.unlink(work)
    except FileExistsError:
        raise PlaceError(f"{shown} exists; choose another file", about="file") from None
    except OSError:  # a disk without hard links
        os.rename(work, path)
    settle_name(path)
