"""Making a page about a folder of results."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sim.refusal import BadInput
from sim.studies.replay.strange import understood
from sim.studies.report.document import Document
from sim.studies.report.findings import command_of
from sim.studies.report.folders.compare import COMPARED
from sim.studies.report.folders.hindcast import SCORED
from sim.studies.report.folders.opened import Folder, opened
from sim.studies.report.folders.pieces import cite, doubt, figures, tables
from sim.studies.report.folders.run import RAN
from sim.studies.report.folders.shape import Shape
from sim.studies.report.folders.sweep import SWEPT
from sim.studies.report.folders.told import TOLD
from sim.studies.report.pieces import Piece, Section, Words
from sim.studies.report.sections.answer import EVERY_RUN_FAILED
from sim.writing.manifest import COMPARE, HINDCAST, RUN, SWEEP

SHAPES: dict[str, Shape] = {RUN: RAN, COMPARE: COMPARED, SWEEP: SWEPT, HINDCAST: SCORED, **TOLD}
"""What a page shows, by the kind of folder that it is about."""


def report_of_folder(path: Path, of: str | None = None) -> Document:
    """The page about a folder; of: the outcome that it is about, by name or label.

    Raises ManifestError and Refusal for a folder that is damaged, somebody else's, or of no such kind, and
    BadInput for an outcome that it does not hold.
    """
    folder = opened(path, SHAPES)
    if of is not None and not SHAPES[folder.kind].by_outcome:
        raise BadInput(f"{path}: holds a {folder.kind}, which is about one thing; name no outcome with it")
    with understood(path):
        page = _page(folder, SHAPES[folder.kind], of)
        # what a made-up folder holds may show only in its picture
        page.html()
        return page


def _page(folder: Folder, shape: Shape, of: str | None) -> Document:
    """The sections in the order of the page of a scenario, as far as a folder has them."""
    scenario, command = folder.scenario, command_of("report", str(folder.path), of=of)
    lead, *more = shape.question(folder, of)
    asked = [
        Words.of(lead, kind="lead"),
        Words.of(*more, f"The scenario asks: {scenario.case.question}", kind="note"),
    ]
    sections = (
        Section("question", "The question", asked),
        Section("answer", "The answer", [*_answer(folder, shape, of)]),
        *figures(folder, shape),
        *tables(folder, shape, of),
        doubt(folder, shape),
        cite(folder, command),
    )
    return Document(scenario.title, shape.subtitle, sections, command)


def _answer(folder: Folder, shape: Shape, of: str | None) -> Iterable[Piece]:
    """What came of it, if any run counts."""
    if folder.manifest.get("failed_runs") and folder.manifest["failed_runs"] == folder.manifest["runs"]:
        return [Words.of(EVERY_RUN_FAILED, kind="lead")]
    return shape.answer(folder, of)
