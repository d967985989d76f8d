"""A month in which stocks may be held, as one program: whether each is, and at which level, are numbers.

Rules ask of a stock that stands on a path whether it moves, when a month is recorded: two programs. Here it
moves, and whatever it would become gives way to its level while it is held. So what is done to it is a number
among others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.engine.tape import Tape
from sim.rules.numbers import where
from sim.rules.structure import Luck, Parts, State
from sim.rules.timetable import month
from sim.scenario.schema import Case
from sim.scenario.templates import followed, weighted

ANYWHERE = 0.5
"""A level that is as good as any other where a month is recorded."""


@dataclass(frozen=True)
class Course:
    """Whether a stock is held (1) or moves by itself (0), and at which level [of the stock]."""

    is_held: Any
    level: Any


class _Held(dict):
    """A state in which whatever is written of stocks gives way to their courses."""

    def __init__(self, under: State, courses: Mapping[str, Course]) -> None:
        super().__init__()
        self.under, self.courses = under, courses

    def __missing__(self, name: str) -> Any:
        return self.under[name]

    def __setitem__(self, name: str, value: Any) -> None:
        course = self.courses.get(name)
        if course is not None:
            value = where(course.is_held, course.level, value)
        self.under[name] = value

    def update(self, changes: Mapping[str, Any]) -> None:  # type: ignore[override]
        for name, value in changes.items():
            self[name] = value


def month_under(courses: Mapping[str, Course]) -> Callable[[State, Parts, Luck], None]:
    """The month of the timetable in which stocks, by name, follow courses while they are held."""

    def lived(s: State, parts: Parts, luck: Luck) -> None:
        held = _Held(s, courses)
        # what is held stands at its level from the beginning of the month, as on a path
        for name in courses:
            held[name] = held[name]
        month(held, parts, luck)

    return lived


def courses_of(tape: Tape, case: Case, names: Iterable[str]) -> dict[str, Course]:
    """Courses of stocks by name, whose numbers are inputs of a tape: of each in turn, whether, and where.

    case: that of the tape's scenario. Of a weighted mean the members are held, each where it follows.
    """
    found = dict[str, Course]()
    for name in names:
        is_held, level = tape.input(0.0), tape.input(ANYWHERE)
        if name not in weighted(case.file):
            found[name] = Course(is_held, level)
            continue
        course: Any = [(case.time.start, level)]
        for member, own in followed(case.file, name, course).items():
            found.setdefault(member, Course(is_held, own[0][1]))
    return found
