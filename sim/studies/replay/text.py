"""A row as stored and as run again, as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from sim.studies.replay.ask import Replay
from sim.writing.text import WIDTH


def replayed(found: Replay) -> Iterator[str]:
    """The outcomes of a row as stored and as run again; what differs is marked."""
    changes = (
        ", ".join(f"{path} = {value}" for path, value in found.world.scenario.overrides) or "as in the file"
    )
    yield from textwrap.wrap(
        f"Run {found.run} of seed {found.seed}, {changes}. {found.world.scenario.title}", WIDTH
    )
    yield f"{'outcome':<50}{'stored':>22}{'again':>22}"
    table = found.table
    for row in table.itertuples():
        yield f"{row.outcome[:49]:<50}{_exact(row.stored):>22}{_exact(row.again):>22}{'' if row.same else '  differs'}"
    differing = int((~table["same"].astype(bool)).sum())
    yield (
        f"{differing} of {len(table)} outcomes differ."
        if differing
        else f"All {len(table)} outcomes are the same, bit by bit."
    )


def _exact(value: object) -> str:
    """A value in full; a dash for none, such as the month of what never happened."""
    return (
        "-"
        if value is None or value != value
        else repr(float(value))
        if isinstance(value, float)
        else str(value)
    )
