"""What makes a month fast and moves no bit that matters: few divisions, and histories past the caches."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import sim
from sim.engine.builder import AROUND
from sim.engine.engine import text_of
from sim.engine.record import record_month
from sim.scenario.lower import lower
from tests.golden.pin import shipped

SMALL = Path(__file__).parent / "cases" / "small.toml"


def denominators(scenario: sim.Scenario) -> Counter:
    """How often a month divides by what, told by its operation."""
    operations = record_month(lower(scenario)).operations
    return Counter(operations[each[2]] for each in operations.values() if each[0] == "divide")


@pytest.mark.parametrize("name", shipped())
def test_a_month_divides_by_nothing_twice(name):
    found = denominators(sim.load(name))
    assert found and set(found.values()) == {1}


def test_rules_divide_by_no_constant():
    """What a scenario file writes as a quotient is one."""
    assert not any(kind == "constant" for kind, *_ in denominators(sim.load(SMALL)))


def test_what_is_recorded_and_nothing_else_goes_around_the_caches():
    world = lower(sim.load(SMALL))
    lines = text_of(world, record_month(world)).splitlines()
    assert sum(line.endswith(AROUND) for line in lines) == len(world.recorded)
    assert "  fence seq_cst" in lines
