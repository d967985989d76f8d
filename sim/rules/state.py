"""The one table of the state: what every number of a run is called, means, and may be used for.

Names, bounds, labels, what an expression may read, an effect change and a run record all follow from a row
here. State is a mapping from names such as `bandwidth.POWER.CHANNEL` to numbers; `start.NAME` is what a
number was at the start.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache


class Over(Enum):
    """What there is one number of a kind for; the value is how its owner is written in a name."""

    NOTHING = ""
    QUANTITY = "QUANTITY"
    AGGREGATE = "AGGREGATE"
    SUPPLIER = "SUPPLIER"
    POWER = "POWER"
    LINK = "SUPPLIER.CHANNEL"
    POWER_LINK = "POWER.CHANNEL"
    FACTION = "FACTION"
    DECIDER = "ACTOR"
    STAKE = "ACTOR.STAKE"
    AXIS = "AXIS"
    POWER_AXIS = "POWER.AXIS"
    PAIR = "POWER.OTHER"
    TOWARDS = "ACTOR.TOWARDS"
    BLOC = "BLOC"
    EVENT = "EVENT"
    DEAL = "DEAL"
    ENDING = "EVENT.ENDING"
    GROUP = "GROUP"
    DRIVER = "DRIVER"
    CALENDAR = "CALENDAR.LEAD"
    NAME = "NAME"

    @property
    def owners(self) -> list[str]:
        """What each owner is called."""
        return list(filter(None, self.value.split(".")))


NAMED = (Over.NAME, Over.DRIVER, Over.STAKE)
"""Owners the last of which may be a name with dots."""


class Change(Enum):
    """How an effect changes what it names; sim.rules.effects has the increments."""

    ADD = "adds size x driver"
    FILL = "fills the room that is left, or empties what is there"
    TILT = "moves the position on each axis towards a power"
    FEEL = "is felt by a decider, and changes nothing"


UNBOUNDED = (-math.inf, math.inf)
SHARE = (0.0, 1.0)


@dataclass(frozen=True)
class Variable:
    """A row of the table.

    kind and over make the name; label has a {} for each owner. start is the value before the first month,
    None where it comes from the file or is measured. read: an expression may read it; kept: a run records it
    for every month; valued: an actor may value it; change: how an effect changes it, and instead: what an
    effect changes where it cannot. from_watched: made of numbers that are watched where they arise (see
    sim.rules.health). inner: only rules read it, on the way to other numbers. stock: it relaxes towards a
    target (see sim.rules.relaxation).
    """

    kind: str
    over: Over
    meaning: str
    label: str = ""
    unit: str = "1"
    bounds: tuple[float, float] = UNBOUNDED
    start: float | None = None
    read: bool = False
    kept: bool = False
    valued: bool = False
    change: Change | None = None
    instead: str = ""
    from_watched: bool = False
    inner: bool = False
    stock: bool = False
    accumulates: bool = False

    @property
    def pattern(self) -> str:
        """The name with words for its owners, such as `bandwidth.SUPPLIER.CHANNEL`."""
        return ".".join(filter(None, (self.kind, self.over.value)))

    def of(self, *owners: str) -> str:
        """Its name for some owner.

        >>> at("goodwill", "North") == VARIABLES["goodwill", 1].of("North") == "goodwill.North"
        True
        """
        # a quantity of the file has no kind before its name
        if not self.kind:
            return ".".join(owners)
        return ".".join((self.kind, *owners))


QUANTITY = Variable(
    "", Over.QUANTITY, "a scalar stock of the file", read=True, kept=True, valued=True, change=Change.ADD,
    from_watched=True, stock=True, unit="of the file",
)  # fmt: skip

AGGREGATE = Variable(
    "", Over.AGGREGATE, "weighted mean of the stocks that a quantity is written out to", read=True, kept=True,
    from_watched=True, instead="QUANTITY.ACTOR", unit="of the file",
)  # fmt: skip

_LINKS = "bandwidth.POWER.CHANNEL or attraction.POWER.CHANNEL"
_ODDS = "the odds of the event, by a shift"

STATE = (
    # -- the target between the powers
    Variable(
        "autonomy", Over.NOTHING, "room for manoeuvre M", "Autonomy",
        bounds=SHARE, read=True, kept=True, from_watched=True, instead=_LINKS,
    ),
    Variable(
        "domination", Over.NOTHING, "the largest effective share of a power with its like", "Domination",
        bounds=SHARE, read=True, kept=True, from_watched=True, instead=_LINKS,
    ),
    Variable(
        "hedging", Over.NOTHING, "hedging index", "Hedging index",
        bounds=SHARE, read=True, kept=True, from_watched=True,
        instead="tilt.POWER or bandwidth.POWER.CHANNEL",
    ),
    Variable(
        "total_influence", Over.NOTHING, "influence of all suppliers together, ΣI",
        bounds=(0.0, math.inf), inner=True,
    ),
    Variable(
        "health", Over.NOTHING, "0 while every number of the run has been finite, else not a number",
        inner=True, accumulates=True,
    ),
    Variable(
        "alignment", Over.AXIS, "position x of the target", "Alignment, {}",
        bounds=(-1.0, 1.0), read=True, kept=True, from_watched=True, instead="tilt.POWER",
    ),
    Variable(
        "alignment", Over.POWER_AXIS, "position x of a power", "Alignment of {}, {}",
        bounds=(-1.0, 1.0), read=True, kept=True, from_watched=True, instead="tilt.POWER.TOWARDS",
    ),
    Variable(
        "drift", Over.NAME, "what moves a position this month, before its speed",
        unit="1/month", inner=True,
    ),
    Variable(
        "anchor", Over.NAME, "how far what a position is anchored at has wandered from the ideal",
        unit="position", bounds=(-2.0, 2.0), inner=True, accumulates=True,
    ),
    QUANTITY,
    AGGREGATE,
    # -- powers and suppliers
    Variable(
        "closeness", Over.POWER, "nearness of the target to a power, A", "Closeness to {}",
        bounds=SHARE, read=True, kept=True, from_watched=True, instead="tilt.POWER",
    ),
    Variable(
        "closeness", Over.PAIR, "nearness of two powers that the file names", "Closeness of {} and {}",
        bounds=SHARE, read=True, kept=True, from_watched=True, instead="tilt.POWER.TOWARDS",
    ),
    Variable(
        "share", Over.SUPPLIER, "share σ of all influence", "Share of influence, {}",
        bounds=SHARE, read=True, kept=True, from_watched=True, instead="bandwidth.POWER.CHANNEL",
    ),
    Variable(
        "vulnerability", Over.POWER, "what a power could withhold, V", "Vulnerability to {}",
        bounds=SHARE, read=True, kept=True, from_watched=True, instead="attraction.POWER.CHANNEL",
    ),
    Variable(
        "buffer", Over.POWER, "how little of the target has fallen to other powers, 1 − Σσ²",
        "Buffer between {} and others",
        bounds=SHARE, read=True, from_watched=True, instead="bandwidth.POWER.CHANNEL",
    ),
    Variable(
        "goodwill", Over.POWER, "goodwill towards a power: a stock that the model adds",
        "Goodwill toward {}", bounds=SHARE, read=True, kept=True, valued=True, change=Change.ADD,
        from_watched=True, stock=True,
    ),
    Variable(
        "influence", Over.SUPPLIER, "influence I", "Influence of {}",
        bounds=(0.0, math.inf), read=True, instead="bandwidth.POWER.CHANNEL",
    ),
    Variable(
        "domination", Over.POWER, "effective share (Zσ)ₚ of a power with its like",
        "Domination by {} and its like", bounds=SHARE, read=True, instead=_LINKS,
    ),
    Variable(
        "openness", Over.POWER, "welcome h of the target to a power; averages 1", "Openness to {}",
        bounds=(0.0, math.inf), start=1.0, read=True,
        instead="goodwill.POWER, for which the target weighs it",
    ),
    Variable(
        "autonomy_price", Over.POWER, "loss of autonomy by a unit of influence, π = −∂M/∂I",
        "Autonomy price of {}", read=True,
    ),
    Variable(
        "autonomy_gain", Over.POWER, "what openness to a power brings by autonomy",
        unit="logits", inner=True,
    ),
    Variable(
        "goodwill_gain", Over.POWER, "what openness to a power brings by goodwill",
        unit="logits", inner=True,
    ),
    # -- links
    Variable(
        "bandwidth", Over.LINK, "density B of the links of a supplier in a channel", "Bandwidth of {}, {}",
        bounds=SHARE, read=True, change=Change.FILL,
    ),
    Variable(
        "dependence", Over.LINK,
        "share D of the target's need that a supplier covers; sums to 1 in a channel",
        "Dependence on {}, {}", bounds=SHARE, read=True, instead="attraction.POWER.CHANNEL",
    ),
    Variable(
        "attraction", Over.LINK, "log attractiveness a gained since the start", "Attraction of {}, {}",
        unit="log", bounds=(-10.0, 10.0), start=0.0, read=True, change=Change.ADD, accumulates=True,
    ),
    Variable(
        "effort", Over.POWER_LINK, "share e of a power's effort in a channel; sums to 1 for a power",
        "Effort of {}, {}", bounds=SHARE, read=True, instead="payoff.POWER, or what the power values",
    ),
    Variable(
        "effort_gain", Over.POWER_LINK, "what more effort in a channel promises",
        unit="logits", inner=True,
    ),
    Variable("earns.effort", Over.POWER_LINK, "share of all influence that a channel has", inner=True),
    Variable("earned.effort", Over.POWER_LINK, "the share that it had last month", inner=True),
    Variable(
        "attraction.effort", Over.POWER_LINK, "what a channel has paid, as experience weighs it",
        unit="logits", inner=True, accumulates=True,
    ),
    # -- actors
    Variable(
        "clout", Over.FACTION, "weight ω of a faction in its actor's decisions; sums to 1", "Clout, {}",
        bounds=SHARE, read=True, kept=True, valued=True, instead="credit.FACTION",
    ),
    Variable(
        "credit", Over.FACTION, "credit of a faction for past events: a stock that the model adds",
        "Credit of {}", unit="logits", bounds=(-10.0, 10.0), start=0.0, read=True, valued=True,
        change=Change.ADD, from_watched=True, stock=True,
    ),
    Variable("claim", Over.FACTION, "what speaks for a faction since the start", unit="logits", inner=True),
    Variable(
        "value", Over.STAKE, "what an actor's factions, by clout, value of a stake", "Worth to {} of {}",
        unit="logits", start=0.0, read=True, instead="credit.FACTION",
    ),
    # -- events: what is remembered of them, then the month itself
    Variable(
        "happened", Over.EVENT, "1 once the event has ever taken place, else 0", "{} has happened",
        bounds=SHARE, start=0.0, read=True, instead=_ODDS, accumulates=True,
    ),
    Variable(
        "hazard", Over.EVENT, "odds of last month that the event was about to take place", "Odds of {}",
        bounds=SHARE, start=0.0, read=True, instead=_ODDS,
    ),
    Variable(
        "unapproved", Over.EVENT, "odds that its initiator, without the row's control, would not do it",
        "{} is unapproved", bounds=SHARE, read=True, instead="what the initiator's factions value",
    ),
    Variable(
        "terms", Over.DEAL, "concession of last month's bargain over a deal", "Terms of {}",
        bounds=SHARE, start=0.0, read=True, kept=True, from_watched=True, instead="what either side values",
    ),
    Variable(
        "conceded", Over.DEAL, "sum of the concessions of a deal whenever it took place", "Conceded in {}",
        bounds=(0.0, math.inf), start=0.0, read=True, kept=True, from_watched=True,
        instead="what either side values", accumulates=True,
    ),
    Variable(
        "belief", Over.EVENT, "the proposer's running mean of past answers",
        bounds=SHARE, start=0.5, accumulates=True,
    ),
    Variable(
        "pending", Over.EVENT, "months until an announced event takes place, else 0",
        unit="months", accumulates=True,
    ),
    Variable(
        "wait", Over.EVENT, "months until the event may be proposed again",
        unit="months", accumulates=True,
    ),
    Variable(
        "wait.group", Over.GROUP, "months until any event of a group may be proposed again",
        unit="months", accumulates=True,
    ),
    Variable("due", Over.EVENT, "1 in a month in which the calendar has the event, else 0", bounds=SHARE),
    Variable(
        "forced", Over.EVENT, "1 in a month in which an intervention forces the event, else 0",
        bounds=SHARE,
    ),
    Variable("gate", Over.EVENT, "the event may be proposed while this is above 0", inner=True),
    Variable("initiator", Over.ENDING, "what an ending is worth to the initiator", unit="logits", inner=True),
    Variable("responder", Over.ENDING, "what an ending is worth to the responder", unit="logits", inner=True),
    Variable("concession", Over.DEAL, "concession of this month's bargain", bounds=SHARE, inner=True),
    Variable(
        "agreed", Over.DEAL, "concession of a deal as it was when it was last agreed on",
        bounds=SHARE, start=0.0, accumulates=True,
    ),
    Variable("execution", Over.EVENT, "odds that a refused threat is carried out", bounds=SHARE, inner=True),
    Variable("acceptance", Over.EVENT, "odds of a yes", bounds=SHARE, inner=True),
    Variable("believed", Over.EVENT, "odds of a yes as the proposer takes them", bounds=SHARE, inner=True),
    Variable("logit", Over.EVENT, "log odds that the initiator wants to propose", unit="logits", inner=True),
    Variable(
        "approval", Over.EVENT, "log odds that the initiator would want it without the row's control",
        unit="logits", inner=True,
    ),
    Variable("proposal", Over.EVENT, "odds that the event is proposed", bounds=SHARE, inner=True),
    Variable("outlook", Over.EVENT, "odds that the event is about to take place", bounds=SHARE, inner=True),
    Variable(
        "cancellation", Over.EVENT, "odds that an announced event is called off",
        bounds=SHARE, inner=True,
    ),
    Variable(
        "proposed", Over.EVENT, "1 if the event is proposed this month, else 0",
        bounds=SHARE, inner=True,
    ),
    Variable("accepted", Over.EVENT, "1 if it is accepted this month, else 0", bounds=SHARE, inner=True),
    Variable("refused", Over.EVENT, "1 if it is refused this month, else 0", bounds=SHARE, inner=True),
    Variable(
        "executed", Over.EVENT, "1 if a threat is carried out this month, else 0",
        bounds=SHARE, inner=True,
    ),
    Variable(
        "took_place", Over.EVENT, "1 if the event takes place this month, else 0",
        bounds=SHARE, inner=True,
    ),
    Variable(
        "cancelled", Over.EVENT, "1 if an announced event is called off this month, else 0",
        bounds=SHARE, inner=True,
    ),
    Variable("record", Over.EVENT, "what happened to the event this month, as a sum of bits", inner=True),
    # -- what time alone decides, and what is kept of the start
    Variable(
        "driver", Over.DRIVER, "a named expression of the file",
        "Driver: {}", unit="of the file", kept=True,
    ),
    Variable("calendar", Over.CALENDAR, "a calendar's value some months ahead", bounds=SHARE),
    Variable(
        "beyond.given", Over.NAME, "where a path that goes on by itself stands, or was last known",
        unit="of the file", inner=True,
    ),
    Variable("beyond.on", Over.NAME, "1 in a month that such a path goes on from the one before", inner=True),
    Variable("beyond.spread", Over.NAME, "sd of its step this month", unit="of the file", inner=True),
    Variable(
        "latched", Over.NAME, "1 once what a trigger waits for has been seen, else 0",
        bounds=SHARE, accumulates=True,
    ),
    Variable("done", Over.NAME, "1 in a month in which a deed is decided, as is known, else 0", bounds=SHARE),
    Variable(
        "part", Over.NAME, "one over the months left in one of which a deed is decided, as is known; else 0",
        bounds=SHARE,
    ),
    Variable("opens", Over.NAME, "1 in the first of these months, else 0", bounds=SHARE),
    Variable(
        "awaited", Over.NAME, "1 while a deed that is known to come in one of some months has not",
        bounds=SHARE, start=0.0, accumulates=True,
    ),
    Variable(
        "undone", Over.NAME, "1 in a month in which a row is known not to come to a node, else 0",
        bounds=SHARE,
    ),
    Variable(
        "kept", Over.EVENT, "1 in a month in which it is known not to be called off, else 0", bounds=SHARE
    ),
    Variable(
        "log_odds", Over.NOTHING, "log of the odds that the run gave to what is known of the month",
        unit="log", inner=True,
    ),
    # -- seats
    Variable(
        "chosen.proposal", Over.EVENT, "whether a seat proposes this month: 1, 0, or below 0 by the rule"
    ),
    Variable("chosen.answer", Over.EVENT, "whether a seat says yes this month: 1, 0, or below 0 by the rule"),
    Variable(
        "chosen.execution", Over.EVENT,
        "whether a seat carries out its threat this month: 1, 0, or below 0 by the rule",
    ),
    Variable("chosen.terms", Over.DEAL, "the concession that a seat offers; below 0 that of the rule"),
    Variable(
        "chosen.effort", Over.POWER_LINK, "share of effort that a seat aims at; below 0 that of the rule"
    ),
    Variable("chosen.welcome", Over.POWER, "welcome that a seat aims at; below 0 that of the rule"),
    Variable("ruled.effort", Over.POWER_LINK, "share of effort at which the rule would aim", inner=True),
    Variable("ruled.welcome", Over.POWER, "welcome at which the rule would aim", inner=True),
    Variable("may", Over.EVENT, "1 if a seat may propose it this month, else 0", bounds=SHARE, inner=True),
    Variable("offered", Over.DEAL, "concession that is on the table", bounds=SHARE, inner=True),
    Variable(
        "acceptance.offered", Over.EVENT, "odds of a yes to what is on the table", bounds=SHARE, inner=True
    ),
    Variable(
        "felt", Over.DECIDER, "what a seat has felt since the start", unit="logits", accumulates=True,
    ),
    Variable("advice", Over.NAME, "what a faction gains by a choice in a seat", unit="logits", inner=True),
    Variable("worth", Over.STAKE, "what the state is worth to a seat", unit="logits", inner=True),
    Variable("reason", Over.NAME, "a part of what decides an event, where it is asked for", inner=True),
    Variable("start", Over.NAME, "what a number was at the start"),
)  # fmt: skip
"""Every kind of number that the state of a run holds."""

MEASURES = (
    Variable(
        "largest_vulnerability", Over.NOTHING,
        "largest weighted share of the target's needs that one power supplies",
        "Largest vulnerability", bounds=SHARE,
    ),
    Variable(
        "share.bloc", Over.BLOC, "share of all influence that the bloc holds",
        "Share of influence, bloc {}", bounds=SHARE,
    ),
    Variable(
        "closeness.bloc", Over.BLOC, "mean closeness to the bloc's members",
        "Closeness to bloc {}", bounds=SHARE,
    ),
)  # fmt: skip
"""What is computed of recorded numbers, for every run."""

AIMS = (
    Variable(
        "tilt", Over.POWER, "the target's position towards a power", "Position toward {}", change=Change.TILT
    ),
    Variable(
        "tilt",
        Over.TOWARDS,
        "an actor's position towards a power",
        "Position of {} toward {}",
        change=Change.TILT,
    ),
    Variable("payoff", Over.DECIDER, "what a decider feels", "Felt by {}", unit="logits", change=Change.FEEL),
)
"""What an effect may name that is no number of the state."""

STAKES = ("influence_share", "autonomy", "alignment", "goodwill_by_vulnerability", "buffer")
"""What an actor may value besides single numbers of the state."""

TABLE = (*STATE, *MEASURES, *AIMS)

VARIABLES = {(row.kind, len(row.over.owners)): row for row in TABLE if row.kind}
"""Rows by kind, and by how many owners there are: `domination` is one number and a kind of many."""

NAMES_CACHED = 2**16
"""Names that are kept once made: enough for the largest case, and bounded for a process of many cases."""


@lru_cache(NAMES_CACHED)
def at(kind: str, *owners: str) -> str:
    """The name of a number of the state. Raises KeyError for a kind that the table does not have.

    >>> at("bandwidth", "North", "roads")
    'bandwidth.North.roads'
    """
    return VARIABLES[kind, len(owners)].of(*owners)


def start_of(name: str) -> str:
    """The name of what a number was at the start."""
    return f"start.{name}"


@lru_cache(NAMES_CACHED)
def row_of(name: str) -> tuple[Variable, tuple[str, ...]]:
    """The row of a name and its owners; what is of no kind of the table is a quantity of the file.

    >>> row_of("share.bloc.Outer")[1], row_of("status")[0] is QUANTITY
    (('Outer',), True)
    """
    words = name.split(".")
    # the longer kind first: `share.bloc` is not the share of a power called bloc
    for depth in range(min(2, len(words)), 0, -1):
        kind, owners = ".".join(words[:depth]), tuple(words[depth:])
        row = VARIABLES.get((kind, len(owners)))
        if row is not None:
            return row, owners
        # what has a name of any length has it as one owner
        for count in (1, 2):
            row = VARIABLES.get((kind, count))
            if len(owners) > count and row is not None and row.over in NAMED:
                return row, (*owners[: count - 1], ".".join(owners[count - 1 :]))
    return QUANTITY, (name,)
