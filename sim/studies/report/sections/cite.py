"""How to cite the page, and how to make sure of it."""

from __future__ import annotations

from sim.studies.report.findings import Findings
from sim.studies.report.pieces import Commands, Section


def cite(found: Findings) -> Section:
    """The commands that make the page and check its numbers."""
    lines = (
        (found.command("report"), "makes this page"),
        (found.command("run"), "runs the futures behind it"),
    )
    return Section("cite", "Cite and verify", [Commands(lines)])
