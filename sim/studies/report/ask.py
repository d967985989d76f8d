"""Making the report of a scenario."""

from __future__ import annotations

from sim.studies.report.document import Document
from sim.studies.report.findings import Findings
from sim.studies.report.sections import SECTIONS


def report_of(found: Findings) -> Document:
    """The page of a scenario; studies are done as sections ask for them. Raises BadInput, ScenarioError."""
    made = (section(found) for section in SECTIONS)
    sections = tuple(each for each in made if each is not None)
    return Document(found.scenario.title, "", sections, found.command("report"))
