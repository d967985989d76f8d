"""The living model: its place in the page, or why it is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.studies.report.findings import Findings
from sim.studies.report.pieces import Living, Piece, Section, Words
from sim.studies.report.words import month_name

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

MOST = 3
"""Things that are not in the model, of which is said why."""


def try_it(found: Findings) -> Section | None:
    """Sliders and charts; none in a page that is asked to be static."""
    if not found.lives:
        return None
    model, reason = found.model
    if model is None:
        return Section("try", "Try it", [Words.of(f"The model is not in this page: {reason}.")])
    told = [TOLD]
    if found.given is not None:
        told.append(from_pasts(found, model))
    if found.setup.draws is not None:
        told.append(ONE_SET)
    pieces: list[Piece] = [Words.of(*told, kind="screen"), Words.of(ON_PAPER, kind="paper"), Living()]
    if model["left_out"]:
        pieces.append(Words.of(not_here(model["left_out"]), kind="note"))
    return Section("try", "Try it", pieces)


def from_pasts(found: Findings, model: Mapping[str, Any]) -> str:
    """From which pasts the futures of the page go on, and since when anything can be moved."""
    assert found.given is not None
    few, month = model["past"]["particles"], month_name(found.given.month)
    own = "with the numbers of its own" if model["past"]["own"] else "with the scenario's numbers"
    return (
        f"Each future goes on in {month} from one of {few} pasts that keep to the facts, {own}; whatever is "
        f"moved acts from then on. Above, {found.runs:,} pasts tell the answer: chances differ a little. "
        "Commands run as many as they are asked for."
    )


def not_here(left_out: Sequence[str]) -> str:
    """What cannot be moved or asked in the page, and why: the first few, and how many more there are."""
    shown, more = list(left_out[:MOST]), len(left_out) - MOST
    if more > 0:
        shown.append(f"and {more} more")
    return f"Not here: {'; '.join(shown)}."
