"""What `calibrate` says of a calibration, line by line."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.assimilation.facts import SERIES
from sim.studies.calibrate.ask import LEARNT, SURE, Calibration
from sim.studies.calibrate.checks import DRAWS, PLANTED
from sim.studies.calibrate.ridges import LEVELS, STEEP, Ridge
from sim.studies.calibrate.tables import Errors
from sim.writing.text import WIDTH

TOLD_NOTE = (
    "Factors and shifts of the file's numbers. told: by how much data of this kind narrow the prior "
    "variance, on synthetic data with known truth (0 nothing, 1 all); r: correlation of posterior mean and "
    "truth."
)


def report(found: Calibration) -> Iterator[str]:
    """What was free, what the observations say of it, and how truths ranked on synthetic data."""
    table = found.table()
    yield from textwrap.wrap(found.scenario.title, WIDTH)
    yield from _size(found)
    yield ""
    yield from _learnt(found, table)
    yield ""
    yield from _errors(found.errors)
    yield from _ridges(found.ridges)
    yield from _ranks(found, table)
    yield ""
    yield from _reached(found)


def _size(found: Calibration) -> Iterator[str]:
    """How many entries, observations and synthetic data sets there are."""
    series = sum(fact.kind == SERIES for fact in found.facts)
    numbers = sum(len(entry.paths) for entry in found.free)
    yield from textwrap.wrap(
        f"{len(found.free)} uncertain entries ({numbers} numbers); {len(found.facts)} observations to fit, "
        f"{series} of series and {len(found.facts) - series} of events; {found.simulated:,} synthetic data "
        f"sets, {len(found.checked.truth):,} more to check with, seed {found.seed}.",
        WIDTH,
    )


def _name(row: object) -> str:
    return textwrap.shorten(getattr(row, "label", ""), 39, placeholder=" ...")


def _learnt(found: Calibration, table: pd.DataFrame) -> Iterator[str]:
    """Prior and posterior of each entry."""
    yield f"{'':<40}{'prior':>24}{'posterior':>24}{'told':>6}{'r':>6}"
    yield f"{'':<40}{'median (5 to 95 %)':>24}{'median (5 to 95 %)':>24}"
    for row in table.itertuples():
        before = f"{row.prior_median:.2f} ({row.prior_low:.2f} to {row.prior_high:.2f})"
        after = f"{row.posterior_median:.2f} ({row.posterior_low:.2f} to {row.posterior_high:.2f})"
        yield f"{_name(row):<40}{before:>24}{after:>24}{row.contraction:>6.2f}{row.recovery:>6.2f}"
    yield from textwrap.wrap(TOLD_NOTE, WIDTH)
    if by_size := _by_size(table):
        line = f"Known by size and not by sign (told of the square beside told): {', '.join(by_size)}."
        yield from textwrap.wrap(line, WIDTH)
    if found.kept:
        names = ", ".join(entry.name for entry in found.kept)
        line = f"Not identified, told below {LEARNT:g}, so what is printed is the prior: {names}."
        yield from textwrap.wrap(line, WIDTH)


def _by_size(table: pd.DataFrame) -> list[str]:
    """The entries of whose squares data tell more than of themselves."""
    return [
        f"{row.name} {row.contraction_of_size:.2f}, {row.contraction:.2f}"
        for row in table.itertuples()
        if row.contraction_of_size > row.contraction + LEARNT
    ]


def _errors(found: Errors) -> Iterator[str]:
    """What series have beyond the model."""
    if not found.series:
        return
    yield f"{'Beyond the model, sd [unit]':<40}{'prior':>24}{'posterior':>24}{'told':>6}{'r':>6}"
    for row in found.table().itertuples():
        before = f"{row.prior_median:.2g} ({row.prior_low:.2g} to {row.prior_high:.2g})"
        after = f"{row.posterior_median:.2g} ({row.posterior_low:.2g} to {row.posterior_high:.2g})"
        yield f"{row.name:<40}{before:>24}{after:>24}{row.contraction:>6.2f}{row.recovery:>6.2f}"
    yield from textwrap.wrap(
        "lasting: what comes in a year to an error that stays; fresh: of each observation alone.", WIDTH
    )
    yield ""


def _ridges(found: tuple[Ridge, ...]) -> Iterator[str]:
    """Which combinations of two entries are known, and which are left open."""
    if not found:
        return
    yield from textwrap.wrap(
        f"Pairs with |correlation| above {STEEP:g} in the posterior, as the combination that is known (=) "
        "and the one that is left open (?), median (5 to 95 %), with the prior variance that the "
        "observations took from each:",
        WIDTH,
    )
    for ridge in found:
        one, other = ridge.pair
        yield f"  {one.name}, {other.name}: {ridge.correlation:+.2f}"
        for which, sign in enumerate("=?"):
            low, middle, high = np.quantile(ridge.values[which], LEVELS)
            said = f"{middle:.2f} ({low:.2f} to {high:.2f}), told {ridge.told[which]:.2f}"
            yield f"    {sign} {ridge.expression(which)}: {said}"
    yield ""


def _ranks(found: Calibration, table: pd.DataFrame) -> Iterator[str]:
    """How evenly truths ranked, and whether a planted error is seen."""
    heads = f"{'even, p':>10}{'width (95 %)':>22}{f'sd x {PLANTED}: p':>12}{'width':>7}"
    yield f"{f'Truths among {DRAWS} posterior draws':<39}{heads}{'told':>5}{'line':>5}"
    for row in table.itertuples():
        width = f"{row.width:.2f} ({row.width_low:.2f} to {row.width_high:.2f})"
        planted = f"{row.planted_evenness_p:>12.1g}{row.planted_width:>7.2f}"
        told = f"{row.contraction:>5.2f}{row.linear:>5.2f}"
        yield f"{_name(row):<39}{row.evenness_p:>10.3f}{width:>22}{planted}{told}"
    entries = len(found.free)
    limit = found.limit
    seen = int((table["planted_evenness_p"] < limit).sum())
    yield from textwrap.wrap(
        f"width: how many times too wide posteriors are. Uneven if p < {limit:.2g}, which chance alone "
        f"gives to one entry or more in {100 * SURE:g} % of calibrations. With the planted error "
        f"(sd x {PLANTED}) {seen} of {entries} entries are uneven. Ranks are "
        "blind to information that is lost (draws of the prior rank evenly, too), so told stands beside "
        "them, and line, what a linear regression on the same data tells: an inference that tells less loses "
        "information.",
        WIDTH,
    )


def _reached(found: Calibration) -> Iterator[str]:
    """How the observed data set lies among synthetic ones."""
    yield from textwrap.wrap(
        f"Of the data sets made with known truth, {100 * found.strange:.1f} % lie as far from their "
        "neighbours as the observed one.",
        WIDTH,
    )
    if found.outside:
        counts = Counter(fact.target for fact in found.outside)
        targets = ", ".join(f"{name} {count}" for name, count in counts.items())
        line = f"Observations beyond all synthetic ones: {len(found.outside)} ({targets})."
        yield from textwrap.wrap(line, WIDTH)
