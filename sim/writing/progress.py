"""How far a long job is: a bar on the terminal, or whatever a caller does with the numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Progress = Callable[[int], Any] | bool | None
"""True for a bar; a function that is told what was done since its last call; None or False for neither."""


@contextmanager
def reporting(
    progress: Progress, total: int | None, unit: str = "run-months"
) -> Iterator[Callable[[int], Any]]:
    """A function to be told what is done, `total` in all, while the block lasts. Raises TypeError.

    total: None if nobody knows.
    """
    if callable(progress):
        yield progress
    elif progress is True:
        from tqdm.auto import tqdm

        with tqdm(total=total, unit=f" {unit}", unit_scale=True) as bar:
            yield bar.update
    elif progress is None or progress is False:
        yield lambda done: None
    else:
        raise TypeError(f"progress is True, or a function of a number, not {type(progress).__name__}")
