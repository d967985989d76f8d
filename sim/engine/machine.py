"""Machine code for a recorded month: four runs side by side in the vector registers of the processor.

The program becomes LLVM's intermediate language: one function that carries four runs through all their
months, so that their state stays in the nearest cache. Constants of the scenario are read from an array, so
scenarios that differ in values only share their machine code. Strict IEEE arithmetic: no fused, no reordered
operations.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import struct
import threading
from collections.abc import Iterator
from typing import Any

import llvmlite
import llvmlite.binding as llvm
import numpy as np

from sim.engine import cache
from sim.engine.luck import MONTHS_PER_DRAW, stream_id, unit, words_at
from sim.engine.operand import Operand
from sim.engine.record import Program
from sim.rules import numbers
from sim.rules.numbers import ROUND, normal_pair

LANES = 4
"""Runs in one vector. Results do not depend on it."""

_F, _I, _B = f"<{LANES} x double>", f"<{LANES} x i64>", f"<{LANES} x i1>"
_TWO52 = 4503599627370496.0
_OPERATORS = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv"}


class Vector(Operand):
    """LANES floats in a register; usable wherever a rule takes a number."""

    __slots__ = ("name", "recorder")

    def __init__(self, recorder: Builder, name: str) -> None:
        self.recorder, self.name = recorder, name


class Whole:
    """LANES whole numbers of 64 bits in a register; usable wherever the generator takes a word."""

    def __init__(self, builder: Builder, name: str) -> None:
        self.builder, self.name = builder, name

    def _with(self, operator: str, other: Any) -> Whole:
        name = other.name if isinstance(other, Whole) else _splat_whole(other)
        return Whole(self.builder, self.builder.line(f"{operator} {_I} {self.name}, {name}"))

    def __add__(self, other: Any) -> Any:
        if isinstance(other, float):
            return self.builder.to_float(self) + other
        return self._with("add", other)

    def __mul__(self, other: Any) -> Whole:
        return self._with("mul", other)

    def __and__(self, other: Any) -> Whole:
        return self._with("and", other)

    def __or__(self, other: Any) -> Whole:
        return self._with("or", other)

    def __xor__(self, other: Any) -> Whole:
        return self._with("xor", other)

    __rxor__ = __xor__

    def __rshift__(self, bits: int) -> Whole:
        return self._with("lshr", bits)

    def __lshift__(self, bits: int) -> Whole:
        return self._with("shl", bits)


def _splat(value: float) -> str:
    bits = f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"
    return "<" + ", ".join([f"double {bits}"] * LANES) + ">"


def _splat_whole(value: int) -> str:
    return "<" + ", ".join([f"i64 {value}"] * LANES) + ">"


class Builder:
    """Writes the body of a function, one instruction a line."""

    def __init__(self, prefix: str) -> None:
        self.lines: list[str] = []
        self.prefix = prefix
        self.block = "entry"

    def line(self, text: str) -> str:
        """Append an instruction and return the name of its result."""
        name = f"%{self.prefix}{len(self.lines)}"
        self.lines.append(f"  {name} = {text}")
        return name

    def do(self, text: str) -> None:
        """Append an instruction without a result."""
        self.lines.append(f"  {text}")

    def open(self, label: str) -> None:
        """Begin a new block."""
        self.lines.append(f"{label}:")
        self.block = label

    def apply(self, name: str, arguments: tuple[Any, ...]) -> Vector:
        """The instructions of one primitive of sim.rules.numbers."""
        a = [argument.name if isinstance(argument, Vector) else _splat(argument) for argument in arguments]
        if name in _OPERATORS:
            return self._vector(f"{_OPERATORS[name]} {_F} {a[0]}, {a[1]}")
        if name in ("minimum", "maximum"):
            test = self.line(f"fcmp {'olt' if name == 'minimum' else 'ogt'} {_F} {a[1]}, {a[0]}")
            return self._vector(f"select {_B} {test}, {_F} {a[1]}, {_F} {a[0]}")
        if name == "less":
            test = self.line(f"fcmp olt {_F} {a[0]}, {a[1]}")
            return self._vector(f"select {_B} {test}, {_F} {_splat(1.0)}, {_F} {_splat(0.0)}")
        if name == "where":
            test = self.line(f"fcmp une {_F} {a[0]}, {_splat(0.0)}")
            return self._vector(f"select {_B} {test}, {_F} {a[1]}, {_F} {a[2]}")
        if name == "sqrt":
            return self._vector(f"call {_F} @llvm.sqrt.v{LANES}f64({_F} {a[0]})")
        if name == "two_to":
            shifted = self._bits(self._vector(f"fadd {_F} {a[0]}, {_splat(ROUND)}"))
            return self._float_of((shifted._with("add", 1023)) << 52)
        if name == "exponent":
            return self.to_float(self._bits(Vector(self, a[0])) >> 52) - 1023.0
        if name == "mantissa":
            return self._float_of((self._bits(Vector(self, a[0])) & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000)
        return getattr(numbers, name).__wrapped__(*arguments)

    def _vector(self, text: str) -> Vector:
        return Vector(self, self.line(text))

    def _bits(self, value: Vector) -> Whole:
        return Whole(self, self.line(f"bitcast {_F} {value.name} to {_I}"))

    def _float_of(self, pattern: Whole) -> Vector:
        return self._vector(f"bitcast {_I} {pattern.name} to {_F}")

    def to_float(self, whole: Whole) -> Vector:
        """A whole number below 2**52 as a float."""
        return self._float_of(whole | 0x4330000000000000) - _TWO52

    def address(self, base: str, offset: str | int, kind: str = "double") -> str:
        """A pointer `offset` elements behind another."""
        return self.line(f"getelementptr {kind}, {kind}* {base}, i64 {offset}")

    def load(self, base: str, offset: str | int) -> Vector:
        """A row of the state or of the draws."""
        place = self.line(f"bitcast double* {self.address(base, offset)} to {_F}*")
        return self._vector(f"load {_F}, {_F}* {place}, align 8")

    def store(self, value: Vector, base: str, offset: str | int) -> None:
        """Write a row."""
        place = self.line(f"bitcast double* {self.address(base, offset)} to {_F}*")
        self.do(f"store {_F} {value.name}, {_F}* {place}, align 8")

    def spread(self, scalar: str, kind: str = "double") -> str:
        """A scalar in every lane."""
        vector = f"<{LANES} x {kind}>"
        first = self.line(f"insertelement {vector} undef, {kind} {scalar}, i32 0")
        return self.line(f"shufflevector {vector} {first}, {vector} undef, <{LANES} x i32> zeroinitializer")


def _generator() -> str:
    """The generator as a function: the four uniforms at the address (seed, run, stream, step)."""
    b = Builder("p")
    seed, run, stream, step = (Whole(b, name) for name in ("%seed", "%run", "%stream", "%step"))
    draws = [unit(word) for word in words_at(seed, run, stream, step)]
    for place, draw in enumerate(draws):
        b.store(draw, "%out", place * LANES)
    body = "\n".join(b.lines)
    arguments = f"{_I} %seed, {_I} %run, {_I} %stream, {_I} %step, double* noalias %out"
    return f"define internal void @draw({arguments}) noinline {{\nentry:\n{body}\n  ret void\n}}\n"


def _luck_window() -> str:
    """A function that draws four months of every stream: luck (streams, 4, LANES); the last `noises` of them
    as normals.
    """
    b = Builder("w")
    seed, step = b.spread("%seed", "i64"), b.spread("%window", "i64")
    b.do("br label %stream")
    b.open("stream")
    b.do("%s = phi i64 [0, %entry], [%s1, %next]")
    stream = b.spread(b.line(f"load i64, i64* {b.address('%streams', '%s', 'i64')}, align 8"), "i64")
    out = b.address("%luck", b.line(f"mul i64 %s, {MONTHS_PER_DRAW * LANES}"))
    b.do(f"call void @draw({_I} {seed}, {_I} %run, {_I} {stream}, {_I} {step}, double* {out})")
    b.do(f"br i1 {b.line('icmp slt i64 %s, %plain')}, label %next, label %bend")
    b.open("bend")
    u = [b.load(out, month * LANES) for month in range(MONTHS_PER_DRAW)]
    for month, draw in enumerate([*normal_pair(u[0], u[1]), *normal_pair(u[2], u[3])]):
        b.store(draw, out, month * LANES)
    b.do("br label %next")
    b.open("next")
    b.do("%s1 = add i64 %s, 1")
    b.do(f"br i1 {b.line('icmp slt i64 %s1, %count')}, label %stream, label %exit")
    b.open("exit")
    body = "\n".join(b.lines)
    arguments = f"i64 %seed, i64 %window, {_I} %run, i64* noalias %streams, i64 %plain, i64 %count, double* noalias %luck"
    return f"define internal void @window({arguments}) noinline {{\nentry:\n{body}\n  ret void\n}}\n"


def _draw_where_needed(b: Builder, mask: Vector, stream: str, word: int) -> Vector:
    """One uniform of this month's address in lanes whose mask is not 0, else 1; skipped if no lane needs it."""
    test = b.line(f"fcmp une {_F} {mask.name}, {_splat(0.0)}")
    some = b.line(f"icmp ne i{LANES} {b.line(f'bitcast {_B} {test} to i{LANES}')}, 0")
    before, number = b.block, len(b.lines)
    b.do(f"br i1 {some}, label %need{number}, label %done{number}")
    b.open(f"need{number}")
    b.do(
        f"call void @draw({_I} %seeds, {_I} %run, {_I} {_splat_whole(stream_id(stream))}, {_I} %step, double* %words)"
    )
    drawn = b.load("%words", word * LANES)
    chosen = b.line(f"select {_B} {test}, {_F} {drawn.name}, {_F} {_splat(1.0)}")
    b.do(f"br label %done{number}")
    b.open(f"done{number}")
    return b._vector(f"phi {_F} [{_splat(1.0)}, %{before}], [{chosen}, %need{number}]")


