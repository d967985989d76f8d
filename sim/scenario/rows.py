"""Event rows written out: `each` expanded to one row per power, `same_as` copied, effect keys flattened."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sim.rules.numbers import as_number, is_number
from sim.scenario.schema import EACH, Cancel, Case, Event, Nested

MOST_ROWS = 1_000
"""Rows of events, at most; the largest shipped scenario has 40, and a thousand take half a minute to make
ready.
"""

LISTS = ("accepted", "refused", "executed", "cancelled")


@dataclass(frozen=True)
class Effect:
    """One sparse increment: size [units of the key] times a driver, on a key such as
    `bandwidth.POWER.CHANNEL`.
    """

    key: str
    size: float
    times: str | None
    path: str


@dataclass(frozen=True)
class Row:
    """One event row, ready to be lowered."""

    name: str
    template: str
    label: str
    initiator: str
    responder: str | None
    base_logit: float
    response_logit: float
    execution_logit: float
    shifts: dict[str, float]
    response_shifts: dict[str, float]
    gate: str | None
    once: bool
    lead: int
    cooldown: int
    retry: int
    group: str | None
    dates: tuple[str, ...]
    control: dict[str, float]
    cancel: Cancel | None
    effects: dict[str, tuple[Effect, ...]] = field(default_factory=dict)


def flatten(nested: Nested) -> dict[str, Any]:
    """Nested tables as dotted keys; a leaf is a number, a list, or a table that has `size`."""
    return dict(_leaves(nested))


def written_twice(nested: Nested) -> str | None:
    """A dotted key that nested tables have twice, in two spellings such as `goodwill.A` and `"goodwill.A"`."""
    found = Counter(key for key, _ in _leaves(nested))
    return next((key for key, times in found.items() if times > 1), None)


def _leaves(nested: Nested, path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in nested.items():
        where = f"{path}.{key}" if path else key
        if isinstance(value, dict) and "size" not in value:
            yield from _leaves(value, where)
        else:
            yield where, value


class RowError(ValueError):
    """A row that cannot be written out: `path` and what is wrong."""

    def __init__(self, path: str, problem: str):
        super().__init__(problem)
        self.path = path


def read_effects(nested: Nested, path: str) -> tuple[Effect, ...]:
    """The effects of one list. Raises RowError."""
    if key := written_twice(nested):
        raise RowError(f"{path}.{key}", "is written twice, in two spellings; write it once")
    effects = []
    for key, value in flatten(nested).items():
        parts = value if isinstance(value, list) else [value]
        for index, part in enumerate(parts):
            where = f"{path}.{key}" + (f".{index}" if isinstance(value, list) else "")
            effects.append(_effect(key, part, where))
    return tuple(effects)


def _effect(key: str, part: Any, where: str) -> Effect:
    size: Any
    if isinstance(part, dict):
        if unknown := set(part) - {"size", "times"}:
            raise RowError(where, f"unknown key '{sorted(unknown)[0]}'; an effect has size and times")
        size, times = part.get("size"), part.get("times")
    else:
        size, times = part, None
    if not is_number(size) or size != size or abs(size) == float("inf"):
        raise RowError(where, f'must be a finite number or {{ size = ..., times = "driver" }}, not {size!r}')
    if times is not None and not isinstance(times, str):
        raise RowError(where, "times must be the name of a driver or an expression in quotes")
    return Effect(key, as_number(size), times, where)


def expand(case: Case) -> dict[str, Row]:
    """All event rows by name. Raises RowError for what cannot be read and for two rows of one name."""
    rows: dict[str, Row] = {}
    for name, event in case.events.items():
        lists = _lists(case, name, event)
        powers: list[str | None] = [*event.each] if event.each else [None]
        for power in powers:
            row = _row(case, name, event, lists, power)
            if row.name in rows:
                told = f"makes the row '{row.name}', which events.{rows[row.name].template} makes too; rename one of them"
                raise RowError(f"events.{name}", told)
            rows[row.name] = row
            if len(rows) > MOST_ROWS:
                raise RowError(
                    f"events.{name}", f"is one row of events too many; at most {MOST_ROWS:,} can be run"
                )
    for row in rows.values():
        if row.name != row.template and row.name in case.events:
            raise RowError(
                f"events.{row.template}",
                f"makes the row '{row.name}', but events.{row.name} is another event",
            )
    return rows


def _lists(case: Case, name: str, event: Event) -> dict[str, tuple[Effect, ...]]:
    origin = event.same_as if event.same_as in case.events else name
    source = case.events[origin]
    nested = {"accepted": source.effects if source.effects is not None else source.accepted}
    nested |= {which: getattr(source, which) for which in LISTS[1:]}
    if event.same_as is not None:
        nested |= {which: own for which in LISTS if (own := getattr(event, which)) is not None}
    effects = {}
    for which, table in nested.items():
        owner = name if event.same_as is None or getattr(event, which) is not None else origin
        key = "effects" if which == "accepted" and case.events[owner].effects is not None else which
        effects[which] = read_effects(table or {}, f"events.{owner}.{key}")
    return effects


def _row(case: Case, name: str, event: Event, lists: dict[str, tuple[Effect, ...]], power: str | None) -> Row:
    def named(text: str) -> str:
        return text if power is None else re.sub(rf"\b{EACH}\b", lambda _: power, text)

    def shifts(key: str, table: dict[str, float]) -> dict[str, float]:
        written = {named(text): size for text, size in table.items()}
        if len(written) < len(table):
            raise RowError(
                f"events.{name}.{key}", f"two of its keys are one for {power}; write out the rows, or one key"
            )
        return written

    cancel = event.cancel
    if cancel is None and event.same_as in case.events:
        cancel = case.events[event.same_as].cancel
    base = event.base_logit
    if isinstance(base, dict):
        base = base.get(power or "")
    dates = event.dates
    if event.calendar in case.calendars:
        dates = case.calendars[event.calendar].dates
    return Row(
        name=name if power is None else f"{name}_{power}",
        template=name,
        label=event.label
        if power is None
        else f"{event.label} ({case.actors[power].label if power in case.actors else power})",
        initiator=named(event.initiator),
        responder=None if event.responder is None else named(event.responder),
        base_logit=0.0 if base is None else base,
        response_logit=event.response_logit or 0.0,
        execution_logit=event.execution_logit or 0.0,
        shifts=shifts("shifts", event.shifts),
        response_shifts=shifts("response_shifts", event.response_shifts),
        gate=None if event.gate is None else named(event.gate),
        once=event.once,
        lead=event.lead,
        cooldown=event.cooldown,
        retry=event.retry,
        group=None if event.group is None else named(event.group),
        dates=tuple(dates or ()),
        control=dict(event.control),
        cancel=cancel,
        effects={
            which: tuple(Effect(named(e.key), e.size, e.times and named(e.times), e.path) for e in effects)
            for which, effects in lists.items()
        },
    )
