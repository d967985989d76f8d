"""A row as stored and as run again, as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from sim.studies.replay.row import Replay
from sim.writing.text import WIDTH, in_words


def replayed(found: Replay) -> Iterator[str]:
    """The outcomes of a row as stored and as run again; what differs is marked."""
    scenario, table = found.world.scenario, found.table
    head = f"Run {found.run} of seed {found.seed}, {in_words(scenario.changes)}. {scenario.title}"
    yield from textwrap.wrap(head, WIDTH)
    yield f"{'outcome':<50}{'stored':>22}{'again':>22}"
    for row in table.itertuples():
        line = f"{row.outcome[:49]:<50}{_exact(row.stored):>22}{_exact(row.again):>22}"
        if not row.same:
            line += "  differs"
        yield line
    differing = int((~table["same"].astype(bool)).sum())
    if differing:
        yield f"{differing} of {len(table)} outcomes differ."
    else:
        yield f"All {len(table)} outcomes are the same, bit by bit."


def _exact(value: object) -> str:
    """A value in full; a dash for none, such as the month of what never happened."""
    if value is None or value != value:
        return "-"
    # A number of NumPy says its type when it is shown, one of Python does not.
    if isinstance(value, float):
        return repr(float(value))
    return str(value)