def _month(b: Builder, program: Program, series: list[str]) -> dict[int, Vector]:
    """The instructions of a month."""
    streams = [*program.uniforms, *program.normals]
    values: dict[int, Vector] = {}
    constants = 0
    for index, operation in program.operations.items():
        name = operation[0]
        if name == "constant":
            scalar = b.line(f"load double, double* {b.address('%constants', constants)}, align 8")
            values[index] = Vector(b, b.spread(scalar))
            constants += 1
        elif name == "load" and operation[1] in series:
            place = b.line(f"add i64 %t, {b.line(f'mul i64 %months, {series.index(operation[1])}')}")
            values[index] = Vector(
                b, b.spread(b.line(f"load double, double* {b.address('%series', place)}, align 8"))
            )
        elif name == "load":
            values[index] = b.load("%x", program.slots[operation[1]] * LANES)
        elif name in ("uniform", "normal"):
            values[index] = b.load("%today", streams.index(operation[1]) * MONTHS_PER_DRAW * LANES)
        elif name == "draw":
            values[index] = _draw_where_needed(b, values[operation[1]], operation[2], operation[3])
        else:
            values[index] = b.apply(name, tuple(values[argument] for argument in operation[1:]))
    return values


def source(program: Program, series: list[str], recorded: list[str], records: list[str]) -> str:
    """The program in LLVM's intermediate language.

    simulate(groups, first, last, months, seed, runs, state, constants, series, plain, count, streams, luck,
    history, codes): runs (groups, LANES); state (groups, slots, LANES), before and after; series (n, months);
    streams (count,), the first `plain` of them uniform, the rest normal; history (groups, last - first,
    recorded, LANES) and codes (groups, last - first, records, LANES) take what is recorded.
    """
    b = Builder("v")
    b.block = "go"
    seeds, step = b.spread("%seed", "i64"), b.spread("%t", "i64")
    head = "\n".join(b.lines).replace(seeds, "%seeds").replace(step, "%step")
    b.lines = [""] * len(b.lines)
    values = _month(b, program, series)
    for name, index in program.results.items():
        b.store(values[index], "%x", program.slots[name] * LANES)
    for place, name in enumerate(recorded):
        b.store(values[program.results[name]], "%path", place * LANES)
    for place, name in enumerate(records):
        bits = b.line(f"fptoui {_F} {values[program.results[name]].name} to <{LANES} x i8>")
        target = b.line(f"bitcast i8* {b.address('%marks', place * LANES, 'i8')} to <{LANES} x i8>*")
        b.do(f"store <{LANES} x i8> {bits}, <{LANES} x i8>* {target}, align 1")
    body = "\n".join(b.lines)
    size = len(program.slots) * LANES
    return f"""
declare {_F} @llvm.sqrt.v{LANES}f64({_F})
{_generator()}{_luck_window()}
define void @simulate(i64 %groups, i64 %first, i64 %last, i64 %months, i64 %seed, i64* noalias %runs, double* noalias %state,
    double* noalias %constants, double* noalias %series, i64 %plain, i64 %count, i64* noalias %streams, double* noalias %luck,
    double* noalias %history, i8* noalias %codes) {{
entry:
  %words = alloca double, i64 {4 * LANES}, align 32
  br label %group
group:
  %g = phi i64 [0, %entry], [%g1, %end]
  %lane = mul i64 %g, {LANES}
  %own = getelementptr i64, i64* %runs, i64 %lane
  %ownv = bitcast i64* %own to {_I}*
  %run = load {_I}, {_I}* %ownv, align 8
  %offset = mul i64 %g, {size}
  %x = getelementptr double, double* %state, i64 %offset
  br label %month
month:
  %t = phi i64 [%first, %group], [%t1, %{b.block}]
  %since = sub i64 %t, %first
  %span = sub i64 %last, %first
  %done = mul i64 %g, %span
  %page = add i64 %done, %since
  %pathat = mul i64 %page, {len(recorded) * LANES}
  %path = getelementptr double, double* %history, i64 %pathat
  %marksat = mul i64 %page, {len(records) * LANES}
  %marks = getelementptr i8, i8* %codes, i64 %marksat
  %phase = and i64 %t, {MONTHS_PER_DRAW - 1}
  %begins = icmp eq i64 %phase, 0
  %starts = icmp eq i64 %t, %first
  %draws = or i1 %begins, %starts
  br i1 %draws, label %window, label %go
window:
  %w = lshr i64 %t, {MONTHS_PER_DRAW.bit_length() - 1}
  call void @window(i64 %seed, i64 %w, {_I} %run, i64* %streams, i64 %plain, i64 %count, double* %luck)
  br label %go
go:
{head}
  %todayat = mul i64 %phase, {LANES}
  %today = getelementptr double, double* %luck, i64 %todayat
{body}
  %t1 = add i64 %t, 1
  %more = icmp slt i64 %t1, %last
  br i1 %more, label %month, label %end
end:
  %g1 = add i64 %g, 1
  %others = icmp slt i64 %g1, %groups
  br i1 %others, label %group, label %exit
exit:
  ret void
}}
"""


