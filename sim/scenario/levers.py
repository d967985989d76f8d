"""Levers: whose they are and what they set; problems of them, a line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.refusal import did_you_mean
from sim.rules.numbers import is_number
from sim.scenario import index
from sim.scenario.doable import refused
from sim.scenario.interventions import key_of
from sim.scenario.paths import BadPath, reached, steps_of, values
from sim.scenario.schema import Case, month_number
from sim.scenario.schema.levers import Lever

SECTION = "levers"


@dataclass(frozen=True)
class Sets:
    """What a lever sets: stocks that are held, numbers by their paths, or else choices, which are none."""

    stocks: tuple[str, ...]
    numbers: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return self.stocks + self.numbers + self.others


def sets_of(raw: Mapping[str, Any], case: Case, lever: Lever) -> Sets:
    """What a lever sets, by the names that interventions have. Raises BadPath."""
    keys = [key_of(raw, case, name) for name in lever.sets]
    held = index.holdable(case)
    stocks = tuple(key for key in keys if key in held)
    own = tuple(key for key in keys if key not in held and _is_number(raw, key))
    return Sets(stocks, own, tuple(key for key in keys if key not in {*stocks, *own}))


def _is_number(raw: Mapping[str, Any], path: str) -> bool:
    """Whether a path leads to a number of the file."""
    # looked up, as to gather all numbers takes longer than to read the file
    steps = steps_of(path) or []
    place, here = reached(raw, steps)
    return len(place) == len(steps) and is_number(values(here))


def flaws(raw: Mapping[str, Any], case: Case) -> Iterator[str]:
    """One line for each lever that nobody has, or that sets what nobody can set."""
    set_by = dict[str, str]()
    for name, lever in case.levers.items():
        place = f"{SECTION}.{name}"
        yield from _owner(case, place, lever)
        yield from _month(case, place, lever)
        try:
            keys = sets_of(raw, case, lever)
        except BadPath as error:
            yield f"{place}.sets: {error}"
            continue
        yield from _kinds(place, lever, keys)
        for key in keys.all:
            if told := refused(case, key):
                yield f"{place}.sets: {key}: {told}"
            if key in set_by:
                yield f"{place}.sets: {key} is set by {set_by[key]} too; a thing is set by one lever"
            set_by[key] = place


def _owner(case: Case, place: str, lever: Lever) -> Iterator[str]:
    known = [*case.actors, *case.blocs]
    if lever.actor not in known:
        yield f"{place}.actor: no actor or bloc '{lever.actor}'{did_you_mean(lever.actor, known)}"


def _month(case: Case, place: str, lever: Lever) -> Iterator[str]:
    start = case.time.start
    if lever.from_ is not None and month_number(lever.from_) < month_number(start):
        yield f"{place}.from: lies before the first month, {start}"


def _kinds(place: str, lever: Lever, keys: Sets) -> Iterator[str]:
    """Ends are for numbers and stocks, choices for what is neither; triggers set numbers alone."""
    if lever.ends is not None and keys.others:
        yield f"{place}.sets: {keys.others[0]} is no number and no stock; give choices instead of ends"
    if lever.choices is not None and not keys.others:
        yield f"{place}.choices: {keys.all[0]} is a number or stock; give ends instead"
    if lever.when is not None and keys.stocks:
        yield f"{place}.when: what waits for a signal sets numbers; {keys.stocks[0]} is a stock that is held"
