"""Addressed luck: the published generator, uniform and independent draws, addresses that nothing shifts."""

import numpy as np
import pytest
from scipy import stats

from sim.engine.luck import RunLuck, philox, stream_id, uniforms, unit, words_at
from tests.support.paired import changed, scenario, values, world

pytestmark = pytest.mark.smoke

KNOWN_ANSWERS = [
    ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]
"""Random123, tests/kat_vectors, philox4x32 with 10 rounds."""


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_the_generator_gives_the_published_answers(counter, key, answer):
    assert " ".join(f"{word:08x}" for word in philox(counter, key)) == answer


def test_the_address_is_made_of_run_step_stream_and_seed():
    seed, run, stream, step = 0x299F31D0A4093822, 0x243F6A88, 0x0370734413198A2E, 0x85D3
    assert words_at(seed, run, stream, step) == philox(
        (run, step, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0)
    )
    far = (7 << 32) | 5
    assert words_at(1, far, 2, 3) == philox((5, 3 | (7 << 16), 2, 0), (1, 0)), (
        "runs beyond 2**32 have addresses of their own"
    )


def test_a_uniform_never_reaches_its_ends():
    assert 0.0 < unit(0) < 1e-9 and 1 - 1e-9 < unit(0xFFFFFFFF) < 1.0


def test_no_two_streams_of_the_shipped_scenario_share_an_address():
    names = [f"{event}/{use}" for event in scenario().rows for use in ("propose", "settle")]
    names += [f"{stock.name}/noise" for stock in world().parts.stocks]
    assert len({stream_id(name) for name in names}) == len(names)


def test_uniforms_fill_the_unit_interval_evenly():
    x = np.array([uniforms(3, run, "visit/propose", step) for run in range(1000) for step in range(5)])
    assert stats.kstest(x.ravel(), "uniform").pvalue > 1e-3
    cells = np.histogram2d(x[:, 0], x[:, 1], bins=10, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(cells.ravel()).pvalue > 1e-3


@pytest.mark.parametrize(
    "other",
    [
        (4, 0, "a/propose", 0),
        (3, 1, "a/propose", 0),
        (3, 0, "b/propose", 0),
        (3, 0, "a/settle", 0),
        (3, 0, "a/propose", 1),
    ],
    ids=["seed", "run", "event", "use", "step"],
)
def test_draws_at_different_addresses_are_independent(other):
    """Shift one coordinate of 4,000 addresses: the correlation stays within four standard errors of 0."""
    seed, run, name, step = other
    n = 1000
    first = np.array(
        [uniforms(3, 2 * k, "a/propose", 2 * step) for k in range(n) for step in range(1)]
    ).ravel()
    second = np.array([uniforms(seed, 2 * k + run, name, step) for k in range(n)]).ravel()
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(first.size)
    assert len(np.intersect1d(first, second)) < 3


def test_seed_zero_is_a_seed_like_any_other():
    assert uniforms(0, 0, "a/propose", 0) != uniforms(1, 0, "a/propose", 0)
    assert (autonomy(world(12), 0) != autonomy(world(12), 1)).any()


def test_the_same_month_is_drawn_whatever_was_drawn_before():
    fresh, used = RunLuck(1, 5), RunLuck(1, 5)
    used.month = 3
    used.proposal("visit"), used.shock("war"), used.settle("visit", 0, 1.0)
    fresh.month = used.month = 9
    assert (fresh.proposal("visit"), fresh.shock("war")) == (used.proposal("visit"), used.shock("war"))
    assert fresh.settle("visit", 1, 1.0) == used.settle("visit", 1, 1.0) != fresh.settle("visit", 0, 1.0)
    assert fresh.settle("visit", 1, 0.0) == 1.0


def autonomy(w, seed, runs=64):
    return values(w, lambda h: h["autonomy"][-1], runs, seed)


def test_every_run_has_a_future_of_its_own():
    assert len(np.unique(autonomy(world(12), 1, 512))) == 512


def test_a_new_event_leaves_all_other_luck_in_place():
    """A row that never happens must not move a single bit of any run; nor may the order of the rows."""
    raw = scenario().raw
    from sim.scenario.load import parse
    from sim.scenario.lower import lower

    storm = {
        "label": "Storm",
        "initiator": "nature",
        "base_logit": float("-inf"),
        "effects": {"prosperity": -0.1},
    }
    rule = {"numbers": "events.storm*", "unit": "1", "range": [-60.0, 1.0], "source": "test"}
    added = dict(raw) | {"events": {"storm": storm} | raw["events"], "provenance": [rule, *raw["provenance"]]}
    with_storm = lower(parse(added, "with a storm"), 12)
    assert (autonomy(world(12), 1, 512) == autonomy(with_storm, 1, 512)).all()
    back_to_front = dict(raw) | {"events": dict(reversed(raw["events"].items()))}
    turned = lower(parse(back_to_front, "turned"), 12)
    assert abs(autonomy(world(12), 1, 512) - autonomy(turned, 1, 512)).max() < 1e-9


def test_a_change_of_one_effect_leaves_runs_alone_in_which_it_never_happens():
    first, second = world(24), changed({"events.coal_crash.effects.commodity_price": -0.5}, 24)
    happened = values(first, lambda h: h.happened("coal_crash").any(axis=0), 1024, 1)
    same = autonomy(first, 1, 1024) == autonomy(second, 1, 1024)
    assert same[happened == 0].all()
    assert 0 < happened.mean() < 1 and not same[happened == 1].all()


def test_a_longer_horizon_only_adds_months():
    short, long = world(24), world(36)
    assert (autonomy(short, 1, 512) == values(long, lambda h: h["autonomy"][23], 512, 1)).all()
