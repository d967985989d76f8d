"""Names: what the model's own state is called, and that nothing of a scenario is called the same, or two
things alike.

State is a mapping from names to numbers, and a rule that reads `goodwill.North` does not ask who put it
there. So the names that a file gives are plain words without dots, and no two of them share a namespace, with
each other or with the model.
"""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Iterable, Iterator

from sim.rules.state import AIMS, MEASURES, STAKES, STATE, Over
from sim.scenario.rows import Row
from sim.scenario.schema import CONTEST, EACH, NOBODY, Case

SCALARS = tuple(row.kind for row in (*STATE, *MEASURES) if row.over is Over.NOTHING)
"""Numbers of the state, and what is computed of it for every run, that have no owner."""

EFFECTS = tuple(row.kind for row in AIMS)
"""Kinds of effects that are no number of the state."""

WORDS = ("min", "max", "change", "start", EACH)
"""Words of expressions and of rows that are written out for each of some actors."""

SHAPES = ("size", "times", "value")
"""Keys by which an effect or a number written in place is known."""

OWN = frozenset([*SCALARS, *WORDS, *SHAPES, *STAKES, *EFFECTS])
"""Names that nothing which an expression may read can have."""

BLOC = "bloc"
"""The middle part of names such as `share.bloc.NAME`."""

OWNERS = frozenset([*NOBODY, CONTEST, EACH, BLOC, *SHAPES])
"""Names that neither an actor nor one of its factions can have."""

UNCLASSIFIED = "unclassified"
"""The posture of a month that fits no class of the scenario."""

LONGEST_NAME = 60
"""Characters of a name."""

PLAIN = f"a name is one plain word of letters, digits and _ that starts with no digit, at most {LONGEST_NAME} characters"

Named = list[tuple[str, str]]
"""Things of one namespace: where each stands in the file, and its name."""


def kinds() -> frozenset[str]:
    """The first word of every name of the state that has an owner."""
    owned = [row.kind for row in (*STATE, *MEASURES) if row.kind and row.over is not Over.NOTHING]
    return frozenset(kind.partition(".")[0] for kind in owned)


def name_problems(case: Case, rows: dict[str, Row]) -> Iterator[str]:
    """One line for each name that cannot be one, or that is taken."""
    read = _in(case, "quantities", "parameters", "drivers", "calendars")
    voices = [*_in(case, "actors"), *_factions(case)]
    axes = [(f"alignment.axes.{place}", axis) for place, axis in enumerate(case.alignment.axes)]
    yield from _taken(read, OWN)
    yield from _taken(_in(case, "quantities"), kinds() - OWN)
    yield from _taken(voices, OWNERS)
    yield from _taken(_in(case, "postures"), frozenset([UNCLASSIFIED]))
    yield from _twice(read)
    yield from _twice(voices)
    yield from _twice(axes)
    others = _in(
        case, "events", "channels", "blocs", "similarity", "outcomes", "postures", "observations", "uncertain"
    )
    for where, name in [*read, *voices, *axes, *others, *_groups(rows)]:
        if told := flaw(name):
            yield f"{where}: {told}"
    yield from _repeated(case)


def flaw(name: str) -> str | None:
    """What is wrong with a name, as a name of anything."""
    kind = name.partition(".")[0]
    if "." in name and kind in kinds() | set(EFFECTS):
        return f"'{name}' is a number of the model's own state; choose another name: {PLAIN}"
    is_word = (
        name.isidentifier() and unicodedata.normalize("NFKC", name) == name and not keyword.iskeyword(name)
    )
    return None if is_word and len(name) <= LONGEST_NAME else f"'{name}' is no name; {PLAIN}"


def _in(case: Case, *sections: str) -> Named:
    return [(f"{section}.{name}", name) for section in sections for name in getattr(case, section)]


def _factions(case: Case) -> Named:
    return [
        (f"actors.{name}.factions.{each}", each)
        for name, actor in case.actors.items()
        for each in actor.factions
    ]


def _groups(rows: dict[str, Row]) -> Named:
    return list(
        dict.fromkeys(
            (f"events.{row.template}.group", row.group) for row in rows.values() if row.group is not None
        )
    )


def _taken(things: Named, taken: frozenset[str]) -> Iterator[str]:
    for where, name in things:
        if name in taken:
            yield f"{where}: '{name}' is a word of the model's own; choose another name"


def _twice(things: Named) -> Iterator[str]:
    first: dict[str, str] = {}
    for where, name in things:
        if name in first:
            yield f"{where}: the name '{name}' is taken by {first[name]}; choose another"
        first.setdefault(name, where)


def _repeated(case: Case) -> Iterator[str]:
    """Lists of the file that name one thing twice."""
    lists: dict[str, Iterable[str]] = {
        "headlines": case.headlines,
        "keep_paths": case.keep_paths,
        "interventions.forbidden": case.interventions.forbidden,
    }
    lists |= {f"similarity.{name}.among": pair.among for name, pair in case.similarity.items()}
    lists |= {f"outcomes.{name}.any_of": outcome.any_of or () for name, outcome in case.outcomes.items()}
    lists |= {f"outcomes.{name}.all_of": outcome.all_of or () for name, outcome in case.outcomes.items()}
    lists |= {f"outcomes.{name}.by": outcome.by for name, outcome in case.outcomes.items()}
    lists |= {f"events.{name}.each": event.each or () for name, event in case.events.items()}
    lists |= {f"events.{name}.dates": event.dates or () for name, event in case.events.items()}
    lists |= {f"calendars.{name}.dates": calendar.dates or () for name, calendar in case.calendars.items()}
    lists |= {f"interventions.forced.{name}": dates for name, dates in case.interventions.forced.items()}
    for where, names in lists.items():
        seen: set[str] = set()
        for name in names:
            if name in seen:
                yield f"{where}: names '{name}' twice; once is enough"
                break
            seen.add(name)
