"""The file of a ledger: lines that are only ever added, each with the hash of the line before it.

A line is an entry as JSON with its number, the hash of the line before (`previous`) and its own (`sha256`),
so that a line that was edited, dropped, put elsewhere or cut short breaks the chain. What is missing from the
end breaks nothing: how many lines there were, and the hash of the last, stand in a file beside the ledger
(its head). Whoever can write both files can make up a whole chain; only a hash that was published elsewhere
at the time says when a line was there.

A writer that is killed leaves the start of lines that the head does not tell of. Those that are whole count;
what is cut short is taken off by the next writer.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from sim.refusal import Refusal
from sim.studies.ledger.clock import now, written
from sim.writing.disk import settle_name
from sim.writing.whole import append, digest, make_folder, read, write_whole

FORMAT = 1

NOTHING = "0" * 64
"""The hash before the first line."""

PATIENCE = 60.0
"""How long a writer waits for another, which takes a moment to add its lines [s]."""

BACK = timedelta(days=1)
"""How far the dates of lines that follow each other may go back: clocks are put right, by less than this."""

OWN = ("format", "number", "previous", "made")
"""The keys of every line that the chain knows, besides its own hash, which comes last."""

Entry = Mapping[str, Any]

Make = Callable[[datetime], Sequence[Entry]]
"""Entries to be added, once it is known at what time they are."""


class LedgerError(Refusal):
    """A ledger that is not as it was written, or none at all; in one line, with the line of the file."""


@dataclass(frozen=True)
class Head:
    """How many lines a ledger had when it was last written to, and the hash of the last of them."""

    lines: int
    sha256: str


@dataclass(frozen=True)
class Ledger:
    """Entries of a ledger whose chain is whole, in their order.

    head: what the file beside it tells, None if it is not there. unfinished: bytes behind the last whole
    line.
    """

    path: Path
    entries: tuple[dict[str, Any], ...]
    head: Head | None
    data: bytes = field(default=b"", repr=False)
    """All bytes of its whole lines."""
    unfinished: bytes = b""

    @property
    def sha256(self) -> str:
        """The hash of the last line, which stands for all of them."""
        if not self.entries:
            return NOTHING
        return str(self.entries[-1]["sha256"])


def head_of(path: Path) -> Path:
    """The file beside a ledger that tells of its end.

    >>> head_of(Path("forecasts.jsonl")).name
    'forecasts.jsonl.head'
    """
    return path.with_name(f"{path.name}.head")


def open_ledger(path: str | Path) -> Ledger:
    """Read a ledger and check it, line by line. Raises LedgerError."""
    path = Path(path)
    data = _bytes(path)
    if data is None:
        raise LedgerError(f"{path}: there is no such ledger; steppe forecast begins one")
    return _checked(path, data)


def add(path: str | Path, make: Make) -> Ledger:
    """Add entries to a ledger, or begin it; once this returns they are on disk.

    One writer at a time: others wait. Raises LedgerError for a ledger that is not whole, or for a file that
    is none, and adds nothing then; OSError for a disk that fails, which costs no line that was there before.
    """
    path = Path(path)
    make_folder(path.absolute().parent)
    with _alone(path):
        before = begun(path)
        entries = make(_time_after(before))
        if before.unfinished:
            _take_off(path, len(before.unfinished))
        lines = list(_lines(before, entries))
        append(path, b"".join(lines))
        settle_name(path)
        after = _checked(path, _bytes(path) or b"")
        told = {"lines": len(after.entries), "sha256": after.sha256}
        write_whole(head_of(path), _text(told) + b"\n")
        return open_ledger(path)


def begun(path: str | Path) -> Ledger:
    """What a ledger holds before something is added to it: nothing if it is not there. Raises LedgerError."""
    path = Path(path)
    data = _bytes(path)
    if data is None:
        found = Ledger(path, (), _read_head(path))
        if found.head is not None:
            lines = f"{found.head.lines} lines"
            raise LedgerError(f"{path} is missing, but {head_of(path).name} tells of {lines}; put it back")
        return found
    return _checked(path, data)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Be the one process that adds to a ledger. Raises LedgerError if another does not end."""
    # the system lets go of it when the process dies
    lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=PATIENCE)
    try:
        lock.acquire()
    except Timeout:
        raise LedgerError(f"{path}: another process is writing here; try again once it has ended") from None
    try:
        yield
    finally:
        lock.release()


def _time_after(before: Ledger) -> datetime:
    """The time at which entries are added. Raises LedgerError if it lies before that of the last line."""
    time = now()
    if before.entries and time < _made(before.entries[-1]) - BACK:
        last = before.entries[-1]
        told = f"line {last['number']} was made on {last['made']}, and this machine's date is {written(time)}"
        raise LedgerError(f"{before.path}: {told}; set its clock right")
    return time


def _made(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry["made"])


def _take_off(path: Path, unfinished: int) -> None:
    """Remove what a killed writer left behind the last whole line."""
    with open(path, "r+b") as file:
        file.truncate(os.fstat(file.fileno()).st_size - unfinished)
        os.fsync(file.fileno())


