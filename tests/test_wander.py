"""What a position is anchored at may wander (ODD 7.7)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.agents.model import Model
from sim.engine.engine import Engine
from sim.engine.history import History
from sim.engine.record import record_month
from sim.rules import alignment
from sim.scenario.load import ScenarioError
from sim.scenario.lower import World, lower
from sim.studies.trace.positions import CHANCE, WANDERED, Moves
from tests.support.small import merged, quiet, small
from tests.test_parity import assert_same_bytes

pytestmark = pytest.mark.smoke

ORDER, RUNS = "alignment.order", 4096
SEED = 3


def world(wander: Any = None, changes: Any = None, months: int | None = None) -> World:
    """The small case, whose target has a wandering anchor; None leaves the key out."""
    given = {} if wander is None else {"actors": {"Buffer": {"wander": wander}}}
    return lower(small(merged(given, changes or {})), months)


def history(w: World, runs: int = 64) -> History:
    return Engine.of(w).page(SEED, np.arange(runs, dtype=np.uint64))


def test_an_anchor_wanders_by_its_step_and_stays_on_the_axis():
    assert alignment.wander(0.1, 0.05, 0.2) == pytest.approx(0.15)
    assert alignment.wander(0.7, 0.2, 0.2) == 0.8
    assert alignment.wander(-1.1, -0.3, 0.2) == -1.2


def test_without_the_key_nothing_is_drawn_and_with_nought_all_values_are_the_same():
    plain, nought = world(), world(0.0)
    shocks = {
        operation[1] for operation in record_month(nought).operations.values() if operation[0] == "normal"
    }
    assert f"anchor.{ORDER}/noise" in shocks
    assert not any(name.startswith("anchor.") for name in [*record_month(plain).slots, *plain.start])
    one, other = history(plain), history(nought)
    assert all(one[name].tobytes() == other[name].tobytes() for name in plain.recorded)


def test_both_drivers_agree_where_powers_wander_too_and_where_somebody_holds_a_position():
    changes = {
        "actors": {"North": {"wander": [0.2]}, "Buffer": {"wander": [0.1, 0.05]}},
        "interventions": {"changes": {"alignment.North.order": [["2010-05", -0.3], ["2010-11", "free"]]}},
    }
    assert_same_bytes(world(None, changes), SEED, (0, 5))


def test_a_list_is_for_the_first_axis_or_for_each():
    steps = {given: world(list(given)).parts.standings["Buffer"].wander for given in ((0.1,), (0.1, 0.0))}
    assert steps == {(0.1,): {ORDER: 0.1}, (0.1, 0.0): {ORDER: 0.1, "alignment.side": 0.0}}
    with pytest.raises(ScenarioError, match=r"actors\.Buffer\.wander"):
        world(-0.1)


def test_wandering_spreads_a_position_as_a_walk_that_is_followed_slowly():
    """x += k (a + w - x - drift at the start), w += s e: the variance of x by its moments."""
    calm = quiet({"alignment": {"pull": 0.0, "speed": 0.1}})
    step, speed, months = 0.02, 0.1, 24
    h = history(world([step], calm), RUNS)
    xx = xw = ww = 0.0
    for _ in range(months):
        xx = (1 - speed) ** 2 * xx + 2 * (1 - speed) * speed * xw + speed**2 * ww
        xw = (1 - speed) * xw + speed * ww
        ww = ww + step**2
    found = h[ORDER][-1]
    # by quartiles, as clout and goodwill do not stand still to the last bit
    spread = (np.quantile(found, 0.75) - np.quantile(found, 0.25)) / 1.349
    assert spread == pytest.approx(xx**0.5, rel=0.05)
    yearly = h[ORDER][12] - np.median(h[ORDER][12]), found - np.median(found)
    assert np.corrcoef(*yearly)[0, 1] > 0.6, "it lasts"


def test_a_wide_step_cannot_take_a_position_off_the_axis_nor_keep_it_at_an_end_for_ever():
    loose = {"alignment": {"pull": 0.0, "speed": 1.0, "anchor": 1.0}}
    places = history(world([1.0], quiet(loose), 240), 256)[ORDER]
    assert places.min() >= -1.0 and places.max() <= 1.0
    at_an_end = np.abs(places[20:]) == 1.0
    left = at_an_end[:-1] & ~at_an_end[1:]
    assert left.sum() / at_an_end[:-1].sum() > 0.3


def test_a_trace_tells_what_wandered_from_what_is_chance():
    model = Model(world([0.1], quiet({})), seed=SEED)
    told, seen = Moves(model), []
    for _ in range(model.world.months):
        before = dict(model.state)
        model.step()
        seen.append(dict(told._causes(before, model.parts.standings["Buffer"], 0)))
    assert seen[0].get(WANDERED, 0.0) == 0.0
    speed = model.parts.settings.alignment.speed
    assert any(abs(month[WANDERED]) > 0.05 * speed for month in seen[5:])
    # without noise of its own nothing is left for chance
    assert max(abs(month[CHANCE]) for month in seen) < 1e-12
