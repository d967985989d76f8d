"""The module of a world run from Python, by wasmtime: what a page does with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from unittest.mock import patch

import numpy as np
import wasmtime

from sim.engine import machine, wasm
from sim.engine.engine import Engine, text_of
from sim.engine.history import History

STACK = 2**16
"""Bytes at the beginning of the memory that the module uses itself."""


@dataclass(frozen=True)
class InWasm:
    """Stands for `machine.Code`, and takes the arrays themselves in the place of their addresses."""

    module: bytes

    @cached_property
    def function(self) -> Any:
        store = wasmtime.Store()
        memory = wasmtime.Memory(store, wasmtime.MemoryType(wasmtime.Limits(2, None)))
        kind = wasmtime.GlobalType(wasmtime.ValType.i32(), mutable=True)
        stack = wasmtime.Global(store, kind, wasmtime.Val.i32(STACK))
        instance = wasmtime.Instance(store, wasmtime.Module(store.engine, self.module), [memory, stack])
        simulate = instance.exports(store)["simulate"]

        def call(*given: Any) -> None:
            arrays, end = [each for each in given if isinstance(each, np.ndarray)], STACK
            places = []
            for array in arrays:
                places.append(end)
                end += -(-array.nbytes // 64) * 64
            memory.grow(store, max(-(-end // 2**16) - memory.size(store), 0))
            for array, place in zip(arrays, places, strict=True):
                memory.write(store, array.tobytes(), place)
            where = iter(places)
            simulate(store, *(next(where) if isinstance(each, np.ndarray) else int(each) for each in given))
            for array, place in zip(arrays, places, strict=True):
                found = bytes(memory.read(store, place, place + array.nbytes))
                array[...] = np.frombuffer(found, dtype=array.dtype).reshape(array.shape)

        return call


def page_in_wasm(engine: Engine, seed: int, runs: np.ndarray) -> History:
    """The history of some runs, all stages of the engine run by modules."""
    stages = [(since, _one(own)) for since, own in engine.stages]
    with patch.object(machine, "_address", lambda array: array):
        return Engine.joined(stages).page(seed, runs)


def _one(engine: Engine) -> Engine:
    module = wasm.module(text_of(engine.world, engine.program, wasm.LANES))
    return replace(engine, code=InWasm(module), lanes=wasm.LANES, then=())
