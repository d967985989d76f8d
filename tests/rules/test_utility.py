"""ODD 7.9: the worth of small effect lists against the numerical difference of a utility function written out
here.
"""

import math
from dataclasses import replace

import pytest

from sim.rules.autonomy import measure_autonomy
from sim.rules.effects import foresee
from sim.rules.expressions import ONE, Expression, value_of
from sim.rules.structure import Increment
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
from sim.scenario.lower import lower
from tests.support.paired import changed, first_odds, state_after, world
from tests.support.small import small

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
        w.parts.units["Mongolia"][0], name="army", actor="Russia", values={"clout.army": 2.0}, sympathies={}
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

    Clout weights of the valuations, similarities, salience, and vulnerability (what makes goodwill precious)
    are held.
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
    alike = [replace(pair, times=held(frozen, pair.times)) for pair in parts.pairs]
    measure_autonomy(measured, parts.suppliers, tuple(alike))
    salience = {what: value_of(frozen, text) for what, text in parts.salience[actor].items()}
    channel = parts.settings.clout.channel
    clout = {}
    for unit in parts.units[parts.target]:
        pull = s[f"credit.{unit.name}"] - frozen[f"credit.{unit.name}"]
        for power, sympathy in unit.sympathies.items():
            pull += sympathy * (s[f"bandwidth.{power}.{channel}"] - frozen[f"bandwidth.{power}.{channel}"])
        clout[unit.name] = frozen[unit.clout] * math.exp(pull)
    whole = sum(clout.values())
    total = 0.0
    for unit in parts.units[actor]:
        weight = frozen[unit.clout] if unit.is_faction else 1.0
        own = 0.0
        for key, valuation in unit.values.items():
            value = valuation * salience.get(key, 1.0)
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
            elif key == "buffer":
                others = [measured[f"share.{q.name}"] for q in parts.powers if q.name != actor]
                own += value * (1.0 - sum(share**2 for share in others))
            elif key in parts.drivers:
                own += value * value_of(s, parts.drivers[key])
            elif key.startswith("clout."):
                own += value * clout[key.removeprefix("clout.")] / whole
            else:
                c, q = parts.stock[key].curvature or 0.0, s[key]
                own += value * (q + c * (q - q * q))
        total += weight * own
    return total


def held(frozen, expression):
    """An expression as the number that it is in a state."""
    if expression is None:
        return None
    return Expression("number", "held", value=value_of(frozen, expression))


def moved(w, s, effects, size, actor):
    """The state after `size` times an effect list: increments as foreseen, attraction through the shares of
    its channel. What links of a channel are worth more to an actor, they move more.
    """
    after = dict(s)
    matters = {what: value_of(s, text) for what, text in w.parts.salience[actor].items()}
    for effect in effects:
        keys = w.parts.keys_of(effect)
        for key, amount in zip(keys, foresee(s, w.parts, effect) if keys else (), strict=True):
            if key.startswith(("bandwidth.", "attraction.")):
                amount *= matters.get(key.split(".")[2], 1.0)
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
            change = utility(w, moved(w, s, effects, step, actor), s, actor) - utility(
                w, moved(w, s, effects, -step, actor), s, actor
            )
            payoff = sum(foresee(s, w.parts, e)[0] for e in effects if e.key == f"payoff.{actor}")
            expected = change / (2 * step) + payoff
            assert appraisal.utility(effects) == pytest.approx(expected, rel=2e-5, abs=2e-7), (
                event.name,
                effects,
            )
            compared += abs(expected) > 1e-6
    assert compared > 20


# -- the buffer, what matters more, and drivers that are valued --------------------------------------

WANTS = {
    "buffer": {"actors": {"North": {"valuations": {"buffer": 14}}}},
    "a stake that matters more": {
        "actors": {"North": {"salience": {"influence_share": "1 + k * wealth", "alignment": "1 + wealth"}}},
    },
    "credit": {"actors": {"North": {"valuations": {"credit.court": 7}}}},
    "a driver": {"actors": {"North": {"valuations": {"ease": 6, "wealth": 3}}}},
    "a driver of shares": {"actors": {"Buffer": {"valuations": {"balance": -9}}}},
    "all of it": {
        "actors": {
            "North": {
                "valuations": {"buffer": 14, "ease": 6, "balance": 4},
                "salience": {"buffer": "1 + war", "ease": "k", "influence_share": "wealth", "balance": "war"},
            },
            "Buffer": {"valuations": {"balance": -9}, "salience": {"autonomy": "1 - war", "balance": "k"}},
        },
    },
}
"""What North or the target wants besides, by what is claimed of it."""

