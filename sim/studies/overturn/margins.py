"""How far a finding is from failing at points of the numbers that may move, all of them on the same luck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from sim.statistics.paired import Difference
from sim.studies.finding import Finding
from sim.studies.overturn.nearest import Margins
from sim.studies.overturn.space import Space
from sim.studies.response import Response


@dataclass(frozen=True)
class Reading:
    """What runs say of a finding at a point: means of both sides, and the first less the second.

    second: of the second side, or the number that the first is compared with; apart has a 95 % interval.
    """

    first: float
    second: float
    apart: Difference


@dataclass(frozen=True)
class Asked:
    """A finding asked of one scenario, or of two: the first response is that of the first side.

    tell: hears the run-months done.
    """

    finding: Finding
    space: Space
    responses: tuple[Response[Finding], ...]
    tell: Callable[[int], Any]

    def on(self, runs: int) -> Margins:
        """Margins on the first so many runs."""
        return partial(self.margins, luck=range(runs))

    def margins(self, points: np.ndarray, luck: range) -> np.ndarray:
        """How far each run is on the side of the finding (points, runs).

        Not a number at points that make no scenario, and for runs that failed: there nothing is found.
        """
        values = self.space.values(self.space.beside(points))
        possible = np.all([response.possible(values)[0] for response in self.responses], axis=0)
        found = np.full((len(points), len(luck)), np.nan)
        if possible.any():
            # the others would be refused with all that are asked beside them
            some = {name: value[possible] for name, value in values.items()}
            first, second = self._sides(some, luck)
            found[possible] = self.finding.sign * (first - second)
        return found

    def reading(self, point: np.ndarray, luck: range) -> Reading:
        """What some runs say at one point (entries,)."""
        first, second = self._sides(self.space.values(self.space.beside(point[None])), luck)
        apart = self.finding.compared(first[0], second[0])
        return Reading(float(first.mean()), float(second.mean()), apart)

    def _sides(self, values: dict[str, np.ndarray], luck: range) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of each run on both sides (points, runs)."""
        found = [response.tried(values, self.tell, luck) for response in self.responses]
        if self.finding.of_change:
            # second less first, as a change is told
            return found[1][0], found[0][0]
        first, *others = found[0]
        if self.finding.bar is None:
            return first, others[0]
        return first, np.full_like(first, self.finding.bar)


def read_out(finding: Finding, reading: Reading) -> str:
    """What runs say of a finding, with its 95 % interval: per cent and points of probabilities.

    >>> from types import SimpleNamespace
    >>> share = SimpleNamespace(is_share=True, bar=0.5)
    >>> read_out(share, Reading(0.476, 0.5, Difference(-0.024, -0.034, -0.014)))
    '47.6 %, 95 % interval 46.6 to 48.6'
    """
    apart, unit, digits, scale = reading.apart, "", 4, 1
    if finding.is_share:
        unit, digits, scale = " %", 1, 100
    if finding.bar is not None:
        middle, ends = reading.first, (apart.low + finding.bar, apart.high + finding.bar)
        low, high = (f"{scale * end:.{digits}f}" for end in ends)
        return f"{scale * middle:.{digits}f}{unit}, 95 % interval {low} to {high}"
    sides = [f"{scale * each:.{digits}f}{unit}" for each in (reading.first, reading.second)]
    told = [f"{scale * each:+.{digits}f}" for each in (apart.mean, apart.low, apart.high)]
    return f"{sides[0]} less {sides[1]}: {told[0]}, 95 % interval {told[1]} to {told[2]}"
