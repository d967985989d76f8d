"""The same month by others: strict C, numpy, plain Python, plain Mesa and the agents of `sim.agents`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.agents.model import Model
from sim.engine.engine import Engine
from sim.scenario.lower import World
from tests.support.measures import cpu_of
from tests.support.plain_mesa import PlainModel
from tests.support.statements import ARRAYS, PLAIN, ArrayLuck, PlainLuck, Statements
from tests.support.strict_c import StrictC, has_compiler
from tests.support.turns import Found, median_of

MACHINE_CODE = "machine code"
PAGE, TOGETHER = 512, 4_096
"""Runs of a page, and those that numpy has side by side: enough for it not to wait for Python."""


@dataclass(frozen=True)
class Rival:
    """Someone who does the month: `ready()` makes the work whose time counts, which is of so many runs."""

    label: str
    ready: Callable[[], Callable[[], Any]]
    runs: int = 1


def rivals(world: World, folder: Path) -> tuple[list[Rival], list[Rival]]:
    """Who does the month here: those of whom a page takes milliseconds, machine code first, and the others.

    folder: where C is compiled, if there is a compiler.
    """
    engine, page = Engine.of(world), np.arange(PAGE, dtype=np.uint64)
    plain, arrays = Statements(world, PLAIN), Statements(world, ARRAYS)
    fast = [Rival(MACHINE_CODE, lambda: lambda: engine.page(1, page), PAGE)]
    if has_compiler():
        lanes = engine.page(1, page).raw.shape[-1]
        strict = StrictC(world, folder, lanes)
        label = f"strict C by gcc, same bits ({lanes} lanes)"
        fast.append(Rival(label, lambda: lambda: strict.page(1, page), PAGE))
    luck = ArrayLuck(1, TOGETHER)
    return fast, [
        Rival(f"numpy, {TOGETHER:,} runs side by side", lambda: lambda: arrays.run(luck, TOGETHER), TOGETHER),
        Rival("plain Python, the arithmetic alone", lambda: lambda: plain.run(PlainLuck(1))),
        Rival("plain Mesa, as a user would write it", lambda: PlainModel(world, 1).run_model),
        Rival("the agents of sim.agents, same bits", lambda: Model(world).run_model),
    ]


def compared(world: World, each: list[Rival], rounds: int) -> Found:
    """CPU that each takes for a run-month, in turns [us]."""
    found = []
    for _ in range(rounds):
        cpu = {rival.label: cpu_of(rival.ready()) / rival.runs for rival in each}
        found.append({label: seconds / world.months * 1e6 for label, seconds in cpu.items()})
    return median_of(found)
