"""The one way to the terminal: whatever a command prints is made fit for it here."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from sim.refusal import cleaned


def say(line: object) -> None:
    """Print a line of what was asked for, on standard output."""
    print(fit(line), flush=True)


def say_all(lines: Iterable[object]) -> None:
    """Print lines of what was asked for, each as soon as it is known."""
    for line in lines:
        say(line)


def note(line: object) -> None:
    """Print a line about the work, on standard error."""
    print(fit(line), file=sys.stderr, flush=True)


def fit(line: object) -> str:
    """The text with each sign that a terminal would obey written as its code; it may hold line ends."""
    return "\n".join(map(cleaned, str(line).split("\n")))
