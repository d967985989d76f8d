"""What may happen to an event in a month: the nodes of the offer game (ODD 7.10)."""

from __future__ import annotations

from enum import StrEnum


class Node(StrEnum):
    """A node, by its name in the state and in a scenario file.

    >>> Node("took_place").bit
    8
    """

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TOOK_PLACE = "took_place"
    EXECUTED = "executed"
    BACKED_DOWN = "backed_down"
    CANCELLED = "cancelled"

    @property
    def bit(self) -> int:
        """Its bit in the monthly record of an event."""
        return BITS[self]


BITS = {node: 1 << place for place, node in enumerate(Node)}
