"""ODD 7.9: the worth of small effect lists against the numerical difference of a utility function written out
here.
"""

import math
from dataclasses import replace

import pytest

from sim.rules.autonomy import measure_autonomy
from sim.rules.effects import foresee
from sim.rules.utility import (
    alignment_margin,
    appraise,
    attraction_margin,
    credit_margin,
    goodwill_margin,
    speak,
    stock_margin,
    voice,
)
from tests.support.paired import changed, first_odds, state_after, world

DECIDERS = ("Mongolia", "Russia", "China", "European_Union")


def test_the_scarcer_the_dearer():
    """c = .5: a full stock is worth half, an empty one half as much again, a middling one its valuation."""
    assert [stock_margin(10.0, 0.5, q) for q in (0.0, 0.5, 1.0)] == [15.0, 10.0, 5.0]
    assert stock_margin(10.0, 0.0, 0.9) == 10.0


def test_goodwill_is_worth_what_its_owner_could_withhold():
    assert goodwill_margin(1.0, 20.0, 0.3655) == pytest.approx(8.31)


def test_alignment_is_a_quadratic_loss_around_the_pooled_ideal():
    """Voices .5 * 2 at 0 and .5 * 4 at .6: weight 3, wanted 1.2; at .1 the slope is 2 (1.2 - .3) = 1.8."""
    assert alignment_margin(0.5 * 4 * 0.6, 3.0, 0.1) == pytest.approx(1.8)


def test_attraction_takes_from_all_suppliers():
    """Own supply worth .8, channel mean .5, weight .25, share .4: .25 * .4 * .3 = .03."""
    assert attraction_margin(0.25, 0.4, 0.8, 0.5) == pytest.approx(0.03)


def test_credit_moves_clout_as_multiplicative_weights_do():
    assert credit_margin(1.0, 0.15, -30.0, -4.5) == pytest.approx(0.15 * (-30 + 4.5))


def test_credit_of_a_faction_takes_clout_from_its_own_siblings_only():
    """The army (.7) values its clout at 2, the navy (.3) at nothing: pooled 1.4, worth .98 in all.

    Credit of the army: .7 (1.4 - .98) = .294; of the navy: .3 (0 - .98) = -.294; of another actor's faction:
    nothing.
    """
    w = world()
    army = replace(
        w.parts.units["Mongolia"][0], name="army", actor="Russia", values={"clout.army": 2.0}, leanings={}
    )
    navy = replace(army, name="navy", values={})
    parts = replace(w.parts, units=w.parts.units | {"Russia": (army, navy)})
    s = w.start | {"clout.army": 0.7, "clout.navy": 0.3}
    wants = appraise(s, parts, "Russia", [speak(s, unit, {}) for unit in (army, navy)])
    assert wants.worth("credit.army") == pytest.approx(0.294) and wants.worth("credit.navy") == pytest.approx(
        -0.294
    )
    assert wants.worth("credit.leader") is None


def test_control_weights_replace_clout_in_part():
    assert voice(0.7, 0.3, 0.4) == pytest.approx(0.82)
    s, units = world().start, world().parts.units["Mongolia"]
    weights = {unit.name: speak(s, unit, {"leader": 0.7}).weight for unit in units}
    assert weights["leader"] == pytest.approx(0.82) and weights["public"] == pytest.approx(0.3 * 0.18)
    assert sum(weights.values()) == pytest.approx(1.0)


def utility(w, s, frozen, actor):
    """U of one actor in state s, written from ODD 7.9; what the equation holds constant is read from
    `frozen`.

    Clout weights of the valuations, similarities, and vulnerability (what makes goodwill precious) are held.
    """
    parts = w.parts
    measured = dict(s)
    for supplier in parts.suppliers:
        measured[f"influence.{supplier.name}"] = sum(
            c.weight * s[c.bandwidth] * s[c.dependence] for c in supplier.cells
        )
    measured["total_influence"] = sum(measured[f"influence.{q.name}"] for q in parts.suppliers)
    for supplier in parts.suppliers:
        measured[f"share.{supplier.name}"] = (
            measured[f"influence.{supplier.name}"] / measured["total_influence"]
        )
    measured |= {pair.times: frozen[pair.times] for pair in parts.pairs if pair.times}
    measure_autonomy(measured, parts.suppliers, parts.pairs)
    channel = parts.settings.clout.channel
    clout = {}
    for unit in parts.units["Mongolia"]:
        pull = s[f"credit.{unit.name}"] - frozen[f"credit.{unit.name}"]
        for power, leaning in unit.leanings.items():
            pull += leaning * (s[f"bandwidth.{power}.{channel}"] - frozen[f"bandwidth.{power}.{channel}"])
        clout[unit.name] = frozen[unit.clout] * math.exp(pull)
    whole = sum(clout.values())
    total = 0.0
    for unit in parts.units[actor]:
        weight = frozen[unit.clout] if unit.is_faction else 1.0
        own = 0.0
        for key, value in unit.values.items():
            if key == "influence_share":
                own += value * measured[f"share.{actor}"]
            elif key == "autonomy":
                own += value * measured["autonomy"]
            elif key == "alignment":
                own -= value * sum((unit.ideal[i] - s[axis]) ** 2 for i, axis in enumerate(parts.axes))
            elif key == "goodwill_by_vulnerability":
                own += value * sum(
                    frozen[f"vulnerability.{q.name}"] * s[f"goodwill.{q.name}"] for q in parts.powers
                )
            elif key.startswith("clout."):
                own += value * clout[key.removeprefix("clout.")] / whole
            else:
                c, q = parts.stock[key].curvature or 0.0, s[key]
                own += value * (q + c * (q - q * q))
        total += weight * own
    return total


