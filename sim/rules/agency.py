"""Agents beyond control: how unlikely their principal would have been to do what they do (ODD 7.10).

The principal of a row is its deciding initiator, heard by the clout of its factions alone; the agent is
whoever has the row's fixed `control` weights.

Source: slack between principal and agent, Downs and Rocke 1994; armed forces as agents, Feaver 2003. That it
is measured by the odds of a logit choice is our assumption.
"""

from __future__ import annotations

from sim.rules.bargain import at_terms
from sim.rules.choice import odds, proposal_logit
from sim.rules.numbers import Number
from sim.rules.offers import values_of
from sim.rules.state import at
from sim.rules.structure import Event, Parts, State
from sim.rules.utility import Appraisal


def unapproved(worth: Number) -> Number:
    """Odds that the principal would not have done it: 1 - Lambda(lambda times its worth to it, `worth`).

    >>> unapproved(0.0), round(unapproved(-2.0), 3)
    (0.5, 0.881)
    """
    return 1.0 - odds(worth)


def consult(s: State, parts: Parts, event: Event, principal: Appraisal) -> None:
    """Note the value part of the proposal as the principal would judge it: without base rate and shifts."""
    values = at_terms(s, parts, event, principal.actor, values_of(s, parts, event, principal))
    belief, execution = s[at("believed", event.name)], s[at("execution", event.name)]
    precision = parts.settings.decision.precision
    s[at("approval", event.name)] = proposal_logit(values, belief, execution, precision, 0.0)


def judge(s: State, event: Event) -> None:
    """Publish how far a row goes beyond its principal, once everyone has weighed all rows by last month's."""
    s[at("unapproved", event.name)] = unapproved(s[at("approval", event.name)])
