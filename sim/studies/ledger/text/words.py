"""What the lines about forecasts and about scores share."""

from __future__ import annotations

from sim.outcomes.baselines import BASELINES
from sim.studies.ledger.known import START_HELD

LABEL = 32
"""Characters of a label."""


def heading(name: str) -> str:
    """A baseline in a word or two.

    >>> heading("status_quo"), heading("start_held")
    ('no event', 'start')
    """
    if name == START_HELD:
        return "start"
    # a ledger may know baselines that this version does not
    if name not in BASELINES:
        return name
    return BASELINES[name].heading
