"""The one way to the terminal: whatever a command prints is made fit for it here."""

from __future__ import annotations

import sys

from sim.refusal import cleaned


def say(line: object) -> None:
    """Print a line of what was asked for, on standard output."""
    print(_fit(line), flush=True)


def note(line: object) -> None:
    """Print a line about the work, on standard error."""
    print(_fit(line), file=sys.stderr, flush=True)


def _fit(line: object) -> str:
    """The text with each sign that a terminal would obey written as its code; it may hold line ends."""
    return "\n".join(map(cleaned, str(line).split("\n")))
