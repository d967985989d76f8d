"""The one way to the terminal: whatever a command prints is made fit for it here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from sim.refusal import cleaned


def say(line: object) -> None:
    """Print a line of what was asked for, on standard output."""
    print(fit(line), flush=True)


def say_all(lines: Iterable[object]) -> None:
    """Print lines of what was asked for, each as soon as it is known."""
    for line in lines:
        say(line)


@contextmanager
def answering() -> Iterator[Callable[[Iterable[object]], None]]:
    """A function that prints an answer before the results behind it are saved, which the block does then.

    A reader who has enough, or a full disk behind standard output, costs no results: what went wrong with it
    (an OSError) is raised once the block has ended.
    """
    failed: list[OSError] = []

    def answer(lines: Iterable[object]) -> None:
        try:
            say_all(lines)
        except OSError as error:
            failed.append(error)

    yield answer
    if failed:
        raise failed[0]


def note(line: object) -> None:
    """Print a line about the work, on standard error."""
    print(fit(line), file=sys.stderr, flush=True)


def fit(line: object) -> str:
    """The text with each sign that a terminal would obey written as its code; it may hold line ends."""
    return "\n".join(map(cleaned, str(line).split("\n")))
