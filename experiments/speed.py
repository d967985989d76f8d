"""How fast is Steppe on this machine, against what, and where do its commands spend their time?

    python experiments/speed.py                    # about a minute
    python experiments/speed.py --full             # large sweeps, a whole check, memory: some five minutes
    python experiments/speed.py --against FOLDER   # another checkout too, in turns: now and before

Ratios are what may be compared between machines: of medians of CPU time, by repeats that take turns, so that
whatever else a machine does harms both sides alike.
"""

from __future__ import annotations

import argparse
import functools
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

# what is measured lies beside this file, whatever else is installed
sys.path.insert(0, str(Path(__file__).parents[1]))

from sim.scenario.load import load
from sim.scenario.lower import lower
from tests.support.measures import SCENARIO
from tests.support.rivals import MACHINE_CODE, compared, rivals
from tests.support.strict_c import has_compiler
from tests.support.turns import Found, Turns

ROOT = Path(__file__).parents[1]
NOW, BEFORE = "now", "before"
SMALL = "armenia-2024"
RUNS = 20_000
BEGUN = time.perf_counter()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="large sweeps, a whole check, memory")
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout of Steppe")
    asked = parser.parse_args()
    checkouts = {NOW: ROOT}
    if asked.against is not None:
        checkouts[BEFORE] = asked.against.resolve()
        if not (checkouts[BEFORE] / "sim" / "__init__.py").is_file():
            parser.error(f"{asked.against}: no checkout of Steppe")
    busy = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{SCENARIO}, medians; {os.cpu_count()} processors, load {busy}")
    with tempfile.TemporaryDirectory() as folder:
        for line in tables(checkouts, Path(folder), asked.full):
            print(line, flush=True)


def tables(checkouts: dict[str, Path], folder: Path, full: bool) -> Iterator[str]:
    """All lines, as they are found."""
    yield from the_month(folder, 9 if full else 5)
    turns = Turns(checkouts, folder, 5 if full else 3, tell)
    parts = [the_engine, sweeps, commands, checks]
    if full:
        parts.append(memory)
    for part in parts:
        yield from part(turns, full)


def the_month(folder: Path, rounds: int) -> Iterator[str]:
    """The same month by others, in this process."""
    tell("the month by others")
    world = lower(load(ROOT / "configs" / f"{SCENARIO}.toml"))
    fast, slow = rivals(world, folder)
    found = compared(world, fast, 3 * rounds) | compared(world, slow, rounds)
    yield f"\n{'The month, one thread':<48}{'us a run-month':>16}{'times':>10}"
    for label, cpu in found.items():
        yield f"  {label:<46}{number(cpu):>16}{number(cpu / found[MACHINE_CODE]):>10}"
    if not has_compiler():
        yield "  strict C is left out, for want of gcc"


def the_engine(turns: Turns, full: bool) -> Iterator[str]:
    yield from headed("The ensemble", turns)
    # first of all, while the cache is empty
    yield row("machine code, made anew", "CPU s", of(turns.measure("opening", repeats=1), "machine code"))
    yield row("machine code, one thread", "us a run-month", of(turns.measure("month"), "us"))
    yield row("two threads against one, on idle processors", "times", of(turns.measure("threads"), "times"))


def sweeps(turns: Turns, full: bool) -> Iterator[str]:
    yield from headed("Sweeps of 10 runs a point", turns)
    for points, months, keep in [(2_000, 60, False), (100_000, 7, True)] if full else [(1_000, 60, False)]:
        found = turns.measure("sweep", points, months, keep, repeats=1 if keep else None)
        outcomes = "2 outcomes" if keep else "all outcomes"
        yield row(
            f"{points:,} points x {months} months, {outcomes}", "points a CPU s", of(found, "points a CPU s")
        )


def commands(turns: Turns, full: bool) -> Iterator[str]:
    """A whole command by phases; its machine code is at hand."""
    opening = turns.measure("opening")
    run = functools.partial(
        turns.command, "run", SCENARIO, "--runs", str(RUNS), "--out", "out", "--overwrite"
    )
    whole, tables = run(), run("--no-figures")
    answered, total = of(whole, "first"), of(whole, "total")
    yield from headed(f"steppe run {SCENARIO} --runs {RUNS:,}, warm", turns)
    yield row("start-up of Python with what it imports", "CPU s", of(opening, "start-up"))
    yield row("scenario loaded and lowered", "CPU s", of(opening, "load"))
    yield row("machine code at hand", "CPU s", of(opening, "machine code"))
    yield row("first line of the answer", "CPU s", answered)
    yield row("  its share of the whole", "%", {each: 100 * answered[each] / total[each] for each in total})
    yield row("tables saved, without figures", "CPU s", of(tables, "total"))
    yield row("figures", "CPU s", {each: total[each] - tables[each]["total"] for each in total})
    yield row("the whole", "CPU s", total)
    if BEFORE in total:
        yield f"  first line now against the whole before{number(answered[NOW] / total[BEFORE]):>17}"


def checks(turns: Turns, full: bool) -> Iterator[str]:
    scenario = SCENARIO if full else SMALL
    found = turns.command("check", scenario, repeats=1 if full else None)
    yield from headed(f"steppe check {scenario}", turns)
    yield row("the whole", "CPU s", of(found, "total"))


def memory(turns: Turns, full: bool) -> Iterator[str]:
    yield from headed("Peak memory, tables saved", turns)
    for scenario, runs, months in [(SCENARIO, 2_000, 1_200), ("mongolia-1995", RUNS, 0)]:
        found = turns.measure("memory", scenario, runs, months, repeats=1)
        span = f" x {months:,} months" if months else ""
        yield row(f"{runs:,} runs of {scenario}{span}", "MB", of(found, "MB"))


def of(found: dict[str, Found], name: str) -> Found:
    """A measured number by checkout."""
    return {checkout: each[name] for checkout, each in found.items()}


def headed(title: str, turns: Turns) -> Iterator[str]:
    """The head of a table."""
    columns = f"{NOW:>10}"
    if BEFORE in turns.checkouts:
        columns += f"{BEFORE:>25}{'ratio':>8}"
    yield f"\n{title:<48}{columns}"


def row(label: str, unit: str, found: Found) -> str:
    """A line of a table: now, and if it was measured before, that and the ratio of now to before."""
    line = f"  {label:<46}{number(found[NOW]):>10} {unit:<14}"
    if BEFORE in found:
        line += f"{number(found[BEFORE]):>10}{number(found[NOW] / found[BEFORE]):>8}"
    return line.rstrip()


def number(value: float) -> str:
    """Three digits, or all of what is large."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def tell(what: str) -> None:
    """Progress, on stderr."""
    print(f"{time.perf_counter() - BEGUN:4.0f} s: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
