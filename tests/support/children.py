"""Processes of their own that find all imported, so that they get to work at once, and may be killed."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from datetime import datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sim.writing import manifest

BUSY = (
    "sim.cli", "sim.studies.compare.ask", "sim.studies.run.text", "sim.studies.sweep.arguments",
    "sim.studies.sweep.text", "sim.studies.sweep.tipping", "sim.studies.run.figures",
    "sim.studies.hindcast.folder", "sim.studies.hindcast.text", "sim.studies.hindcast.figures",
    "sim.studies.compare.figures", "sim.studies.calibrate.figures", "sim.studies.calibrate.text",
    "sim.studies.calibrate.ask", "sklearn.neural_network", "scoringrules", "scipy.stats",
)  # fmt: skip
"""What a child finds imported."""

PROCESSES = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
if os.name == "posix":
    PROCESSES.set_forkserver_preload([*BUSY, __name__])


class Still(datetime):
    """A day on which all results are made."""

    @classmethod
    def now(cls, tz=None):
        return datetime(2024, 6, 19, tzinfo=tz)


def started(work: Callable[..., None], *arguments: Any) -> BaseProcess:
    """A child at its work, which is a function of this module."""
    child = PROCESSES.Process(target=work, args=arguments, daemon=True)
    child.start()
    return child


def command(words: list[str], folder: str) -> None:
    """One command in a folder, its messages in a file."""
    os.chdir(folder)
    sys.argv, manifest.datetime = ["steppe", *words], Still
    told = os.open("told.txt", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(told, stream)
    from sim.cli import main

    main()


def sweep_of_80_parts(scenario: Path, folder: Path, begun: Any) -> None:
    """A sweep that takes a second or so; the event `begun` tells that it is about to start."""
    import sim.studies.sweep.ask
    import sim.studies.sweep.plan
    from sim.scenario.load import load
    from sim.studies.sweep.design import grid

    sim.studies.sweep.plan.PART_ROWS = 2000
    points = grid({"quantities.war.start": [n / 40 for n in range(40)], "parameters.cost": [0.5, 1.0]})
    begun.set()
    sim.studies.sweep.ask.sweep(load(scenario), points, folder, runs=2000, months=24, threads=1)
