"""A scenario changed at the level of its tables, values, names and expressions; every change comes from one
generator.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from tests.fuzz import hostile

Place = tuple[Any, Any]
"""A table or list, and the key or index of one of its values."""
MODEST = (0.0, 0.1, 0.5, 1.0, 2.0)
EXPRESSION_TABLES = ("shifts", "response_shifts", "couplings")


def mutated(raw: dict[str, Any], rng: Random) -> tuple[str, dict[str, Any]]:
    """What was done, and the changed tables; one to six changes."""
    raw = copy.deepcopy(raw)
    if rng.random() < 0.7:
        rule = {"numbers": "*", "unit": "1", "plus": [-9e9, 9e9], "source": "fuzz"}
        raw["provenance"] = [*raw.get("provenance", []), rule]
    done = []
    for _ in range(rng.choice((1, 1, 1, 1, 1, 2, 2, 4))):
        change = rng.choice(CHANGES)
        change(raw, rng)
        done.append(change.__name__)
    return ", ".join(done), raw


def places(here: Any) -> Iterator[Place]:
    """Every value inside, tables and lists too."""
    inner = here.items() if isinstance(here, dict) else enumerate(here) if isinstance(here, list) else ()
    for key, value in list(inner):
        yield here, key
        yield from places(value)


def place(raw: dict[str, Any], rng: Random, wanted: Callable[[Any], bool] = lambda value: True) -> Place:
    """A value of a section drawn first, so that small sections are met as often as large ones; rules of
    provenance rarely.
    """
    sections = [name for name in raw if name != "provenance" or rng.random() < 0.2] or list(raw)
    rng.shuffle(sections)
    for section in sections:
        found = [(raw, section), *places(raw[section])]
        found = [(table, key) for table, key in found if wanted(table[key])]
        if found:
            return rng.choice(found)
    return raw, next(iter(raw), "title")


def names_in(raw: dict[str, Any]) -> list[str]:
    """Names that mean something in this scenario."""

    def keys(name: str) -> list[str]:
        return list(raw[name]) if isinstance(raw.get(name), dict) else []

    powers, quantities = keys("actors"), keys("quantities")
    found = ["autonomy", "hedging", *quantities, *keys("parameters"), *keys("drivers"), *keys("calendars")]
    found += [
        f"{kind}.{name}"
        for name in powers
        for kind in ("share", "goodwill", "closeness", "domination", "openness")
    ]
    kinds = ("happened", "hazard", "terms", "conceded")
    return found + [f"{kind}.{name}" for name in keys("events") for kind in kinds]


def is_leaf(value: Any) -> bool:
    return not isinstance(value, dict | list)


def is_table(value: Any) -> bool:
    return isinstance(value, dict)


def set_value(raw: dict[str, Any], rng: Random) -> None:
    table, key = place(raw, rng, is_leaf if rng.random() < 0.8 else lambda value: True)
    table[key] = hostile.value(rng)


def nudge_number(raw: dict[str, Any], rng: Random) -> None:
    table, key = place(raw, rng, lambda value: isinstance(value, int | float) and not isinstance(value, bool))
    number = table.get(key) if isinstance(table, dict) else table[key]
    if isinstance(number, int | float):
        small = abs(number) < 1e9
        table[key] = rng.choice(
            (
                -number,
                number / 2 if small else 0,
                number * 1.01 if small else 1,
                number + 1,
                int(number) if small else 0,
                0,
                1,
            )
        )


def take_other_leaf(raw: dict[str, Any], rng: Random) -> None:
    (table, key), (other, place_) = place(raw, rng, is_leaf), place(raw, rng, is_leaf)
    table[key] = other[place_]


def delete(raw: dict[str, Any], rng: Random) -> None:
    table, key = place(raw, rng)
    if len(raw) > 1 or table is not raw:
        del table[key]


def rename_key(raw: dict[str, Any], rng: Random) -> None:
    """One key alone, so that what speaks of it is left behind; to a hostile name or another's."""
    table, key = place(raw, rng)
    if isinstance(table, dict):
        table[any_name(raw, rng)] = table.pop(key)


def rename_everywhere(raw: dict[str, Any], rng: Random) -> None:
    """A thing and all that speaks of it: the file stays whole, only the name is new."""
    owners = [
        name
        for name in ("actors", "quantities", "events", "channels", "drivers", "parameters", "blocs")
        if isinstance(raw.get(name), dict) and raw[name]
    ]
    old = str(rng.choice(list(raw[rng.choice(owners)]))) if owners else "title"
    pattern, new = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)"), any_name(raw, rng)
    fresh = renamed(raw, pattern, new)
    raw.clear()
    raw.update(fresh)


def renamed(here: Any, pattern: re.Pattern[str], new: str) -> Any:
    if isinstance(here, dict):
        return {pattern.sub(lambda _: new, key): renamed(value, pattern, new) for key, value in here.items()}
    if isinstance(here, list):
        return [renamed(value, pattern, new) for value in here]
    return pattern.sub(lambda _: new, here) if isinstance(here, str) else here


