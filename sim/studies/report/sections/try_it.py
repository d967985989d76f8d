"""The living model: its place in the page, or why it is not there."""

from __future__ import annotations

from sim.studies.report.findings import Findings
from sim.studies.report.pieces import Living, Section, Words

TOLD = (
    "The model itself runs here, in this page. Move a number: the same futures are lived again, as the file "
    "has them and as you have them, and what differs is due to what you moved."
)
ONE_SET = (
    "Every future here has the numbers of the file, or yours; above, each has a draw of what nobody knows, "
    "so that chances may differ a little."
)


def try_it(found: Findings) -> Section | None:
    """Sliders and charts; none in a page that is asked to be static."""
    if not found.lives:
        return None
    model, reason = found.model
    if model is None:
        return Section("try", "Try it", [Words.of(f"The model is not in this page: {reason}.")])
    told = [TOLD]
    if found.setup.draws is not None:
        told.append(ONE_SET)
    return Section("try", "Try it", [Words.of(*told), Living()])
