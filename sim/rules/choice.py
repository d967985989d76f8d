"""Logit choice in the offer game: propose, answer, execute or back down (ODD 7.10).

Sources: logit agent-QRE McKelvey and Palfrey 1998; strategic choice Signorino 1999; crisis game Lewis and
Schultz 2003.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.rules.numbers import Number, logistic, strain


@dataclass(frozen=True)
class Values:
    """What the three endings of an offer are worth to one decider [logits]."""

    accepted: Number
    refused: Number
    executed: Number


@dataclass(frozen=True)
class Question:
    """What a responder has to answer.

    values: of the endings [logits]; execution: odds that a threat is carried out; base: logit with shifts;
    memory: what the proposer believes; stakes: clout and values of everyone concerned.
    """

    values: Values
    execution: Number
    precision: float
    base: Number
    memory: Number
    stakes: Callable[[], list[tuple[Number, Values]]]


def odds(logit: Number) -> Number:
    """Lambda(logit), a probability; of an infinite logit not a number, so that the run fails."""
    return logistic(logit) + strain(logit)


def no_deal(values: Values, execution: Number) -> Number:
    """Worth of a refusal when the threat is executed with this probability."""
    return values.refused + execution * (values.executed - values.refused)


def execution_probability(values: Values, precision: float, base: Number) -> Number:
    """Odds that a refused threat is carried out: Lambda(lambda (U(exec) - U(back down)) + b_e)."""
    return odds(precision * (values.executed - values.refused) + base)


def acceptance_probability(
    values: Values, expected_execution: Number, precision: float, base: Number
) -> Number:
    """Odds of a yes: Lambda(lambda (U(acc) - (1 - e) U(rej) - e U(exec)) + b_a)."""
    return odds(precision * (values.accepted - no_deal(values, expected_execution)) + base)


def proposal_logit(
    values: Values, belief: Number, execution: Number, precision: float, base: Number
) -> Number:
    """Log odds of a proposal: b + lambda (a U(acc) + (1 - a) (U(rej) + e (U(exec) - U(rej))))."""
    no = no_deal(values, execution)
    return base + precision * (no + belief * (values.accepted - no))
