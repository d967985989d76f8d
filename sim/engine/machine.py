"""Machine code of a recorded month: compiled once, kept for later processes, called for groups of runs."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import threading
from collections.abc import Iterator
from typing import Any

import llvmlite
import llvmlite.binding as llvm
import numpy as np

from sim.engine import cache
from sim.engine.builder import LANES
from sim.engine.luck import MONTHS_PER_DRAW, stream_id
from sim.engine.record import Program

OPTIMISATION = 1
"""LLVM's level: the arithmetic is strict, so that it changes speed only."""

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
        None, *[number] * 4, ctypes.c_uint64, *[pointer] * 4, number, number, *[pointer] * 4
    )
    return engine, signature(engine.get_function_address("simulate"))


def call(
    function: Any, program: Program, seed: int, runs: np.ndarray, first: int, last: int,
    state: np.ndarray, constants: np.ndarray, series: np.ndarray, history: np.ndarray, codes: np.ndarray,
) -> None:  # fmt: skip
    """Run whole groups of LANES runs, while other threads are free. Shapes as in `emit.source`."""
    uniforms, normals = program.uniforms, program.normals
    # one idle stream where there is none: an empty array has no address to give
    identities = [stream_id(name) for name in (*uniforms, *normals)] or [0]
    streams = np.array(identities, dtype=np.uint64)
    luck = np.empty((len(streams), MONTHS_PER_DRAW, LANES))
    arrays = (runs, state, constants, series, streams, luck, history, codes)
    # the machine code trusts its caller: it would read beyond an array that is laid out otherwise
    assert all(array.flags.c_contiguous for array in arrays)
    assert len(runs) % LANES == 0
    address = [array.ctypes.data for array in arrays]
    counts = len(uniforms), len(uniforms) + len(normals)
    function(len(runs) // LANES, first, last, series.shape[1], seed, *address[:4], *counts, *address[4:])
