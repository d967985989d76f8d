"""One way to change it: what somebody could do that moves the answer most, on the same futures."""

from __future__ import annotations

from collections.abc import Iterator

from sim.studies.report.because import Untold
from sim.studies.report.findings import Findings
from sim.studies.report.pieces import Commands, Section, Words
from sim.studies.report.said import Said, listed
from sim.studies.report.ways import RUNS, Moved
from sim.studies.report.words import month_name

MOST_NEXT = 2
"""Other things that are told."""

TITLE = "One way to change it"

ALONE = (
    "All else stays as in the scenario, and the futures are the same. It is one change in a model, not "
    "advice."
)


def change(found: Findings) -> Section | None:
    """The strongest way of all that were tried; none where the file has nothing to do."""
    ways = found.ways
    if isinstance(ways, Untold):
        return None
    best = ways[0]
    words = Words.of(*_told(found, ways))
    if not best.apart.sign:
        return Section("change", TITLE, [words])
    command = found.command(
        "compare", b_do=best.way.deeds, by=found.first.dates[0], runs=RUNS, seed=found.seed
    )
    return Section("change", TITLE, [words, Commands(((command, "compares the two"),))])


def _next(ways: tuple[Moved, ...], said: Said) -> Iterator[str]:
    """Other things that move the answer, each the way in which it does so most."""
    told = {ways[0].way.label}
    for each in ways:
        if len(told) <= MOST_NEXT and each.apart.sign and each.way.label not in told:
            told.add(each.way.label)
            yield f"{each.way.told} ({said.step(each.apart.mean)})"


def _told(found: Findings, ways: tuple[Moved, ...]) -> Iterator[str]:
    """What it does, or that nothing does anything."""
    best, said, tried = ways[0], Said(found.target.is_share), len(ways)
    date = said.when(found.first.dates[0])
    if not best.apart.sign:
        yield f"None of {tried} things that somebody could do moves the answer {date} beyond chance."
        return
    verb = ("falls", "rises")[best.apart.mean > 0]
    # rounded ends need not differ by what the rounded difference says
    yield (
        f"Of {tried} changes that were tried one by one this moves it most: {best.way.told} from "
        f"{month_name(best.way.since)} on. The answer {verb} {said.from_to(best.before, best.after)}, by "
        f"about {said.added(best.apart)}."
    )
    others = [*_next(ways, said)]
    if others:
        yield f"Next come {listed(others)}."
    still = [each for each in ways if each.way.who is not None]
    if still and not any(each.apart.sign for each in still):
        yield f"No lever that the scenario gives a single actor moves it {date} beyond chance."
    yield ALONE
