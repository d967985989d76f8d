"""How many futures it takes until the interval of an outcome is as narrow as wanted."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine.history import History
from sim.engine.pages import simulate
from sim.engine.request import check_request
from sim.engine.setups import Setup, setup_of
from sim.outcomes.happenings import Findings, Happening, happenings_of
from sim.refusal import BadInput
from sim.scenario.load import Scenario
from sim.scenario.lookup import choice
from sim.scenario.lower import lower
from sim.statistics.intervals import wilson

LEAST, MOST = 1_024, 10_000_000
"""Runs before which no interval is believed, and after which a wish is given up."""


def runs_needed(
    scenario: Setup | Scenario | str | Path, half_width: float, name: str | None = None, seed: int = 1, *,
    months: int | None = None, threads: int | None = None, progress: Callable[[int], Any] | None = None,
) -> int:  # fmt: skip
    """Runs after which the Wilson 95 % interval of an outcome is +-`half_width` [1].

    name: of an outcome or event; the scenario's first if None.

    Looked at page by page, so a lucky early page can stop it a little soon; `LEAST` keeps that small.
    `progress` is told the runs so far. Raises BadInput for an outcome that is none, for a half width that
    MOST runs do not reach, and for draws of uncertain numbers, whose interval depends on their number.
    """
    setup = setup_of(scenario)
    if setup.draws is not None:
        raise BadInput("draws of uncertain numbers: more runs do not make their interval narrower; give runs")
    _, seed, months, threads = check_request(1, seed, months, threads)
    _check(half_width)
    world = lower(setup.scenario, months)
    asked = _happening(setup.scenario, name)

    def happened(history: History) -> np.ndarray:
        good = ~history.failed
        found = Findings(history).occurred(asked).any(axis=0) & good
        return np.array([len(good), good.sum(), found.sum()])

    counts = np.zeros(3, dtype=np.int64)
    lots = setup.prepared(world, seed).all(MOST)
    for page in simulate(lots, seed, threads, happened, lambda found: np.sum([*found], axis=0)):
        counts += page
        runs, counted, count = (int(each) for each in counts)
        low, high = wilson(count, counted)
        if runs >= LEAST and (high - low) / 2 <= half_width:
            return runs
        if progress is not None:
            progress(runs)
    raise BadInput(f"a precision of {half_width}: not reached in {MOST:,} runs; ask for less")


def _check(half_width: float) -> None:
    """Raises BadInput for what is no half width of a probability, or one that no number of runs reaches."""
    # True and False are numbers to Python, and no precision to anybody.
    known = isinstance(half_width, Real) and not isinstance(half_width, bool)
    if not known or not 0 < half_width < 0.5:
        raise BadInput(f"a precision of {half_width}: must lie between 0 and 0.5, such as 0.005")
    # Wilson's interval is narrowest for what never happens: what that does not reach, nothing does.
    low, high = wilson(np.array([0]), MOST)
    if half_width < (high[0] - low[0]) / 2:
        raise BadInput(
            f"a precision of {half_width}: {MOST:,} runs never reach that; ask for less, such as 0.005"
        )


def _happening(scenario: Scenario, name: str | None) -> Happening:
    """The outcome or event that is asked about. Raises BadInput."""
    known = {happening.name: happening for happening in happenings_of(scenario)}
    if name is None:
        name = next(iter(known), None)
    labels = {each.name: each.label for each in known.values()}
    return known[choice("outcome", str(name), labels)]