DRIVERS = {
    "parameters": {"k": 0.7},
    "drivers": {
        "ease": "(wealth - k * war) / (k + war * wealth) + change(wealth) * start(war)",
        "balance": "dependence.North.trade * wealth - dependence.South.trade * dependence.North.politics / k"
        " + credit.town * wealth",
    },
}

EFFECTS = (
    "wealth", "war", "bandwidth.North.trade", "bandwidth.South.politics", "attraction.North.trade",
    "attraction.South.trade", "attraction.North.politics", "tilt.North", "goodwill.South",
    "credit.court", "credit.town", "tilt.North.South",
)  # fmt: skip


@pytest.mark.parametrize("wants", WANTS)
@pytest.mark.parametrize("actor", ["Buffer", "North"])
def test_worth_of_what_is_wanted_besides_is_the_numerical_difference_of_utility(actor, wants):
    """One effect of each kind at a state of no rest; by attraction the shares of the whole channel move."""
    w = lower(small(WANTS[wants] | DRIVERS))
    s = first_odds_after(w, 9)
    appraisal = appraise(s, w.parts, actor, [speak(s, unit, {}) for unit in w.parts.units[actor]])
    plain = lower(small(DRIVERS)).parts
    usual = appraise(s, plain, actor, [speak(s, unit, {}) for unit in plain.units[actor]])
    step, matters = 1e-4, 0
    for key in EFFECTS:
        effects = (Increment(key, 0.5, ONE, ONE),)
        up, down = (utility(w, moved(w, s, effects, size, actor), s, actor) for size in (step, -step))
        found = appraisal.utility(effects)
        assert found == pytest.approx((up - down) / (2 * step), rel=2e-5, abs=2e-7), key
        matters += abs(found - usual.utility(effects)) > 1e-3
    # what the other one wants besides does not matter to this one
    assert (matters > 0) == (actor in WANTS[wants]["actors"])


def test_a_channel_that_matters_more_multiplies_what_its_links_are_worth():
    """Salience 1 + .7 * .5 of trade: its bandwidths and attraction are worth 1.35 times as much to North,
    and nothing else is worth more.
    """
    salient = {"actors": {"North": {"salience": {"trade": "1 + k * wealth"}}}, "parameters": {"k": 0.7}}
    found = {}
    for name, w in (("plain", lower(small())), ("salient", lower(small(salient)))):
        units = w.parts.units["North"]
        wants = appraise(w.start, w.parts, "North", [speak(w.start, unit, {}) for unit in units])
        found[name] = {key: wants.utility([Increment(key, 0.1, ONE, ONE)]) for key in EFFECTS}
    times = {key: found["salient"][key] / worth for key, worth in found["plain"].items() if worth}
    in_trade = {key for key in times if key.endswith("trade")}
    assert len(in_trade) == 3 and len(times) > len(in_trade)
    assert times == {key: pytest.approx(1.35 if key in in_trade else 1.0) for key in times}


def test_what_all_factions_value_stands_beside_them_once():
    """Valuations of an actor count for each of its factions, which may say otherwise."""
    w = lower(small({"actors": {"Buffer": {"valuations": {"war": -5, "autonomy": 3}}}}))
    values = {unit.name: unit.values for unit in w.parts.units["Buffer"]}
    assert values["court"] == {"wealth": 12, "autonomy": 8, "alignment": 2, "war": -5}
    assert values["town"] == {"wealth": 6, "autonomy": 3, "alignment": 4, "war": -5}


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
    key = "actors.Mongolia.factions.leader.valuations.goodwill_by_vulnerability"
    odds = [first_odds(changed({key: value}))[f"acceptance.{event}"] for value in (10, 20, 40)]
    assert odds == sorted(odds) and odds[0] < odds[-1]
