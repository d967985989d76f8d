"""The sections of a report about a scenario, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable

from sim.studies.report.findings import Findings
from sim.studies.report.pieces import Section
from sim.studies.report.sections.answer import answer
from sim.studies.report.sections.change import change
from sim.studies.report.sections.cite import cite
from sim.studies.report.sections.doubt import doubt
from sim.studies.report.sections.drivers import drivers
from sim.studies.report.sections.history import history
from sim.studies.report.sections.known import known
from sim.studies.report.sections.numbers import numbers
from sim.studies.report.sections.question import question
from sim.studies.report.sections.story import story
from sim.studies.report.sections.try_it import try_it
from sim.studies.report.sections.when import when
from sim.studies.report.sections.who import who
from sim.studies.report.sections.why import why

SECTIONS: tuple[Callable[[Findings], Section | None], ...] = (
    question, answer, known, when, try_it, drivers, why, change, story, doubt, history, who, numbers, cite,
)  # fmt: skip
"""What makes each section, in order; none where a scenario has nothing to tell."""

WITHOUT_FACTS = (drivers, why, change, story)
"""Sections whose studies begin at the start of the scenario and know nothing of what came."""


def sections_of(found: Findings) -> tuple[Callable[[Findings], Section | None], ...]:
    """The sections of a page; of runs that keep to what is known those that do so too."""
    if found.given is None:
        return SECTIONS
    return tuple(section for section in SECTIONS if section not in WITHOUT_FACTS)
