"""How powers spread effort over channels and how the target spreads its welcome over powers (ODD 7.12).

Source: softmax (logit) response to marginal gains; experience-weighted attraction after Camerer and Ho 1999.
"""

from __future__ import annotations

from sim.rules.influence import link_influence
from sim.rules.numbers import Number, approach, divide, softmax
from sim.rules.state import at, start_of
from sim.rules.structure import Settings, State, Supplier, change


def effort_gain(
    share_value: Number, own_share: Number, link: Number, total_influence: Number, elasticity: float
) -> Number:
    """Logits that a relative increase of effort in one channel adds through the power's share of influence."""
    return divide(share_value * (1.0 - own_share) * link * elasticity, total_influence)


def ewa_attraction(attraction: Number, memory: float, foregone: float, effort: Number, pay: Number) -> Number:
    """Experience-weighted attraction, measured from the log of the initial effort (Camerer and Ho 1999,
    constant weights).
    """
    return memory * attraction + (foregone + (1.0 - foregone) * effort) * pay


def welcome_pressure(
    autonomy_gain: Number, autonomy_gain0: Number, goodwill_gain: Number, goodwill_gain0: Number, p: Settings
) -> Number:
    """What speaks for opening to a power, against the start [logits]: less domination, more that it could
    withhold.
    """
    return (
        p.autonomy_weight * autonomy_gain
        - autonomy_gain0
        + (p.dependence_weight * goodwill_gain - goodwill_gain0)
    )


def weigh_effort(s: State, power: Supplier, p: Settings) -> None:
    """What a power would gain from more effort in each of its channels, and what each channel earns now."""
    value = s[at("value", power.name, "influence_share")]
    for cell in power.cells:
        link = link_influence(cell.weight, s[cell.bandwidth], s[cell.dependence])
        s[cell.gain] = effort_gain(
            value, s[at("share", power.name)], link, s["total_influence"], p.effort_elasticity
        )
        s[cell.earns] = value * divide(link, s["total_influence"])


def effort_pressures(s: State, power: Supplier, p: Settings) -> list[Number]:
    """What draws effort to each channel [logits], by the learning rule: promise (logit, greedy), nothing, or
    pay (ewa).
    """
    if p.learning == "ewa":
        return [s[cell.effort_attraction] for cell in power.cells]
    temperature = {"logit": p.effort_temperature, "greedy": p.greedy_temperature, "static": float("inf")}[
        p.learning
    ]
    return [change(s, cell.gain) / temperature for cell in power.cells]


def learn_from_pay(s: State, power: Supplier, p: Settings) -> None:
    """Under experience-weighted attraction: add what each channel has earned since last month."""
    if p.learning == "ewa":
        for cell in power.cells:
            pay = s[cell.earns] - s[cell.earned]
            s[cell.effort_attraction] = ewa_attraction(
                s[cell.effort_attraction], p.ewa_memory, p.ewa_foregone, s[cell.effort], pay
            )
            s[cell.earned] = s[cell.earns]


def shift_effort(s: State, power: Supplier, p: Settings) -> None:
    """A power moves its effort towards the channels that promise or have paid most."""
    if not power.cells:
        return
    targets = softmax(effort_pressures(s, power, p), [s[start_of(cell.effort)] for cell in power.cells])
    for cell, target in zip(power.cells, targets, strict=True):
        s[cell.effort] = approach(s[cell.effort], target, p.effort_speed)


def weigh_welcome(s: State, target: str, powers: tuple[Supplier, ...], p: Settings) -> None:
    """What the target would gain from being more open to each power: autonomy, and goodwill where it depends."""
    autonomy = s[at("value", target, "autonomy")]
    goodwill = s[at("value", target, "goodwill_by_vulnerability")]
    for q in powers:
        price, influence = s[at("autonomy_price", q.name)], s[at("influence", q.name)]
        s[at("autonomy_gain", q.name)] = (0.0 - autonomy) * price * influence * p.openness_elasticity
        s[at("goodwill_gain", q.name)] = p.dependence_scale * goodwill * s[at("vulnerability", q.name)]


def shift_welcome(s: State, powers: tuple[Supplier, ...], p: Settings) -> None:
    """The target opens to powers that widen its room for manoeuvre or that it depends on; openness averages
    one.
    """
    pressures = []
    for q in powers:
        names = at("autonomy_gain", q.name), at("goodwill_gain", q.name)
        pressure = welcome_pressure(s[names[0]], s[start_of(names[0])], s[names[1]], s[start_of(names[1])], p)
        pressures.append(pressure / p.openness_temperature)
    for q, target in zip(powers, softmax(pressures, [1.0] * len(powers)), strict=True):
        s[at("openness", q.name)] = approach(s[at("openness", q.name)], target, p.openness_speed)