def any_name(raw: dict[str, Any], rng: Random) -> str:
    keys = [key for table, key in places(raw) if isinstance(key, str)]
    return rng.choice(
        (
            rng.choice(hostile.NAMES),
            rng.choice(hostile.TEXTS),
            rng.choice(keys or ["x"]),
            rng.choice(names_in(raw)),
        )
    )


def duplicate(raw: dict[str, Any], rng: Random) -> None:
    """A table or value once more, under another name or once more in its list."""
    table, key = place(raw, rng, is_table if rng.random() < 0.6 else lambda value: True)
    again = copy.deepcopy(table[key])
    if isinstance(table, list):
        table.insert(rng.randrange(len(table) + 1), again)
    else:
        table[any_name(raw, rng)] = again


def swap(raw: dict[str, Any], rng: Random) -> None:
    (table, key), (other, place_) = place(raw, rng), place(raw, rng)
    if not inside(table[key], other) and not inside(other[place_], table):
        table[key], other[place_] = other[place_], table[key]


def inside(here: Any, wanted: Any) -> bool:
    return here is wanted or any(table[key] is wanted for table, key in places(here))


def move(raw: dict[str, Any], rng: Random) -> None:
    (table, key), (other, place_) = place(raw, rng), place(raw, rng, is_table)
    if isinstance(other[place_], dict) and not inside(table[key], other[place_]):
        other[place_][str(key)] = copy.deepcopy(table[key])


def reorder(raw: dict[str, Any], rng: Random) -> None:
    for table, key in [*places(raw)]:
        if isinstance(table[key], dict):
            items = list(table[key].items())
            rng.shuffle(items)
            table[key] = dict(items)
    items = list(raw.items())
    rng.shuffle(items)
    raw.clear()
    raw.update(items)


def change_expression(raw: dict[str, Any], rng: Random) -> None:
    """A driver, gate, multiplier, shift or coupling with another expression."""
    found = []
    for table, key in places(raw):
        if (
            isinstance(table, dict)
            and (key in ("gate", "times") or table is raw.get("drivers"))
            and isinstance(table[key], str)
        ):
            found.append((table, key))
        if key in EXPRESSION_TABLES and isinstance(table[key], dict):
            found += [(table[key], inner) for inner in table[key]]
    text = hostile.expression(rng, names_in(raw))
    if not found:
        raw["drivers"] = {"fuzz": text}
        return
    table, key = rng.choice(found)
    if isinstance(table[key], str):
        table[key] = text
    else:
        table[text] = table.pop(key)


def add_drivers(raw: dict[str, Any], rng: Random) -> None:
    """A chain of drivers, each of the one before (or the two before), now and then closed to a circle."""
    names, many = names_in(raw), rng.choice((1, 2, 5, 40, 40, 300, 800))
    drivers = {"d0": hostile.expression(rng, names), "d1": rng.choice(names)}
    sign = rng.choice(("+", "-", "*", "/"))
    form = rng.choice(("{a} {s} {a}", "{a} {s} {b}", "min({a}, {b})", "{a}", "change({a})"))
    drivers |= {f"d{i}": form.format(a=f"d{i - 1}", b=f"d{i - 2}", s=sign) for i in range(2, many)}
    if rng.random() < 0.1:
        drivers["d0"] = f"d{max(many - 1, 0)} + 1"
    section = raw.setdefault("drivers", {})
    if isinstance(section, dict):
        section.update(drivers)


def add_setting(raw: dict[str, Any], rng: Random) -> None:
    """A key that the vocabulary has, with a value that may suit it."""
    where, settings = rng.choice(list(settings_of(raw, rng).items()))
    here: Any = raw
    for step in where.split("/"):
        inner = here.setdefault(step, {}) if isinstance(here, dict) else None
        if step == "*" and isinstance(here, dict):
            del here[step]
            inner = here[rng.choice(list(here))] if here else None
        here = inner
    if isinstance(here, dict):
        key = rng.choice(list(settings))
        here[key] = settings[key]


