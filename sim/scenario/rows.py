"""Event rows written out: `each` expanded to one row per power, `same_as` copied, effect keys flattened."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sim.rules.numbers import as_number, is_number
from sim.rules.state import at
from sim.scenario.blocs import members, of_member
from sim.scenario.schema import EACH, Cancel, Case, Endings, Event, Nested, Terms

MOST_ROWS = 1_000
"""Rows of events, at most: the largest shipped scenario has 40; a thousand take half a minute to prepare."""

LISTS = ("accepted", "refused", "executed", "cancelled")
"""Lists of effects by what came of an event; `effects`, of one that nobody answers, counts as accepted."""


TERMS = re.compile(r"(?<![\w.])terms\b(?!\s*\.)")
"""The word that stands for the terms of the row in which it is written."""


@dataclass(frozen=True)
class Effect:
    """One sparse increment: size [units of the key] times a driver, on a key such as `goodwill.POWER`."""

    key: str
    size: float
    times: str | None
    path: str


@dataclass(frozen=True)
class Row:
    """One event row, ready to be lowered.

    name is that of the event, or `EVENT_POWER` where it is written for each of some powers; template is the
    event. Logits are log odds; lead, cooldown and retry are months. Effects are by the
    list that they stand in (LISTS).
    """

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
    endings: Endings
    terms: Terms | None
    effects: dict[str, tuple[Effect, ...]] = field(default_factory=dict)


Listed = dict[str, tuple[Effect, ...]]
"""Effects by the list that they stand in."""


def flatten(nested: Nested) -> dict[str, Any]:
    """Nested tables as dotted keys; a leaf is a number, a list, or a table that has `size`.

    >>> flatten({"goodwill": {"North": 0.5, "South": {"size": 1.0, "times": "fear"}}})
    {'goodwill.North': 0.5, 'goodwill.South': {'size': 1.0, 'times': 'fear'}}
    """
    return dict(_leaves(nested))


def written_twice(nested: Nested) -> str | None:
    """A dotted key that nested tables have twice, in two spellings; None if there is none.

    >>> written_twice({"goodwill": {"North": 0.5}, "goodwill.North": 0.7})
    'goodwill.North'
    """
    seen = set[str]()
    for key, _ in _leaves(nested):
        if key in seen:
            return key
        seen.add(key)
    return None


def _leaves(nested: Nested, path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in nested.items():
        where = f"{path}.{key}" if path else key
        # A table with a size is an effect, and no table of effects.
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
    """The effects of the list at a path. Raises RowError.

    >>> [(each.key, each.size, each.path) for each in read_effects({"war": [0.5, -1]}, "events.raid.refused")]
    [('war', 0.5, 'events.raid.refused.war.0'), ('war', -1.0, 'events.raid.refused.war.1')]
    """
    # In flatten() one spelling would silently replace the other.
    if key := written_twice(nested):
        raise RowError(f"{path}.{key}", "is written twice, in two spellings; write it once")
    effects = []
    for key, value in flatten(nested).items():
        where = f"{path}.{key}"
        if isinstance(value, list):
            effects += [_effect(key, part, f"{where}.{index}") for index, part in enumerate(value)]
        else:
            effects.append(_effect(key, value, where))
    return tuple(effects)


def is_finite(value: Any) -> bool:
    """Whether this is a finite number; NaN is none.

    >>> is_finite(2), is_finite(float("nan")), is_finite(True)
    (True, False, False)
    """
    return is_number(value) and abs(value) < math.inf


def _effect(key: str, part: Any, where: str) -> Effect:
    size, times = _size_and_times(part, where)
    if not is_finite(size):
        raise RowError(where, f'must be a finite number or {{ size = ..., times = "driver" }}, not {size!r}')
    if times is not None and not isinstance(times, str):
        raise RowError(where, "times must be the name of a driver or an expression in quotes")
    return Effect(key, as_number(size), times, where)


def _size_and_times(part: Any, where: str) -> tuple[Any, Any]:
    """A part of a list of effects as size and driver, if any. Raises RowError."""
    if not isinstance(part, dict):
        return part, None
    unknown = sorted(set(part) - {"size", "times"})
    if unknown:
        raise RowError(where, f"unknown key '{unknown[0]}'; an effect has size and times")
    return part.get("size"), part.get("times")


def expand(case: Case) -> dict[str, Row]:
    """All event rows by name. Raises RowError for what cannot be read and for two rows of one name."""
    rows: dict[str, Row] = {}
    for name, event in case.events.items():
        effects = _effects(case, name)
        for power in _each(event):
            row = _row(case, name, effects, power)
            _refuse_twin(row, rows)
            rows[row.name] = row
            # Counted here and not afterwards: a thousand events for each of a thousand powers are a million.
            if len(rows) > MOST_ROWS:
                told = f"is one row of events too many; at most {MOST_ROWS:,} can be run"
                raise RowError(f"events.{name}", told)
    for row in rows.values():
        _refuse_namesake(row, case)
    return rows


def _refuse_twin(row: Row, rows: dict[str, Row]) -> None:
    """Raises RowError for two rows of one name: `raid` for each of `A_B`, and `raid_A` for each of `B`."""
    if row.name in rows:
        other = rows[row.name].template
        told = f"makes the row '{row.name}', which events.{other} makes too; rename one of them"
        raise RowError(f"events.{row.template}", told)


def _refuse_namesake(row: Row, case: Case) -> None:
    """Raises RowError for a row that is called as another event: a name would mean both."""
    if row.name != row.template and row.name in case.events:
        told = f"makes the row '{row.name}', but events.{row.name} is another event"
        raise RowError(f"events.{row.template}", told)


def _effects(case: Case, name: str) -> dict[str, tuple[Effect, ...]]:
    """The effects of an event by the list that they stand in. Raises RowError."""
    effects = {}
    for which in LISTS:
        owner = _owner(case, name, which)
        event = case.events[owner]
        key = _spelling(event, which)
        effects[which] = read_effects(getattr(event, key) or {}, f"events.{owner}.{key}")
    return effects


def _spelling(event: Event, which: str) -> str:
    """The key of the file that a list of effects stands under."""
    if which == "accepted" and event.effects is not None:
        return "effects"
    return which


def _owner(case: Case, name: str, which: str) -> str:
    """The event whose list counts: an event that is the `same_as` another has that one's, but for its own."""
    event = case.events[name]
    other = event.same_as
    if other is None or other not in case.events:  # references.py tells that there is no such event
        return name
    if getattr(event, which) is None:
        return other
    return name


