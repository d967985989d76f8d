"""The living model: its place in the page, or why it is not there."""

from __future__ import annotations

from sim.studies.report.findings import Findings
from sim.studies.report.pieces import Living, Section, Words

TOLD = (
    "The model itself runs here, in this page. Move a number: the same futures are lived again, as the "
    "scenario has them and as you have them, and what differs is due to what you moved."
)
ONE_SET = (
    "Every future here has the numbers of the scenario, or yours; above, each has a draw of the uncertain "
    "ones, so that chances may differ a little."
)
ON_PAPER = (
    "Opened in a browser, this page runs the model itself and lets its reader move the numbers. Printed is "
    "what it showed then; where nothing was moved, that is the scenario as it stands, each number as it is "
    "there."
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
    return Section(
        "try", "Try it", [Words.of(*told, kind="screen"), Words.of(ON_PAPER, kind="paper"), Living()]
    )