def settings_of(raw: dict[str, Any], rng: Random) -> dict[str, dict[str, Any]]:
    """By table (`*` is any of its tables): keys and values."""
    names, text = names_in(raw), lambda: hostile.expression(rng, names_in(raw))

    def some(section: str) -> str:
        table = raw.get(section)
        return rng.choice(list(table)) if isinstance(table, dict) and table else "x"

    month = rng.choice(hostile.MONTHS[:8])
    number = rng.choice(hostile.NUMBERS if rng.random() < 0.3 else MODEST)
    return {
        "time": {"months": rng.choice((1, 2, 24, 60, 1200)), "start": month},
        "decision": {
            "theory": rng.choice(("qre", "heuristic", "level1", "level2", "adaptive", "eub")),
            "precision": rng.choice((0, 1, 1e3, 1e308)),
            "learning": rng.choice(("logit", "static", "greedy", "ewa")), "belief_memory": rng.choice((0, 1,
                0.5)),
            "outside": rng.choice((0, 0.5, 1, number)),
        },
        "alignment": {"dimensions": rng.choice((1, 2, 3)), "speed": number, "reach": number,
            "threshold": number, "backlash": number},
        "effort": {"temperature": number, "greedy_temperature": number, "speed": number},
        "openness": {"temperature": number, "dependence_scale": number},
        "goodwill": {"noise": number, "curvature": number, "closeness_weight": number},
        "clout": {"credit_weight": number, "influence_weight": number, "channel": some("channels")},
        "events/*": {
            "group": rng.choice(("", "g", "each", "g.h", "loan")), "gate": text(), "once": True,
            "lead": rng.choice((0, 1, 3, 24, 25)),
            "cooldown": rng.choice((0, 1, 1200)), "retry": rng.choice((0, 2, 1200)),
            "calendar": some("calendars"), "dates": hostile.months(rng),
            "same_as": some("events"), "each": rng.choices(list(raw.get("actors") or ["x"]),
                k=rng.randrange(4)), "responder": some("actors"),
            "initiator": rng.choice(("nature", "calendar", "contest", "each", some("actors"))),
            "response_logit": number, "base_logit": number,
            "execution_logit": number, "cancel": {"base_logit": rng.choice((-2.0, float("-inf"), 49.0)),
                "shifts": {text(): 1.0}},
            "control": {rng.choice(("court", "town", "x")): rng.choice((0.0, 0.5, 1.0, 1.5))},
            "shifts": {text(): number},
            "refused": {some("quantities"): 0.1}, "executed": {some("quantities"): -0.1},
            "cancelled": {some("quantities"): -0.1},
            "accepted": {some("quantities"): {"size": 0.1, "times": text()}},
            "effects": {some("quantities"): [0.1, {"size": 0.1, "times": text()}]},
            "terms": terms_of(rng, number, some("events")),
        },
        "events/loan": {"terms": terms_of(rng, number, some("events")),
            "accepted": {some("quantities"): [0.1, {"size": 0.1, "times": f"terms * ({text()})"}]}},
        "quantities/*": {"start": "rest", "intercept": rng.choice(("auto", 0.2, 5.0)), "curvature": number,
            "low": number, "high": number, "noise": number},
        "couplings": {some("quantities"): {text(): rng.choice((0.5, -2.0, 1e308))}},
        "paths": {some("quantities"): [[date, rng.random()] for date in hostile.months(rng)]},
        "interventions": {"forced": {some("events"): hostile.months(rng)}, "forbidden": [some("events")]},
        "calendars": {rng.choice(("fuzz", "war", "loan")): rng.choice((
            {"dates": hostile.months(rng)}, {"from": month}, {"dates": hostile.months(rng),
                "window": rng.choice((1, 6, 120))},
            {"anniversary_of": month, "weights": {"tenth": 1.0, "fifth": 0.5, "other": 0.1}, "window": 6},
        ))},
        "postures/*": {"above": {rng.choice(names): number}, "below": {rng.choice(names): 0.5}},
        "outcomes": {rng.choice(("fuzz", some("events"))): {
            "label": "x", "any_of": [some("events")], "by": hostile.months(rng),
            "node": rng.choice(("took_place", "refused", "executed", "cancelled")),
        }},
        "uncertain": {"fuzz": {"label": "x", "numbers": [rng.choice(("*", "quantities.*", "nothing"))],
            rng.choice(("times", "plus")): number}},
        "observations": {"fuzz": {"label": "x", "unit": "1", "measure": rng.choice(names), "error": number,
            "definition": "x", "source": "x"}},
        "hindcast": {"fitted_until": month, "validated_until": rng.choice(hostile.MONTHS)},
        "similarity": {"fuzz": {"among": [some("actors"), some("actors")], "strength": number,
            "times": some("quantities")}},
        "actors/*": {"goodwill": number, "budget": number, "capability": some("quantities"),
            "effort": {some("channels"): 1.0}, "valuations": {rng.choice(names): number}},
        "shares/*": {some("channels"): number},
        "bandwidths/*": {some("channels"): number},
    }  # fmt: skip


def terms_of(rng: Random, number: Any, event: str) -> Any:
    """What two sides may bargain over, often with worths of opposite signs; or something that is no terms."""
    worth = rng.choice((0.1, 2.0, 1e-320, 1e308, number))
    sides = rng.choice(((worth, -3.0), (-worth, 1.0), (worth, worth), (number, "x")))
    rivals = rng.choice(([event], [event, "aid"], ["loan"], [], [], "aid", [hostile.value(rng)]))
    table = {"to_target": sides[0], "to_power": sides[1], "rivals": rivals}
    return rng.choice((table, table, table, hostile.value(rng)))


def set_format(raw: dict[str, Any], rng: Random) -> None:
    """A format of the file, mostly one that there is not."""
    raw["format"] = rng.choice((1, 1, 2, 0, *hostile.NUMBERS))


CHANGES = (
    set_value, set_value, nudge_number, nudge_number, nudge_number, nudge_number, take_other_leaf, delete,
    rename_key,
    rename_everywhere, rename_everywhere, duplicate, swap, move, reorder, change_expression,
    change_expression,
    change_expression, change_expression, add_drivers, set_format, *[add_setting] * 8,
)  # fmt: skip