def _row(case: Case, name: str, effects: dict[str, tuple[Effect, ...]], power: str | None) -> Row:
    """The row of an event, for one power if it is written for each of some. Raises RowError."""
    event = case.events[name]
    own = {which: _effects_for(case, power, listed) for which, listed in effects.items()}
    own_name, terms = row_name(name, power), _shared(case, event, "terms")
    if terms is not None:
        own["accepted"] = tuple(_at_terms(effect, own_name) for effect in own["accepted"])
    return Row(
        name=own_name,
        template=name,
        label=_label(case, event, power),
        initiator=written_for(power, event.initiator),
        responder=_optional_for(power, event.responder),
        base_logit=_base_logit(event, power),
        response_logit=_or_zero(event.response_logit),
        execution_logit=_or_zero(event.execution_logit),
        shifts=_shifts_for(power, event.shifts, f"events.{name}.shifts"),
        response_shifts=_shifts_for(power, event.response_shifts, f"events.{name}.response_shifts"),
        gate=_optional_for(power, event.gate),
        once=event.once,
        lead=event.lead,
        cooldown=event.cooldown,
        retry=event.retry,
        group=_optional_for(power, event.group),
        dates=_dates(case, event),
        control=dict(event.control),
        cancel=_shared(case, event, "cancel"),
        endings=event.endings,
        terms=terms,
        effects=_with_refusal(case, event, power, own),
    )


