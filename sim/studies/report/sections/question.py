"""The question that a scenario asks."""

from __future__ import annotations

from sim.studies.report.findings import Findings
from sim.studies.report.pieces import Section, Words
from sim.studies.report.sections.known import said_of
from sim.writing.text import in_words


def question(found: Findings) -> Section:
    """The file's own words, and what was changed in it."""
    pieces = [Words.of(found.scenario.case.question, kind="lead")]
    if found.scenario.changes:
        pieces.append(Words.of(f"Not as the scenario was written: {in_words(found.scenario.changes)}."))
    if found.given is not None:
        pieces.append(Words.of(said_of(found.given)))
    return Section("question", "The question", pieces)
