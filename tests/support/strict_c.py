"""The month as strict C: a recorded program whose machine code gcc makes, and not the engine.

The generator knows the recording, the formulas of `sim.rules.numbers` and the addresses of `sim.engine.luck`;
nothing else of the engine. No fused, no reordered operations, so the bits are those of the engine.
"""

from __future__ import annotations

import ctypes
import itertools
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine.history import History
from sim.engine.luck import MONTHS_PER_DRAW, stream_id
from sim.engine.operand import Operand
from sim.engine.record import Program, record_month
from sim.rules import numbers
from sim.rules.numbers import ROUND
from sim.rules.state import at
from sim.scenario.lower import World

STRICT = ("-O2", "-march=native", "-ffp-contract=off", "-fno-math-errno")
"""The fastest within IEEE 754: -O3 takes twice as long on so long a function, and its code is slower by 1.7
times (gcc 12). That sqrt need not set errno moves no bit.
"""

LIBRARY = ("-fno-builtin", "-Wno-psabi", "-shared", "-fPIC")
"""The names of C's own functions are free for those of the rules; vectors are passed on to nobody else."""

PRELUDE = Path(__file__).with_suffix(".h")

FRAME = """
/* %(words)d months of every stream: normals after uniforms */
static __attribute__((noinline)) void window(uint64_t seed, W run, uint64_t step, F *luck) {
    for (int s = 0; s < %(count)d; s++) {
        F *out = luck + s * %(words)d;
        draw(seed, run, STREAMS[s], step, out);
        if (s >= %(plain)d) {
            normal_pair(out[0], out[1], out);
            normal_pair(out[2], out[3], out + 2);
        }
    }
}

void simulate(int64_t groups, int64_t months, uint64_t seed, const W *restrict runs, F *restrict state,
              const double *restrict constants, const double *restrict series, F *restrict history,
              B *restrict codes) {
    F luck[%(room)d], words[%(words)d];
    for (int64_t g = 0; g < groups; g++) {
        W run = runs[g];
        F *x = state + g * %(slots)d;
        for (int64_t t = 0; t < months; t++) {
            F *path = history + (g * months + t) * %(recorded)d, *today = luck + t %% %(words)d;
            B *marks = codes + (g * months + t) * %(records)d;
            if (t %% %(words)d == 0) window(seed, run, t / %(words)d, luck);
%(body)s
        }
    }
}
"""

OPERATORS = {"add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}"}
FORMULAS = {"exp": 1, "log": 1, "logistic": 1, "normal_pair": 2}
"""Functions of `sim.rules.numbers` that are made of others, with their arguments."""


class Variable(Operand):
    """A variable of the C program: LANES numbers."""

    __slots__ = ("name", "recorder")

    def __init__(self, recorder: Body, name: str) -> None:
        self.recorder, self.name = recorder, name


