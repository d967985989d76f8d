"""Machine code of a recorded month: compiled once, kept for later processes, called for groups of runs."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import llvmlite
import llvmlite.binding as llvm
import numpy as np

from sim.engine import cache
from sim.engine.luck import MONTHS_PER_DRAW, stream_id
from sim.engine.points import BOUNDARY, aligned
from sim.engine.record import Program

OPTIMISATION = 1
"""LLVM's level: the arithmetic is strict, so that it changes speed only."""

NARROW, WIDE = 4, 8
"""Runs side by side that fill a vector register: without AVX-512, and with it."""


def _lanes() -> int:
    """As many runs as go fastest on this processor; results do not depend on it."""
    if llvm.get_host_cpu_features().get("avx512f"):
        return WIDE
    return NARROW


LANES = _lanes()

_lock = threading.Lock()
_compiled: dict[tuple[str, bool], tuple[Any, Any]] = {}
"""Owner of the code and its function `simulate`, by key, and whether files were distrusted."""
_distrusted = 0
"""How many are inside `without_cache`."""


@contextlib.contextmanager
def without_cache() -> Iterator[None]:
    """Inside, all machine code is compiled by this process: none is taken from files, and none kept.

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
    """The function `simulate` of a source, compiled once in a process, or kept by an earlier one."""
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
    code = None
    if not alone:
        code = cache.fetch(key)
    if code is None:
        module = llvm.parse_assembly(text)
        module.verify()
        code = machine.emit_object(module)
        if not alone:
            cache.keep(key, code)
    # the engine owns the code, and is kept beside the function for as long as that
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    number, pointer = ctypes.c_int64, ctypes.c_void_p
    signature = ctypes.CFUNCTYPE(
        None, *[number] * 4, ctypes.c_uint64, *[pointer] * 6, number, number, *[pointer] * 4
    )
    return engine, signature(engine.get_function_address("simulate"))


@dataclass(frozen=True)
class Code:
    """Machine code that is compiled when it is first run: text() is its source."""

    text: Callable[[], str]

    @cached_property
    def function(self) -> Any:
        """What `call` calls."""
        return compile_source(self.text())


@dataclass(frozen=True)
class Arrays:
    """What the machine code reads and writes; shapes as in `emit.source`, by the same names."""

    runs: np.ndarray
    state: np.ndarray
    own: np.ndarray
    constants: np.ndarray
    path: np.ndarray
    series: np.ndarray
    history: np.ndarray
    codes: np.ndarray


def call(code: Code, program: Program, seed: int, months: range, given: Arrays) -> None:
    """Run whole groups of runs through some months, while other threads are free."""
    uniforms, normals, lanes = program.uniforms, program.normals, given.state.shape[2]
    # one idle stream where there is none: an empty array has no address to give
    identities = [stream_id(name) for name in (*uniforms, *normals)] or [0]
    streams = np.array(identities, dtype=np.uint64)
    luck = aligned((len(streams), MONTHS_PER_DRAW, lanes))
    read = (given.runs, given.state, given.own, given.constants, given.path, given.series)
    written = (streams, luck, given.history, given.codes)
    assert len(given.runs) == lanes * len(given.state)
    span = len(given.state), months.start, months.stop, given.series.shape[1]
    counts = len(uniforms), len(uniforms) + len(normals)
    code.function(*span, seed, *map(_address, read), *counts, *map(_address, written))


def _address(array: np.ndarray) -> int:
    """Where an array begins."""
    # the machine code trusts its caller: it would read beyond an array that is laid out otherwise
    assert array.flags.c_contiguous
    # numpy places what holds nothing anywhere
    if array.dtype == float and array.size:
        assert array.ctypes.data % BOUNDARY == 0
    return array.ctypes.data
