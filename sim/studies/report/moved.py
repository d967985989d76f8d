"""What drives the answer: shares of the doubt, and the answer with each large driver at either end."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.engine.uncertain import Entry
from sim.outcomes.target import Target
from sim.refusal import Refusal
from sim.scenario.load import Scenario
from sim.studies.report.because import Untold
from sim.studies.report.study import Tell
from sim.studies.response import Response
from sim.studies.run.ensemble import Ensemble
from sim.studies.sensitivity.tornado import tornado

MOST = 5
"""Drivers that are told."""

RUNS = 2_048
"""Futures at each end, as many as `steppe sensitivity` takes."""


def drivers_of(ensemble: Ensemble, target: Target) -> pd.DataFrame | Untold:
    """The share of the differences between draws that each number explains, the largest first.

    The last row is what none explains by itself.
    """
    if ensemble.beliefs is None:
        return Untold("all futures have one set of numbers")
    try:
        table = ensemble.drivers(target.name, target.dates[0])
    except Refusal as error:
        return Untold(str(error))
    if table.empty:
        return Untold("draws do not differ beyond chance")
    left = table["driver"] == ""
    return pd.concat([table[~left].sort_values("share", ascending=False, kind="stable"), table[left]])


def large_of(ensemble: Ensemble, table: pd.DataFrame | Untold) -> tuple[Entry, ...]:
    """The entries that explain most of the doubt, beyond chance, the largest first."""
    if isinstance(table, Untold) or ensemble.beliefs is None:
        return ()
    known = {entry.name: entry for entry in ensemble.beliefs.free}
    return tuple(known[name] for name in table.loc[table["told"].astype(bool), "driver"][:MOST])


def ends_of(
    scenario: Scenario, entries: Sequence[Entry], target: Target, seed: int, threads: int | None,
    tell: Tell,
) -> pd.DataFrame | Untold:  # fmt: skip
    """The target with each entry at either end of its prior, on the same futures: a row each, in order."""
    if not entries:
        return Untold("no number in doubt stands out")
    response = Response(scenario, tuple(entries), target, RUNS, seed, threads)
    names = [entry.name for entry in entries]
    try:
        return tornado(response, names, RUNS, tell)
    except Refusal as error:
        return Untold(str(error))
