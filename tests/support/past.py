"""A small scenario with a past: what is uncertain in it, how it is observed, and a table of facts without
values.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from sim.assimilation.facts import EVENT, SERIES, TIME, Fact
from sim.scenario.load import Scenario, parse
from sim.scenario.schema import month_number

SMALL = (Path(__file__).parents[1] / "cases" / "small.toml").read_text(encoding="utf-8")

PAST = """
[hindcast]
fitted_until = "2012-12"
validated_until = "2013-06"

[observations.income]
label = "Income"
unit = "index"
measure = "wealth"
error = 0.01
definition = "wealth as measured"
source = "test"

[observations.votes]
label = "Votes"
unit = "position"
measure = "alignment.order"
error = 0.02
definition = "position as measured"
source = "test"

[uncertain]
raids = { label = "Raids", numbers = ["events.raid.base_logit"], plus = 0.8 }
loans = { label = "Loans and aid", numbers = ["events.loan.base_logit", "events.aid.base_logit"], plus = 0.8 }
shocks = { label = "Shocks to wealth", numbers = ["quantities.wealth.noise"], times = 0.6 }
cost = { label = "Cost of war", numbers = ["couplings.wealth.war"], times = 0.4 }

[levers]
shut = { label = "Shut", actor = "Buffer", sets = ["interventions.forbidden"], choices = [["aid"]], cost = 1 }
peace = { label = "Peace", actor = "South", sets = ["war"], from = "2010-03", ends = [0.0, 0.2], cost = 2.0 }

[levers.thrift]
label = "Save"
actor = "Buffer"
sets = ["quantities.wealth.relaxation"]
ends = [0.02, 0.3]
cost = 1.0
when = "war"
bars = [0.2, 0.6]
"""

TEXT = SMALL.replace("months = 24", "months = 48") + PAST
"""The small scenario over four years, three of them to fit to."""

DEEDS = """kind,target,when,value
event,loan,2010-01/2010-03,0
event,loan,2010-04,1
event,loan,2010-05/2011-06,0
event,aid,2010,0
event,raid,2010,0
"""
"""What is known of the deeds of its past: loans and aid, by month."""


def past(text: str = TEXT) -> Scenario:
    """The scenario with a past, or one made of its text."""
    return parse(tomllib.loads(text), "past.toml")


def yearbook(quarters: int = 16) -> tuple[Fact, ...]:
    """Observations of every quarter and half-year, with values to be filled in."""
    begin = month_number("2010-01")
    series = [
        Fact(SERIES, target, begin + 3 * q, begin + 3 * q + 2, 0.0)
        for target in ("income", "votes")
        for q in range(quarters)
    ]
    events = [
        Fact(EVENT, target, begin + 6 * half, begin + 6 * half + 5, 0.0)
        for target in ("loan", "aid", "raid")
        for half in range(quarters // 2)
    ]
    return (*series, *events, Fact(TIME, "raid", begin, begin + 35, 0.0))
