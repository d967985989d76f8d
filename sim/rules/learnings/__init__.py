"""Learning rules of effort, one file each: `pressure(q)` is what draws effort to a channel [logits].

A rule that learns from pay also has `learnt(q, pay)`, the attraction of a channel after a month that paid
this much more than the one before. A new rule is a file and a line here; one of your own needs neither, see
`sim.register`.
"""

from sim.registry import LEARNINGS
from sim.rules.learnings import ewa, greedy, logit, static

LEARNINGS.ship("logit", logit)
LEARNINGS.ship("static", static)
LEARNINGS.ship("greedy", greedy)
LEARNINGS.ship("ewa", ewa)
