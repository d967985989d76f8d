"""Names: what the model's own state is called, and that nothing of a scenario is called the same.

State is a mapping from names to numbers, and a rule that reads `goodwill.North` does not ask who put it
there. So the names that a file gives are plain words without dots, and no two of them share a namespace, with
each other or with the model.
"""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from sim.rules.state import AIMS, MEASURES, STAKES, STATE, Over
from sim.scenario.rows import Row
from sim.scenario.schema import CONTEST, EACH, NOBODY, Case, DriverTemplate, File

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

PLAIN = (
    "a name is one plain word of letters, digits and _ that starts with no digit, "
    f"at most {LONGEST_NAME} characters"
)
"""What is said of anything that is no name."""

READ = ("quantities", "parameters", "drivers", "calendars")
"""Sections whose names expressions read without a kind before them: they share one namespace."""

UNREAD = (
    "events", "channels", "blocs", "similarity", "outcomes", "postures", "observations", "uncertain",
    "levers",
)  # fmt: skip
"""Sections whose names are read with a kind before them, or by no expression."""

LISTS = (
    ("similarity", "among"), ("outcomes", "any_of"), ("outcomes", "all_of"), ("outcomes", "by"),
    ("events", "each"), ("events", "dates"), ("calendars", "dates"),
)  # fmt: skip
"""Lists that things of a section have: the section, and the key."""

Named = list[tuple[str, str]]
"""Things of one namespace: where each stands in the file, and its name."""


def kinds() -> frozenset[str]:
    """The first word of every name of the state that has an owner, such as `goodwill`."""
    owned = [row.kind for row in (*STATE, *MEASURES) if row.over is not Over.NOTHING]
    first_words = {kind.partition(".")[0] for kind in owned}
    return frozenset(first_words - {""})


def name_problems(case: Case, rows: dict[str, Row]) -> Iterator[str]:
    """One line for each name that cannot be one, or that is taken.

    A name that is taken would not fail by itself: one of two numbers would be read in the place of the other.
    """
    # Names of the file: what templates are written out to has names of theirs with a dot.
    read = _in(case.file, *READ)
    voices = [*_in(case, "actors"), *_factions(case)]
    axes = [(f"alignment.axes.{place}", axis) for place, axis in enumerate(case.alignment.axes)]
    yield from _taken(read, OWN)
    yield from _taken([*_in(case.file, "quantities"), *_dotted(case.file)], kinds() - OWN)
    yield from _taken(voices, OWNERS)
    yield from _taken(_in(case, "postures"), frozenset([UNCLASSIFIED]))
    yield from _twice(read)
    yield from _twice(voices)
    yield from _twice(axes)
    others = _in(case, *UNREAD)
    for where, name in [*read, *voices, *axes, *others, *_groups(rows)]:
        told = flaw(name)
        if told is not None:
            yield f"{where}: {told}"
    yield from _repeated(case)


def flaw(name: str) -> str | None:
    """What is wrong with a name, as a name of anything; None if nothing is.

    >>> flaw("war_abroad") is None
    True
    >>> flaw("goodwill.North").partition(";")[0]
    "'goodwill.North' is a number of the model's own state"
    """
    kind, dot, _ = name.partition(".")
    # Told apart from other dots, since it is no slip: the author meant that number.
    if dot and kind in kinds() | set(EFFECTS):
        return f"'{name}' is a number of the model's own state; choose another name: {PLAIN}"
    if not _is_word(name) or len(name) > LONGEST_NAME:
        return f"'{name}' is no name; {PLAIN}"
    return None


def _is_word(name: str) -> bool:
    if not name.isidentifier() or keyword.iskeyword(name):
        return False
    # Expressions are read by Python's parser, which turns names into this form: no other would be found.
    return unicodedata.normalize("NFKC", name) == name


def _in(file: File, *sections: str) -> Named:
    found: Named = []
    for section in sections:
        found += [(f"{section}.{name}", name) for name in getattr(file, section)]
    return found


def _dotted(file: File) -> Named:
    """Parameters and drivers of which every name has a dot, as names of the state have."""
    tables = [(f"parameters.{name}", name) for name, value in file.parameters.items() if _is_table(value)]
    return tables + [(f"drivers.{name}", name) for name, value in file.drivers.items() if _is_table(value)]


def _is_table(value: float | str | Mapping | DriverTemplate) -> bool:
    return isinstance(value, Mapping | DriverTemplate)


def _factions(case: Case) -> Named:
    found: Named = []
    for name, actor in case.actors.items():
        found += [(f"actors.{name}.factions.{each}", each) for each in actor.factions]
    return found


def _groups(rows: dict[str, Row]) -> Named:
    """Groups of events; an event that is written for each of some actors may have one for each of them."""
    found: dict[tuple[str, str], None] = {}
    for row in rows.values():
        if row.group is not None:
            found[f"events.{row.template}.group", row.group] = None
    return list(found)


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
    # To count it twice or once could both be meant.
    for where, names in _lists(case):
        name = _first_repeated(names)
        if name is not None:
            yield f"{where}: names '{name}' twice; once is enough"


def _lists(case: Case) -> Iterator[tuple[str, Iterable[str]]]:
    """Every list of names or dates in the file, with its path."""
    yield "headlines", case.headlines
    yield "keep_paths", case.keep_paths
    yield "interventions.forbidden", case.interventions.forbidden
    for section, key in LISTS:
        for name, thing in getattr(case, section).items():
            yield f"{section}.{name}.{key}", getattr(thing, key) or ()
    for name, dates in case.interventions.forced.items():
        yield f"interventions.forced.{name}", dates


def _first_repeated(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None
