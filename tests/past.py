"""A small scenario with a past: what is uncertain in it, how it is observed, and a table of facts without values."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

from sim.hindcast.table import EVENT, SERIES, TIME, Fact
from sim.scenario.load import Scenario, parse
from sim.scenario.schema import month_number

SMALL = tomllib.loads((Path(__file__).parent / "cases" / "small.toml").read_text(encoding="utf-8"))

PAST: dict[str, Any] = {
    "hindcast": {"fitted_until": "2012-12", "validated_until": "2013-06"},
    "observations": {
        "income": {
            "label": "Income", "unit": "index", "measure": "wealth", "error": 0.01,
            "definition": "wealth as measured", "source": "test",
        },
        "votes": {
            "label": "Votes", "unit": "position", "measure": "alignment.order", "error": 0.02,
            "definition": "position as measured", "source": "test",
        },
    },
    "uncertain": {
        "raids": {"label": "Raids", "numbers": ["events.raid.base_logit"], "plus": 0.8},
        "loans": {"label": "Loans", "numbers": ["events.loan.base_logit", "events.aid.base_logit"], "plus": 0.8},
        "shocks": {"label": "Shocks", "numbers": ["quantities.wealth.noise"], "times": 0.6},
        "cost": {"label": "Cost of war", "numbers": ["couplings.wealth.war"], "times": 0.4},
    },
}  # fmt: skip


def past(**changes: Any) -> Scenario:
    """The small scenario over four years, three of them to fit to; `changes` replace whole sections."""
    raw = copy.deepcopy(SMALL) | copy.deepcopy(PAST) | changes
    raw["time"] = {"start": "2010-01", "months": 48}
    return parse(raw, "past.toml")


def yearbook(quarters: int = 16) -> tuple[Fact, ...]:
    """Observations of every quarter and half-year, with values to be filled in."""
    begin = month_number("2010-01")
    facts = [
        Fact(SERIES, target, begin + 3 * q, begin + 3 * q + 2, 0.0) for target in ("income", "votes") for q in range(quarters)
    ]
    facts += [
        Fact(EVENT, target, begin + 6 * h, begin + 6 * h + 5, 0.0)
        for target in ("loan", "aid", "raid")
        for h in range(quarters // 2)
    ]
    return (*facts, Fact(TIME, "raid", begin, begin + 35, 0.0))
