"""A recorded month as Python, one statement an operation: on floats the least that plain Python needs for it,
on arrays what numpy needs.

Exponentials are those of the libraries, which are faster than the rules' own and differ in the last bits.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from sim.engine.record import Program, operands, record_month
from sim.scenario.lower import World

ARITHMETIC = {"add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}"}
LUCK = {"uniform": "luck.uniform({})", "normal": "luck.normal({})", "draw": "luck.draw({{}}, {})"}
PLAIN = ARITHMETIC | {
    "minimum": "{1} if {1} < {0} else {0}", "maximum": "{1} if {1} > {0} else {0}",
    "less": "1.0 if {} < {} else 0.0", "where": "{1} if {0} else {2}", "sqrt": "sqrt({})", "exp": "exp({})",
    "log": "log({})", "logistic": "1.0 / (1.0 + exp(-{}))",
}  # fmt: skip
"""Each operation on floats."""
ARRAYS = ARITHMETIC | {
    "minimum": "np.minimum({}, {})", "maximum": "np.maximum({}, {})", "less": "np.less({}, {}).astype(float)",
    "where": "np.where({} != 0.0, {}, {})", "sqrt": "np.sqrt({})", "exp": "np.exp({})",
    "log": "np.log({})", "logistic": "1.0 / (1.0 + np.exp(-{}))",
}  # fmt: skip
"""Each operation on arrays (runs,)."""


class Luck(Protocol):
    """The draws of a month: numbers, or arrays (runs,)."""

    month: int

    def uniform(self, stream: str) -> Any: ...

    def normal(self, stream: str) -> Any: ...

    def draw(self, needed: Any, stream: str, word: int) -> Any: ...


class PlainLuck:
    """What Python draws for one run."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def uniform(self, stream: str) -> float:
        return self.random.random()

    def normal(self, stream: str) -> float:
        return self.random.gauss(0.0, 1.0)

    def draw(self, needed: float, stream: str, word: int) -> float:
        return self.random.random() if needed else 1.0


class ArrayLuck:
    """What numpy draws for many runs."""

    def __init__(self, seed: int, runs: int) -> None:
        self.rng, self.runs = np.random.default_rng(seed), runs

    def uniform(self, stream: str) -> np.ndarray:
        return self.rng.random(self.runs)

    def normal(self, stream: str) -> np.ndarray:
        return self.rng.standard_normal(self.runs)

    def draw(self, needed: np.ndarray, stream: str, word: int) -> Any:
        # few months settle anything: where no run needs it, nothing is drawn
        return np.where(needed, self.rng.random(self.runs), 1.0) if needed.any() else 1.0


def source(world: World, program: Program, meanings: dict[str, str]) -> str:
    """A function month(x, constants, series, luck); x: the state by slot, before and after."""
    texts, names, free = _texts(world, program, meanings), dict[int, str](), list[str]()
    last = {read: index for index, operation in program.operations.items() for read in operands(operation)}
    last |= dict.fromkeys(program.results.values(), math.inf)
    lines = ["def month(x, constants, series, luck):"]
    for index, operation in program.operations.items():
        read = list(operands(operation))
        text = texts[index].format(*(names[operand] for operand in read))
        # a name is used again once nobody reads it: as many arrays as a month has numbers fill any cache
        free += [names[operand] for operand in dict.fromkeys(read) if last[operand] == index]
        names[index] = free.pop() if free else f"v{len(names)}"
        lines.append(f"    {names[index]} = {text}")
    lines += [f"    x[{program.slots[name]}] = {names[index]}" for name, index in program.results.items()]
    return "\n".join(lines)


def _texts(world: World, program: Program, meanings: dict[str, str]) -> dict[int, str]:
    """Each operation as an expression of Python with a {} for each operand."""
    texts, constants = {}, itertools.count()
    for index, (kind, *rest) in program.operations.items():
        if kind == "constant":
            texts[index] = f"constants[{next(constants)}]"
        elif kind == "load" and rest[0] in world.series:
            texts[index] = f"series[{rest[0]!r}]"
        elif kind == "load":
            texts[index] = f"x[{program.slots[rest[0]]}]"
        elif kind in LUCK:
            words = ", ".join(map(repr, rest[len(list(operands((kind, *rest)))) :]))
            texts[index] = LUCK[kind].format(words)
        else:
            texts[index] = meanings[kind]
    return texts


class Statements:
    """The month of a world as a function of Python; meanings: PLAIN or ARRAYS."""

    def __init__(self, world: World, meanings: dict[str, str]) -> None:
        self.world, self.program = world, record_month(world)
        space: dict[str, Any] = {"np": np, "exp": math.exp, "log": math.log, "sqrt": math.sqrt}
        exec(source(world, self.program, meanings), space)
        self.month: Callable[..., None] = space["month"]

    def run(self, luck: Luck, runs: int | None = None) -> list[list[Any]]:
        """Recorded numbers (months, names) of one run, or each of them an array (runs,)."""
        x = [self.world.start.get(name, 0.0) for name in self.program.slots]
        if runs is not None:
            x = [np.full(runs, value) for value in x]
        rows = [self.program.slots[name] for name in self.world.recorded]
        found = []
        for t in range(self.world.months):
            luck.month = t
            series = {name: float(path[t]) for name, path in self.world.series.items()}
            self.month(x, self.program.constants, series, luck)
            found.append([x[row] for row in rows])
        return found