OPTIMISATION = 1
"""LLVM's level: the arithmetic is strict, so that it changes speed only."""

_lock = threading.Lock()
_compiled: dict[tuple[str, bool], tuple[Any, Any]] = {}
"""Owner of the code and its function `simulate`, by key, and whether files were distrusted."""
_distrusted = 0
"""How many are inside `without_cache`."""


@contextlib.contextmanager
def without_cache() -> Iterator[None]:
    """Inside, machine code of this process is compiled here: none is taken from files, nor was before, and
    none is kept.

    For whoever checks results: a check must not lean on what the results came from.
    """
    global _distrusted
    with _lock:
        _distrusted += 1
    try:
        yield
    finally:
        with _lock:
            _distrusted -= 1


def compile_source(text: str) -> Any:
    """The function `simulate` of a source, compiled once in a process, or taken from the cache of an earlier
    process.
    """
    cpu, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    key = _key(text, cpu, features)
    with _lock:
        alone = _distrusted > 0
        if (key, alone) not in _compiled:
            _compiled[key, alone] = _load(text, key, cpu, features, alone)
        return _compiled[key, alone][1]


def _key(text: str, cpu: str, features: str) -> str:
    """A hash of everything that the machine code depends on (hex digits)."""
    maker = [
        llvmlite.__version__,
        ".".join(map(str, llvm.llvm_version_info)),
        llvm.get_default_triple(),
        str(OPTIMISATION),
    ]
    return hashlib.sha256("\n".join([text, cpu, features, *maker]).encode()).hexdigest()