def moved(w, s, effects, size):
    """The state after `size` times an effect list: increments as foreseen, attraction through the shares of
    its channel.
    """
    after = dict(s)
    for effect in effects:
        keys = w.parts.keys_of(effect)
        for key, amount in zip(keys, foresee(s, w.parts, effect) if keys else (), strict=True):
            if key.startswith("attraction."):
                _, supplier, channel = key.split(".")
                cells = w.parts.cells_of[channel]
                pulls = {
                    c.dependence: after[c.dependence]
                    * (math.exp(size * amount) if c.supplier == supplier else 1)
                    for c in cells
                }
                after |= {name: pull / sum(pulls.values()) for name, pull in pulls.items()}
            else:
                after[key] += size * amount
    return after


@pytest.mark.parametrize("actor", DECIDERS)
def test_worth_of_every_effect_list_is_the_numerical_difference_of_utility(actor):
    """All lists of all rows, in a state well away from the start; central difference, so the error is of
    third order.
    """
    w = world()
    s = first_odds_after(w, 30)
    appraisal = appraise(s, w.parts, actor, [speak(s, unit, {}) for unit in w.parts.units[actor]])
    step, compared = 1e-4, 0
    for event in w.parts.events:
        for effects in (event.accepted, event.refused, event.executed, event.cancelled):
            change = utility(w, moved(w, s, effects, step), s, actor) - utility(
                w, moved(w, s, effects, -step), s, actor
            )
            payoff = sum(foresee(s, w.parts, e)[0] for e in effects if e.key == f"payoff.{actor}")
            expected = change / (2 * step) + payoff
            assert appraisal.utility(effects) == pytest.approx(expected, rel=2e-5, abs=2e-7), (
                event.name,
                effects,
            )
            compared += abs(expected) > 1e-6
    assert compared > 20


def first_odds_after(w, months):
    """A late state with influence, autonomy and vulnerability measured at it."""
    from sim.rules.timetable import measure

    s = state_after(w, months)
    s.update({name: float(values[months]) for name, values in w.series.items()})
    measure(s, w.parts)
    return s


def test_payoffs_of_others_count_nothing():
    w = world()
    s = first_odds_after(w, 3)
    visit = next(event for event in w.parts.events if event.name == "visit_russia")
    appraisal = appraise(s, w.parts, "Mongolia", [speak(s, unit, {}) for unit in w.parts.units["Mongolia"]])
    without = tuple(e for e in visit.accepted if e.key != "payoff.Russia")
    assert appraisal.utility(visit.accepted) == appraisal.utility(without)


def test_a_visit_promised_for_september_counts_the_symbolism_of_september():
    """Offered in July 2024 with a lead of two months: salience 1 - 0/4 -> fifth-year weight .9: .03 + .97 *
    .9 = .903.
    """
    w = world()
    visit = next(event for event in w.parts.events if event.name == "visit_russia")
    status = next(e for e in visit.accepted if e.key == "status")
    s = dict(w.start) | {name: float(values[1]) for name, values in w.series.items()}
    assert foresee(s, w.parts, status)[0] == pytest.approx(0.08 * 0.903)
    now = replace(status, foreseen=status.driver)
    assert foresee(s, w.parts, now)[0] == pytest.approx(0.08 * (0.03 + 0.97 * 0.9 * 0.5))


@pytest.mark.parametrize(
    ("valuation", "event"),
    [
        ("actors.Russia.valuations.status", "visit_russia"),
        ("actors.Russia.valuations.influence_share", "fuel_deal"),
        ("actors.Mongolia.factions.exporters.valuations.market_access", "trade_unlinked"),
        ("actors.China.valuations.influence_share", "china_deal"),
        ("actors.European_Union.valuations.influence_share", "invest_European_Union"),
        ("actors.Mongolia.factions.leader.valuations.credentials", "invite_russia"),
    ],
)
def test_wanting_a_good_effect_more_makes_its_proposal_likelier(valuation, event):
    odds = [
        first_odds(changed({valuation: world().scenario.numbers[valuation] * factor}))[f"proposal.{event}"]
        for factor in (0.5, 1, 2, 4)
    ]
    assert odds == sorted(odds) and odds[0] < odds[-1]


@pytest.mark.parametrize("event", ["visit_russia", "eaeu_interim", "fuel_deal", "proxy_visit"])
def test_wanting_a_good_effect_more_makes_its_acceptance_likelier(event):
    key = "actors.Mongolia.factions.leader.valuations.goodwill.Russia"
    odds = [first_odds(changed({key: value}))[f"acceptance.{event}"] for value in (1, 5, 10)]
    assert odds == sorted(odds) and odds[0] < odds[-1]
