"""What can be done in the course of a run, and what cannot: problems of interventions, a line each."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sim.scenario import index
from sim.scenario.interventions import FREE, TABLE, WHEN, Dated, in_order, key_of, label
from sim.scenario.paths import BadPath, steps_of
from sim.scenario.schema import Case, month_number

MOST_TRIGGERS = 6
"""Triggers of a scenario: each may have fired or not, and every combination is prepared."""

OF_THE_START = (
    "quantities.*.start", "quantities.*.start.*", "shares.*", "bandwidths.*", "actors.*.position*",
    "actors.*.effort*", "actors.*.goodwill", "actors.*.factions.*.clout",
)  # fmt: skip
"""Patterns of paths that describe the start alone."""

NOT_DONE = (
    "time", "outcomes", "postures", "provenance", "uncertain", "observations", "hindcast", "paths", "beyond",
    "blocs", "title", "headlines", "keep_paths", "drivers", "levers", "alignment.dimensions",
    "alignment.axes", "quantities.*.each", "quantities.*.weights", TABLE, WHEN,
)  # fmt: skip
"""Patterns of what is no part of the course of events, or says what the names of a file mean."""


def flaws(raw: Mapping[str, Any], case: Case) -> Iterator[str]:
    """One line for each entry that nobody can do, or that is done twice."""
    done = dict[str, str]()
    yield from _twice(raw, case, TABLE, case.interventions.changes, done)
    for name, value in case.interventions.changes.items():
        yield from _entry_flaws(raw, case, name, in_order(value, month_number(case.time.start)))
    waiting = case.interventions.when
    if len(waiting) > MOST_TRIGGERS:
        yield f"{WHEN}: {len(waiting)} triggers are more than {MOST_TRIGGERS}"
    for name, trigger in waiting.items():
        place = f"{WHEN}.{name}"
        if not trigger.changes:
            yield f"{place}: sets nothing; give changes"
        yield from _twice(raw, case, f"{place}.changes", trigger.changes, done)
        for given in trigger.changes:
            yield from _number_flaws(raw, case, f"{place}.changes.{given}", given)


def _twice(
    raw: Mapping[str, Any], case: Case, place: str, names: Iterable[str], done: dict[str, str]
) -> Iterator[str]:
    """Names of an entry that mean nothing, or what another entry sets; `done` gathers who sets what."""
    for name in names:
        try:
            key = key_of(raw, case, name)
        except BadPath as error:
            yield f"{place}: {error}"
            continue
        if key in done:
            yield f"{place}.{name}: is set by {done[key]} too; a number is set by one of them"
        done[key] = f"{place}.{name}"


def _entry_flaws(raw: Mapping[str, Any], case: Case, name: str, dated: Sequence[Dated]) -> Iterator[str]:
    """What is wrong with one thing that is done from a month on, or from several."""
    where, key, start = f"{TABLE}.{name}", _key(raw, case, name), month_number(case.time.start)
    if told := refused(case, key):
        yield f"{where}: {told}"
    if len(dict(dated)) < len(dated):
        yield f"{where}: a month is there twice"
    if min(since for since, _ in dated) < start:
        yield f"{where}: begins before the first month, {label(start)}"
    if FREE in [value for _, value in dated if isinstance(value, str)] and key not in index.holdable(case):
        yield f'{where}: only a stock that is held can be set "free"'


def _number_flaws(raw: Mapping[str, Any], case: Case, where: str, name: str) -> Iterator[str]:
    """What is wrong with a number that a trigger sets."""
    key = _key(raw, case, name)
    if told := refused(case, key):
        yield f"{where}: {told}"
    if key in index.holdable(case):
        yield f"{where}: a trigger sets numbers; a stock is held from a month on (changes)"


def _key(raw: Mapping[str, Any], case: Case, name: str) -> str:
    """What a name means; itself where it means nothing, which is told elsewhere."""
    try:
        return key_of(raw, case, name)
    except BadPath:
        return name


def refused(case: Case, key: str) -> str | None:
    """Why nobody can set this in the course of a run; None if one can."""
    if any(fnmatch.fnmatchcase(key, pattern) for pattern in OF_THE_START):
        return f"only describes the start{_instead(case, key)}"
    within = (*NOT_DONE, *(f"{part}.*" for part in NOT_DONE))
    if any(fnmatch.fnmatchcase(key, part) for part in within):
        return "is nothing that happens in a run; set it (a reading) instead"
    return None


def _held(case: Case, name: str) -> str:
    """A stock by its name, or the stocks that a name is written out to."""
    members = [member for member in case.quantities if member.startswith(f"{name}.")]
    if name in index.holdable(case):
        return name
    return " or ".join(members)


def _instead(case: Case, key: str) -> str:
    """The stock to hold instead of setting the start of something."""
    match steps_of(key) or []:
        case ["quantities", name, "start", *actor]:
            return f"; hold the stock: {_held(case, '.'.join([name, *actor]))}"
        case ["actors", power, "goodwill"]:
            return f"; hold the stock: goodwill.{power}"
        case ["actors", _, "factions", faction, "clout"]:
            return f"; hold its credit: credit.{faction}"
    return "; change what moves it"
