"""One measurement of the `sim` that Python finds, printed as JSON; a process for each, so that checkouts take
turns.

    python tests/support/measures.py month

Only what users call is used here, so that older checkouts can be measured too. CPU seconds of this process;
machine code is at hand in the cache unless XDG_CACHE_HOME says otherwise.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SCENARIO = "mongolia-2024"
KEPT = ["first.russian_visit", "count.invest_Japan"]
"""Outcomes that a large sweep keeps."""


def cpu_of(work: Callable[[], Any]) -> float:
    """CPU seconds that something takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def month(rounds: int = 15) -> dict[str, float]:
    """CPU of the machine code a run-month, on one thread [us]."""
    import numpy as np

    engine, runs = _engine(), np.arange(512, dtype=np.uint64)
    found = [cpu_of(lambda: engine.page(1, runs)) for _ in range(rounds)]
    return {"us": statistics.median(found) / len(runs) / engine.world.months * 1e6}


def _engine() -> Any:
    import sim
    from sim.engine.engine import Engine
    from sim.scenario.lower import lower

    return Engine.of(lower(sim.load(SCENARIO)))


def threads(runs: int = 20_000) -> dict[str, float]:
    """How many times as fast two threads are as one, by the clock."""
    from sim.engine.pages import pages

    world, found = _engine().world, {1: list[float](), 2: list[float]()}
    for _ in range(3):
        for count, seconds in found.items():
            start = time.perf_counter()
            for _ in pages(world, runs, 1, count, lambda history: None):
                pass
            seconds.append(time.perf_counter() - start)
    return {"times": statistics.median(found[1]) / statistics.median(found[2])}


def sweep(points: int, months: int, keep: bool) -> dict[str, float]:
    """Points of 10 runs that a CPU second makes, of three numbers of the scenario; all outcomes, or KEPT."""
    import numpy as np
    import pandas as pd

    import sim

    base, rng = sim.load(SCENARIO), np.random.default_rng(1)
    ranges = {
        "quantities.sanctions.start": (0.5, 0.9),
        "quantities.war.start": (0.6, 0.9),
        "parameters.conditionality": (0.0, 1.0),
    }
    table = pd.DataFrame({path: rng.uniform(*ends, points) for path, ends in ranges.items()})
    asked = {"runs": 10, "months": months, "keep": KEPT if keep else None, "threads": 1}
    sim.sweep(base, table[:2], **asked)  # machine code is made before any clock runs
    return {"points a CPU s": points / cpu_of(lambda: sim.sweep(base, table, **asked))}


def opening() -> dict[str, float]:
    """CPU of what comes before the first page, from the start of the interpreter on [s]."""
    import numpy as np

    import sim
    from sim.engine.engine import Engine
    from sim.scenario.lower import lower

    imported = time.process_time()
    world = lower(sim.load(SCENARIO))
    lowered = time.process_time()
    # one run: an engine may put off its machine code until it is run
    Engine.of(world).page(1, np.arange(1, dtype=np.uint64))
    made = time.process_time()
    return {"start-up": imported, "load": lowered - imported, "machine code": made - lowered}


def memory(scenario: str, runs: int, months: int) -> dict[str, float]:
    """Peak of a process that runs an ensemble into a folder [MB]."""
    import resource
    import tempfile

    import sim

    with tempfile.TemporaryDirectory() as folder:
        sim.run_into(f"{folder}/results", sim.load(scenario), runs=runs, months=months or None, figures=False)
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    own = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    unit = 1024 if sys.platform == "darwin" else 1
    # where Linux tells it, its own: ru_maxrss would remember the parent's memory
    peak = own[0] if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit
    return {"MB": peak / 1024}


MEASURES: dict[str, Callable[..., dict[str, float]]] = {
    "month": month, "threads": threads, "sweep": sweep, "opening": opening, "memory": memory,
}  # fmt: skip

if __name__ == "__main__":
    print(json.dumps(MEASURES[sys.argv[1]](*map(json.loads, sys.argv[2:]))))
