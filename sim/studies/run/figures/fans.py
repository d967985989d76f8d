"""Fans of some paths of a run, as small multiples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from sim.drawing.bands import Fan, fan_figure
from sim.drawing.calendar import marks
from sim.drawing.sheet import empty_sheet
from sim.studies.run.figures.caption import caption_of

if TYPE_CHECKING:
    from sim.studies.run.ensemble import Ensemble

NOTE = (
    "Line: median of the runs; dark band: 25 to 75 %, light band: 5 to 95 % of runs; dotted: value at the "
    "start."
)
DRAWN = (
    "Line: median of the runs; dark band: 25 to 75 %, light band: 5 to 95 % of runs, which differ by chance "
    "and by their draw of the uncertain numbers (apart in table.csv); dotted: value at the start in the file."
)


def figure(
    ensemble: Ensemble, headline: str, titles: dict[str, str], notes: Sequence[str], same_scale: bool
) -> Figure:
    """A panel for each path of an ensemble; `titles` are {path: title} in the order of the panels."""
    caption = caption_of(ensemble, fans=True)
    if not titles:
        return empty_sheet(headline, caption, "Nothing to show: the scenario has none.")
    if ensemble.failed == ensemble.runs:
        return empty_sheet(headline, caption, "Nothing to show: every run failed.")
    fans = [Fan(title, ensemble.fan(path), ensemble.start(path)) for path, title in titles.items()]
    note = NOTE
    if ensemble.beliefs is not None:
        note = DRAWN
    found = marks(ensemble.scenario.case, ensemble.dates)
    return fan_figure(headline, fans, [note, *notes], caption, found, same_scale)