def _with_refusal(case: Case, event: Event, power: str | None, effects: Listed) -> Listed:
    """Effects with what any no does to goodwill towards the power whose offer it was."""
    offering, size = _offering(case, event, power), case.goodwill.refusal
    if offering is None or size is None or event.responder not in case.actors:
        return effects
    key = f"goodwill.{offering}"
    # what the event itself says of a no comes first
    if key in [each.key for each in effects["refused"]]:
        return effects
    return {**effects, "refused": (*effects["refused"], Effect(key, size, None, "goodwill.refusal"))}


def principal(case: Case, name: str) -> str:
    """Whose interests a side of an event serves: a proxy's are its patron's, anybody else's its own."""
    actor = case.actors.get(name)
    if actor is None or actor.role != "proxy" or actor.patron is None:
        return name
    return actor.patron


def _offering(case: Case, event: Event, power: str | None) -> str | None:
    """The power whose offer an event is, be it made by a proxy; None where it is nobody's."""
    name = principal(case, written_for(power, event.initiator))
    if name in case.actors and case.actors[name].role == "power":
        return name
    return None


def row_name(event: str, power: str | None) -> str:
    """What the row of an event is called, or that for one power if it is written for each of some."""
    if power is None:
        return event
    return f"{event}_{power}"


def written_for(power: str | None, text: str) -> str:
    """A text of the file with the power in the place of the word `each`."""
    if power is None:
        return text
    if EACH not in text:
        return text
    # By a function, because in a text `re.sub` would read a backslash as more than a sign.
    return re.sub(rf"\b{EACH}\b", lambda _: power, text)


def _optional_for(power: str | None, text: str | None) -> str | None:
    if text is None:
        return None
    return written_for(power, text)


def _shifts_for(power: str | None, table: dict[str, float], where: str) -> dict[str, float]:
    written = {written_for(power, text): size for text, size in table.items()}
    if len(written) < len(table):  # one of two shifts would be lost
        raise RowError(where, f"two of its keys are one for {power}; write out the rows, or one key")
    return written


def _effects_for(case: Case, power: str | None, effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """Effects of a row for one power; one on a bloc is one on each of its members."""
    found = []
    for each in effects:
        key, times = written_for(power, each.key), _optional_for(power, each.times)
        powers = members(case, key)
        for member in powers:
            own, factor = of_member(key, member), _optional_for(member, times)
            found.append(Effect(own, each.size, factor, each.path))
        if not powers:
            found.append(Effect(key, each.size, times, each.path))
    return tuple(found)


def _at_terms(effect: Effect, name: str) -> Effect:
    """An effect in which the word `terms` means those of its own row."""
    if effect.times is None:
        return effect
    return replace(effect, times=TERMS.sub(at("terms", name), effect.times))


def rows_called(case: Case, name: str) -> list[str]:
    """The rows that a name means: all of an event, or the one that has the name."""
    if name not in case.events:
        return [name]
    return [row_name(name, power) for power in _each(case.events[name])]


def _each(event: Event) -> list[str | None]:
    """The powers for each of which an event has a row; None for one that has a single row."""
    if event.each:
        return [*event.each]
    return [None]


def _label(case: Case, event: Event, power: str | None) -> str:
    """The label of an event, with that of the power that its row is for."""
    if power is None:
        return event.label
    # A power that is none is told later, by its name, where all that is wrong is told together.
    if power not in case.actors:
        return f"{event.label} ({power})"
    return f"{event.label} ({case.actors[power].label})"


def _base_logit(event: Event, power: str | None) -> float:
    base = event.base_logit
    if isinstance(base, dict):
        base = base.get(power or "")
    return _or_zero(base)


def _or_zero(logit: float | None) -> float:
    if logit is None:
        return 0.0
    return logit


def _dates(case: Case, event: Event) -> tuple[str, ...]:
    """The months of a calendar event: its own, or those of the calendar that it names."""
    dates = event.dates
    if event.calendar in case.calendars:
        dates = case.calendars[event.calendar].dates
    return tuple(dates or ())


def _shared(case: Case, event: Event, key: str) -> Any:
    """What an event says under a key, or the one that it is the `same_as`."""
    if getattr(event, key) is None and event.same_as in case.events:
        return getattr(case.events[event.same_as], key)
    return getattr(event, key)
