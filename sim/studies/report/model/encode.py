"""Tapes, programs and stages as arrays that a page reads.

An operation is its primitive by place in `PRIMITIVES`, and its operands: results by how many operations
before they were computed (which compresses best), constants as -1 less their place among the constants.
Operands of what is no function of other numbers stand as they are.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.engine.engine import Engine
from sim.engine.families import Stage
from sim.engine.luck import stream_id
from sim.engine.record import LEAVES, Program
from sim.engine.tape import Tape, Traced
from sim.rules import numbers
from sim.studies.report.model.blob import Blob, Place

COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")
"""Comparisons of guards."""

LEAVES_OF_PAGE = ("input", "load", "given", "constant", "uniform", "normal", "draw")
"""What is no function of other numbers; a draw is one of a mask, its stream and its word."""

ARITHMETIC = ("add", "subtract", "multiply")
FUNCTIONS = (
    "divide", "minimum", "maximum", "less", "where", "sqrt", "two_to", "exponent", "mantissa", "exp",
    "logistic", "log",
)  # fmt: skip
PRIMITIVES = (*LEAVES_OF_PAGE, *ARITHMETIC, *FUNCTIONS)
"""All that a tape or a program may hold; the page has a function of each name."""


def arities() -> list[int]:
    """How many operands follow each primitive."""
    leaves = [3 if name == "draw" else 1 for name in LEAVES_OF_PAGE]
    own = [len(inspect.signature(getattr(numbers, name)).parameters) for name in FUNCTIONS]
    return [*leaves, *[2] * len(ARITHMETIC), *own]


class _Constants:
    """Constants in the order in which they are met; -0.0 is not 0.0."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        self.values: list[float] = []

    def place(self, value: float) -> int:
        if value.hex() not in self.known:
            self.known[value.hex()] = len(self.values)
            self.values.append(value)
        return -1 - self.known[value.hex()]


class _Noted:
    """Operations in their order."""

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.operands: list[int] = []

    def add(self, name: str, operands: list[int]) -> None:
        """Add one; operands by the places of results."""
        if name not in LEAVES_OF_PAGE:
            here = len(self.codes)
            operands = [each if each < 0 else here - each for each in operands]
        self.codes.append(PRIMITIVES.index(name))
        self.operands += operands

    def told(self, blob: Blob) -> dict[str, Any]:
        return {"codes": blob.put("u1", self.codes), "operands": blob.whole(self.operands)}


def tape_of(blob: Blob, tape: Tape) -> dict[str, Any]:
    """A tape: its operations, constants, and guards of four numbers: comparison, one, other, outcome."""
    constants, noted, guards = _Constants(), _Noted(), list[int]()

    def operand(value: Any) -> int:
        return value if isinstance(value, int) else constants.place(value)

    for name, *operands in tape.operations:
        noted.add(name, list(map(operand, operands)))
    for name, one, other, outcome in tape.guards:
        guards += [COMPARISONS.index(name), operand(one), operand(other), int(outcome)]
    told = {"constants": blob.put("f8", constants.values), "guards": blob.whole(guards)}
    return noted.told(blob) | told


def stage_of(
    blob: Blob, since: int, stage: Stage, before: Stage | None, columns: Columns | None = None
) -> dict[str, Any]:
    """What a module or a program reads from a month on; what of it the tape gives, by pairs of places.

    before: the stage that runs come from; carry: how many slots that has, then pairs of slots, own and its;
    start: of a stage in which pasts go on, pairs of a slot and the column of their state that it takes.
    """
    engine = stage.engine
    program = engine.program
    streams = [stream_id(name) for name in (*program.uniforms, *program.normals)]
    traced = {"constants": stage.constants, "initial": stage.initial, "series": stage.series}
    shared = {"constants": engine.constants, "initial": engine.initial, "series": engine.series}
    return {
        "since": since, "plain": len(program.uniforms), "carry": _carry(blob, program, before),
        "start": None if columns is None else blob.whole(columns.pairs(engine)),
        "streams": blob.put("u8", streams),
        **{name: blob.put("f8", given.shared) for name, given in shared.items()},
        "traced": {name: blob.whole(_pairs(places)) for name, places in traced.items()},
    }  # fmt: skip


@dataclass
class Columns:
    """Names of the state of pasts that programs go on from, in the order in which they are met."""

    names: dict[str, int] = field(default_factory=dict)

    def pairs(self, engine: Engine) -> list[int]:
        """Pairs of what a month reads of the one before: its slot, and the column."""
        program, series = engine.program, engine.world.series
        read = [name for name in dict.fromkeys(program.reads) if name not in series]
        return [each for name in read for each in (program.slots[name], self._column(name))]

    def _column(self, name: str) -> int:
        return self.names.setdefault(name, len(self.names))


def _carry(blob: Blob, program: Program, before: Stage | None) -> Place | None:
    """The slots of a state that another stage left, by the names that both know."""
    if before is None:
        return None
    theirs = before.engine.program.slots
    shared = [each for name, slot in program.slots.items() if name in theirs for each in (slot, theirs[name])]
    return blob.whole([len(theirs), *shared])


def _pairs(places: Mapping[int, Traced]) -> list[int]:
    return [each for place, number in places.items() for each in (place, number.place)]


def program_of(blob: Blob, program: Program, series: Iterable[str]) -> dict[str, Any]:
    """The operations of a month, and which of them become which slots."""
    noted, reader = _Noted(), _Reader(program, list(series))
    for name, *operands in program.operations.values():
        noted.add(*reader.read(name, operands))
    results = [
        each for name, index in program.results.items() for each in (program.slots[name], reader.place[index])
    ]
    drawn = blob.put("u8", [stream_id(name) for name in reader.drawn])
    return noted.told(blob) | {"results": blob.whole(results), "drawn": drawn}


class _Reader:
    """Operations of a program as a page knows them: by places, and not by names.

    Settlements have streams of their own (`drawn`), whose draws no window holds.
    """

    def __init__(self, program: Program, series: list[str]) -> None:
        self.program, self.series = program, series
        self.streams = [*program.uniforms, *program.normals]
        draws = (operation for operation in program.operations.values() if operation[0] == "draw")
        self.drawn = list(dict.fromkeys(operation[2] for operation in draws))
        self.place = {index: place for place, index in enumerate(program.operations)}
        self.constants = 0

    def read(self, name: str, operands: list[Any]) -> tuple[str, list[int]]:
        """The primitive of an operation, and its operands."""
        if name == "load":
            return self._load(operands[0])
        if name == "constant":
            self.constants += 1
            return name, [self.constants - 1]
        if name == "draw":
            mask, stream, word = operands
            return name, [self.place[mask], self.drawn.index(stream), word]
        if name in LEAVES:
            return name, [self.streams.index(operands[0])]
        return name, [self.place[each] for each in operands]

    def _load(self, name: str) -> tuple[str, list[int]]:
        """What the month before left, or what time alone decides."""
        if name in self.series:
            return "given", [self.series.index(name)]
        return "load", [self.program.slots[name]]