def _load(text: str, key: str, cpu: str, features: str, alone: bool) -> tuple[Any, Any]:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple()
    machine = target.create_target_machine(cpu=cpu, features=features, opt=OPTIMISATION, jit=True)
    code = None if alone else cache.fetch(key)
    if code is None:
        module = llvm.parse_assembly(text)
        module.verify()
        code = machine.emit_object(module)
        if not alone:
            cache.keep(key, code)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    number, pointer = ctypes.c_int64, ctypes.c_void_p
    signature = ctypes.CFUNCTYPE(
        None, *[number] * 4, ctypes.c_uint64, *[pointer] * 4, number, number, *[pointer] * 4
    )
    return engine, signature(engine.get_function_address("simulate"))


def call(function: Any, program: Program, seed: int, runs: np.ndarray, first: int, last: int, state: np.ndarray,
         constants: np.ndarray, series: np.ndarray, history: np.ndarray, codes: np.ndarray) -> None:  # fmt: skip
    """Run whole groups of LANES runs; the interpreter is free for other threads meanwhile. Shapes as in
    `source`.
    """
    names = program.uniforms, program.normals
    streams = np.array([stream_id(name) for kind in names for name in kind] or [0], dtype=np.uint64)
    luck = np.empty((len(streams), MONTHS_PER_DRAW, LANES))
    arrays = (runs, state, constants, series, streams, luck, history, codes)
    assert all(array.flags.c_contiguous for array in arrays) and len(runs) % LANES == 0
    address = [array.ctypes.data for array in arrays]
    counts = len(names[0]), len(names[0]) + len(names[1])
    function(len(runs) // LANES, first, last, series.shape[1], seed, *address[:4], *counts, *address[4:])
