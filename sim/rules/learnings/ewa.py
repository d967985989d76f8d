"""Experience-weighted attraction: effort goes where it has paid (Camerer and Ho 1999, constant weights)."""

from sim.rules.learnings.prospect import Prospect
from sim.rules.numbers import Number


def pressure(q: Prospect) -> Number:
    """What the channel has come to be worth."""
    return q.attraction()


def learnt(q: Prospect, pay: Number) -> Number:
    """The attraction after a month, measured from the log of the initial effort; pay: more than before."""
    p = q.settings
    return ewa_attraction(q.attraction(), p.ewa_memory, p.ewa_foregone, q.effort(), pay)


def ewa_attraction(attraction: Number, memory: float, foregone: float, effort: Number, pay: Number) -> Number:
    """memory x attraction + (foregone + (1 - foregone) effort) x pay.

    foregone [1]: how pay weighs where no effort was.
    """
    return memory * attraction + (foregone + (1.0 - foregone) * effort) * pay
