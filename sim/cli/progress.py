"""How far a command is, on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sim.cli.printing import fit, note

Progress = Callable[[int], Any]
"""Told how much was done."""

Tell = Callable[[str], Any]
"""Told a line."""

MOST_SHOWN = 70
"""Characters of a line that stands beside a bar."""


def _bar(doing: str, **more: Any) -> Any:
    """A progress bar on stderr."""
    from tqdm import tqdm

    return tqdm(desc=doing, ncols=100, file=sys.stderr, **more)


@contextmanager
def bar(total: int, then: str, resumes: bool = False) -> Iterator[Progress]:
    """A progress bar in run-months, and what comes then.

    If it `resumes`, what is told first was done before, in no time.
    """
    with _bar("simulating", total=total, unit=" run-months", unit_scale=True) as shown:

        def tell(done: int) -> None:
            nonlocal resumes
            if resumes:
                shown.initial = shown.n = shown.last_print_n = done
                shown.unpause()  # the time left is reckoned from here
                shown.refresh()
                resumes = False
            else:
                shown.update(done)
            # A full bar that stands still looks like a hang, so what comes now is said.
            if shown.n >= total:
                shown.close()
                note(then)

        yield tell


@contextmanager
def draws_bar(total: int) -> Iterator[tuple[Progress, Tell]]:
    """A progress bar in draws, and a way to say what comes next."""
    with _bar("simulating", total=total, unit=" draws", unit_scale=True) as shown:
        # A plain print would tear the bar.
        yield shown.update, lambda line: shown.write(fit(line), file=sys.stderr)


@contextmanager
def searching() -> Iterator[Progress]:
    """A progress bar in run-months of a search that ends nobody knows when."""
    with _bar("searching", unit=" run-months", unit_scale=True) as shown:
        yield shown.update


@contextmanager
def searches_bar(total: int) -> Iterator[Progress]:
    """A progress bar in searches of about the same time each."""
    with _bar("searching", total=total, unit=" searches") as shown:
        yield shown.update


@contextmanager
def past_bar() -> Iterator[Progress]:
    """A progress bar in run-months of a past that runs live through, again where it divides them."""
    with _bar("living through what is known", unit=" run-months", unit_scale=True) as shown:
        yield shown.update


@contextmanager
def runs_bar() -> Iterator[Progress]:
    """A progress bar of how many runs there are so far, of nobody knows how many."""
    with _bar("looking for the number of runs", unit=" runs") as shown:
        yield lambda runs: shown.update(runs - shown.n)


QUIET = 10.0
"""Time between two lines that say what is being tried, where stderr is no terminal [s]."""


@contextmanager
def tried() -> Iterator[Tell]:
    """What is being tried: on one line of stderr if that is a terminal, else a line now and then."""
    begun = told = time.monotonic()

    def now_and_then(line: str) -> None:
        nonlocal told
        now = time.monotonic()
        is_first = told == begun  # at once, so that a log says early what is going on
        if is_first or now - told >= QUIET:
            told = now
            note(f"checking, {told - begun:.0f} s: {line}")

    # A log would hold a line for each of the hundreds of things that are tried.
    if not sys.stderr.isatty():
        yield now_and_then
        return
    with _bar("checking", bar_format="{desc} {elapsed} {postfix}") as shown:
        yield lambda line: shown.set_postfix_str(fit(line)[:MOST_SHOWN])
