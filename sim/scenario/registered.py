"""What a scenario names that is not written in it: theories, learning rules and outcomes of a registry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sim.registry import LEARNINGS, OUTCOMES, THEORIES, Shelf, Stamp
from sim.scenario.interventions import TABLE, values_of
from sim.scenario.schema import Case

NAMED = {"theory": THEORIES, "learning": LEARNINGS}
"""Keys of [decision] and where their values stand."""


def _named(case: Case) -> Iterator[tuple[str, Shelf, str | None]]:
    """Where a scenario names something of a shelf, and what it names there; None if nothing."""
    for key, shelf in NAMED.items():
        yield f"decision.{key}", shelf, getattr(case.decision, key)
    for name, actor in case.actors.items():
        yield f"actors.{name}.theory", THEORIES, actor.theory


def stamps(case: Case, changes: Iterable[Mapping[str, Any]] = ()) -> Iterator[Stamp | None]:
    """Where each named thing comes from, in a scenario and under changes of it; None for what is shipped."""
    set_to = [case.interventions.changes, *changes]
    set_to += [each[TABLE] for each in set_to if TABLE in each]
    for path, shelf, own in _named(case):
        names = [own]
        for each in set_to:
            names += values_of(each.get(path))
        for name in dict.fromkeys(names):
            # A change may ask for what is on no shelf: whoever applies it is told so.
            if name is not None and name in shelf:
                yield shelf.stamp(name)
    for outcome in case.outcomes.values():
        if outcome.function is not None:
            yield OUTCOMES.stamp(outcome.function)
