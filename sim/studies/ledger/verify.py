"""Whether a ledger is what was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.studies.ledger.chain import Head, Ledger, LedgerError, open_ledger
from sim.studies.ledger.entry import GAME, entries_of

NO_HEAD = "the file that tells of its end is not beside it: lines may be missing from there"


@dataclass(frozen=True)
class Whole:
    """A ledger whose chain is whole; `at`: the line whose hash was asked for."""

    ledger: Ledger
    at: int | None

    @property
    def head(self) -> Head | None:
        """What the file beside the ledger tells of its end."""
        return self.ledger.head

    @property
    def tells_of_games(self) -> bool:
        """Whether its lines are games, of which only the chain was checked."""
        return _tells_of_games(self.ledger)

    @property
    def told(self) -> Iterator[str]:
        """What was found, in lines."""
        entries, ledger = self.ledger.entries, self.ledger
        if entries:
            span = f"from {entries[0]['made']} to {entries[-1]['made']}"
            yield f"{len(entries)} lines {span} are those that were written; hash of the last {ledger.sha256}"
        if self.at is not None:
            yield f"the published hash is that of line {self.at}"
        if ledger.unfinished:
            yield f"{len(ledger.unfinished)} bytes of a killed writer stand behind them, and do not count"


def verify_ledger(path: str | Path, head: str | None = None) -> Whole:
    """Check every line of a ledger, and that one has a hash that was published (or its first digits).

    Raises LedgerError.
    """
    ledger, at = open_ledger(path), None
    if head is not None:
        at = _line_of(ledger, head)
    if not _tells_of_games(ledger):
        for _ in entries_of(ledger):  # what they say is checked as they are read
            pass
    return Whole(ledger, at)


def _tells_of_games(ledger: Ledger) -> bool:
    """Whether it is no ledger of forecasts: what its lines say is checked by playing them again."""
    return any(told.get("kind") == GAME for told in ledger.entries)


def _line_of(ledger: Ledger, head: str) -> int:
    """The line that has a hash, or one that begins so. Raises LedgerError."""
    for entry in ledger.entries:
        if head and entry["sha256"].startswith(head.lower()):
            return int(entry["number"])
    raise LedgerError(f"{ledger.path}: no line has the hash {head}; lines were replaced or dropped since")
