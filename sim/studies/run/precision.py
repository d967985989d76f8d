"""How many futures it takes until the interval of an outcome is as narrow as wanted."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np

from sim.engine.engine import pages
from sim.engine.history import History
from sim.engine.request import check_request
from sim.outcomes.happenings import happenings_of, occurred
from sim.reading.numbers import shown
from sim.refusal import BadInput, did_you_mean
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from sim.statistics.intervals import wilson

MOST_NAMED = 12
"""Names that a message lists."""

LEAST, MOST = 1_024, 10_000_000
"""Runs before which no interval is believed, and after which a wish is given up."""


def runs_needed(
    scenario: Scenario, precision: float, name: str | None = None, seed: int = 1, months: int | None = None,
    threads: int | None = None, progress: Callable[[int], Any] | None = None,
) -> int:  # fmt: skip
    """Runs after which the Wilson 95 % interval of an outcome (the first of the scenario by default) is
    +-`precision`.

    Looked at page by page, so a lucky early page can stop it a little soon; `LEAST` keeps that small. Raises
    BadInput for an outcome that is none, or a precision that MOST runs do not reach.
    """
    _, seed, months, threads = check_request(1, seed, months, threads)
    if isinstance(precision, bool) or not isinstance(precision, Real) or not 0 < precision < 0.5:
        raise BadInput(f"a precision of {precision}: must lie between 0 and 0.5, such as 0.005")
    none = wilson(np.array([0]), MOST)
    if precision < (none[1][0] - none[0][0]) / 2:
        raise BadInput(
            f"a precision of {precision}: {MOST:,} runs never reach that; ask for less, such as 0.005"
        )
    world = lower(scenario, months)
    known = {happening.name: happening for happening in happenings_of(scenario)}
    name = next(iter(known), None) if name is None else name
    if name not in known:
        hint = did_you_mean(str(name), known, most=3) or f"; there are {', '.join(list(known)[:MOST_NAMED])}"
        raise BadInput(f"no outcome or event {shown(str(name))}{hint}")

    def happened(history: History) -> np.ndarray:
        good = ~history.failed
        found = occurred(history, known[name]).any(axis=0) & good
        return np.array([len(good), good.sum(), found.sum()])

    total = np.zeros(3, dtype=np.int64)
    for page in pages(world, MOST, seed, threads, happened, join=lambda found: np.sum([*found], axis=0)):
        total += page
        runs, counted, count = (int(each) for each in total)
        low, high = wilson(count, counted)
        if runs >= LEAST and (high - low) / 2 <= precision:
            return runs
        if progress is not None:
            progress(runs)
    raise BadInput(f"a precision of {precision}: not reached in {MOST:,} runs; ask for less")
