"""What an experiment does around its question: arguments, a folder, a sweep with progress, an answer."""

from __future__ import annotations

import argparse
import inspect
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.drawing.caption import Caption
from sim.drawing.saving import draw
from sim.drawing.style import own_style
from sim.engine.request import check_request
from sim.outcomes.columns import SHARES, came
from sim.reading.numbers import whole
from sim.reading.source import source_of
from sim.refusal import BadInput, Refusal
from sim.scenario.load import Scenario
from sim.studies.caveat import caveat
from sim.studies.manifest import scenario_of
from sim.studies.sweep.ask import sweep
from sim.studies.sweep.design import NO_LEVER, Levers
from sim.writing.leftovers import remove
from sim.writing.manifest import EXPERIMENT, INNER_SWEEP, MANIFEST, is_ours, listed, made_with, sealed
from sim.writing.manifest import SWEEP as SWEEP_KIND
from sim.writing.places import place_of
from sim.writing.tables import csv_bytes
from sim.writing.text import CAVEAT, CONDITIONAL
from sim.writing.whole import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from tqdm import tqdm

SWEEP, TABLE, ANSWER = INNER_SWEEP, "table.csv", "answer.txt"


@dataclass(frozen=True)
class Order:
    """How large an experiment is to be, on which luck, and where its results go."""

    question: str
    runs: int
    seed: int
    out: Path
    overwrite: bool

    def provenance(self, scenario: Scenario, points: int = 1) -> Caption:
        """Where the numbers of a figure come from, with the number of points that have these runs each."""
        return Caption(scenario.title, self.runs, self.seed, changes=scenario.changes, points=points)

    @property
    def title(self) -> str:
        """The question with the size of the runs that answer it."""
        return f"{self.question} ({self.runs:,} runs at each point, seed {self.seed})"

    def sweep(
        self,
        scenario: Scenario,
        points: pd.DataFrame,
        keep: Sequence[str],
        levers: Levers = NO_LEVER,
        months: int = 60,
    ) -> pd.DataFrame:
        """The rows of a design: of what happens, whether it does. Raises what `sweep` does."""
        with self.progress(len(points) * len(levers) * self.runs * months) as bar:
            done = sweep(
                scenario, points, self.out / SWEEP, levers=levers, runs=self.runs, seed=self.seed,
                months=months, keep=list(keep), progress=bar.update, tell=bar.write,
            )  # fmt: skip
        if done.failures:
            raise Refusal(f"some points cannot be run: {next(iter(done.failures.values()))}")
        rows, kinds = done.rows(), done.plan.kinds
        shares = {name: came(kind, rows[name]) for name, kind in kinds.items() if kind in SHARES}
        return rows.assign(**shares)

    @staticmethod
    def progress(run_months: int) -> tqdm:
        """A bar of run-months done."""
        # Asked for by experiments alone, and slow to load.
        from tqdm import tqdm

        return tqdm(total=run_months, unit=" run-months", unit_scale=True, ncols=100)


@dataclass(frozen=True)
class Answer:
    """What was found: a table, sentences that follow from it, figures by name.

    shown: what is printed of the table, if not all; scenario: what all began with.
    """

    table: pd.DataFrame
    words: list[str]
    figures: Mapping[str, Figure] = field(default_factory=dict)
    shown: pd.DataFrame | None = None
    scenario: Scenario | None = None


