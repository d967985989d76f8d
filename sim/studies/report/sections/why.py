"""Why: what each mechanism adds to the answer, three of them in sentences, and every claim of the file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.statistics.paired import Difference
from sim.studies.explain.division import Division
from sim.studies.explain.explained import Explained
from sim.studies.explain.unit import Unit
from sim.studies.report.bars import ADDS, CUT, TAKES, TOTAL, Bar, Bars, floor_of
from sim.studies.report.because import Untold
from sim.studies.report.claims import claims_told, failed, matrix
from sim.studies.report.findings import Findings
from sim.studies.report.listed import Fold, Points
from sim.studies.report.pieces import Piece, Section, Words
from sim.studies.report.said import Said

REASONS = 3
"""Mechanisms that are told in sentences."""

HOW = (
    "What each mechanism adds to the answer or takes from it, in the mean over orders in which they can be "
    "switched on, so that they add up (Shapley values). Thin lines: 95 % intervals. It tells why the model "
    "says so, not why the world would."
)
STILL = "No mechanism that the scenario can switch off changes the answer beyond chance."


def why(found: Findings) -> Section | None:
    """What makes the answer, mechanism by mechanism; none for a scenario without claims."""
    pieces = [*_divided(found), *_claims(found)]
    if not pieces:
        return None
    return Section("why", "Why", pieces)


def _divided(found: Findings) -> Iterator[Piece]:
    """Three reasons, and a bar for each mechanism."""
    explained = found.explained
    if isinstance(explained, Untold):
        if found.tried:
            yield Words.of(f"The answer is not divided among mechanisms: {explained.why}.", kind="note")
        return
    reasons = [*reasons_of(explained)]
    if reasons:
        yield Words.of(f"{_levels(explained)} What does most:")
        yield Points(reasons)
    else:
        yield Words.of(_levels(explained), STILL)
    yield _bars(found, explained)


def _levels(explained: Explained) -> str:
    """How far the mechanisms bring the answer."""
    division, said = explained.main, Said(explained.main.is_share)
    date, many = said.when(explained.target.dates[0]), len(division.players)
    whole, base = said.level(division.whole.mean), said.level(division.base.mean)
    told = f"With the numbers of the scenario the answer is {whole}{said.unit} {date}; without the "
    return f"{told}{many} mechanisms that can be switched off it would be {base}{said.unit}."


def reasons_of(explained: Explained) -> Iterator[tuple[str, str]]:
    """The mechanisms that do most, beyond chance: the claim, and what it adds or takes away."""
    division, said = explained.main, Said(explained.main.is_share)
    order = sorted(range(len(division.players)), key=lambda place: -abs(division.parts[place].mean))
    for place in [place for place in order if division.parts[place].sign][:REASONS]:
        part = division.parts[place]
        verb = "adds" if part.sign > 0 else "takes away"
        yield f"{division.players[place].label}.", f"This {verb} {said.added(part)}."


def _bars(found: Findings, explained: Explained) -> Bars:
    """From the answer without any mechanism to that with all of them."""
    runs, options = explained.runs - explained.failed, {"of": found.first.name, "by": found.first.dates[0]}
    command = found.command("explain", **options, runs=explained.runs, futures=0, seed=found.seed)
    floor, unit = _floor(explained.main), "In 100 futures. " * found.target.is_share
    caption = f"{unit}{HOW} {runs:,} futures, the same in every world. {CUT * (floor != 0)}".strip()
    return Bars("why", caption, [*_rows(explained.main, floor)], command, floor=floor)


def _floor(division: Division) -> float:
    """Where bars begin: near their ends if all of these lie far from 0."""
    at = division.base.mean + np.cumsum([division.parts[place].mean for place in division.shown[0]])
    return floor_of([division.base.mean, *at.tolist(), division.whole.mean])


def _rows(division: Division, floor: float) -> Iterator[Bar]:
    """The answer without any mechanism, a step for each that does much, and the answer with all of them."""
    shown, rest = division.shown
    steps = [(division.players[place].label, division.parts[place]) for place in shown]
    if rest:
        steps.append((f"{len(rest)} others", division.together(rest)))
    unit, at = Unit(division.is_share), division.base.mean
    yield _total("without any of them", division.base, unit, floor)
    for name, part in steps:
        start, at = at, at + part.mean
        # the interval of a step is around its end, wherever the steps before it end
        ends, kind = (start + part.low, start + part.high), TAKES if part.mean < 0 else ADDS
        yield Bar(name, start, at, unit.bare(part.mean, sign=True), ends, kind)
    yield _total("as in the scenario", division.whole, unit, floor)


def _total(name: str, level: Difference, unit: Unit, floor: float) -> Bar:
    return Bar(name, floor, level.mean, unit.bare(level.mean), (level.low, level.high), TOTAL)


def _claims(found: Findings) -> Iterator[Piece]:
    """How many claims of the file hold in the model, and all of them."""
    tried = found.tried
    if isinstance(tried, Untold):
        yield Words.of(f"The claims of the scenario were not tried: {tried.why}.", kind="note")
    elif tried:
        yield Words.of(claims_told(tried))
        wrong = failed(tried)
        if wrong:
            yield Points(wrong, bare=True)
        command = found.command("check", only="mechanisms")
        yield Fold(f"All {len(tried)} claims: who says so, and what was found", [matrix(tried, command)])
