"""A hostile scenario, made and judged: `case(seed, number)` gives its text, `judged(...)` what came of it."""

from __future__ import annotations

import math
import subprocess
import sys
import tomllib
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from pydantic import BaseModel
from typer.testing import CliRunner

from sim.cli import app
from sim.engine.engine import Engine
from sim.engine.interpreter import history_of, rehearse
from sim.outcomes.columns import Kind
from sim.outcomes.postures import posture
from sim.outcomes.questions import Questions
from sim.refusal import Refusal, ScenarioError
from sim.scenario.load import Scenario, load
from sim.scenario.lower import World, lower
from sim.scenario.schema import Case
from tests.fuzz.damage import damaged
from tests.fuzz.mutate import mutated
from tests.fuzz.oracle import Verdict, crash, limited, refused, seen_on_terminal
from tests.fuzz.toml import dumps

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "cases" / "small.toml"
FILES = (*[SMALL] * 5, *sorted((ROOT / "configs").glob("*[0-9].toml")))
RUNS, MONTHS = 3, 4
NATIVE_EVERY, COMMAND_EVERY, PROCESS_EVERY = 10, 10, 100
"""One case in so many is also compiled, shown by commands in this process, and run by the installed command.
"""


@lru_cache
def tables_of(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def case(seed: int, number: int) -> tuple[str, bytes]:
    """What was done to which file, and the bytes that came of it."""
    rng = Random(f"scenario {seed} {number}")
    file = rng.choice(FILES)
    if rng.random() < 0.15:
        what, data = damaged(file.read_bytes(), rng.randrange(2**32))
        return f"{file.stem}: {what}", data
    what, tables = mutated(tables_of(file), rng)
    return f"{file.stem}: {what}", dumps(tables).encode("utf-8")


def judged(seed: int, number: int, folder: Path) -> tuple[str, Verdict]:
    """What was done, and the verdict on the program's answer."""
    what, data = case(seed, number)
    path = folder / "case.toml"
    path.write_bytes(data)
    try:
        with limited():
            return what, answered(path, number)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return what, Verdict("failed", [crash(error)])


def answered(path: Path, number: int) -> Verdict:
    try:
        scenario = load(path)
        world = lower(scenario, min(MONTHS, scenario.case.time.months))
    except ScenarioError as error:
        return refused(error.problems, str(path), keys_of(path))
    except Refusal as error:
        return refused(str(error).split("\n"), str(path), keys_of(path))
    found = Verdict("accepted", [*as_written(scenario, path), *faults_of(world)])
    if number % NATIVE_EVERY == 0:
        found.faults += same_in_machine_code(world)
    if number % COMMAND_EVERY == 1:
        found.faults += commanded(path, scenario)
    if number % PROCESS_EVERY == 2:
        found.faults += run_as_installed(path)
    return found


def keys_of(path: Path) -> list[str]:
    """The keys of the file, and those of the vocabulary."""
    try:
        return ["format", *Case.model_fields, *tomllib.loads(path.read_bytes().decode("utf-8"))]
    except (ValueError, RecursionError):
        return [*Case.model_fields]


def as_written(scenario: Scenario, path: Path) -> list[str]:
    """Numbers of the file that the scenario has otherwise, or outside the range that it gives them itself."""
    faults = []
    for place, value in leaves(tomllib.loads(path.read_bytes().decode("utf-8"))).items():
        if place[0] == "format":
            continue
        here: Any = scenario.case.file
        for step in place:
            if isinstance(here, BaseModel):
                here = getattr(here, "since" if step == "from" else step)
            else:
                here = here[int(step)] if isinstance(here, list | tuple) else here[step]
        if float(here) != float(value):
            faults.append(f"{'.'.join(place)} is {here!r}, written as {value!r}")
    for name, known in scenario.provenance.items():
        value = scenario.numbers[name]
        if not known.low <= value <= known.high and math.isfinite(value):
            faults.append(f"{name} lies outside its own range")
    return faults


def leaves(table: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], float]:
    """Every number of parsed TOML by its place, numbers in place by their value; not those of provenance
    rules.
    """
    if isinstance(table, dict):
        if "value" in table:
            return leaves(table["value"], path)
        inner = [leaves(value, (*path, key)) for key, value in table.items() if path or key != "provenance"]
    elif isinstance(table, list):
        inner = [leaves(value, (*path, str(index))) for index, value in enumerate(table)]
    else:
        return {path: table} if isinstance(table, int | float) and not isinstance(table, bool) else {}
    return {key: value for found in inner for key, value in found.items()}