def conduct(
    question: str,
    out: Path,
    study: Callable[[Order], Answer],
    runs: int,
    arguments: Sequence[str] | None = None,
) -> None:
    """Take the arguments of a command, answer, print the answer and write it beside its table and figures.

    `question` is a docstring whose first paragraph asks it; `out` and `runs` are defaults. What cannot be
    done ends the program with one line and exit code 1, arguments that make no sense with 2.
    """
    order = ordered(question, out, runs, arguments)
    try:
        make_room(order)
        with own_style():
            found = study(order)
        words = [order.title, "", *found.words, *_caveat(found)]
        write_whole(order.out / TABLE, csv_bytes(found.table))
        write_whole(order.out / ANSWER, ("\n".join(words) + "\n").encode())
        undrawn = draw(lambda: found.figures, lambda name, data: write_whole(order.out / name, data))
        told = manifest_of(order, found, study) | {"files": listed(order.out, EXPERIMENT)}
        write_whole(order.out / MANIFEST, sealed(EXPERIMENT, told))
    except (Refusal, OSError, ValueError) as error:
        sys.exit(str(error))
    shown = found.table
    if found.shown is not None:
        shown = found.shown
    print(
        shown.to_string(index=False, float_format="%.3f"),
        "",
        *words,
        f"Table, answer and figures: {order.out}",
        sep="\n",
    )
    if undrawn:
        sys.exit("; ".join(undrawn))


def _caveat(found: Answer) -> list[str]:
    """How well founded the numbers are that all began with, and what the answer is not."""
    if found.scenario is None:
        return [CAVEAT]
    return caveat(found.scenario)


def manifest_of(order: Order, found: Answer, study: Callable[[Order], Answer]) -> dict[str, Any]:
    """What it takes to conduct an experiment again: its script, its scenario, its size and its luck."""
    script, scenario = source_of(inspect.getfile(study)), None
    if found.scenario is not None:
        scenario = scenario_of(found.scenario)
    return {
        "note": CONDITIONAL,
        "question": order.question,
        "script": {"file": Path(script.name).name, "sha256": script.sha256},
        "scenario": scenario,
        "seed": order.seed,
        "runs": order.runs,
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        **made_with(),
    }


def ordered(question: str, out: Path, runs: int, arguments: Sequence[str] | None = None) -> Order:
    """The order that arguments of the command line give; wrong ones end the program with exit code 2."""
    first = " ".join(question.strip().split("\n\n")[0].split())
    parser = argparse.ArgumentParser(description=first)
    parser.add_argument("--runs", type=whole, default=runs, help="futures at each point, at least 2")
    parser.add_argument("--seed", type=whole, default=1, help="seed of all luck, at least 0")
    parser.add_argument("--out", type=Path, default=out, help="folder for results")
    parser.add_argument("--overwrite", action="store_true", help="replace the results that the folder holds")
    given = parser.parse_args(arguments)
    try:
        asked = check_request(given.runs, given.seed)
    except BadInput as error:
        parser.error(f"{error}; --runs must be at least 2, --seed at least 0")
    if asked.runs < 2:
        parser.error("--runs must be at least 2")
    return Order(first, asked.runs, asked.seed, given.out, given.overwrite)


def make_room(order: Order) -> None:
    """Make the folder, or what it holds ready to be gone on with or replaced. Raises FileExistsError.

    An interrupted sweep goes on. Of a folder that may be replaced only the sweep is removed; table, answer
    and figures are replaced as they are written.
    """
    held = _held(order)
    if order.overwrite and SWEEP in held:
        remove(place_of(order.out / SWEEP, SWEEP_KIND, overwrite=True).path)
    (order.out / MANIFEST).unlink(missing_ok=True)  # it would tell of files that are about to be replaced
    order.out.mkdir(parents=True, exist_ok=True)


def _held(order: Order) -> set[str]:
    """Names in the folder of an order. Raises FileExistsError for what is not ours or is to be kept."""
    if not os.path.lexists(order.out):
        return set()
    if not order.out.is_dir():
        raise FileExistsError(f"{order.out} is not a folder; choose another with --out")
    held = set(os.listdir(order.out))
    beside = held - {SWEEP}
    if beside and not order.overwrite:
        raise FileExistsError(
            f"{order.out} is not empty; choose another folder with --out, or replace it with --overwrite"
        )
    strange = sorted(name for name in beside if not is_ours(name, EXPERIMENT))
    # Pictures may have any name: without an answer or a sweep beside them they are somebody else's.
    if not strange and not held & {SWEEP, ANSWER}:
        strange = sorted(beside)
    if strange:
        raise FileExistsError(
            f"{order.out} holds what no experiment wrote ({', '.join(strange)}); choose another"
        )
    return held
