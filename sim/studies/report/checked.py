"""A page about a check of a scenario: what was tried, what was found, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sim.studies.caveat import caveat
from sim.studies.check.advice import advice
from sim.studies.check.ask import SOUND, Check
from sim.studies.report.document import Document
from sim.studies.report.pieces import Commands, Piece, Section, Table, Words
from sim.writing.text import WIDTH

DOUBTS = (
    "A check tries many settings, not all of them: what was met can happen, what was not met may yet.",
    "It looks for slips of the author. That nothing was found says nothing of how true the numbers are.",
)


BELOW = 20
"""Blanks before a line that says more of the one above."""


def report_of_check(found: Check, command: str, only: str | None = None) -> Document:
    """The page of a check whose report has been read; command: that made it."""
    sections = (
        Section("question", "The question", [_question(found)]),
        Section("answer", "The answer", [*_answer(found, only)]),
        *_tried(found),
        Section("doubt", "What to doubt", [Words.of(*DOUBTS, *caveat(found.scenario))]),
        Section("cite", "Cite and verify", [Commands(((command, "makes this check and this page"),))]),
    )
    return Document(found.scenario.title, f"A check of {found.scenario.name}", sections, command)


def _question(found: Check) -> Words:
    """What was asked of the scenario, in the words of the report."""
    return Words.of("Are there slips in the scenario?", *found.told, kind="lead")


def _answer(found: Check, only: str | None) -> Iterator[Piece]:
    """How many problems there are, and each with what it means and what to do."""
    if not found.faults:
        yield Words.of("No problem was found.", SOUND[only], kind="lead")
        return
    count = f"{len(found.faults)} problems were found."
    if len(found.faults) == 1:
        count = "One problem was found."
    yield Words.of(count, kind="lead")
    meant = [advice(fault) for fault in found.faults]
    rows = pd.DataFrame({
        "problem": found.faults,
        "it means": [each.means for each in meant],
        "what to do": [each.do for each in meant],
    })  # fmt: skip
    yield Table("problems", "Problems, and what to do about each", rows, rows, texts=tuple(rows.columns))


def _tried(found: Check) -> Iterator[Section]:
    """What was tried, question by question."""
    for place, (question, lines) in enumerate(found.told.items(), start=1):
        yield Section(f"tried-{place}", question, [Words.of(*_joined(lines), kind="line")])


def _joined(lines: list[str]) -> Iterator[str]:
    """Lines of a terminal as paragraphs."""
    told, before = list[str](), ""
    for line in filter(None, lines):
        if told and _goes_on(before, line):
            told[-1] += f" {line.strip()}"
        else:
            told.append(line.strip())
        before = line
    yield from told


def _goes_on(before: str, line: str) -> bool:
    """Whether a line goes on with the one before: that was full, or this stands below its last column."""
    # a line is broken where the next word has no room, so that this word tells
    room = WIDTH - len(before) - 1
    return len(line.split()[0]) > room or line.startswith(" " * BELOW)