def _lines(before: Ledger, entries: Sequence[Entry]) -> Iterator[bytes]:
    """Entries as lines that follow those of a ledger."""
    previous, number = before.sha256, len(before.entries)
    for entry in entries:
        number += 1
        own = {"format": FORMAT, "number": number, "previous": previous, **entry}
        previous = digest(_text(own))
        yield _text({**own, "sha256": previous}) + b"\n"


def _text(told: Entry) -> bytes:
    """JSON on one line; a character that UTF-8 does not have as JSON writes it in ASCII."""
    text = json.dumps(told, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace")


# -- reading ---------------------------------------------------------------------------------------


def _bytes(path: Path) -> bytes | None:
    """What a file holds, None if there is none. Raises LedgerError for what is no plain file."""
    try:
        return read(path)
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.ELOOP, errno.EISDIR, errno.ENXIO):
            raise LedgerError(f"{path} is no plain file, so no ledger; choose another") from None
        raise


def _checked(path: Path, data: bytes) -> Ledger:
    """The ledger of these bytes. Raises LedgerError with the first line that is not as it was written."""
    *whole, rest = data.split(b"\n")
    head, entries, previous = _read_head(path), list[dict[str, Any]](), NOTHING
    for number, line in enumerate(whole, start=1):
        entry = _entry(path, number, line)
        _follows(path, number, entry, previous)
        if entries and _made(entry) < _made(entries[-1]) - BACK:
            raise _fault(path, number, f"was made on {entry['made']}, before the line above it")
        entries.append(entry)
        previous = entry["sha256"]
    if rest and not _is_start(rest, len(entries) + 1, previous):
        raise _fault(path, len(entries) + 1, "is no entry of a ledger; choose another file")
    _ends(path, head, entries, rest)
    return Ledger(path, tuple(entries), head, data[: len(data) - len(rest)], rest)


def _fault(path: Path, number: int, told: str) -> LedgerError:
    return LedgerError(f"{path}: line {number}: {told}")


def _entry(path: Path, number: int, line: bytes) -> dict[str, Any]:
    """The entry of a line. Raises LedgerError for a line that nobody wrote like this."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        entry = None
    if not isinstance(entry, dict) or not _is_ours(entry):
        raise _fault(path, number, "is no entry of a ledger: cut short, edited, or of another file")
    told = {key: value for key, value in entry.items() if key != "sha256"}
    # of the text, and not of what it means: blanks and doubled keys are edits too
    if not is_whole(told, entry["sha256"], line):
        raise _fault(path, number, "is not as it was written: its hash differs")
    if entry["format"] != FORMAT:
        raise _fault(path, number, f"is of format {entry['format']}; this version of steppe reads {FORMAT}")
    return entry


def _is_ours(entry: Entry) -> bool:
    """Whether something has the keys of a line, with values of their kinds."""
    if not {*OWN, "sha256"} <= set(entry) or type(entry["number"]) is not int:
        return False
    try:
        return datetime.fromisoformat(entry["made"]).tzinfo is not None
    except (TypeError, ValueError):
        return False


def is_whole(told: Entry, sha256: Any, line: bytes) -> bool:
    """Whether a line is that of an entry with this hash, to the byte."""
    try:
        return digest(_text(told)) == sha256 and _text({**told, "sha256": sha256}) == line
    except (ValueError, RecursionError):  # numbers that are none, which no writer of ours writes
        return False


def _follows(path: Path, number: int, entry: Entry, previous: str) -> None:
    """Raises LedgerError for a line that does not follow the one above it."""
    own = entry["number"]
    if own == number and entry["previous"] == previous:
        return
    if own == number:
        told = "does not follow the line above it, which was replaced"
    elif own > number:
        told = f"was written as line {own}: lines before it are missing, or were put elsewhere"
    else:
        told = f"was written as line {own}: it is repeated, or was put elsewhere"
    raise _fault(path, number, told)


def _is_start(rest: bytes, number: int, previous: str) -> bool:
    """Whether bytes without an end of line are the start of the line that comes next."""
    start = _text({"format": FORMAT, "number": number, "previous": previous})[:-1]
    return rest.startswith(start) or start.startswith(rest)


def _ends(path: Path, head: Head | None, entries: Sequence[Entry], rest: bytes) -> None:
    """Raises LedgerError for lines that are missing from the end, as the head tells of it."""
    if head is None:
        return
    if head.lines > len(entries):
        told = "is missing"
        if rest:
            told = "is cut short"
        raise _fault(path, len(entries) + 1, f"{told}: {head_of(path).name} tells of {head.lines} lines")
    if head.lines and entries[head.lines - 1]["sha256"] != head.sha256:
        raise _fault(path, head.lines, f"is not the last line that {head_of(path).name} tells of")


def _read_head(path: Path) -> Head | None:
    """What the file beside a ledger tells, None if there is none. Raises LedgerError if it is damaged."""
    data = _bytes(head_of(path))
    if data is None:
        return None
    try:
        told = json.loads(data)
        head = Head(told["lines"], told["sha256"])
        if data == _text({"lines": head.lines, "sha256": head.sha256}) + b"\n" and type(head.lines) is int:
            return head
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise LedgerError(f"{head_of(path)} is damaged, so the end of the ledger cannot be checked; put it back")
