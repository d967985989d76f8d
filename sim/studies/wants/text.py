"""What deeds say of wants, as lines of text: one sentence first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pandas as pd

from sim.studies.caveat import caveat
from sim.studies.wants.found import Wants
from sim.studies.wants.posterior import FEWEST, MIXED
from sim.studies.wants.tables import AGAINST, HARDLY, KEEPS, LEARNT, LESS, MORE
from sim.writing.text import WIDTH

ROOM = 52
"""Signs of a label."""

FEW_RUNS = 4.0
"""Effective runs below which a warning is due."""

NOTE = (
    "A scale multiplies all that an actor's decisions take a want for; 1 is the file's own. told: by how "
    "much the deeds narrow the variance of the prior (0 nothing, 1 all). Only the product of a valuation and "
    "the size of an effect can be learnt. States are those of runs that keep to the deeds at the file's own "
    "scales, and the file's base rates may have been set with these deeds in view."
)


def wants_told(found: Wants) -> Iterator[str]:
    """What was learnt, what was not, what goes together, and how it is meant."""
    table = found.table()
    scales = table[table["kind"] == "scale"].sort_values("contraction", ascending=False, kind="stable")
    yield from _wrapped(sentence(found))
    yield ""
    yield from _rows(scales[scales["verdict"] != KEEPS])
    yield from _kept(scales[scales["verdict"] == KEEPS])
    yield from _ridges(found)
    yield from _left_out(found)
    yield from _checked(found, scales)
    yield from _faults(found)
    yield ""
    yield from _wrapped(NOTE)
    yield from caveat(found.scenario)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)


def sentence(found: Wants) -> str:
    """The answer in a sentence of plain words."""
    table = found.table()
    scales = table[table["kind"] == "scale"]
    came = sum(len(deed.came) for deed in found.deeds)
    learnt = scales[scales["verdict"] != KEEPS].sort_values("contraction", ascending=False, kind="stable")
    told = f"{came} deeds, and the months without any, tell something of {len(learnt)} of {len(scales)} wants"
    if learnt.empty:
        return f"{told}: all keep what was thought of them before."
    first = next(learnt.itertuples())
    interval = f"{first.low:.2f} to {first.high:.2f}"
    return f"{told}; most of {first.label}: {first.median:.2f} ({interval}) times what the file says."


def _rows(rows: pd.DataFrame) -> Iterator[str]:
    if rows.empty:
        return
    yield f"{'Scale of':<{ROOM}}{'median (90 %)':>22}{'prior (90 %)':>15}{'told':>6}"
    for row in rows.itertuples():
        label = textwrap.shorten(row.label, ROOM - 1, placeholder=" ...")
        learnt = f"{row.median:.2f} ({row.low:.2f} to {row.high:.2f})"
        prior = f"{row.prior_low:.2f} to {row.prior_high:.2f}"
        yield f"{label:<{ROOM}}{learnt:>22}{prior:>15}{row.contraction:>6.2f}"
    for verdict, words in VERDICTS.items():
        if names := ", ".join(rows.loc[rows["verdict"] == verdict, "label"]):
            yield from _wrapped(f"{words}: {names}.")


VERDICTS = {
    AGAINST: f"Contradicted by the deeds (nine in ten lie under {HARDLY:g})",
    LESS: "Wanted less than the file says",
    MORE: "Wanted more than the file says",
}


def _kept(rows: pd.DataFrame) -> Iterator[str]:
    if not rows.empty:
        names = ", ".join(rows["label"])
        told = f"Not identified, not surely told by {LEARNT:g}, so that the prior stands"
        yield from _wrapped(f"{told}: {names}.")


def _ridges(found: Wants) -> Iterator[str]:
    for row in found.ridges().itertuples():
        told = f"the {row.combination} is told by {row.contraction:.2f}"
        pair = f"{row.label} and {row.other_label}"
        yield from _wrapped(f"Not told apart (correlation {row.correlation:+.2f}): {pair}; {told}.")


def _left_out(found: Wants) -> Iterator[str]:
    if found.left_out:
        said = "; ".join(f"{target} {reason}" for target, reason in found.left_out.items())
        yield from _wrapped(f"Deeds that tell nothing here: {said}.")
    # of these nothing is known, or they are bargained: said so that nobody looks for them above
    known = {row for deed in found.deeds for row in deed.rows}
    rows = found.scenario.rows
    bargained = [row.label for name, row in rows.items() if row.terms is not None and name not in known]
    if bargained:
        yield from _wrapped(f"Rows with bargained terms, which are never used: {', '.join(bargained)}.")


def _checked(found: Wants, scales: pd.DataFrame) -> Iterator[str]:
    """How truths lay in their intervals, where that was asked for."""
    if found.recovered is None:
        return
    sets, mean = len(found.recovered.truth), scales["covered_90"].mean()
    least = scales.loc[scales["covered_90"].idxmin()]
    yield from _wrapped(
        f"On {sets} data sets made with known scales 90 % intervals hold {100 * mean:.1f} % of them in the "
        f"mean, and least often that of {least['label']}: {100 * least['covered_90']:.0f} "
        f"({100 * least['covered_90_low']:.0f} to {100 * least['covered_90_high']:.0f}) %."
    )


def _faults(found: Wants) -> Iterator[str]:
    if found.counted < FEW_RUNS:
        told = f"Only {found.counted:.1f} of {found.runs} runs carry these intervals"
        yield from _wrapped(f"{told}, so that they hang on what was the case in these; ask for more runs.")
    if not found.posterior.is_mixed:
        most, left = found.posterior.mixing.max(), found.posterior.effective
        told = (
            f"chains disagree by {most:.2f} (at most {MIXED}), {left:,.0f} draws count (at least {FEWEST:g})"
        )
        yield from _wrapped(f"These intervals are rough: {told}; ask for more draws.")
