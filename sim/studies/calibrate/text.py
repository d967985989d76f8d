"""What `steppe calibrate` prints, at most 100 columns wide."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator

from sim.studies.calibrate.ask import LEARNT, SURE, Calibration
from sim.studies.calibrate.checks import DRAWS, PLANTED
from sim.studies.hindcast.facts import SERIES

WIDTH = 100


def report(found: Calibration) -> Iterator[str]:
    """What was free, what the observations say of it, and how truths ranked on synthetic data."""
    table, series = found.table(), sum(fact.kind == SERIES for fact in found.facts)
    yield from textwrap.wrap(found.scenario.title, WIDTH)
    yield from textwrap.wrap(
        f"{len(found.free)} uncertain entries ({sum(len(entry.paths) for entry in found.free)} numbers); {len(found.facts)} "
        f"observations to fit, {series} of series and {len(found.facts) - series} of events; {found.simulated:,} synthetic data "
        f"sets, {len(found.checked.truth):,} more to check with, seed {found.seed}.",
        WIDTH,
    )
    yield ""
    yield f"{'':<40}{'prior':>24}{'posterior':>24}{'told':>6}{'r':>6}"
    yield f"{'':<40}{'median (5 to 95 %)':>24}{'median (5 to 95 %)':>24}"
    for row in table.itertuples():
        name = textwrap.shorten(row.label, 39, placeholder=" ...")
        before = f"{row.prior_median:.2f} ({row.prior_low:.2f} to {row.prior_high:.2f})"
        after = f"{row.posterior_median:.2f} ({row.posterior_low:.2f} to {row.posterior_high:.2f})"
        yield f"{name:<40}{before:>24}{after:>24}{row.contraction:>6.2f}{row.recovery:>6.2f}"
    yield from textwrap.wrap(
        "Factors and shifts of the file's numbers. told: by how much data of this kind narrow the prior variance, on synthetic "
        "data with known truth (0 nothing, 1 all); r: correlation of posterior mean and truth.",
        WIDTH,
    )
    if found.kept:
        names = ", ".join(entry.name for entry in found.kept)
        yield from textwrap.wrap(
            f"Not identified, told below {LEARNT:g}, so what is printed is the prior: {names}.", WIDTH
        )
    yield ""
    heads = f"{'even, p':>10}{'width (95 %)':>24}{f'sd x {PLANTED}: p':>14}{'width':>8}"
    yield f"{f'Truths among {DRAWS} posterior draws':<40}{heads}"
    for row in table.itertuples():
        name = textwrap.shorten(row.label, 39, placeholder=" ...")
        width = f"{row.width:.2f} ({row.width_low:.2f} to {row.width_high:.2f})"
        yield f"{name:<40}{row.evenness_p:>10.3f}{width:>24}{row.planted_evenness_p:>14.1g}{row.planted_width:>8.2f}"
    limit = SURE / len(found.free)
    seen = int((table["planted_evenness_p"] < limit).sum())
    yield from textwrap.wrap(
        f"width: how many times too wide posteriors are. Uneven if p < {limit:.2g}, which chance alone gives to one entry or "
        f"more in {100 * SURE:g} % of calibrations. With the planted error (sd x {PLANTED}) {seen} of {len(found.free)} entries "
        "are uneven.",
        WIDTH,
    )
    yield ""
    yield from _reached(found)


def _reached(found: Calibration) -> Iterator[str]:
    """How the observed data set lies among synthetic ones."""
    yield from textwrap.wrap(
        f"Of the data sets made with known truth, {100 * found.strange:.1f} % lie as far from their neighbours as the observed "
        "one.",
        WIDTH,
    )
    if found.outside:
        targets = ", ".join(
            f"{name} {count}" for name, count in Counter(fact.target for fact in found.outside).items()
        )
        yield from textwrap.wrap(
            f"Observations beyond all synthetic ones: {len(found.outside)} ({targets}).", WIDTH
        )
