"""Points of a scenario that are prepared together have the bits of points that are prepared one by one."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import sim.studies.sweep.programs
from sim.engine.engine import Engine
from sim.engine.families import ANYWHERE, Family, traceable
from sim.engine.lanes import Lanes
from sim.engine.points import BOUNDARY, aligned
from sim.engine.tape import Tape, Untraceable
from sim.rules import numbers
from sim.scenario.load import load
from sim.scenario.lower import lower
from sim.studies.sweep.ask import sweep
from sim.studies.sweep.design import grid, latin_hypercube, plausible

ROOT = Path(__file__).parents[1]
MONGOLIA = load(ROOT / "configs" / "mongolia-2024.toml")
SMALL = load(ROOT / "tests" / "cases" / "small.toml")
MONTHS = 6
TOGETHER = (
    "quantities.sanctions.start", "couplings.status.sanctions", "parameters.offence_scale",
    "events.visit_russia.base_logit", "events.visit_russia.accepted.status.size",
    "actors.Russia.valuations.status", "influence.share_speed", "calendars.khalkhin_gol.weights.fifth",
    "openness.autonomy_weight", "goodwill.start", "similarity.russia_and_china.strength",
    "decision.precision",
)  # fmt: skip


def same_as_alone(scenario, family: Family, table) -> int:
    """How many points of a table the family holds; each with the numbers of an engine of its own."""
    engine, holds = family.at(table.to_numpy().T)
    for point in np.flatnonzero(holds):
        own = Engine.of(lower(scenario.override(dict(table.iloc[point])), MONTHS), [family.engine])
        assert own.program is family.engine.program
        for name in ("constants", "initial", "series"):
            assert getattr(engine, name).at(point).tobytes() == getattr(own, name).at(0).tobytes(), name
    return int(holds.sum())


def test_a_family_gives_the_bits_of_each_point_prepared_alone():
    ranges = {path: plausible(MONGOLIA, path) for path in TOGETHER}
    family = Family.of(MONGOLIA, ranges, MONTHS)
    ((_, stage),) = family.stages
    assert len(stage.constants) + len(stage.initial) + len(stage.series) > 40
    assert same_as_alone(MONGOLIA, family, latin_hypercube(ranges, 6, seed=4)) == 6


@pytest.mark.parametrize(
    ("path", "low"),
    [
        ("similarity.russia_and_china.strength", 0.0),
        ("actors.Russia.budget", 0.0),
        ("bandwidths.Russia.politics", 0.1),
    ],
)
def test_values_that_change_what_the_month_does_are_given_up_or_right_but_never_wrong(path, low):
    """A factor of 1 is left out of a program, a strength of 0 too; sums of shares differ in the last bit."""
    family = Family.of(MONGOLIA.override({path: 0.37}), {path: (low, 1.0)}, MONTHS)
    assert family is not None
    assert 1 <= same_as_alone(MONGOLIA, family, grid({path: [low, 0.5, 1.0]})) <= 3


def test_lanes_at_different_points_give_the_bits_of_runs_at_one_point():
    """Runs of several points share vectors, whatever their number, and the width of the vectors."""
    ranges = {path: plausible(MONGOLIA, path) for path in TOGETHER}
    family = Family.of(MONGOLIA, ranges, MONTHS)
    table = latin_hypercube(ranges, 5, seed=9)
    engine, holds = family.at(table.to_numpy().T)
    assert holds.all()
    points, runs = np.repeat([3, 0, 4, 1, 2], 3), np.tile(np.arange(7, 10, dtype=np.uint64), 5)
    together = engine.page(2, runs, points=points)
    for point in range(5):
        alone = Engine.of(lower(MONGOLIA.override(dict(table.iloc[point])), MONTHS), [family.engine])
        own = alone.page(2, runs[:3])
        for name in alone.world.recorded:
            assert together[name][:, points == point].tobytes() == own[name].tobytes(), (point, name)


@pytest.mark.parametrize("scenario", [MONGOLIA, SMALL], ids=["mongolia", "small"])
def test_the_width_of_a_vector_moves_no_bit(scenario):
    world, runs = lower(scenario, MONTHS), np.arange(21, dtype=np.uint64)
    narrow, wide = (Engine.of(world, lanes=lanes).page(4, runs) for lanes in (4, 8))
    for name in world.recorded:
        assert narrow[name].tobytes() == wide[name].tobytes(), name
    for event in world.parts.events:
        assert narrow.codes(event.name).tobytes() == wide.codes(event.name).tobytes(), event.name


def test_arrays_of_machine_code_begin_where_vectors_do():
    for shape in ((1,), (3, 5), (7, 1, 8)):
        assert aligned(shape).ctypes.data % BOUNDARY == 0 and aligned(shape).shape == shape


@pytest.mark.slow
def test_a_family_holds_points_under_interventions_too():
    """Numbers that somebody sets are set at every point, the others vary in every stretch of months."""
    path, want = "quantities.sanctions.start", "actors.Russia.valuations.status"
    done = MONGOLIA.intervene({want: 0.0, "war": 0.9}, "2024-08").intervene({"war": "free"}, "2024-10")
    family = Family.of(done, {path: (0.0, 1.0), want: (0.0, 3.0)}, MONTHS)
    table, runs = grid({path: [0.2, 0.8], want: [0.5, 2.0]}), np.arange(8, dtype=np.uint64)
    engine, holds = family.at(table.to_numpy().T)
    assert holds.all()
    together = engine.page(3, np.tile(runs, 4), points=np.repeat(np.arange(4), 8))
    for point in range(4):
        own = Engine.of(lower(done.override(dict(table.iloc[point])), MONTHS)).page(3, runs)
        for name in own.world.recorded:
            assert together[name][:, 8 * point : 8 * point + 8].tobytes() == own[name].tobytes(), (
                point,
                name,
            )


def test_values_beyond_those_that_were_tried_are_given_up():
    path = "quantities.sanctions.start"
    family = Family.of(MONGOLIA.override({path: 0.37}), {path: (0.2, 0.6)}, MONTHS)
    assert family is not None
    _, holds = family.at(np.array([[0.1, 0.2, 0.6, 0.7, math.nan]]))
    assert holds.tolist() == [False, True, True, False, False]


@pytest.mark.parametrize(
    ("path", "ends"),
    [
        ("quantities.wealth.relaxation", (0.1, 1.7)), ("events.loan.cooldown", (1, 5.5)), ("nothing", (0, 1)),
        ("outcomes.loan.baselines.status_quo", (0.0, 1.0)),
    ],
)  # fmt: skip
def test_what_cannot_be_traced_has_no_family(path, ends):
    assert Family.of(SMALL, {path: ends}, MONTHS) is None


def test_a_count_by_which_a_program_is_built_has_no_family():
    assert Family.of(MONGOLIA, {"events.visit_russia.lead": (1, 3)}, MONTHS) is None
    assert "events.visit_russia.lead" not in traceable(MONGOLIA)


@pytest.mark.parametrize("file", sorted((ROOT / "configs").glob("*[0-9].toml")), ids=lambda file: file.stem)
def test_one_family_holds_a_shipped_scenario_with_all_its_numbers_free(file):
    scenario = load(file)
    paths = traceable(scenario)
    family = Family.of(scenario, dict.fromkeys(paths, ANYWHERE), MONTHS)
    own = np.array([[scenario.numbers[path]] for path in paths])
    assert family is not None and family.holds(own).all()
    engine, _ = family.at(own)
    alone, free = Engine.of(lower(scenario, MONTHS)).page(3, np.arange(8)), engine.page(3, np.arange(8))
    for name in alone.world.recorded:
        assert alone[name].tobytes() == free[name].tobytes(), name


def test_a_traced_number_is_never_lost_in_silence():
    traced = Tape().input(0.5)
    for use in (
        float,
        math.sqrt,
        hash,
        lambda x: np.array([x], dtype=float),
        lambda x: np.multiply(x, 2.0),
        lambda x: x**2,
        int,
    ):
        with pytest.raises(TypeError):
            use(traced)
    assert issubclass(Untraceable, TypeError)


def test_a_tape_computes_what_floats_compute_and_guards_every_branch():
    def work(x, y):
        z = max(x * 2.0 - y, 0.1) + abs(y - 0.5) / 3.0
        z = numbers.minimum(z, 5.0 - numbers.exp(x)) if z else 0.0
        return numbers.divide(1.0, z) + sum([x, -y]) - numbers.power(x, 0.3)

    tape = Tape()
    result = work(tape.input(0.7), tape.input(0.2))
    values = np.random.default_rng(0).uniform(0, 1, (2, 500))
    found, holds = tape.run(values)
    expected = np.array([work(float(x), float(y)) for x, y in values.T])
    assert result.value == work(0.7, 0.2)
    assert (found[result.place][holds] == expected[holds]).all() and 50 < holds.sum() < 450
    other = values[0] * 2.0 - values[1] > 0.1
    assert not holds[~other].any(), "points that branch otherwise are not held"


def test_lanes_choose_between_nan_and_signed_zeros_as_floats_do():
    special = [math.nan, 0.0, -0.0, 1.0, -math.inf]
    pairs = [(a, b) for a in special for b in special]
    one, other = (np.array(side).view(Lanes) for side in zip(*pairs, strict=True))
    for choose in (numbers.minimum, numbers.maximum):
        alone = np.array([choose(a, b) for a, b in pairs])
        assert np.asarray(choose(one, other)).tobytes() == alone.tobytes()


def test_a_sweep_prepares_its_points_together(tmp_path, monkeypatch):
    alone = []
    monkeypatch.setattr(
        sim.studies.sweep.programs, "lower", lambda *given: alone.append(given) or lower(*given)
    )
    points = grid(
        {
            "quantities.sanctions.start": list(np.linspace(0, 1, 8)),
            "parameters.offence_scale": [0.0, 1.0, 1.7],
        }
    )
    sweep(MONGOLIA, points, tmp_path / "s", runs=4, months=2, keep=["end.autonomy"])
    assert alone == [], "no point was prepared on its own"


def test_what_a_scenario_refuses_no_family_holds():
    """Bounds that numbers of a file set each other are looked at where one of them is traced too."""
    for path, ends, refused in (
        ("quantities.war.start", (-1.0, 2.0), [-0.5, 1.2]),
        ("bandwidths.North.politics", (0.0, 3.0), [1.5]),
    ):
        family = Family.of(SMALL, {path: ends}, MONTHS)
        assert family is None or not family.at(np.array([refused]))[1].any(), path
