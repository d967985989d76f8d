"""ODD 7.5 and 7.6: concentration of influence, room for manoeuvre and its price."""

import numpy as np
import pytest

from sim.rules.autonomy import autonomy_price, buffer_margin, measure_autonomy, measure_buffer, similarity
from sim.rules.expressions import Expression
from sim.rules.structure import Pair, Supplier
from tests.support.paired import state_after, world


def suppliers(n, domestic=False):
    return tuple(Supplier(f"p{i}", not (domestic and i == n - 1), 1.0, None, ()) for i in range(n))


def measured(influences, pairs=(), stocks=None):
    s = dict(stocks or {}) | {f"influence.p{i}": x for i, x in enumerate(influences)}
    s["total_influence"] = sum(influences)
    s |= {f"share.p{i}": x / s["total_influence"] for i, x in enumerate(influences)}
    measure_autonomy(s, suppliers(len(influences)), tuple(pairs))
    return s


def test_without_similarity_autonomy_is_one_less_the_herfindahl_index():
    influences = [0.11, 0.23, 0.05, 0.31]
    shares = np.array(influences) / sum(influences)
    s = measured(influences)
    assert s["autonomy"] == pytest.approx(1 - (shares**2).sum(), abs=1e-15)
    assert s["domination"] == pytest.approx(shares.max())


def test_similar_powers_count_together():
    """Shares .5, .3, .2; first two alike to .6: H = .25+.09+.04 + 2*.6*.15 = .56, together .68, .60, .20."""
    s = measured([5.0, 3.0, 2.0], [Pair("p0", "p1", 0.6, None)])
    assert s["autonomy"] == pytest.approx(0.44)
    assert [s[f"domination.p{i}"] for i in range(3)] == pytest.approx([0.68, 0.60, 0.20])
    assert s["domination"] == pytest.approx(0.68)


def test_similarity_times_a_stock_is_held_between_nothing_and_one():
    assert (similarity(1.5, 0.33), similarity(2.5, 0.9), similarity(1.5, -0.1)) == (
        pytest.approx(0.495),
        1.0,
        0.0,
    )
    tie = Expression("name", "tie", name="tie")
    s = measured([1.0, 1.0], [Pair("p0", "p1", 1.5, tie)], {"tie": 0.4})
    assert s["autonomy"] == pytest.approx(1 - (0.5 + 2 * 0.6 * 0.25))


def test_autonomy_of_june_2024_is_that_of_the_model():
    """ODD 5: H .485, M .515, Russia with its like .59 (three decimals with d = .33)."""
    s = world().start
    assert s["autonomy"] == pytest.approx(0.515, abs=0.002)
    assert s["domination.Russia"] == pytest.approx(0.591, abs=0.002)


@pytest.mark.parametrize("months", [0, 25])
def test_price_of_influence_is_minus_the_slope_of_autonomy(months):
    w = world()
    s = state_after(w, months)
    measure_autonomy(s, w.parts.suppliers, w.parts.pairs)

    def autonomy(name, step):
        moved = dict(s)
        moved[f"influence.{name}"] += step
        moved["total_influence"] = sum(moved[f"influence.{q.name}"] for q in w.parts.suppliers)
        for q in w.parts.suppliers:
            moved[f"share.{q.name}"] = moved[f"influence.{q.name}"] / moved["total_influence"]
        measure_autonomy(moved, w.parts.suppliers, w.parts.pairs)
        return moved["autonomy"]

    for q in w.parts.suppliers:
        slope = (autonomy(q.name, 1e-6) - autonomy(q.name, -1e-6)) / 2e-6
        assert s[f"autonomy_price.{q.name}"] == pytest.approx(-slope, abs=1e-7)


def test_dominant_powers_are_dear_and_third_neighbours_bring_room():
    s = world().start
    assert s["autonomy_price.Russia"] > 0 and s["autonomy_price.China"] > 0
    assert all(s[f"autonomy_price.{name}"] < 0 for name in world().parts.blocs["West"])
    assert autonomy_price(0.6, 0.5, 0.4) == pytest.approx(0.5)


# -- the buffer --------------------------------------------------------------------------------------


def buffered(influences):
    """The buffer of each of some powers; the last supplier is the target's own."""
    everyone = suppliers(len(influences), domestic=True)
    s = {f"share.p{i}": x / sum(influences) for i, x in enumerate(influences)}
    measure_buffer(s, everyone[:-1])
    return s


def test_the_buffer_of_a_power_is_what_has_not_fallen_to_the_others():
    """Shares .5, .3 and .2, of which .2 is the target's own: 1 - .3^2 = .91 and 1 - .5^2 = .75."""
    s = buffered([5.0, 3.0, 2.0])
    assert [s["buffer.p0"], s["buffer.p1"]] == pytest.approx([0.91, 0.75])


@pytest.mark.parametrize("power", [0, 1, 2])
@pytest.mark.parametrize("supplier", [0, 1, 2, 3])
def test_margin_of_the_buffer_is_its_slope_by_each_suppliers_influence(power, supplier):
    """Three powers and the target's own supply: 1 less the others' squared shares, moved a little and worked
    out anew.
    """
    influences = np.array([0.11, 0.23, 0.05, 0.31])

    def buffer(step):
        moved = influences + step * (np.arange(4) == supplier)
        others = np.delete(moved[:3], power)
        return 1 - ((others / moved.sum()) ** 2).sum()

    rival = influences[supplier] / influences.sum() if supplier not in (power, 3) else 0.0
    margin = buffer_margin(rival, buffer(0.0), influences.sum())
    assert margin == pytest.approx((buffer(1e-6) - buffer(-1e-6)) / 2e-6, rel=1e-7)
    assert buffered(influences)[f"buffer.p{power}"] == pytest.approx(buffer(0.0), abs=1e-15)
