"""The second recording of the month keeps odds and reasons, bit for bit what a trace tells."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.agents.model import Model
from sim.engine.engine import Engine
from sim.engine.history import History
from sim.engine.telling import ODDS, telling, told_of
from sim.rules.reasons import calling_off, reasons_of
from sim.rules.state import at
from sim.scenario.lower import World, lower
from tests.support.scenarios import random_scenario

MONTHS, RUNS = 6, (0, 3)


def recorded(world: World) -> History:
    told = told_of([world], list(world.parts.event))
    return Engine.of(telling(world, told)).page(1, np.arange(8, dtype=np.uint64))


def told_by_agents(world: World, run: int):
    """Name, month and number of everything that decides an event, as the agents of one run have it."""
    model = Model(world, run=run)
    while model.running:
        model.step()
        for event in model.parts.events:
            told = dict(reasons_of(model.eve, model.parts, event))
            told |= {at(kind, event.name): model.eve[at(kind, event.name)] for kind in ODDS}
            if event.can_be_called_off:
                told |= dict(calling_off(model.eve, event))
            yield from ((name, model.month, value) for name, value in told.items())


CASES = {
    "shipped": lambda: sim.load("mongolia-2024"),
    "deals": lambda: sim.load("armenia-2024"),
    "somebody intervenes": lambda: sim.load("mongolia-2024").intervene({"precision": 2.0}, "2024-08"),
    **{f"random {number}": lambda number=number: random_scenario(number) for number in range(3)},
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_recorded_is_what_the_agents_go_by_bit_for_bit(name: str):
    world = lower(CASES[name](), MONTHS)
    history, compared = recorded(world), 0
    for run in RUNS:
        for reason, month, value in told_by_agents(world, run):
            assert float(history[reason][month, run]).hex() == float(value).hex(), reason
            compared += 1
    assert compared > 100


def test_what_is_told_besides_changes_nothing_in_a_run():
    world = lower(sim.load("mongolia-2024"), MONTHS)
    plain, told = Engine.of(world).page(1, np.arange(8, dtype=np.uint64)), recorded(world)
    assert all((plain[name] == told[name]).all() for name in world.recorded[:-1])
    assert all((plain.codes(event) == told.codes(event)).all() for event in world.parts.event)


def test_reasons_that_count_no_more_are_nothing():
    """A row that is forbidden from some month on is not weighed as one that may be proposed."""
    base = sim.load("mongolia-2024")
    world = lower(base.intervene({"interventions.forbidden": ["visit_russia"]}, "2024-08"), MONTHS)
    may = recorded(world)["reason.visit_russia.may"]
    assert may[:2].any() and not may[2:].any()
