"""From a checked scenario to what the stages run: its parts, its start, and what time alone decides.

Whatever the stages go through stands in the parts in the order of names, and a file's order moves no bit:
sums run from left to right, and rows of one group that share their waiting are settled in that order. Readers
see the order of the file, which the case and its rows keep. In the file, order has a meaning for postures and
provenance alone: the first that fits counts.
"""

from sim.scenario.lower.cut import cut
from sim.scenario.lower.world import World, in_month, lower, state_name

__all__ = ["World", "cut", "in_month", "lower", "state_name"]
