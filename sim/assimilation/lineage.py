"""Where particles come from: by whose luck, and under which numbers, each lived until it went on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.assimilation.kernel import Values


@dataclass(frozen=True)
class Stretch:
    """Months in which a particle lives by one run's luck under one set of numbers.

    months: after the start; numbers (particles,): of the run whose luck it is; values: of the uncertain
    entries, by name (particles,).
    """

    months: range
    numbers: np.ndarray
    values: Values

    def of(self, particles: np.ndarray | slice) -> Stretch:
        """That of some particles, by their places; the same one may come again."""
        values = {name: each[particles] for name, each in self.values.items()}
        return Stretch(self.months, self.numbers[particles], values)


@dataclass(frozen=True)
class Lineage:
    """The stretches of particles that have lived for some months, in order, up to the last resampling."""

    stretches: tuple[Stretch, ...] = ()

    @property
    def month(self) -> int:
        """The month [after the start] that follows."""
        if not self.stretches:
            return 0
        return self.stretches[-1].months.stop

    def of(self, particles: np.ndarray | slice) -> Lineage:
        """That of some particles, by their places; the same one may come again."""
        return Lineage(tuple(stretch.of(particles) for stretch in self.stretches))

    def then(self, month: int, numbers: np.ndarray, values: Values) -> Lineage:
        """After one more stretch, up to a month [after the start]."""
        return Lineage((*self.stretches, Stretch(range(self.month, month), numbers, values)))

    def of_ancestors(self, weights: np.ndarray) -> np.ndarray:
        """Weights (ancestors,) of the particles of the start, from those of particles (particles,) now."""
        if not self.stretches:
            return weights
        return np.bincount(self.stretches[0].numbers.astype(np.intp), weights=weights)

    def until(self, month: int, numbers: np.ndarray, values: Values) -> Iterator[Stretch]:
        """All stretches up to a month [after the start], the last of them by these numbers and values."""
        yield from self.stretches
        if self.month < month:
            yield Stretch(range(self.month, month), numbers, values)
