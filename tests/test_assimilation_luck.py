"""A particle can be lived again alone, bit for bit: by its lineage in machine code, and with agents in Mesa.

And the filter gives the same bytes whatever the threads, the order of the table, and the width of vectors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from sim.agents.model import Model
from sim.assimilation.crowd import Crowd, Place
from sim.assimilation.deeds import known_of
from sim.assimilation.facts import SERIES, Fact
from sim.assimilation.filter import Asked, Cloud
from sim.engine.beliefs import prior_beliefs
from sim.engine.engine import Engine
from sim.engine.history import History
from sim.engine.knowing import Known, knowing
from sim.engine.life import Life, Phase
from sim.engine.setups import Plain, Setup
from sim.rules.known import LOG_ODDS
from sim.scenario.lower import World, lower
from tests.support.brute import busy, event, first_time
from tests.support.hindcasts import START, past_case, yearly
from tests.support.scenarios import random_scenario

YEARS = 6


def facts_of_years() -> tuple[Fact, ...]:
    """A made-up past of the small case, which few runs foretell: so particles are resampled."""

    def came(what: str, month: int, months: int = 1, value: float = 1.0) -> Fact:
        return Fact("event", what, 12 * START + month, 12 * START + month + months - 1, value)

    deeds = came("loan", 5), came("loan", 30), came("raid", 17), came("raid", 40, 12, 0.0), came("aid", 60, 6)
    observed = yearly(SERIES, "wealth", [0.52, 0.48, 0.46, 0.5, 0.53, 0.5])
    return (*deeds, *observed, *yearly(SERIES, "lean", [0.0, 0.01, 0.0, -0.02, -0.02, -0.02]))


def asked(setup: Setup, particles: int = 600) -> Asked:
    return Asked(setup, facts_of_years(), 12 * YEARS, particles, seed=3)


def carried(cloud: Cloud) -> Cloud:
    """Particles at the end of the past, resampled year by year where it is needed."""
    for year in range(YEARS):
        cloud.resample()
        cloud.live(range(12 * year, 12 * year + 12))
    return cloud


def states(cloud: Cloud) -> dict[str, np.ndarray]:
    """Numbers of the state at the end, by name (particles,)."""
    names = cloud.crowd.makers.plain.program.slots
    each = [
        {name: place.state[:, place.engine.program.slots[name]] for name in names}
        for place in cloud.crowd.places
    ]
    return {name: np.concatenate([own[name] for own in each]) for name in names}


@pytest.fixture(scope="module")
def plain():
    return carried(Cloud.of(asked(Plain(past_case()))))


def alone(
    engine: Engine, seed: int, stretches: Sequence[tuple[range, int]]
) -> Iterator[tuple[range, History]]:
    """One run by the luck of others, stretch of months by stretch, each with the number of the run."""
    point, state = np.zeros(1, dtype=np.intp), None
    for months, number in stretches:
        history, state = engine.carry(seed, np.array([number], dtype=np.uint64), months, point, state)
        yield months, history


def test_a_particle_lived_again_alone_is_what_the_filter_saw(plain):
    engine, seen = plain.crowd.makers.plain, states(plain)
    assert len(plain.lineage.stretches) > 1, "nothing was resampled"
    for particle in (0, 7, 150, 599):
        own = slice(particle, particle + 1)
        lineage = plain.lineage.of(own).until(12 * YEARS, plain.numbers[own], {})
        *_, (_, last) = alone(engine, 3, [(each.months, each.numbers[0]) for each in lineage])
        for name in ("wealth", "alignment.order", "goodwill.North"):
            assert last[name][-1, 0] == seen[name][particle], name


def test_a_particle_under_numbers_of_its_own_is_lived_again_by_its_lineage():
    cloud = carried(Cloud.of(asked(prior_beliefs(past_case(), 40, seed=2))))
    seen = states(cloud)
    assert len(cloud.lineage.stretches) > 1
    for particle in (0, 123, 599):
        own = slice(particle, particle + 1)
        values = {name: each[own] for name, each in cloud.values.items()}
        crowd = None
        for stretch in cloud.lineage.of(own).until(12 * YEARS, cloud.numbers[own], values):
            if crowd is None:
                crowd = Crowd.at_start(cloud.crowd.makers, stretch.values, 1)
            else:
                crowd = crowd.descend(np.zeros(1, dtype=np.intp), stretch.values)
            _, crowd = crowd.live(3, stretch.numbers, stretch.months.stop, lambda history: None)
        for name, path in seen.items():
            (place,) = crowd.places
            assert place.state[0, place.engine.program.slots[name]] == path[particle], name


def told(cloud: Cloud) -> list[bytes]:
    """All that a filter tells, as bytes."""
    found = [cloud.log_weights, cloud.numbers, np.array(cloud.evidence), *states(cloud).values()]
    found += [error.log_weights for error in cloud.errors.values()]
    return [each.tobytes() for each in found]


def test_threads_and_the_order_of_the_table_change_no_byte(plain):
    base = asked(Plain(past_case()))
    for threads, facts in ((1, base.facts), (4, base.facts[::-1])):
        other = carried(Cloud.of(replace(base, threads=threads, facts=facts)))
        assert told(other) == told(plain)


@pytest.mark.parametrize("lanes", [4, 8])
def test_the_width_of_vectors_changes_no_byte(plain, lanes):
    cloud = Cloud.of(asked(Plain(past_case())))
    engine = Engine.of(cloud.crowd.makers.plain.world, lanes=lanes)
    makers = replace(cloud.crowd.makers, plain=engine)
    places = tuple(Place(engine, place.points) for place in cloud.crowd.places)
    cloud.crowd = replace(cloud.crowd, makers=makers, places=places)
    assert told(carried(cloud)) == told(plain)


PAST = (
    event("journeys", 4), event("visit", 3), event("visit", 5, False), event("threat", 1), event("asked", 2),
    event("loan", 2, False), event("mixed", 5), event("first", 1, False), event("met", 6),
    first_time("third", 6, 8), event("raid", 4),
)  # fmt: skip


@dataclass(frozen=True)
class Heir(Plain):
    """A run that goes through these phases."""

    phases: Life = ()

    def life(self, run: int, seed: int, months: int | None = None) -> Life:
        return self.phases


def same_bytes(world: World, run: int, past: list[tuple[int, int]], seed: int = 3) -> None:
    """Raises if a bit of a run differs with agents and in machine code.

    past: by whose luck it lived, as months before which each stretch ends with the number of the run.
    """
    starts, ends = [0, *(end for end, _ in past)], [*(end for end, _ in past), world.months]
    spans = [range(*ends) for ends in zip(starts, ends, strict=True)]
    numbers = [*(number for _, number in past), run]
    phases = [Phase(world, months.stop, seed, number) for months, number in zip(spans, numbers, strict=True)]
    model = Model(Heir(world.scenario, tuple(phases)), seed=seed, run=run)
    for months, history in alone(Engine.of(world), seed, list(zip(spans, numbers, strict=True))):
        for month in range(len(months)):
            model.step()
            for name in world.recorded:
                mine, other = model.state[name], history[name][month, 0]
                assert mine == other or (np.isnan(mine) and np.isnan(other)), (name, months[month])
            for row in world.parts.event:
                assert model.state[f"record.{row}"] == history.codes(row)[month, 0], (row, months[month])


def test_agents_keep_to_what_is_known_as_machine_code_does():
    world = lower(busy())
    known = knowing(world, known_of(world, PAST))
    assert LOG_ODDS in known.recorded
    for run in range(3):
        same_bytes(known, run, [(2, 40), (3, 41), (6, 7)])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_agents_and_machine_code_know_alike_in_any_scenario(seed):
    world = lower(random_scenario(seed))
    known = knowing(world, _of_a_run(world, seed))
    same_bytes(known, 2, [(5, 11), (6, 12), (13, 13)])


def _of_a_run(world: World, seed: int) -> Known:
    """What a run of its own did in some months, as facts."""
    history = Engine.of(world).page(seed, np.array([9], dtype=np.uint64))
    start = 12 * 2010 + 3
    rng, facts = np.random.default_rng(seed), []
    for row in world.parts.event:
        came = history.happened(row)[:, 0]
        months = rng.choice(world.months, 6, replace=False)
        facts += [Fact("event", row, start + m, start + m, float(came[m])) for m in months.tolist()]
    return known_of(world, facts)
