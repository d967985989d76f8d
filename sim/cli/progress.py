"""How far a command is, on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sim.cli.printing import note


@contextmanager
def bar(total: int, then: str = "writing tables and figures", resumes: bool = False) -> Iterator[Any]:
    """A progress bar in run-months on stderr. If it `resumes`, what is told first was done before: no time
    was spent on it.
    """
    from tqdm import tqdm

    with tqdm(
        total=total, unit=" run-months", unit_scale=True, desc="simulating", ncols=100, file=sys.stderr
    ) as bar:

        def tell(done: int) -> None:
            nonlocal resumes
            if resumes:
                bar.initial = bar.n = bar.last_print_n = done
                bar.unpause()
                bar.refresh()
                resumes = False
            else:
                bar.update(done)
            if bar.n >= total:
                bar.close()
                note(then)

        yield tell


@contextmanager
def draws_bar(total: int) -> Iterator[Any]:
    """A progress bar in draws on stderr, and a way to say what comes next."""
    from tqdm import tqdm

    with tqdm(
        total=total, unit=" draws", unit_scale=True, desc="simulating", ncols=100, file=sys.stderr
    ) as bar:
        yield bar.update, bar.write


QUIET = 10.0
"""Time between two lines that say what is being tried, where stderr is no terminal [s]."""


@contextmanager
def tried() -> Iterator[Any]:
    """What is being tried: on one line of stderr if that is a terminal, else a line now and then."""
    from tqdm import tqdm

    begun = told = time.monotonic()

    def now_and_then(line: str) -> None:
        nonlocal told
        if time.monotonic() - told >= QUIET or told == begun:
            told = time.monotonic()
            note(f"checking, {told - begun:.0f} s: {line}")

    if not sys.stderr.isatty():
        yield now_and_then
        return
    with tqdm(desc="checking", bar_format="{desc} {elapsed} {postfix}", ncols=100, file=sys.stderr) as bar:
        yield lambda line: bar.set_postfix_str(line[:70])
