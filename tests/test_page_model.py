"""The model of a page: what it says of futures is what the ensemble computes."""

from __future__ import annotations

import shutil

import pytest

import sim
from sim.engine.setups import Plain
from sim.studies.report.model import pack
from tests.support.node import answers

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")

AS_IT_STANDS = {"set": {}, "do": [], "theory": None}


@pytest.fixture(scope="module")
def packed():
    return pack(Plain(sim.load("armenia-2024")))


@needs_node
def test_the_scenario_as_it_stands_gives_the_hash_of_the_ensemble(packed):
    _, found = answers(packed, [packed["check"] | {"ask": "futures", "settings": AS_IT_STANDS, "hash": True}])
    assert found["ok"]["hash"] == packed["check"]["hash"]
