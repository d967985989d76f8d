"""How what was written down scored, as lines of text."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from sim.assimilation.facts import EVENT
from sim.refusal import cleaned
from sim.statistics.scores import FLOOR
from sim.statistics.serial import FEWEST_YEARS
from sim.statistics.twoway import FEWEST
from sim.studies.ledger.score import Score
from sim.studies.ledger.scores import MEANINGS, Standing
from sim.studies.ledger.summary import COUNTED, EVERY
from sim.studies.ledger.text.words import LABEL, heading
from sim.writing.text import WIDTH, percent

Row = Mapping[Any, Any]

HEADINGS = {
    Standing.SCORED: "Forecasts",
    Standing.AFTERWARDS: "Made afterwards: no forecasts, and not added up with any",
}

NOTES = (
    "Scores are costs, 0 is least. Skill is 1 - score / score of the baseline, negative where the baseline "
    f"costs less. Log scores take probabilities no nearer to 0 or 1 than {FLOOR:g}. Expected: the Brier "
    "score of probabilities that are right; excess: the score less that, above 0 where they are too sure.",
    "Intervals (95 %) allow for scores of one target, and of one year, that hang together, and from "
    f"{FEWEST_YEARS} years on for years that follow from each other. They are left out below {FEWEST} "
    "targets (of series, years or targets): dates of one event overlap, and are no separate evidence. Of "
    "entries about one question at one lead time the first counts.",
)


def scored(found: Score, everything: bool = False) -> Iterator[str]:
    """How entries stand, and how those scored that are due; everything: a row for each target too."""
    yield from textwrap.wrap(cleaned(found.asked[-1].scenario.title), WIDTH)
    yield f"{len(found.asked)} entries of {cleaned(str(found.ledger.path))}, as on {found.today.date()}:"
    for standing, meaning in MEANINGS.items():
        yield f"{found.count(standing):>8}  {standing}: {meaning}"
    yield from _asides(found)
    for standing in COUNTED:
        yield from _of_standing(found, standing, everything)
    yield ""
    for note in NOTES:
        yield from textwrap.wrap(note, WIDTH)


def _asides(found: Score) -> Iterator[str]:
    """What came early, and which facts nobody asked for."""
    table = found.entries
    is_early = (table["standing"] == Standing.OPEN) & (table["kind"] == EVENT) & (table["answer"] == 1)
    if is_early.any():
        told = "they count once they are due, with those that do not"
        yield f"{is_early.sum()} open ones have come true; {told}."
    if found.unasked:
        yield f"{len(found.unasked)} facts are about nothing that was asked."


def _of_standing(found: Score, standing: Standing, everything: bool) -> Iterator[str]:
    """The scores of forecasts, or of what was made afterwards; nothing where there is none."""
    if not found.count(standing):
        return
    own = found.summary[found.summary["standing"] == standing]
    yield ""
    yield HEADINGS[standing]
    for (variant, kind), rows in own.groupby(["variant", "kind"], sort=False):
        yield ""
        if own["variant"].nunique() > 1:
            yield from textwrap.wrap(cleaned(f"Scenario {variant}"), WIDTH)
        if not everything:
            rows = rows[rows["target"] == EVERY]
        if kind == EVENT:
            yield from _events(rows)
            yield from _bins(_own(found.reliability, standing, variant))
        else:
            yield from _series(rows)
            yield from _tenths(_own(found.pits, standing, variant))


def _own(table: pd.DataFrame, standing: Standing, variant: Any) -> pd.DataFrame:
    """The rows of a standing and a variant."""
    return table[(table["standing"] == standing) & (table["variant"] == variant)]


def _events(rows: pd.DataFrame) -> Iterator[str]:
    """A row for all, each lead time and each target: probabilities, costs, and beside baselines."""
    heads = f"{'asked':>6}{'p (%)':>8}{'came':>7}{'Brier':>8}{'log':>7}{'expected':>10}  excess"
    yield f"{'Events':<{LABEL}}{heads}"
    for row in rows.to_dict("records"):
        shares = f"{percent(row['probability']):>8}{percent(row['happened']):>7}"
        costs = f"{row['score']:>8.3f}{row['log']:>7.3f}{row['expected']:>10.3f}"
        yield f"{_name(row):<{LABEL}}{row['entries']:>6}{shares}{costs}  {_signed(row, 'excess')}"
        yield from _beside(row, "Brier")


def _series(rows: pd.DataFrame) -> Iterator[str]:
    """A row for all, each lead time and each target: costs, coverage, and beside baselines."""
    yield f"{'Series':<{LABEL}}{'asked':>6}{'CRPS':>9}  {'inside 50 %':<20}inside 90 %"
    for row in rows.to_dict("records"):
        inside = f"{_share(row, 'within_50'):<20}{_share(row, 'within_90')}"
        yield f"{_name(row):<{LABEL}}{row['entries']:>6}{_cost(row, 'score'):>9}  {inside}"
        yield from _beside(row, "CRPS")


def _name(row: Row) -> str:
    """What a row is of."""
    if row["lead"] != EVERY:
        return f"  lead {row['lead']} months"
    return textwrap.shorten(cleaned(str(row["label"])), LABEL - 1, placeholder="...")


def _cost(row: Row, name: str) -> str:
    """A mean score; nothing where there is none, as of series in several units."""
    value = row.get(name, math.nan)
    if math.isnan(value):
        return ""
    return f"{value:.3g}"


def _beside(row: Row, score: str) -> Iterator[str]:
    """A line for each baseline that says something of these entries."""
    for name in [key.removeprefix("entries_") for key in row if key.startswith("entries_")]:
        count = row[f"entries_{name}"]
        if math.isnan(count):
            continue
        told = f"skill {_signed(row, f'skill_{name}')}"
        if cost := _cost(row, f"score_{name}"):
            told = f"{score} {cost}, {told}"
        if count < row["entries"]:
            told += f", of {count:.0f}"
        yield f"    beside {heading(name)}: {told}"


def _signed(row: Row, name: str) -> str:
    """A number with its interval, as far as they can be told."""
    value, low, high = (row.get(f"{name}{end}", math.nan) for end in ("", "_low", "_high"))
    if math.isnan(value):
        return "not told"
    if math.isnan(low):
        return f"{value:+.3f}"
    return f"{value:+.3f} ({low:+.3f} to {high:+.3f})"


def _share(row: Row, name: str) -> str:
    value, low, high = (100 * row[f"{name}{end}"] for end in ("", "_low", "_high"))
    return f"{value:.0f} % ({low:.0f} to {high:.0f})"


def _bins(rows: pd.DataFrame) -> Iterator[str]:
    """How often events came of whose probability lies in a bin."""
    yield ""
    yield f"{'  Probability (%)':<20}{'asked':>6}{'mean':>8}{'came':>6}{'share':>8}  95 % interval"
    for row in rows.to_dict("records"):
        ends = f"  {100 * row['low_edge']:.0f} to {100 * row['high_edge']:.0f}"
        counts = f"{row['entries']:>6}{percent(row['probability']):>8}{row['happened']:>6}"
        interval = f"{100 * row['low']:.1f} to {100 * row['high']:.1f}"
        yield f"{ends:<20}{counts}{percent(row['share']):>8}  {interval}"


def _tenths(rows: pd.DataFrame) -> Iterator[str]:
    """How often what came lay in each tenth of what was said."""
    yield ""
    yield "  What came lay in these tenths of what was said, from the lowest up (even if all is right):"
    yield "  " + " ".join(f"{count:>4}" for count in rows["inside"])