def faults_of(world: World) -> list[str]:
    """What an accepted scenario breaks in a few months; numbers that are not finite belong to failed runs."""
    names = [*world.recorded, *(f"proposal.{event.name}" for event in world.parts.events)]
    names += [f"outlook.{event.name}" for event in world.parts.events]
    months = list(rehearse(world, RUNS, names=names))
    values = np.stack([numbers for numbers, _ in months])
    recorded = [(numbers[: len(world.recorded)], codes) for numbers, codes in months]
    history = history_of(world, recorded)
    sound = ~history.failed
    faults = [
        f"{name} is not finite, and the run has not failed"
        for place, name in enumerate(names)
        if not np.isfinite(values[:, place][:, sound]).all()
    ]
    odds = values[:, len(world.recorded) :][:, :, sound]
    if not ((odds >= 0) & (odds <= 1)).all():
        faults.append("odds outside 0 and 1")
    questions = Questions.of(world)
    with np.errstate(all="ignore"):
        rows = questions.rows(history)
    for outcome, row in zip(questions.columns, rows, strict=True):
        # what never happens has no month, and what is never agreed on no terms
        has_gaps = outcome.kind in (Kind.DATE, Kind.AVERAGE)
        if not has_gaps and not np.isfinite(row[sound]).all():
            faults.append(f"outcome {outcome.name} is not finite, and the run has not failed")
    whole = sum(history[f"share.{supplier.name}"] for supplier in world.parts.suppliers)
    if not np.allclose(np.asarray(whole)[:, sound], 1.0, atol=1e-9):
        faults.append("shares of influence do not sum to one")
    places = posture(history)
    if not ((places >= 0) & (places < len(questions.postures))).all():
        faults.append("a month without posture")
    return faults


def same_in_machine_code(world: World) -> list[str]:
    """Whether the compiled month gives the bits of the month on arrays."""
    page = Engine.of(world).page(1, np.arange(RUNS, dtype=np.uint64))
    values = np.stack([numbers for numbers, _ in rehearse(world, RUNS)])
    place = {name: i for i, name in enumerate(world.recorded)}
    differing = [
        name for name in place if not np.array_equal(page[name], values[:, place[name]], equal_nan=True)
    ]
    return [f"machine code differs from the rules in {differing[0]}"] if differing else []


def commanded(path: Path, scenario: Scenario) -> list[str]:
    """What commands say of an accepted scenario, in this process."""
    event = next(iter(scenario.rows), "none")
    faults = []
    for words in (["show"], ["show", "--numbers"], ["show", f"--event={event}"], ["trace", "--months=2"]):
        done = CliRunner().invoke(app, [words[0], str(path), *words[1:]])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            faults.append(f"{' '.join(words)}: {crash(done.exception)}")
        elif done.exit_code not in (0, 1, 2):
            faults.append(f"{' '.join(words)}: exit code {done.exit_code}")
        faults += seen_on_terminal(done.stdout + done.stderr)
    return faults


def run_as_installed(path: Path) -> list[str]:
    """A whole run by a process of its own."""
    words = [
        sys.executable,
        "-c",
        "from sim.cli import main; main()",
        "run",
        str(path),
        "--runs=8",
        "--months=3",
        "--no-figures",
    ]
    out = path.parent / "out"
    done = subprocess.run(
        [*words, f"--out={out}", "--overwrite"], capture_output=True, text=True, timeout=60, check=False
    )
    if "Traceback" in done.stderr or done.returncode not in (0, 1, 2):
        return [f"steppe run: exit code {done.returncode}: {done.stderr.strip().splitlines()[-1:]}"]
    return seen_on_terminal(done.stdout + done.stderr)
