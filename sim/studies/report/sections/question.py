"""The question that a scenario asks."""

from __future__ import annotations

from sim.studies.report.findings import Findings
from sim.studies.report.pieces import Section, Words


def question(found: Findings) -> Section:
    """The file's own words."""
    return Section("question", "The question", [Words.of(found.scenario.case.question, kind="lead")])
