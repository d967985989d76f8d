"""What decided event rows in every month of some runs, split by wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.engine.families import Told
from sim.engine.history import History
from sim.engine.telling import wants_told_of
from sim.rules.reasons import (
    ANSWER,
    CALLING_OFF,
    EXECUTION,
    MAY,
    PROPOSAL,
    WANTED,
    deciders,
    reason,
)
from sim.rules.state import at
from sim.rules.structure import Event
from sim.scenario.lower import World
from sim.studies.wants.entries import Entries, as_written, bases_of, worths

STEPS = (PROPOSAL, ANSWER, EXECUTION)


@dataclass(frozen=True)
class Term:
    """What one want, by the name of its scale, makes of one ending to one side: (months, runs) [logits]."""

    side: str
    ending: str
    scale: str
    worth: np.ndarray


@dataclass(frozen=True)
class Stakes:
    """One event row, as some runs have it in every month (months, runs).

    may: 1 where it may be proposed; due: 1 on a date of the calendar; logits: what stands in the odds of each
    step besides wants and shifts of base rates; shifts: name of the entry that shifts each step; keeps: odds
    that what was announced is not called off in a month; terms: what its endings are worth.
    """

    event: Event
    precision: float
    may: np.ndarray
    due: np.ndarray
    logits: dict[str, np.ndarray]
    shifts: dict[str, str]
    keeps: np.ndarray
    terms: tuple[Term, ...]

    def at(self, months: np.ndarray) -> Stakes:
        """The same in some of the months (some,)."""
        return self._each(lambda own: own[months])

    def of(self, runs: np.ndarray) -> Stakes:
        """The same of some of the runs (some,), by place."""
        return self._each(lambda own: own[:, runs])

    def unscaled(self, scales: Mapping[str, np.ndarray]) -> Stakes:
        """The same at scale 1, of runs that lived under some scales, by the name of the entry (runs,)."""
        terms = [replace(each, worth=each.worth / scales[each.scale]) for each in self.terms]
        return replace(self, terms=tuple(terms))

    @property
    def mean(self) -> Stakes:
        """The mean over all runs, as of one."""
        return self._each(lambda own: own.mean(axis=1, keepdims=True))

    def _each(self, some: Callable[[np.ndarray], np.ndarray]) -> Stakes:
        """The same with something taken of every array."""
        return replace(
            self,
            may=some(self.may),
            due=some(self.due),
            keeps=some(self.keeps),
            logits={step: some(own) for step, own in self.logits.items()},
            terms=tuple(replace(each, worth=some(each.worth)) for each in self.terms),
        )


def watched(world: World, rows: Iterable[str]) -> tuple[Told, tuple[str, ...]]:
    """What runs have to note of some rows: reasons by row, and further numbers of the state."""
    told, kept = wants_told_of(world, rows), list[str]()
    for row in told:
        kept += told[row]
        if world.parts.event[row].is_dated:
            kept.append(at("due", row))
        if world.parts.event[row].gate is not None:
            kept.append(at("gate", row))
    return told, tuple(kept)


def stakes_of(world: World, history: History, rows: Iterable[str], entries: Entries) -> tuple[Stakes, ...]:
    """What decided some rows in a history that noted what `watched` says, with the base rates of a world."""
    return tuple(_stakes(world, history, world.parts.event[row], entries) for row in rows)


def _stakes(world: World, history: History, event: Event, entries: Entries) -> Stakes:
    name = event.name
    one = np.ones((history.months, len(history.runs)))
    due, keeps = one, one
    if event.is_dated:
        due = history[at("due", name)]
    if event.can_be_called_off:
        keeps = 1.0 - history[reason(name, CALLING_OFF)]
    bases = bases_of(world.scenario, event)
    shifts = {step: entries.shifts[path].name for step, path in bases.items()}
    return Stakes(
        event, world.parts.settings.decision.precision, history[reason(name, MAY)], due,
        _logits(history, event, one), shifts, keeps, tuple(_terms(world, history, event, entries)),
    )  # fmt: skip


def _logits(history: History, event: Event, one: np.ndarray) -> dict[str, np.ndarray]:
    """The base rates of the file, and what the state adds to them."""
    found = {
        PROPOSAL: event.base_logit * one,
        ANSWER: event.response_logit * one,
        EXECUTION: event.execution_logit * one,
    }
    for step, shifts in ((PROPOSAL, event.shifts), (ANSWER, event.response_shifts)):
        for seen, _ in shifts:
            found[step] = found[step] + history[reason(event.name, step, seen.text)]
    return found


def _terms(world: World, history: History, event: Event, entries: Entries) -> Iterable[Term]:
    """What each want makes of each ending; those that are scaled together are added up."""
    found = dict[tuple[str, str, str], np.ndarray]()
    for side, actor in deciders(event).items():
        for ending, want in worths(world.parts, event, actor):
            scale = entries.scales[actor, as_written(world.scenario, actor, want)]
            key = side, ending, scale.name
            worth = history[reason(event.name, WANTED, side, ending, want)]
            found[key] = found.get(key, 0.0) + worth
    for (side, ending, name), worth in found.items():
        yield Term(side, ending, name, worth)


def joined(parts: Sequence[Stakes]) -> Stakes:
    """The stakes of a row in pieces of the runs, side by side."""
    first = parts[0]
    terms = zip(*(each.terms for each in parts), strict=True)
    return replace(
        first,
        may=_beside([each.may for each in parts]),
        due=_beside([each.due for each in parts]),
        keeps=_beside([each.keeps for each in parts]),
        logits={step: _beside([each.logits[step] for each in parts]) for step in STEPS},
        terms=tuple(_term(each) for each in terms),
    )


def _term(pieces: Sequence[Term]) -> Term:
    return replace(pieces[0], worth=_beside([each.worth for each in pieces]))


def _beside(pieces: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate(pieces, axis=1)
