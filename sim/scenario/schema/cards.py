"""Sections of a file of mechanism cards: what a claim rests on, what is changed, and what then must move."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from sim.scenario.schema.kinds import (
    Ends,
    Month,
    Names,
    Nested,
    Scale,
    Section,
    Text,
    key,
    month_number,
)

Node = Literal["took_place", "proposed", "accepted", "refused", "executed", "backed_down", "cancelled"]


class Measured(Section):
    """What is looked at in each run: whether something happened, how often, or where a path is."""

    happened: Text | None = key("an outcome, or an event: 1 in a run where it happens", None)
    count: Names | None = key("events or outcomes: how often they happen in a run, summed", None)
    path: Text | Names | None = key("a recorded path, or of several the mean; with `per` their sum", None)
    node: Node = key("what must happen to events", "took_place")
    since: Month | None = key("the first month that counts; of a path: whose value is taken off", None)
    by: Month | None = key("the last month that counts; the last of all by default", None)
    at: Month | None = key("the month in which a path is read; the last of all by default", None)
    falls: bool = key("of a path: 1 in a run where it is below 0, else 0", False)
    less: Measured | None = key("another measure that is taken off", None)
    per: Measured | None = key("another measure that it is divided by, mean by mean", None)

    def flaws(self) -> Iterator[tuple[str, str]]:
        """One thing is looked at, in months that fit it."""
        given = [name for name in ("happened", "count", "path") if getattr(self, name) is not None]
        if len(given) != 1:
            yield "", "needs exactly one of happened, count, path"
        elif given == ["path"]:
            yield from _said(
                (self.by, "by", "is of what happens; of a path give `at`, and `since` if it is a change")
            )
        else:
            yield from _said(
                (self.at or self.falls, "at", "is of a path; of what happens give `since` and `by`")
            )
        yield from self._order()
        for name, other in (("less", self.less), ("per", self.per)):
            if other is not None:
                yield from _within(name, other)

    def _order(self) -> Iterator[tuple[str, str]]:
        last = self.by or self.at
        if self.since is None or last is None:
            return
        if month_number(last) < month_number(self.since):
            yield "since", f"lies after {last}"


class Card(Section):
    """A claim, the numbers that carry it, and what has to move when they are changed."""

    claim: Text = key("what is claimed, in a sentence")
    source: Text = key("who says so")
    numbers: Names = key(
        "patterns of paths of the numbers that carry it, such as actors.*.valuations.autonomy"
    )
    off: Nested = key(
        "what the world is changed by: values by path or stock, or { times = 3 }, { plus = -1 }",
        {},
    )
    low: Nested = key("instead of `off`: what one of two worlds is changed by", {})
    high: Nested = key("what the other is changed by", {})
    how: Literal["do", "reading"] = key(
        "do: somebody changes it and the start stays; reading: the world is read otherwise", "do", alias="as"
    )
    month: Month | None = key("the month from which on it is done; from the first if left out", None)
    against: Nested = key("a second change: its effect is what that of the first is compared with", {})
    without: Nested = key("what is changed in both worlds of a second effect, which is compared so", {})
    outcome: Measured = key("what is looked at")
    sign: Literal["+", "-", "any"] = key("which way it has to move", "any")
    least: Scale | None = key("the smallest size that counts", None, "of the outcome, or a share")
    scale: Literal["difference", "ratio"] = key("ratio: by which share it is more or less", "difference")
    within: Ends | None = key(
        "instead of `least`: the ends between which the outcome lies", None, "of the outcome"
    )
    group: Text | None = key("cards whose numbers are switched off together", None)
    kind: Literal["by_construction", "emergent"] = key(
        "whether a row of the file says it, or it follows from several"
    )
    needs: Text | None = key("what the model does not have yet, and so why the card may fail", None)

    def flaws(self) -> Iterator[tuple[str, str]]:
        """Worlds that are compared in one way, and a size that is asked for."""
        yield from _within("outcome", self.outcome)
        is_dated_reading = self.how == "reading" and self.month is not None
        yield from _said(
            (bool(self.low) != bool(self.high), "low", "goes with `high`; give both, or `off`"),
            (
                self.off and self.low,
                "off",
                "changes the world as it stands; leave out `low` and `high`, or it",
            ),
            (
                self.against and self.without,
                "against",
                "is a second effect, as is `without`; give one of them",
            ),
            (is_dated_reading, "month", "is when somebody does something; a reading holds from the start"),
            # what is switched off has one value; a range has none
            (self.group and not self.off, "group", "is of what is switched off; give `off`"),
        )
        yield from self._size()

    def _size(self) -> Iterator[tuple[str, str]]:
        """How much has to move, or where it has to lie."""
        if (self.least is None) == (self.within is None):
            yield (
                "least",
                "needs either least (how much has to move) or within (where it has to lie)",
            )
        elif self.least is not None and not (self.off or self.low):
            yield "off", "missing; say what is changed: off, or low and high"


def _said(*rules: tuple[object, str, str]) -> Iterator[tuple[str, str]]:
    """Of rules that are broken or not, those that are: a key and what to say of it."""
    for is_broken, place, told in rules:
        if is_broken:
            yield place, told


def _within(place: str, measured: Measured) -> Iterator[tuple[str, str]]:
    """What is wrong with a measure that stands under a key."""
    for inner, told in measured.flaws():
        yield f"{place}.{inner}".rstrip("."), told


class Deck(Section):
    """A file of cards beside a scenario."""

    posterior: Text | None = key(
        "a posterior file from which uncertain numbers are drawn, beside it or shipped; else priors",
        None,
    )
    cards: dict[str, Card] = key("claims by name")
