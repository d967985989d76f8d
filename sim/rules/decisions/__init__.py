"""Theories of choice, one file each: `answer` gives the odds of a yes, `belief` what the proposer takes them
for.
"""

from sim.rules.decisions import adaptive, eub, heuristic, level1, level2, qre

THEORIES = {
    "qre": qre,
    "heuristic": heuristic,
    "level1": level1,
    "level2": level2,
    "adaptive": adaptive,
    "eub": eub,
}
