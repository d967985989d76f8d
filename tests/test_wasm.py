"""The module of a page computes the bits of the ensemble."""

from __future__ import annotations

import numpy as np
import pytest
import wasmtime

import sim
from sim.engine import wasm
from sim.engine.engine import Engine
from sim.engine.fingerprint import fingerprint
from sim.reading.shipped import shipped
from sim.scenario.lower import lower
from tests.support.scenarios import random_scenario
from tests.support.wasm import page_in_wasm

SEED, RUNS = 2**63 + 5, np.arange(7, dtype=np.uint64)


def of_both(world, runs=RUNS):
    """What the ensemble and the module give of some runs."""
    native = Engine.of(world)
    return fingerprint([native.page(SEED, runs)]), fingerprint([page_in_wasm(native, SEED, runs)])


NAMES = [name.removesuffix(".toml") for name in shipped(".toml")]
# its module is as large as that of 2024, and made in the same way
LONG = pytest.param("mongolia-1995", marks=pytest.mark.slow)


@pytest.mark.parametrize("name", [LONG, *(name for name in NAMES if name != "mongolia-1995")])
def test_the_module_of_a_shipped_scenario_gives_the_bits_of_the_ensemble(name):
    native, found = of_both(lower(sim.load(name), 14))
    assert found == native


@pytest.mark.parametrize("number", range(2))
def test_the_module_of_a_random_scenario_gives_the_bits_of_the_ensemble(number):
    native, found = of_both(lower(random_scenario(number)))
    assert found == native


def test_one_wrong_bit_is_another_hash():
    history = Engine.of(lower(random_scenario(1), 3)).page(1, RUNS)
    before = fingerprint([history])
    history.raw[0, 0, 0, 0] = np.nextafter(history.raw[0, 0, 0, 0], 2.0)
    assert fingerprint([history]) != before


def test_pages_and_lanes_do_not_matter_to_the_hash():
    engine = Engine.of(lower(random_scenario(1), 3))
    apart = [engine.page(1, RUNS[:3]), engine.page(1, RUNS[3:])]
    assert fingerprint(apart) == fingerprint([engine.page(1, RUNS)])


def test_a_module_exports_one_function_and_asks_for_memory_alone():
    text = "define void @simulate(i64 %groups) {\n  ret void\n}\n"
    found = wasmtime.Module(wasmtime.Engine(), wasm.module(text))
    assert [each.name for each in found.exports] == ["simulate"]
    assert {each.name for each in found.imports} <= {"__linear_memory", "__stack_pointer"}
