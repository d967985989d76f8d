"""Values, what is added to them and lists of things, for who reads them once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.statistics.paired import Difference
from sim.studies.report.words import between, month_name, of_hundred

FEW = 0.02
"""Below so much of a chance points have a decimal."""

MEANING = "×: times what was judged at first; with a sign: added to it."
"""What the ends of `band` are."""


@dataclass(frozen=True)
class Said:
    """The way to write an answer: a chance as so many in 100 futures, another number in three digits.

    >>> chance, mean = Said(is_share=True), Said(is_share=False)
    >>> chance.level(0.416), mean.level(0.41666), chance.ends(0.08, 0.846)
    ('42', '0.417', '8 to 85 in 100')
    >>> chance.added(Difference(-0.276, -0.288, -0.262)), mean.added(Difference(0.1, 0.05, 0.15))
    ('28 points (26 to 29)', '0.1 (0.05 to 0.15)')
    """

    is_share: bool

    @property
    def unit(self) -> str:
        return " in 100" * self.is_share

    def level(self, value: float) -> str:
        """A value without its unit."""
        if self.is_share:
            return of_hundred(value)
        return f"{value:#.3g}"

    def when(self, date: str) -> str:
        """By which month it has come, or in which it is."""
        return f"{('in', 'by')[self.is_share]} {month_name(date)}"

    def ends(self, low: float, high: float) -> str:
        """Both ends of a band."""
        if self.is_share:
            return f"{between(low, high)} in 100"
        return " to ".join(_apart(low, high))

    def from_to(self, one: float, other: float) -> str:
        """Two answers of the same futures."""
        if self.is_share:
            return f"from {of_hundred(one)} to {of_hundred(other)} in 100"
        return f"from {' to '.join(_apart(one, other))}"

    def step(self, value: float) -> str:
        """What is added, with its sign."""
        if self.is_share:
            return f"{100 * value:+.{int(abs(value) < FEW)}f} points"
        return f"{value:+.3g}"

    def added(self, found: Difference, digits: int = 0) -> str:
        """What is added or taken away, with its interval; digits: of points, which have none by default."""
        low, high = sorted((found.low, found.high), key=abs)
        # an interval on both sides of 0 keeps its signs
        if low * high < 0:
            low, high = found.low, found.high
        else:
            low, high = abs(low), abs(high)
        if self.is_share:
            digits = max(digits, int(abs(found.mean) < FEW))
            size, least, most = (f"{100 * each:.{digits}f}" for each in (abs(found.mean), low, high))
            return f"{size} points ({least} to {most})"
        return f"{abs(found.mean):.3g} ({low:.3g} to {high:.3g})"


def _apart(one: float, other: float) -> list[str]:
    """Two numbers in three digits, or as many more as tell them apart.

    >>> _apart(0.5691, 0.57), _apart(0.56912, 0.56934), _apart(1.0, 1.0)
    (['0.569', '0.570'], ['0.5691', '0.5693'], ['1.00', '1.00'])
    """
    told = [[f"{each:#.{digits}g}" for each in (one, other)] for digits in range(3, 9)]
    return next((pair for pair in told if pair[0] != pair[1]), told[0])


def band(kind: str, low: float, high: float) -> str:
    """Between which factors or shifts a number lies.

    >>> band("times", 0.52, 1.9), band("plus", -0.98, 0.98), band("value", 1, 2)
    ('× 0.52 to 1.9', '-0.98 to +0.98', '1 to 2')
    """
    if kind == "times":
        return f"× {low:.2g} to {high:.2g}"
    if kind == "plus":
        return f"{low:+.2g} to {high:+.2g}"
    return f"{low:.2g} to {high:.2g}"


def listed(texts: Sequence[str]) -> str:
    """Things in a row.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    *first, last = texts
    if not first:
        return last
    return f"{', '.join(first)} and {last}"
