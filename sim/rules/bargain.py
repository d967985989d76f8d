"""What a deal would be agreed on: a concession between the break-even points of the two sides (ODD 7.10).

Source: Nash 1950 with unequal power (Roth 1979). What waiting for rivals is worth is our assumption.
"""

from __future__ import annotations

from dataclasses import replace

from sim.rules.choice import Values
from sim.rules.numbers import Number, clip, less, maximum, minimum, over, total, where
from sim.rules.state import at
from sim.rules.structure import Event, Parts, State, Terms
from sim.rules.utility import Appraisal


def bargain(
    target_surplus: Number, power_surplus: Number, to_target: Number, to_power: Number, leverage: Number
) -> Number:
    """The concession [1] that two sides agree on, at most one.

    Surpluses: worth of the deal without any concession, less what a no is worth; to_target, to_power: worth
    of the whole concession [all in logits]; leverage: the target's bargaining power in [0, 1]. Maximises the
    product of what both gain, each to its power; where no concession is good for both, it is the most that
    who concedes it would give.

    >>> bargain(0.0, 1.0, 2.0, -2.0, 0.5)
    0.25
    """
    target_even, power_even = 0.0 - over(target_surplus, to_target), 0.0 - over(power_surplus, to_power)
    agreed = leverage * power_even + (1.0 - leverage) * target_even
    target_end, power_end = clip(target_even, 0.0, 1.0), clip(power_even, 0.0, 1.0)
    target_receives = less(0.0, to_target)
    least = where(target_receives, target_end, power_end)
    most = where(target_receives, power_end, target_end)
    return minimum(most, maximum(least, agreed))


def leverage(s: State, parts: Parts, power: str) -> Number:
    """The target's bargaining power against a power [1]: how little of its vulnerability is to this one."""
    needs = [s[at("vulnerability", supplier.name)] for supplier in parts.powers]
    everything = total(needs)
    # a target that needs nobody has all the power there is
    needed = where(less(0.0, everything), everything, 1.0)
    return 1.0 - over(s[at("vulnerability", power)], needed)


def share_of(terms: Terms, actor: str | None, target: str) -> Number:
    """What the whole concession is worth to an actor [logits]; to others than the two sides nothing."""
    if actor == target:
        return terms.to_target
    if actor == terms.partner:
        return terms.to_power
    return 0.0


def promise(s: State, parts: Parts, name: str, appraisal: Appraisal) -> Number:
    """What one rival of a deal promises to a decider [logits]: its odds and terms of last month."""
    rival = parts.event[name]
    worth = appraisal.utility(rival.accepted)
    if rival.terms is not None:
        worth = worth + share_of(rival.terms, appraisal.actor, parts.target) * s[at("terms", name)]
    return s[at("hazard", name)] * worth


def worth_of_waiting(s: State, parts: Parts, terms: Terms, appraisal: Appraisal) -> Number:
    """What all rivals of a deal together promise to a decider, as far as it counts at the table [logits]."""
    promised = [promise(s, parts, name, appraisal) for name in terms.rivals]
    return parts.settings.decision.outside * total(promised)


def at_terms(
    s: State, parts: Parts, event: Event, actor: str | None, values: Values, table: str = "concession"
) -> Values:
    """The values of the endings of an event to an actor, with the terms that are on the table this month."""
    if event.terms is None:
        return values
    share = share_of(event.terms, actor, parts.target)
    return replace(values, accepted=values.accepted + share * s[at(table, event.name)])
