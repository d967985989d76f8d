"""A zero that a file writes is a value like others; what a file leaves out stays out of the program."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
import sim.studies.sweep.programs
from sim.engine.families import READ_ELSEWHERE, traced_world
from sim.engine.record import record_month
from sim.engine.tape import Tape, Tracer
from sim.rules.effects import fill_up
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import lower
from sim.scenario.wholes import rescaled
from sim.studies.sweep.ask import sweep
from tests.test_parity import assert_same_bytes

SMALL = Path(__file__).parent / "cases" / "small.toml"
SIGNED = (".to_target", ".to_power")
"""Ends of paths to what a concession is worth to either side: one gains what the other loses, never 0."""

COUNTS = (".cooldown", ".dimensions", ".lead", ".retry", ".window")
"""Ends of paths to numbers of months or axes: they are structure, and no values."""

ELASTICITIES = [f"influence.{name}_elasticity" for name in ("effort", "goodwill", "openness", "share")]
WITHOUT_ROOTS = dict.fromkeys(ELASTICITIES, 0.4)
"""An elasticity of one half is a square root, which is a program of its own."""

NEVER_ZERO = ("bandwidths.", "alignment.reach")
"""What a scenario refuses to have at 0: a link is where there is a bandwidth, and a distance has a scale."""


def program_of(scenario: Scenario):
    return record_month(lower(scenario, months=2))


def values_of_the_program(scenario: Scenario) -> list[str]:
    """Paths of all numbers of a scenario but counts, terms, and what is read by more than its month."""
    paths = [path for path in scenario.numbers if not path.startswith((*READ_ELSEWHERE, "uncertain"))]
    return [path for path in paths if not path.endswith((*COUNTS, *SIGNED))]


def going_another_way(scenario: Scenario, value: float) -> list[str]:
    """Paths that have another program where they alone are `value`, and what shares a whole gives way."""
    paths, tape = values_of_the_program(scenario), Tape()
    record_month(traced_world(scenario, paths, 2, tape), Tracer)
    points = [scenario.numbers | rescaled(scenario, {path: value}) for path in paths]
    _, holds = tape.run(np.array([[point[path] for point in points] for path in paths]))
    return [path for path, held in zip(paths, holds, strict=True) if not held]


@pytest.mark.parametrize("name", ["mongolia-2024", "khalkhin-gol-1939", str(SMALL)])
def test_switching_off_is_a_value_of_the_same_program(name):
    """Of valuations, clout, noise, sizes, shares, weights and all else that may be 0."""
    scenario = sim.load(name).override(WITHOUT_ROOTS)
    assert len(values_of_the_program(scenario)) > 50
    assert [path for path in going_another_way(scenario, 0.0) if not path.startswith(NEVER_ZERO)] == []


def test_of_all_numbers_only_an_elasticity_of_one_half_has_a_program_of_its_own():
    scenario = sim.load("mongolia-2024").override(WITHOUT_ROOTS)
    assert set(ELASTICITIES) <= set(going_another_way(scenario, 0.5))
    assert going_another_way(scenario, 0.4) == []


def test_a_sweep_that_switches_things_off_prepares_its_points_together_and_gives_their_bits(monkeypatch):
    usual = {
        "actors.North.valuations.influence_share": 20.0, "couplings.wealth.war": -0.3,
        "quantities.wealth.noise": 0.02, "actors.Buffer.noise": 0.01,
        "events.loan.accepted.bandwidth.North.politics": 0.1,
        "actors.Buffer.factions.court.clout": 0.6, "actors.Buffer.factions.town.clout": 0.4,
    }  # fmt: skip
    off = [{path: 0.0} for path in list(usual)[:5]]
    off += [{"actors.Buffer.factions.court.clout": 1.0, "actors.Buffer.factions.town.clout": 0.0}]
    off += [{"events.loan.accepted.bandwidth.North.politics": -0.1}]
    points, alone = pd.DataFrame([usual | each for each in off]), []
    monkeypatch.setattr(
        sim.studies.sweep.programs, "lower", lambda *given: alone.append(given) or lower(*given)
    )
    rows = sweep(sim.load(SMALL), points, runs=8).rows()
    assert alone == [], "no point was prepared on its own"
    for point, changes in points.iterrows():
        expected = sim.run(sim.load(SMALL).override(dict(changes)), runs=8).outcomes
        own = rows[rows["point"] == point].set_index("run")
        names = own.columns.intersection(expected.select_dtypes("number").columns)
        assert len(names) > 10
        pd.testing.assert_frame_equal(own[names], expected[names], check_exact=True, check_dtype=False)


def test_what_a_file_leaves_out_stays_out_of_the_program():
    """War has no noise in the file, so no shock is drawn of it; a noise of 0 is drawn, and moves nothing."""
    scenario = sim.load(SMALL)
    written = scenario.override({"quantities.war.noise": 0.0})
    assert "war/noise" in program_of(written).normals and "war/noise" not in program_of(scenario).normals
    one, other = (sim.run(each, runs=8).outcomes for each in (scenario, written))
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_agents_and_the_ensemble_agree_bit_by_bit_where_everything_is_switched_off():
    """A product with a written 0 may be -0.0, and a sum with it must be the same number in both."""
    scenario = sim.load(SMALL)
    kinds = ("valuations", "noise", "couplings", "accepted", "refused", "effects", "moved_by")
    off = [path for path in scenario.numbers if any(kind in path for kind in kinds)]
    extra = ["goodwill.noise", "goodwill.curvature", "quantities.wealth.curvature"]
    assert_same_bytes(lower(scenario.override(dict.fromkeys([*off, *extra], 0.0)), months=12), 2, range(5))


def test_a_link_on_which_nothing_depends_is_a_link():
    shares = {"shares.North.trade": 1.0, "shares.South.trade": 0.0}
    world = lower(sim.load(SMALL).override(shares), months=2)
    assert ("South", "trade") in world.parts.cell
    history = sim.Model(world, run=1)
    history.run_model()
    assert history.state["dependence.South.trade"] == 0.0 and history.state["health"] == 0.0


def test_a_link_needs_a_bandwidth_and_a_share_that_is_written():
    raw = sim.load(SMALL)
    with pytest.raises(ScenarioError, match=r"bandwidths\.South\.trade: missing or zero"):
        raw.override({"bandwidths.South.trade": 0.0})
    with pytest.raises(ScenarioError, match=r"bandwidths\.South\.trade: has no share"):
        raw.override({"shares.South": {"politics": 0.5}, "shares.North.trade": 1.0})


def test_an_effect_of_no_size_neither_fills_nor_empties():
    assert fill_up(0.0, 1.0, 0.4) == 0.0 and fill_up(-0.0, 1.0, 0.4) == 0.0
