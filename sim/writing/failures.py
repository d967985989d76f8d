"""The first line of every summary of runs of which some failed."""

from __future__ import annotations

from collections.abc import Iterator


def failures(failed: int, runs: int) -> Iterator[str]:
    """A line that says how many runs failed; none if none did."""
    if failed:
        yield f"{failed:,} of {runs:,} runs had a number that is not finite; no line counts them."