class Body:
    """Statements of a C function, one operation each."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def variable(self, value: str) -> Variable:
        name = f"v{len(self.lines)}"
        self.lines.append(f"const F {name} = {value};")
        return Variable(self, name)

    def apply(self, name: str, arguments: tuple[Any, ...]) -> Variable:
        """One primitive of sim.rules.numbers; a formula is called by its name."""
        operands = [_text(argument) for argument in arguments]
        if name in OPERATORS:
            return self.variable(OPERATORS[name].format(*operands))
        return self.variable(f"{name}({', '.join(operands)})")


def _text(argument: Any) -> str:
    if isinstance(argument, Variable):
        return argument.name
    return f"splat({float(argument).hex()})"


def _formula(name: str, count: int) -> str:
    """A formula of `sim.rules.numbers` as a C function; one of several results writes them to `out`."""
    body, function = Body(), getattr(numbers, name)
    found = getattr(function, "__wrapped__", function)(
        *(Variable(body, f"a{place}") for place in range(count))
    )
    arguments = ", ".join(f"F a{place}" for place in range(count))
    if not isinstance(found, tuple):
        return f"static inline F {name}({arguments}) {{ {' '.join(body.lines)} return {found.name}; }}"
    stores = " ".join(f"out[{place}] = {value.name};" for place, value in enumerate(found))
    return f"static inline void {name}({arguments}, F *out) {{ {' '.join(body.lines)} {stores} }}"


def source(world: World, program: Program, lanes: int) -> str:
    """The month of a world as a C program whose function `simulate` carries runs through all their months.

    runs (groups, LANES); state (groups, slots, LANES), before and after; history (groups, months, recorded,
    LANES) and codes (groups, months, records, LANES) take what is recorded.
    """
    streams = [*program.uniforms, *program.normals]
    identities = ", ".join(f"{stream_id(name)}u" for name in streams) or "0"
    records = [at("record", event.name) for event in world.parts.events]
    places = {
        "words": MONTHS_PER_DRAW, "plain": len(program.uniforms), "count": len(streams),
        "room": MONTHS_PER_DRAW * len(streams) or 1, "slots": len(program.slots),
        "recorded": len(world.recorded), "records": len(records),
        "body": "\n".join(_month(world, program, records)),
    }  # fmt: skip
    return "\n".join([
        f"#define LANES {lanes}", f"#define ROUND {ROUND.hex()}", PRELUDE.read_text(),
        *(_formula(name, count) for name, count in FORMULAS.items()),
        f"static const uint64_t STREAMS[] = {{{identities}}};", FRAME % places,
    ])  # fmt: skip


def _month(world: World, program: Program, records: list[str]) -> list[str]:
    """Statements of a month: its operations in their order, then what becomes of their results."""
    body, values, leaves = Body(), dict[int, Variable](), _leaves(world, program)
    for index, (name, *operands) in program.operations.items():
        if index in leaves:
            values[index] = body.variable(leaves[index])
        elif name == "draw":
            values[index] = _drawn(body, values[operands[0]], *operands[1:])
        else:
            values[index] = body.apply(name, tuple(values[operand] for operand in operands))
    found = {name: values[index].name for name, index in program.results.items()}
    body.lines += [f"x[{program.slots[name]}] = {value};" for name, value in found.items()]
    body.lines += [f"path[{place}] = {found[name]};" for place, name in enumerate(world.recorded)]
    codes = [f"__builtin_convertvector({found[name]}, B)" for name in records]
    return [*body.lines, *(f"marks[{place}] = {code};" for place, code in enumerate(codes))]


def _leaves(world: World, program: Program) -> dict[int, str]:
    """Where the month finds what it does not compute, by index."""
    found, constants = {}, itertools.count()
    series = {name: f"splat(series[{row} * months + t])" for row, name in enumerate(_series(world, program))}
    streams = [*program.uniforms, *program.normals]
    today = {name: f"today[{row * MONTHS_PER_DRAW}]" for row, name in enumerate(streams)}
    for index, (kind, name, *_) in program.operations.items():
        if kind == "constant":
            found[index] = f"splat(constants[{next(constants)}])"
        elif kind == "load":
            found[index] = series.get(name, f"x[{program.slots[name]}]")
        elif kind in ("uniform", "normal"):
            found[index] = today[name]
    return found


def _drawn(body: Body, mask: Variable, stream: str, word: int) -> Variable:
    """One uniform of this month's address in lanes whose mask is not 0, else 1."""
    name = f"v{len(body.lines)}"
    draw = f"draw(seed, run, {stream_id(stream)}u, t, words)"
    chosen = f"{name} = where({mask.name}, words[{word}], {name})"
    # few months settle anything: where no lane needs it, ten rounds of the generator are spared
    body.lines.append(f"F {name} = splat(1.0); if (any({mask.name})) {{ {draw}; {chosen}; }}")
    return Variable(body, name)


def _series(world: World, program: Program) -> list[str]:
    """Names of what time alone decides and the program reads."""
    return [name for name in world.series if name in program.slots]


def has_compiler() -> bool:
    return shutil.which("gcc") is not None


class StrictC:
    """The month of a world, compiled by gcc in a folder."""

    def __init__(self, world: World, folder: Path, lanes: int = 8) -> None:
        self.world, self.lanes, self.program = world, lanes, record_month(world)
        code, library = folder / f"month{lanes}.c", folder / f"month{lanes}.so"
        code.write_text(source(world, self.program, lanes))
        subprocess.run(["gcc", *STRICT, *LIBRARY, str(code), "-o", str(library), "-lm"], check=True)
        number, pointer = ctypes.c_int64, ctypes.c_void_p
        self.simulate = ctypes.CDLL(str(library)).simulate
        self.simulate.argtypes = [number, number, ctypes.c_uint64, *[pointer] * 6]
        self.simulate.restype = None
        self.constants = np.array(self.program.constants, dtype=float)
        self.series = np.array([world.series[name] for name in _series(world, self.program)], dtype=float)
        self.initial = np.array([world.start.get(name, 0.0) for name in self.program.slots])

    def page(self, seed: int, runs: np.ndarray) -> History:
        """The history of some runs, by their numbers (runs,): whole groups of lanes."""
        world, lanes, groups = self.world, self.lanes, len(runs) // self.lanes
        assert groups * lanes == len(runs)
        numbers = aligned((groups, lanes), np.uint64)
        numbers[:] = runs.reshape(groups, lanes)
        state = aligned((groups, len(self.initial), lanes))
        state[:] = self.initial[:, None]
        values = aligned((groups, world.months, len(world.recorded), lanes))
        codes = aligned((groups, world.months, len(world.parts.events), lanes), np.uint8)
        arrays = (numbers, state, self.constants, self.series, values, codes)
        self.simulate(groups, world.months, seed, *(array.ctypes.data for array in arrays))
        return History(world, runs, values, codes)


def aligned(shape: tuple[int, ...], dtype: Any = float) -> np.ndarray:
    """An empty array at a multiple of 64 bytes, as vectors of C lie."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    room = np.empty(size + 64, dtype=np.uint8)
    first = -room.ctypes.data % 64
    return room[first : first + size].view(dtype).reshape(shape)
