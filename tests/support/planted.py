"""Small games in which what leaving a rule gains is known by hand: a rule that always accepts what costs it,
and two powers that act at once, month by month, for payoffs that hang on both.
"""

from __future__ import annotations

import math
import tomllib
from typing import Any

import numpy as np

from sim.scenario.load import Scenario, parse
from tests.support.small import SMALL, merged

ALWAYS = 49.0
"""Log odds of what is certain."""

COST = 0.75
"""What each gift costs who accepts it [logits]."""


def _case(changes: dict[str, Any]) -> Scenario:
    """The small case without its own events, without luck, and with rules that weigh nothing."""
    still = {
        "actors": {"Buffer": {"noise": 0.0}}, "quantities": {"wealth": {"noise": 0.0}},
        "interventions": {"forbidden": ["loan", "aid", "raid"]},
        "decision": {"precision": 0.0},
    }  # fmt: skip
    case = merged(tomllib.loads(SMALL.read_text(encoding="utf-8")), merged(still, changes))
    return parse(case, "planted")


def gift(base_logit: float = ALWAYS) -> Scenario:
    """North offers each month what costs the buffer COST for good, and it always accepts.

    Besides it cares for nothing but what nothing moves.
    """
    event = {
        "label": "A gift from North", "initiator": "North", "responder": "Buffer", "base_logit": base_logit,
        "response_logit": ALWAYS, "accepted": {"payoff": {"Buffer": -COST}},
    }  # fmt: skip
    only_wealth = {"autonomy": None, "alignment": None}
    factions = {name: {"valuations": only_wealth} for name in ("court", "town")}
    return _case({"events": {"gift": event}, "actors": {"Buffer": {"factions": factions}}})


def two_by_two(payoffs: np.ndarray, odds: tuple[float, float]) -> Scenario:
    """North and South each act or not, at once and without knowing of the other.

    payoffs (2, 2, 2): of North and of South, by whether North acts and whether South does [logits]; odds:
    with which their rules act.
    """
    acts = {
        name: {"label": f"{name} acts", "start": 0.0, "relaxation": 1.0}
        for name in ("north_acts", "south_acts")
    }
    events = {
        name: {
            "label": f"{who} acts", "initiator": who, "base_logit": math.log(chance / (1 - chance)),
            "effects": {name: 1.0},
        }
        for name, who, chance in zip(acts, ("North", "South"), odds, strict=True)
    }  # fmt: skip
    events = {f"{name}_now": event for name, event in events.items()}
    actors = {
        who: {
            "valuations": {
                "both": own[1, 1] - own[1, 0] - own[0, 1] + own[0, 0], "north_acts": own[1, 0] - own[0, 0],
                "south_acts": own[0, 1] - own[0, 0], "influence_share": None, "alignment": None,
            }
        }
        for who, own in zip(("North", "South"), payoffs, strict=True)
    }  # fmt: skip
    return _case(
        {
            "actors": actors, "quantities": acts, "events": events,
            "drivers": {"both": "north_acts * south_acts"},
        },
    )  # fmt: skip
