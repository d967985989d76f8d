"""The month as a user of Mesa would write it: agents with attributes, floats, Mesa's own random numbers.

A twin of the ensemble for the shape of the shipped case of 2024, so that "times Mesa" is against what Mesa
can do: `sim.agents` is slower than that, for the sake of equal bits. It has all mechanisms that the case uses
and none that it leaves alone (other theories and learning rules, interventions, control weights, failed
runs). It is as fast as plain Python allows without losing its shape: expressions become functions of Python
once, agents are called in loops, and what did not happen is not worked out; the arithmetic alone takes half
as long (see `statements`). Its numbers come from the lowered world, its luck from Mesa: the same
distribution, not the same runs.
"""

from tests.support.plain_mesa.model import PlainModel

__all__ = ["PlainModel"]
