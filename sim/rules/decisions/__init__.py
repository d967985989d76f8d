"""Theories of choice, one file each: the odds of a yes, and what the proposer takes them for.

A theory that learns also has `remembered(belief, answered, accepted, memory)`, the proposer's belief after a
month. A new theory is a file and a line here; one of your own needs neither, see `sim.register`.
"""

from sim.registry import THEORIES
from sim.rules.decisions import adaptive, eub, heuristic, level1, level2, qre

THEORIES.ship("qre", qre)
THEORIES.ship("heuristic", heuristic)
THEORIES.ship("level1", level1)
THEORIES.ship("level2", level2)
THEORIES.ship("adaptive", adaptive)
THEORIES.ship("eub", eub)
