"""How large a scenario may be: what a month can be made of in reasonable time."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.schema import Case

MOST = {
    "actors": 100,
    "channels": 50,
    "quantities": 1_000,
    "outcomes": 500,
    "postures": 100,
    "observations": 500,
    "levers": 50,
}
"""Entries of a section, at most."""

MOST_LINKS = 1_000
"""Links of suppliers with channels, at most."""


def size_problems(case: Case) -> Iterator[str]:
    """One line for each section that is too large."""
    for section, most in MOST.items():
        found = len(getattr(case, section))
        if found > most:
            yield f"{section}: {found:,} of them; at most {most:,} can be run"
    # Counted by themselves: 100 actors by 50 channels are five times as many as can be run.
    links = sum(len(row) for row in case.shares.values())
    if links > MOST_LINKS:
        yield f"shares: {links:,} links of suppliers with channels; at most {MOST_LINKS:,} can be run"
