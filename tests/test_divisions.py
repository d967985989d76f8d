"""What a recorded month divides by: a division takes as long as several products."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import sim
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
