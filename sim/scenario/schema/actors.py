"""Sections of who there is, what links them, and what they care for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.schema.kinds import Nested, Number, Place, Point, Scale, Scales, Section, Share, Text, key
from sim.scenario.schema.settings import THEORIES, Theory

Role = Literal["target", "power", "proxy", "domestic"]


class Faction(Section):
    """A faction of an actor: what it weighs and wants."""

    label: Text = key("what tables and figures call it")
    clout: Share = key("its weight in the actor's decisions at the start; an actor's sum to 1", unit="1")
    ideal: Point = key(
        "where it wants the target to stand, and a power's faction its own state: on one axis or two, an "
        "axis that is left out is 0",
        unit="position",
    )
    sympathy: dict[str, Place] = key(
        "by power or bloc: how far a faction of the target sides with it, from -1 to 1", {}, "1"
    )
    moved_by: dict[str, Number] = key("stocks whose change lifts its clout", {}, "logits per unit")
    valuations: Nested = key(
        "what it cares for: stocks, drivers, goodwill.POWER, clout.FACTION, or a stake", {}, "logits per unit"
    )


class Actor(Section):
    """A state, a proxy, or the target's own supply."""

    role: Role = key("target (exactly one), power, proxy (acts in a patron's stead), domestic (own supply)")
    label: Text = key("what tables and figures call it")
    patron: str | None = key("whose interests a proxy serves", None)
    position: Point | None = key(
        "where the target or a power stands at the start, on one axis or two", None, "position"
    )
    noise: Scale | Scales = key(
        "standard deviation of a month's shock to its position on both axes; a list: on the first or each",
        0.0, "position",
    )  # fmt: skip
    wander: Scale | Scales = key(
        "standard deviation of a month's step of what its position is anchored at, which so wanders from the "
        "ideal; on both axes, or a list: on the first or each",
        0.0, "position",
    )  # fmt: skip
    goodwill: Share | None = key("goodwill towards a power at the start; else that of [goodwill]", None, "1")
    budget: Scale = key("means of a power against those that hold its links as they are", 1.0, "1")
    capability: str | None = key("a stock or expression with which a power's means rise and fall", None)
    effort: dict[str, Share] | None = key(
        "share of effort in each channel at the start; else as its bandwidths", None, "1"
    )
    ideal: Point | None = key(
        "where an actor without factions wants the target, and itself; else its position", None, "position"
    )
    valuations: Nested = key("what the actor cares for, and each of its factions", {}, "logits per unit")
    salience: dict[str, Text] = key(
        "by stake or channel: an expression that multiplies what it, or a link there, is worth to the actor",
        {},
    )
    factions: dict[str, Faction] = key("its factions; without any it counts as one", {})
    theory: Theory | None = key(
        "theory of choice by which the target or a power answers, and believes what others will; else that "
        "of [decision]",
        None, shipped=THEORIES,
    )  # fmt: skip
    seat: bool = key(
        "whether somebody else may decide for it: what it proposes and answers, where its effort or welcome "
        "goes; left alone, the rule does",
        False,
    )


class Channel(Section):
    """A way in which one state depends on another."""

    label: Text = key("what tables and figures call it")
    weight: Share = key("its weight in influence; all channels' sum to 1", unit="1")
    share_speed: Share | None = key(
        "how fast shares go where suppliers attract; else that of [influence]", None, "1/month"
    )


class Similarity(Section):
    """Powers that count together in what they take from autonomy (ODD 7.5)."""

    among: Annotated[list[str], Field(min_length=2)] = key("two or more powers")
    strength: Scale = key("how far they count as one: 0 not at all, 1 wholly", unit="1")
    times: str | None = key("an expression that the strength is multiplied by", None)


class Quantity(Section):
    """A stock; on a path it needs neither start nor relaxation, which a path makes idle."""

    label: Text = key("what tables and figures call it")
    start: Number | Literal["rest"] | None = key(
        'value at the start, or "rest": where its sources hold it', None, "of the stock"
    )
    relaxation: Share = key("how fast it returns to rest", 0.0, "1/month")
    noise: Scale = key("standard deviation of a month's shock", 0.0, "of the stock")
    curvature: Share = key("how much dearer it is where it is scarce: 1 + c at 0, 1 - c at 1", 0.0, "1")
    low: Number = key("the least that it can be", 0.0, "of the stock")
    high: Number = key("the most that it can be", 1.0, "of the stock")
    intercept: Number | Literal["auto"] = key(
        'where it rests without sources, or "auto": it rests at its start', "auto", "of the stock"
    )
