"""Runs that lived through what is known: what was at stake in them, month by month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from sim.assimilation.deeds import known_of
from sim.assimilation.facts import Fact
from sim.engine.beliefs import Beliefs, beliefs_in
from sim.engine.engine import Engine
from sim.engine.families import noting, watching
from sim.engine.history import History
from sim.engine.knowing import Known, knowing
from sim.engine.pages import Lot, OneEngine, simulate
from sim.engine.setups import Plain, Setup
from sim.engine.worlds import UnderDraws, Worlds
from sim.rules.known import undone
from sim.rules.nodes import Node
from sim.scenario.lower import World, lower
from sim.studies.wants.deeds import Deed
from sim.studies.wants.entries import Entries
from sim.studies.wants.stakes import Stakes, joined, stakes_of, watched


@dataclass(frozen=True)
class Past:
    """Runs of a setup in which chosen rows note what is at stake.

    entries: what is learnt; rows: whose stakes are noted.
    """

    setup: Setup
    months: int
    entries: Entries
    rows: tuple[str, ...]

    @cached_property
    def world(self) -> World:
        """The scenario, ready to run."""
        return lower(self.setup.scenario, self.months)

    def knowing(self, facts: Sequence[Fact], deeds: Sequence[Deed] = ()) -> Known:
        """What runs keep to: facts, and that none of some deeds was announced for a month without it.

        What was announced and called off is so taken for what was refused; it is rare, and the likelihood
        knows of it.
        """
        known = known_of(self.world, facts)
        series = dict(known.series)
        for deed in deeds:
            for row in deed.rows:
                name = undone(row, Node(deed.node))
                if name in series:
                    series[name] = np.maximum(series[name], self._not_announced(deed, row))
        return replace(known, series=series)

    def _not_announced(self, deed: Deed, row: str) -> np.ndarray:
        """1 in the months (months,) in which it was decided that a row does not come in a quiet one."""
        lead = self.world.parts.event[row].lead if deed.node == Node.TOOK_PLACE else 0
        decided, found = np.array(deed.quiet, dtype=int) - lead, np.zeros(self.months)
        found[decided[decided >= 0]] = 1.0
        return found

    def stakes(
        self, known: Known, runs: int, seed: int, threads: int | None = None,
        tell: Callable[[int], Any] = lambda done: None,
    ) -> dict[str, Stakes]:  # fmt: skip
        """What was at stake in each row (by name) in runs that keep to what is known and do not fail."""
        return self.noted(known, (), runs, seed, threads, tell).stakes

    def noted(
        self, known: Known, deeds: Sequence[Deed], runs: int, seed: int, threads: int | None = None,
        tell: Callable[[int], Any] = lambda done: None,
    ) -> Noted:  # fmt: skip
        """The same, with what these runs did of some deeds."""

        def work(history: History) -> Noted:
            return self._noted(history, deeds)

        found = list[Noted]()
        for part in simulate(self._lots(known, runs), seed, threads, work, Noted.joined):
            found.append(part)
            tell(len(part.runs) * self.months)
        return Noted.joined(found)

    def _noted(self, history: History, deeds: Sequence[Deed]) -> Noted:
        """What runs of which every number is finite noted and did."""
        usable = np.flatnonzero(~history.failed)
        stakes = {
            row.event.name: row.of(usable) for row in stakes_of(self.world, history, self.rows, self.entries)
        }
        came = [_came(history, deed)[:, usable] for deed in deeds]
        return Noted(history.runs[usable].astype(int), stakes, np.array(came))

    def _lots(self, known: Known, runs: int) -> Iterator[Lot]:
        told, kept = watched(self.world, self.rows)
        beliefs = beliefs_in(self.setup)
        if beliefs is None:
            world = watching(knowing(noting(self.world, told), known), kept)
            return OneEngine(Engine.of(world)).all(runs)
        worlds = Worlds(beliefs.scenario, beliefs.free, self.months, kept, known, told)
        return UnderDraws(worlds, beliefs.values).all(runs)

    @property
    def others(self) -> Past:
        """The same without draws of what is learnt here: it has the file's numbers."""
        beliefs = beliefs_in(self.setup)
        if beliefs is None:
            return self
        free = tuple(entry for entry in beliefs.free if not self.entries.paths & set(entry.paths))
        if not free:
            return replace(self, setup=Plain(self.setup.scenario))
        values = {entry.name: beliefs.values[entry.name] for entry in free}
        return replace(self, setup=Beliefs(beliefs.scenario, free, values))


def _came(history: History, deed: Deed) -> np.ndarray:
    """Whether one of its rows came to it in each month (months, runs)."""
    return np.any([history.happened(row, deed.node) for row in deed.rows], axis=0)


@dataclass(frozen=True)
class Noted:
    """What runs (runs,), by number, noted of rows by name, and did of deeds: came (deeds, months, runs)."""

    runs: np.ndarray
    stakes: dict[str, Stakes]
    came: np.ndarray

    @classmethod
    def joined(cls, parts: Iterable[Noted]) -> Noted:
        """Pieces side by side."""
        every = list(parts)
        rows = {row: joined([each.stakes[row] for each in every]) for row in every[0].stakes}
        came = np.concatenate([each.came for each in every], axis=-1)
        return cls(np.concatenate([each.runs for each in every]), rows, came)
