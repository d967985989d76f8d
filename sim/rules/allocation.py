"""How powers spread effort over channels and how the target spreads its welcome over powers (ODD 7.12).

Source: softmax (logit) response to what draws effort; that is a learning rule's, see `sim.rules.learnings`.
"""

from __future__ import annotations

from functools import partial

from sim.rules.autonomy import buffer_slope
from sim.rules.influence import link_influence
from sim.rules.learnings import LEARNINGS
from sim.rules.learnings.prospect import Prospect
from sim.rules.numbers import Number, approach, over, softmax
from sim.rules.seats import aimed
from sim.rules.settings import Openness, Settings
from sim.rules.state import at, start_of
from sim.rules.structure import Cell, Parts, State, Supplier, change
from sim.rules.utility import emphasised


def share_worth(share_value: Number, own_share: Number) -> Number:
    """What more influence is worth to a power by its share of all [logits], before the sum of influence."""
    return share_value * (1.0 - own_share)


def buffer_worth(buffer_value: Number, buffer: Number) -> Number:
    """What it is worth by its buffer, from which it keeps the others."""
    return buffer_value * buffer_slope(0.0, buffer)


def effort_gain(worth: Number, link: Number, total_influence: Number, elasticity: float) -> Number:
    """Logits that a relative increase of effort in one channel adds."""
    return over(worth * link * elasticity, total_influence)


def welcome_pressure(
    autonomy_gain: Number,
    autonomy_gain0: Number,
    goodwill_gain: Number,
    goodwill_gain0: Number,
    p: Openness,
) -> Number:
    """What speaks for opening to a power, against the start [logits]: less domination, more to withhold."""
    autonomy = p.autonomy_weight * autonomy_gain - autonomy_gain0
    return autonomy + (p.dependence_weight * goodwill_gain - goodwill_gain0)


def weigh_effort(s: State, parts: Parts, power: Supplier) -> None:
    """What a power would gain from more effort in each of its channels, and what each has brought by now."""
    elasticity = parts.settings.influence.effort_elasticity
    worth = worth_of_influence(s, parts, power.name)
    for cell in power.cells:
        link = link_influence(cell.weight, s[cell.bandwidth], s[cell.dependence])
        there = emphasised(s, parts, power.name, cell.channel, worth)
        s[cell.gain] = effort_gain(there, link, s["total_influence"], elasticity)
        s[cell.earns] = over(link, s["total_influence"])


def worth_of_influence(s: State, parts: Parts, power: str) -> Number:
    """What more influence of its own is worth to a power, by last month's counsel."""
    worth = share_worth(s[at("value", power, "influence_share")], s[at("share", power)])
    if parts.is_valued_by(power, "buffer"):
        worth = worth + buffer_worth(s[at("value", power, "buffer")], s[at("buffer", power)])
    return worth


def prospect(s: State, cell: Cell, settings: Settings) -> Prospect:
    """What a learning rule may know of a channel of a power."""
    promise = partial(change, s, cell.gain)
    return Prospect(promise, lambda: s[cell.effort_attraction], lambda: s[cell.effort], settings.effort)


def learn_from_pay(s: State, power: Supplier, settings: Settings) -> None:
    """Under a rule that learns from pay: add what each channel has earned since last month.

    Pay is what the share of all influence that a channel has gained is worth now: a change of what a power
    wants is no pay.
    """
    learning, value = LEARNINGS[settings.decision.learning], s[at("value", power.name, "influence_share")]
    for cell in power.cells:
        if hasattr(learning, "learnt"):
            pay = value * (s[cell.earns] - s[cell.earned])
            s[cell.effort_attraction] = learning.learnt(prospect(s, cell, settings), pay)
        # under other rules too: one may be taken up in the course of a run
        s[cell.earned] = s[cell.earns]


def shift_effort(s: State, power: Supplier, settings: Settings) -> None:
    """A power moves its effort towards the channels that promise or have paid most."""
    # a power without links has no effort to spread
    if not power.cells:
        return
    learning = LEARNINGS[settings.decision.learning]
    pressures = [learning.pressure(prospect(s, cell, settings)) for cell in power.cells]
    targets = softmax(pressures, [s[start_of(cell.effort)] for cell in power.cells])
    if power.seated:
        targets = aimed(s, "effort", [(power.name, cell.channel) for cell in power.cells], targets)
    for cell, target in zip(power.cells, targets, strict=True):
        s[cell.effort] = approach(s[cell.effort], target, settings.effort.speed)


def weigh_welcome(s: State, target: str, powers: tuple[Supplier, ...], settings: Settings) -> None:
    """What the target would gain from opening to each power: autonomy, and goodwill where it depends."""
    autonomy = s[at("value", target, "autonomy")]
    goodwill = s[at("value", target, "goodwill_by_vulnerability")]
    elasticity, scale = settings.influence.openness_elasticity, settings.openness.dependence_scale
    for q in powers:
        price, influence = s[at("autonomy_price", q.name)], s[at("influence", q.name)]
        s[at("autonomy_gain", q.name)] = (0.0 - autonomy) * price * influence * elasticity
        s[at("goodwill_gain", q.name)] = scale * goodwill * s[at("vulnerability", q.name)]


def shift_welcome(s: State, powers: tuple[Supplier, ...], settings: Settings, seated: bool = False) -> None:
    """The target opens to powers that widen its room or that it depends on; openness averages one.

    seated: whether somebody else may say how far.
    """
    p, pressures = settings.openness, []
    # softmax over starts of one: the target can be more open to one power than to another, not to all
    for q in powers:
        autonomy, goodwill = at("autonomy_gain", q.name), at("goodwill_gain", q.name)
        gains = s[autonomy], s[start_of(autonomy)], s[goodwill], s[start_of(goodwill)]
        pressures.append(over(welcome_pressure(*gains, p), p.temperature))
    targets = softmax(pressures, [1.0] * len(powers))
    if seated:
        targets = aimed(s, "welcome", [(q.name,) for q in powers], targets)
    for q, target in zip(powers, targets, strict=True):
        openness = at("openness", q.name)
        s[openness] = approach(s[openness], target, p.speed)
