"""Sections of what can happen, and when."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.schema.kinds import (
    EACH,
    BaseLogit,
    Chance,
    Lead,
    Logit,
    Month,
    Names,
    Nested,
    Number,
    Section,
    Share,
    Text,
    Whole,
    Window,
    key,
)


class AnniversaryWeights(Section):
    """How much an anniversary counts by its age."""

    tenth: Share = key("of ten, twenty, thirty ... years", unit="1")
    fifth: Share = key("of five, fifteen, twenty-five ... years", unit="1")
    other: Share = key("of any other age", unit="1")


class Calendar(Section):
    """A number of the month between 0 and 1: an anniversary, dates, or a time from which on (ODD 7.8)."""

    label: Text | None = key("what tables and figures call it", None)
    anniversary_of: Month | None = key("the month that is remembered", None)
    weights: AnniversaryWeights | None = key("how much an anniversary counts by its age", None)
    dates: list[Month] | None = key("months in which it is 1", None)
    since: Month | None = key("the month from which on it is 1", None, alias="from")
    window: Window | None = key(
        "months over which it rises to a date, and falls after an anniversary", None, "months"
    )

    def flaws(self) -> Iterator[tuple[str, str]]:
        """One kind of calendar, with the keys that it needs and no others."""
        given = {"anniversary_of": self.anniversary_of, "dates": self.dates, "from": self.since}
        kinds = [key for key, value in given.items() if value]
        if len(kinds) != 1:
            yield "", "needs exactly one of anniversary_of, dates, from"
        elif self.anniversary_of is not None:
            if None in (self.weights, self.window):
                yield "", "an anniversary needs weights and window"
        elif self.weights is not None:
            yield "weights", "only an anniversary has weights"
        elif kinds == ["from"] and self.window is not None:
            yield "window", "a calendar with `from` has no window"


class Cancel(Section):
    """The hazard that an announced event is called off, each month until it takes place."""

    base_logit: BaseLogit = key("log odds in a month", unit="logits", example=-4.0)
    shifts: dict[str, Number] = key(
        "expressions that shift these log odds", {}, "logits per unit", example={"change(wealth)": -2.0}
    )


class Terms(Section):
    """What the target and a power bargain over: a concession between 0 and 1, such as a discount (ODD 7.10).

    One side receives, at a positive worth, the other one concedes.
    """

    to_target: Number = key("what the whole concession is worth to the target", unit="logits", example=2.0)
    to_power: Number = key("what the whole concession is worth to the power", unit="logits", example=-1.0)
    rivals: list[str] = key("events that either side may wait for instead", [], example=["aid"])

    def flaws(self) -> Iterator[tuple[str, str]]:
        """Two sides that both gain, or neither, have nothing to bargain over."""
        low, high = sorted([self.to_target, self.to_power])
        if not low < 0 < high:
            yield (
                "terms",
                "of to_target and to_power one must be above 0 (it receives) and one below (it concedes)",
            )


class Endings(Section):
    """What the two endings of a contest are called, each a clause: the incumbents win."""

    accepted: Text = key("what a yes is called", "it succeeds", example="the incumbents win")
    refused: Text = key("what a no is called", "it fails", example="the incumbents lose")


class Event(Section):
    """A row of what can happen: who starts it, who answers, and what changes (ODD 7.10)."""

    label: Text = key("what tables and figures call it", example="A loan from North")
    initiator: Text = key(
        'who starts it: an actor, "nature", "calendar", or "each" of some actors', example="North"
    )
    each: Names | None = key(
        "actors for each of which a row is written out", None, example=["North", "South"]
    )
    responder: str | None = key(
        'who answers: an actor, "contest" (luck decides), or nobody', None, example="Buffer"
    )
    base_logit: BaseLogit | dict[str, BaseLogit] | None = key(
        "log odds in a month that it is started if nothing were at stake; -inf: never",
        None,
        "logits",
        example=-3.5,
    )
    about: Chance | dict[str, Chance] | None = key(
        'base_logit in words: "once in 24 months", "twice in 10 years", "3 times a year", "5 % a month" or '
        '"never", of the months in which it may be started; at the path base_logit it is a number',
        None,
        example="once in 24 months",
    )
    response_logit: Logit | None = key(
        "log odds of a yes if nothing were at stake", None, "logits", example=0.5
    )
    execution_logit: Logit | None = key(
        "log odds that a threat is carried out if nothing were at stake", None, "logits", example=-1.5
    )
    shifts: dict[str, Number] = key(
        "expressions that shift the log odds of a start",
        {},
        "logits per unit",
        example={"change(wealth)": -2.0},
    )
    response_shifts: dict[str, Number] = key(
        "expressions that shift the log odds of a yes", {}, "logits per unit", example={"1 - wealth": 1.0}
    )
    gate: str | None = key(
        "an expression: it can be started only while this is above 0", None, example="wealth - cost"
    )
    once: bool = key("whether it takes place once at most", False, example=True)
    lead: Lead = key("months between the yes and the event", 0, "months", example=2)
    cooldown: Whole = key("months after it until it may be started again", 0, "months", example=12)
    retry: Whole = key("months after a no until it may be started again", 0, "months", example=6)
    group: str | None = key(
        "events of one group exclude each other in a month, and share their waiting", None, example="summits"
    )
    calendar: str | None = key("a calendar whose dates a calendar event has", None, example="elections")
    dates: list[Month] | None = key("the months of a calendar event", None, example=["2010-06", "2011-06"])
    control: dict[str, Share] = key(
        "fixed weights of factions in this decision; the rest goes by clout", {}, "1", example={"court": 0.7}
    )
    same_as: str | None = key(
        "another event whose effects, cancel and terms this one shares", None, example="loan"
    )
    effects: Nested | None = key(
        "what it changes, if nobody answers",
        None,
        "of what changes",
        example={"wealth": -0.1, "goodwill": {"North": -0.05}},
    )
    accepted: Nested | None = key(
        "what it changes when it takes place after a yes",
        None,
        "of what changes",
        example={"wealth": 0.05, "tilt": {"North": 0.02}},
    )
    refused: Nested | None = key(
        "what a no changes (of a threat: backing down)",
        None,
        "of what changes",
        example={"goodwill": {"North": -0.05}},
    )
    executed: Nested | None = key(
        "what a threat that is carried out changes", None, "of what changes", example={"wealth": -0.1}
    )
    cancelled: Nested | None = key(
        "what calling it off changes", None, "of what changes", example={"goodwill": {"North": -0.02}}
    )
    cancel: Cancel | None = key(
        "the hazard that it is called off once announced", None, example={"base_logit": -4.0}
    )
    endings: Endings = key(
        "of a contest: what its endings are called",
        Endings(),
        example={"accepted": "the incumbents win", "refused": "the incumbents lose"},
    )
    terms: Terms | None = key(
        "what the target and a power bargain over", None, example={"to_target": 2.0, "to_power": -1.0}
    )

    def flaws(self) -> Iterator[tuple[str, str]]:
        """Rows for each of some actors, effects, odds and dates that do not go together."""
        if self.each is None and EACH in (self.initiator, self.group):
            yield "initiator", '"each" needs a list `each`'
        if self.effects is not None and self.accepted is not None:
            yield "", "give `effects` (nobody answers) or `accepted`, not both"
        if self.terms is not None:
            yield from self.terms.flaws()
        yield from self._odds()
        yield from self._dates()

    def _odds(self) -> Iterator[tuple[str, str]]:
        """Log odds once; those by actor for the actors of `each`."""
        # one of them alone has become the other before it is looked at here
        if self.about is not None:
            yield "about", "says what base_logit says; leave one of them out"
        if not isinstance(self.base_logit, dict):
            return
        # In both directions: no number would read as even odds, and one too many as nothing.
        each = self.each or []
        for name in each:
            if name not in self.base_logit:
                yield "base_logit", f"no number for {name}"
        for name in self.base_logit:
            if name not in each:
                yield f"base_logit.{name}", "not in `each`"

    def _dates(self) -> Iterator[tuple[str, str]]:
        """A calendar event has dates and is certain on them; any other has odds."""
        # Its odds would be read nowhere, and who wrote them would wonder why nothing changes.
        if self.initiator == "calendar":
            if self.base_logit is not None:
                yield "base_logit", "a calendar event is certain on its dates; leave it out"
            return
        if self.base_logit is None:
            yield "base_logit", "missing; add it, or about, the same in words"
        if self.dates is not None or self.calendar is not None:
            yield "", "only a calendar event has dates"


class Trigger(Section):
    """What somebody does as soon as something is seen: numbers that are set from the month after it on."""

    if_: Text = key("an expression; what is seen is that it exceeds `above`", alias="if")
    above: Number = key("the bar, in the unit of the expression", 0.0, "of the expression")
    changes: dict[str, Number] = key("numbers that are set from the month after on, for good", unit="of each")


class Interventions(Section):
    """What is done in the course of a run, whatever anyone wants."""

    forced: dict[str, list[Month]] = key("months in which an event takes place", {})
    forbidden: list[str] = key("events that cannot be started", [])
    changes: Nested = key(
        "what is done from the first month, or from months on: NAME = VALUE, or [[MONTH, VALUE], ...]; a "
        "stock is held there, until it is free",
        {},
    )
    when: dict[str, Trigger] = key("what is done as soon as something is seen", {})
