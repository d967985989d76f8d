"""A hundred pairs of futures, the same one in two worlds: what comes in both, in one of them, in neither."""

from __future__ import annotations

from dataclasses import dataclass

from sim.studies.report.charts import HUNDRED
from sim.studies.report.pieces import Piece
from sim.studies.report.words import whole

SAID = {
    "both": "comes in both",
    "to-no": "in A only",
    "to-yes": "in B only",
    "neither": "in neither",
}
"""The kinds of pairs in the order in which they are drawn."""


@dataclass(frozen=True)
class Pairs(Piece):
    """Ten rows of ten pairs.

    first: share of futures in A; gained, lost: shares that come in B only, and in A only.
    """

    template = "pairs.html"
    first: float
    gained: float
    lost: float

    @property
    def counts(self) -> dict[str, int]:
        """How many of the hundred there are of each kind, as the living part of a page counts them.

        >>> Pairs(0.406, 0.027, 0.0075).counts
        {'both': 40, 'to-no': 1, 'to-yes': 3, 'neither': 56}
        """
        yes, apart = whole(self.first), round(HUNDRED * (self.gained - self.lost))
        to_no = min(max(round(HUNDRED * self.lost), -apart, 0), yes)
        to_yes = min(max(apart + to_no, 0), HUNDRED - yes)
        return dict(zip(SAID, (yes - to_no, to_no, to_yes, HUNDRED - yes - to_yes), strict=True))

    @property
    def key(self) -> list[tuple[str, str]]:
        """Each kind with what it means and how many there are."""
        return [(kind, f"{SAID[kind]} {count}") for kind, count in self.counts.items()]

    @property
    def alt(self) -> str:
        """What the picture shows."""
        return f"A hundred futures: {', '.join(said for _, said in self.key)}."

    @property
    def places(self) -> list[tuple[str, float, float]]:
        """Kind and middle of each mark."""
        kinds = [kind for kind, count in self.counts.items() for _ in range(count)]
        return [
            (kind, 21 * (place % 10) + 10.5, 21 * (place // 10) + 10.5) for place, kind in enumerate(kinds)
        ]
