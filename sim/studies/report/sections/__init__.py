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
from sim.studies.report.sections.numbers import numbers
from sim.studies.report.sections.question import question
from sim.studies.report.sections.story import story
from sim.studies.report.sections.try_it import try_it
from sim.studies.report.sections.when import when
from sim.studies.report.sections.who import who
from sim.studies.report.sections.why import why

SECTIONS: tuple[Callable[[Findings], Section | None], ...] = (
    question, answer, when, try_it, drivers, why, change, story, doubt, history, who, numbers, cite,
)  # fmt: skip
"""What makes each section, in order; none where a scenario has nothing to tell."""
