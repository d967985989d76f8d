"""The past of runs that keep to what is known until a month, as the particle filter leaves it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from sim.assimilation.crowd import Makers
from sim.assimilation.facts import Fact
from sim.assimilation.kernel import Values
from sim.assimilation.lineage import Lineage
from sim.engine.life import Phase
from sim.engine.setups import Setup
from sim.reading.source import Source
from sim.refusal import BadInput


@dataclass(frozen=True)
class Past:
    """The past of runs that keep to what is known until a month, each of which counts alike.

    setup: what was conditioned; source: the table of facts; used: those that runs keep to; unused: those that
    say nothing of the months before; month: the first that is free [from year 0]; lineage: where each
    particle comes from; values: of the uncertain entries, with which it goes on, by name (particles,);
    run_of (particles,): whose number is by whose luck it goes on; effective: as many equal particles would
    have told as much (Kish 1965) before they were drawn; evidence: log density, or odds, of what is known;
    in_turn: whether more runs than particles may go on from them, so that each has several futures.
    """

    setup: Setup
    source: Source = field(repr=False)
    used: tuple[Fact, ...] = field(repr=False)
    unused: tuple[Fact, ...] = field(repr=False)
    month: int
    seed: int
    makers: Makers = field(repr=False)
    lineage: Lineage = field(repr=False)
    values: Values = field(repr=False)
    run_of: np.ndarray = field(repr=False)
    effective: float
    evidence: float
    in_turn: bool = False

    @property
    def particles(self) -> int:
        return len(self.run_of)

    @property
    def lived(self) -> int:
        """Months before it is free."""
        return self.lineage.month

    @property
    def ancestors(self) -> int:
        """Different runs at the start from which all descend."""
        return len(np.unique(self.lineage.stretches[0].numbers))

    @property
    def parents(self) -> int:
        """Different runs in the last month that is known."""
        return len(np.unique(self.lineage.stretches[-1].numbers))

    @property
    def later(self) -> tuple[Fact, ...]:
        """Facts that are not used because they end no earlier than all is free."""
        return tuple(fact for fact in self.unused if fact.last >= self.month)

    @property
    def passed_over(self) -> tuple[Fact, ...]:
        """Facts that are not used because runs cannot be conditioned on them."""
        return tuple(fact for fact in self.unused if fact.last < self.month)

    @cached_property
    def place_of(self) -> np.ndarray:
        """The particle from which each run goes on (runs,)."""
        return np.argsort(self.run_of, kind="stable")

    def places(self, runs: np.ndarray) -> np.ndarray:
        """The particles from which runs go on, by their numbers (runs,); in turn, where there are fewer."""
        return self.place_of[runs.astype(np.intp) % self.particles]

    def place(self, run: int) -> int:
        """The particle from which a run goes on. Raises BadInput for one that the past was not made for."""
        if run < 0 or (run >= self.particles and not self.in_turn):
            raise BadInput(f"the past was made of runs 0 to {self.particles - 1:,}; there is no run {run:,}")
        return int(self.place_of[run % self.particles])

    def thinned(self, most: int) -> Past:
        """A few of its particles, evenly spaced over all, from which any number of runs go on in turn.

        Those of the first runs if there are no more than `most`.
        """
        if self.particles <= most:
            return self.of(self.place_of)
        return self.of(np.arange(most) * self.particles // most)

    def of(self, particles: np.ndarray) -> Past:
        """Some of its particles, by their places (particles,); any number of runs go on from them in turn."""
        values = {name: each[particles] for name, each in self.values.items()}
        return replace(
            self, lineage=self.lineage.of(particles), values=values, run_of=np.arange(len(particles)),
            effective=min(self.effective, len(particles)), in_turn=True,
        )  # fmt: skip

    def own(self, run: int) -> Values:
        """The values of the uncertain entries with which a run goes on, by name (1,)."""
        place = self.place(run)
        return {name: values[[place]] for name, values in self.values.items()}

    def life(self, run: int) -> list[Phase]:
        """What a run went through until it is free, stretch by stretch of its lineage."""
        lineage = self.lineage.of(np.array([self.place(run)]))
        return [
            Phase(self.makers.world_of(each.values), each.months.stop, self.seed, int(each.numbers[0]), True)
            for each in lineage.stretches
        ]
