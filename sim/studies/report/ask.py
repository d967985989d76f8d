"""Making the report of a scenario."""

from __future__ import annotations

from sim.studies.report.document import Document
from sim.studies.report.findings import Findings
from sim.studies.report.model.named import check_page
from sim.studies.report.sections import sections_of
from sim.studies.report.study import left_out
from sim.studies.report.words import counted, month_name
from sim.writing.text import CAVEAT


def report_of(found: Findings) -> Document:
    """The page of a scenario; studies are done as sections ask for them. Raises BadInput, ScenarioError."""
    check_page(found.scenario)
    made = [section(found) for section in sections_of(found)]
    sections = tuple(each for each in made if each is not None)
    left = left_out(found)
    if callable(found.progress) and left:
        found.progress(left)
    model = None
    if found.lives:
        model, _ = found.model
    return Document(found.scenario.title, subtitle(found), sections, found.own_command, model)


def subtitle(found: Findings) -> str:
    """What the page is of, and what it is not."""
    first, last = month_name(found.dates[0]), month_name(found.dates[-1])
    return f"{counted(found.runs, 'simulated future')}, {first} to {last}. {CAVEAT}"
