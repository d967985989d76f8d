"""The order of tables in a scenario file moves no bit: the same numbers by name, however the file is
shuffled.
"""

from __future__ import annotations

import copy
import hashlib
from typing import Any

import numpy as np
import pytest

from sim.engine.beliefs import prior_beliefs
from sim.engine.engine import Engine
from sim.outcomes.columns import columns_of
from sim.outcomes.happenings import Findings
from sim.outcomes.postures import posture, posture_names
from sim.scenario.load import Scenario, parse
from sim.scenario.lower import lower
from tests.support.paired import SHIPPED, shipped
from tests.support.scenarios import random_scenario

MEANT = ("postures", "provenance")
"""Sections whose order has a meaning: the first that fits counts."""
SETS = {"among", "each", "any_of", "forbidden", "dates", "headlines"}
"""Lists of names or dates that are sets to the model."""


def shuffled(part: Any, rng: np.random.Generator) -> Any:
    """Tables in another order at every level; lists of names too."""
    if not isinstance(part, dict):
        return part
    keys = [str(key) for key in rng.permutation([*part])] if part else []
    found = {key: part[key] if key in MEANT else shuffled(part[key], rng) for key in keys}
    for key in SETS & found.keys():
        if isinstance(found[key], list) and all(isinstance(each, str) for each in found[key]):
            found[key] = [str(each) for each in rng.permutation(found[key])]
    if isinstance(blocs := found.get("blocs"), dict):
        found["blocs"] = {
            name: [str(each) for each in rng.permutation(members)] for name, members in blocs.items()
        }
    return found


def other_order(scenario: Scenario, seed: int) -> Scenario:
    raw = shuffled(copy.deepcopy(scenario.raw), np.random.default_rng(seed))
    assert [*raw["actors"]] != [*scenario.raw["actors"]] or [*raw["events"]] != [*scenario.raw["events"]]
    return parse(raw, scenario.name)


def digests(scenario: Scenario, runs: int, months: int | None = None) -> dict[str, str]:
    """SHA-256 by name of every recorded path, every event's record and every outcome."""
    world = lower(scenario, months)
    history = Engine.of(world).page(1, np.arange(runs, dtype=np.uint64))
    numbers, findings = {f"path {name}": history[name] for name in world.recorded}, Findings(history)
    numbers |= {f"event {name}": history.codes(name) for name in scenario.rows}
    numbers |= {f"outcome {column.name}": column.of(findings) for column in columns_of(world)}
    numbers["postures"] = np.array(posture_names(scenario.case))[posture(history)]
    return {
        name: hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()
        for name, values in numbers.items()
    }


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_in_another_order_gives_the_same_numbers(name: str):
    own = shipped(name).scenario
    assert digests(other_order(own, 3), 16) == digests(own, 16)


@pytest.mark.parametrize("number", range(12))
def test_a_random_scenario_in_another_order_gives_the_same_numbers(number: int):
    own = random_scenario(number)
    assert digests(other_order(own, number), 16) == digests(own, 16)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(12, 150))
def test_many_random_scenarios_in_another_order_give_the_same_numbers(number: int):
    own = random_scenario(number)
    assert digests(other_order(own, number), 16) == digests(own, 16)


def test_columns_keep_the_order_of_the_file():
    own = shipped("mongolia-2024").scenario
    other = other_order(own, 3)
    names = [[column.name for column in columns_of(lower(each, 1))] for each in (own, other)]
    assert names[0] != names[1] and sorted(names[0]) == sorted(names[1])
    powers = [f"end.closeness.{name}" for name, actor in other.case.actors.items() if actor.role == "power"]
    assert [name for name in names[1] if name in powers] == powers


def test_draws_of_uncertain_numbers_belong_to_their_names():
    own = shipped("mongolia-2024").scenario
    one, other = (prior_beliefs(each, 50, 4).values for each in (own, other_order(own, 5)))
    assert [*one] != [*other] and {name: one[name].tobytes() for name in one} == {
        name: other[name].tobytes() for name in other
    }
