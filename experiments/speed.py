"""How fast is Steppe on this machine, and how much faster is the compiled ensemble than the Mesa model?

    python experiments/speed.py            # less than a minute
    python experiments/speed.py --full     # longer runs, and memory at 20,000 and 200,000 runs

Medians of repeats; ratios are what may be compared between machines. Every number depends on what else the
machine is doing.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sim.agents.model import Model
from sim.engine.engine import Engine
from sim.engine.pages import pages
from sim.scenario.load import load
from sim.scenario.lower import World, lower

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
PEAK = """
import pathlib, resource, sys, sim
sim.run_into({out!r}, sim.load({path!r}), runs={runs}, figures=False)
status = pathlib.Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
own = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
unit = 1024 if sys.platform == "darwin" else 1
# where Linux tells it, its own: ru_maxrss would remember the parent's memory
print(own[0] if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit)
"""


def seconds(work: Callable[[], object], repeats: int) -> float:
    """Median seconds of some repeats."""
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def mesa_months(world: World) -> float:
    """Seconds per run-month of the Mesa model."""
    model = Model(world)
    start = time.perf_counter()
    model.run_model()
    return (time.perf_counter() - start) / world.months


def ensemble_months(world: World, runs: int, threads: int, repeats: int) -> float:
    """Seconds per run-month of the ensemble, its machine code at hand, recording included; histories are
    thrown away.
    """

    def work() -> None:
        for _ in pages(world, runs, 1, threads):
            pass

    return seconds(work, repeats) / (runs * world.months)


def command(*arguments: str, cache: str | None = None) -> str:
    """Run this Python in a process of its own, with its own cache folder if one is given; what it printed."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    if cache is not None:
        environment["XDG_CACHE_HOME"] = cache
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout


def steppe_run(runs: int, folder: str, cache: str) -> Callable[[], object]:
    """The command line from nothing to saved tables."""
    return lambda: command(
        "-m",
        "sim",
        "run",
        str(SCENARIO),
        "--runs",
        str(runs),
        "--out",
        folder,
        "--overwrite",
        "--no-figures",
        cache=cache,
    )


def peak_megabytes(runs: int) -> float:
    """Peak memory of a process that runs an ensemble and streams its outcomes to a folder."""
    with tempfile.TemporaryDirectory() as folder:
        return int(command("-c", PEAK.format(path=str(SCENARIO), runs=runs, out=f"{folder}/results"))) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="longer runs")
    full = parser.parse_args().full
    repeats, runs = (5, 100_000) if full else (3, 20_000)
    world = lower(load(SCENARIO))
    Engine.of(world)  # the machine code is made before any clock runs

    print(f"{SCENARIO.stem}: {len(world.parts.events)} events, {world.months} months")
    print(f"medians of {repeats} repeats, {os.cpu_count()} processors")
    agents = statistics.median(mesa_months(world) for _ in range(repeats))
    one, two = (ensemble_months(world, runs, threads, repeats) for threads in (1, 2))
    print(f"Mesa model                      {agents * 1e6:10.1f} us a run-month")
    print(
        f"ensemble, one thread            {one * 1e6:10.3f} us a run-month, "
        f"{1 / one:,.0f} run-months a second"
    )
    print(
        f"ensemble, two threads           {two * 1e6:10.3f} us a run-month, "
        f"{1 / two:,.0f} run-months a second"
    )
    print(f"ensemble against Mesa, a thread {agents / one:10,.0f} times")
    print(f"two threads against one         {one / two:10.2f} times")

    with tempfile.TemporaryDirectory() as folder:
        work = steppe_run(20_000, f"{folder}/results", f"{folder}/cache")
        print(
            f"20,000 runs, cold start         {seconds(work, 1):10.1f} s  "
            "(command line, empty cache, tables saved)"
        )
        print(f"20,000 runs, warm start         {seconds(work, repeats if full else 1):10.1f} s")
    print(f"import sim                      {seconds(lambda: command('-c', 'import sim'), repeats):10.2f} s")
    print(
        f"steppe --help                   {seconds(lambda: command('-m', 'sim', '--help'), repeats):10.2f} s"
    )

    sizes = (20_000, 200_000) if full else (2_000, 20_000)
    peaks = [peak_megabytes(size) for size in sizes]
    print(
        f"peak memory                     {peaks[0]:10.0f} MB at {sizes[0]:,} runs, "
        f"{peaks[1]:.0f} MB at {sizes[1]:,}"
    )


if __name__ == "__main__":
    main()
