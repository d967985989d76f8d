"""One future told: a typical one, in few lines with their reasons."""

from __future__ import annotations

from sim.studies.report.because import Untold
from sim.studies.report.findings import Findings
from sim.studies.report.listed import Months
from sim.studies.report.pieces import Section, Words
from sim.studies.report.typical import Story
from sim.studies.report.words import month_name


def story(found: Findings) -> Section | None:
    """The typical future month by month; none where every run failed."""
    told = found.story
    if isinstance(told, Untold):
        return None
    words = (
        f"Run {told.run:,} of seed {found.seed}: of {told.of_runs:,} futures with the numbers of the "
        f"scenario the one whose end lies nearest to the middle{_alike(found, told)}. Any other is as good. "
        f"Told is what moved most; {told.left_out:,} lesser events are left out."
    )
    command = found.command("trace", run=told.run, seed=found.seed)
    lines = tuple((each.date, each.text) for each in told.told)
    return Section("story", "One future told", [Words.of(words), Months(lines, command)])


def _alike(found: Findings, told: Story) -> str:
    """Among which futures it was chosen."""
    if not found.target.is_share:
        return ""
    which, date = ("does not", "does")[told.came], month_name(found.first.dates[0])
    return (
        f", of those in which “{found.target.label}” {which} come by {date} ({100 * told.alike:.0f} in 100)"
    )
