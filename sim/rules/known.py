"""Deeds that are known: luck under which they come as they came, with the odds that the run itself gave them.

A run that is conditioned on the past is drawn as if by luck what is known of its events, and is weighted by
how likely it was of itself (importance sampling; Doucet, de Freitas and Gordon 2001, ch. 1). Whatever is not
known is drawn as ever. So a run under a known past tells of its state too: what had to be offered, and what
was left undone, are the likelier in some states than in others.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from sim.rules.nodes import Node
from sim.rules.numbers import Number, less, log, maximum, minimum, where
from sim.rules.offers import ACCEPT, CANCEL
from sim.rules.state import at
from sim.rules.structure import Deed, Event, Luck, Parts, State

LOG_ODDS = "log_odds"
"""The log of the odds that a run gave in a month to what is known of it."""

SURELY, NEVER = 0.0, 1.0
"""Luck under which something happens if it can at all, and under which it does not."""

Owned = dict[tuple[str, Node], Number]
"""Something by event row and node."""

LEAST = 1e-300
"""Odds above 0 count for this much at least."""

IMPOSSIBLE = -1e9
"""The log of odds of 0, finite: such a run weighs nothing beside any other."""


def under_known(s: State, parts: Parts, luck: Luck) -> Luck:
    """The luck of a month in which some deeds are known; as it is where the case has none."""
    if not parts.deeds:
        return luck
    return KnownLuck(s, parts, luck)


def log_of(odds: Number) -> Number:
    """The log of odds, finite.

    >>> log_of(1.0), log_of(0.0)
    (0.0, -1000000000.0)
    """
    return where(less(0.0, odds), log(maximum(odds, LEAST)), IMPOSSIBLE)


def undone(row: str, node: Node) -> str:
    """The number of the state that is 1 in a month in which a row is known not to come to a node."""
    return at("undone", f"{row}.{node}")


def kept(row: str) -> str:
    """The number of the state that is 1 while what is announced is known not to be called off."""
    return at("kept", row)


class KnownLuck:
    """Luck that is bent to what is known, once everybody has considered and before anything is drawn."""

    def __init__(self, s: State, parts: Parts, luck: Luck) -> None:
        self.s, self.parts, self.luck = s, parts, luck
        s[LOG_ODDS] = 0.0
        self.comes: Owned = {}
        """By row and node: 1 if the deed is this one."""
        self.stays_away: Owned = {}
        """By row and node: 1 if it is known not to come, or another came in its stead."""
        self.imposed: dict[tuple[str, Node], tuple[Number, Number]] = {}
        """By row and what was drawn for: whether it came, and whether it stayed away, whatever luck said."""
        for deed in parts.deeds:
            for row in deed.rows:
                self._add(self.stays_away, row, deed.node, s[undone(row, deed.node)])
        for deed in parts.deeds:
            self._choose(deed)

    def proposal(self, event: str) -> Number:
        """The uniform that decides whether the event is proposed."""
        own, comes = self.parts.event[event], self._comes(event)
        away = self._away(event, Node.PROPOSED)
        if not own.can_fail:
            away = maximum(away, self._away(event, Node.TOOK_PLACE))
        # what comes cannot stay away: one deed says so, and another that it shares a row with says otherwise
        self._weigh(away, 1.0 - _given(comes, self.s[at("proposal", event)]))
        # of a group one alone goes ahead: that which came
        for other in self.parts.groups.get(own.group or "", ()):
            if other.name != event:
                away = maximum(away, self._comes(other.name))
        return self._bent(event, Node.PROPOSED, (comes, away), self.luck.proposal(event))

    def settle(self, event: str, word: int, needed: Number) -> Number:
        """A uniform for the answer, the execution or the cancellation; 1 where `needed` is 0."""
        drawn = self.luck.settle(event, word, needed)
        if word == ACCEPT:
            away, comes = self._away(event, Node.TOOK_PLACE), self.comes.get((event, Node.TOOK_PLACE), 0.0)
            self._weigh(away * needed, 1.0 - _given(comes, self.s[at("acceptance", event)]))
            # nothing is accepted that could not be proposed: such a run did otherwise than is known
            return self._bent(event, Node.ACCEPTED, (comes * needed, away), drawn)
        if word == CANCEL and event in self.parts.kept_deeds:
            holds = self.s[kept(event)]
            self._weigh(holds * needed, 1.0 - self.s[at("cancellation", event)])
            return self._bent(event, Node.CANCELLED, (0.0, holds), drawn)
        return drawn

    def shock(self, name: str) -> Number:
        """The standard normal shock of a stock or axis."""
        return self.luck.shock(name)

    def _comes(self, event: str) -> Number:
        """Whether a row is proposed, as is known."""
        nodes = (Node.TOOK_PLACE, Node.PROPOSED)
        return reduce(maximum, (self.comes.get((event, node), 0.0) for node in nodes))

    def _away(self, event: str, node: Node) -> Number:
        return self.stays_away.get((event, node), 0.0)

    def _bent(self, row: str, node: Node, known: tuple[Number, Number], drawn: Number) -> Number:
        """A uniform under which a row comes, or stays away, where that is known."""
        self.imposed[row, node] = known
        comes, away = known
        return where(comes, SURELY, where(away, NEVER, drawn))

    @staticmethod
    def _add(to: Owned, row: str, node: Node, number: Number) -> None:
        to[row, node] = maximum(to.get((row, node), 0.0), number)

    def _weigh(self, holds: Number, odds: Number) -> None:
        """Count the odds where they had to hold."""
        self.s[LOG_ODDS] = self.s[LOG_ODDS] + where(holds, log_of(odds), 0.0)

    def _choose(self, deed: Deed) -> None:
        """Which of its rows a deed that came was: by the odds of each to be the first of them.

        Rows of a group shut each other out. Those before the first did not come, those after it may have.
        Odds are those that are left once the deeds before this one are known.
        """
        came = self._comes_now(deed)
        firsts, blocks = self._odds_of_first(deed)
        whole = reduce(lambda one, other: one + other, firsts.values())
        self._weigh(came, whole)
        if len(firsts) == 1:
            (row,) = firsts
            self._add(self.comes, row, deed.node, came)
            return
        point = self.luck.proposal(f"{deed.name}/which") * whole
        below: Number = 0.0
        for chance, rows in blocks:
            for row in rows:
                above = below + firsts[row]
                self._add(self.comes, row, deed.node, came * less(point, above) * (1.0 - less(point, below)))
                below = above
            passed = came * (1.0 - less(point, below))
            # drawn not to come: what they may have been instead is drawn, and counted, with the rest
            self.s[LOG_ODDS] = self.s[LOG_ODDS] - where(passed, log_of(1.0 - chance), 0.0)
            for row in rows:
                self._add(self.stays_away, row, deed.node, passed)

    def _comes_now(self, deed: Deed) -> Number:
        """Whether it is decided in this month: as is known, or drawn of the months in one of which it was.

        Each of them is as likely to be drawn as any other; a run counts by what it gave to that month.
        """
        done = self.s[deed.done]
        if not deed.is_dated_by_windows:
            return done
        part = self.s[deed.part]
        awaited = where(self.s[deed.opens], 1.0, self.s[deed.awaited])
        now = awaited * less(self.luck.proposal(f"{deed.name}/when"), part)
        later = awaited * less(0.0, part) * (1.0 - now)
        self.s[deed.awaited] = awaited * (1.0 - now)
        self.s[LOG_ODDS] = self.s[LOG_ODDS] - where(now, log_of(part), 0.0)
        self.s[LOG_ODDS] = self.s[LOG_ODDS] - where(later, log_of(1.0 - part), 0.0)
        for row in deed.rows:
            self._add(self.stays_away, row, deed.node, later)
        return maximum(done, now)

    def _odds_of_first(self, deed: Deed) -> tuple[dict[str, Number], list[tuple[Number, list[str]]]]:
        """Odds that each row is the first to come, and the rows that shut each other out with their odds."""
        found, blocks, none_before = dict[str, Number](), [], 1.0
        for rows in self._blocks(deed):
            each = {row: self._odds(row, deed.node) for row in rows}
            chance = minimum(reduce(lambda one, other: one + other, each.values()), 1.0)
            found |= {row: none_before * odds for row, odds in each.items()}
            blocks.append((chance, rows))
            none_before = none_before * (1.0 - chance)
        return found, blocks

    def _blocks(self, deed: Deed) -> Iterator[list[str]]:
        """Rows of one group together, all others alone."""
        grouped: dict[str, list[str]] = {}
        for row in deed.rows:
            grouped.setdefault(self.parts.event[row].group or f"{row} alone", []).append(row)
        yield from grouped.values()

    def _odds(self, row: str, node: Node) -> Number:
        """Odds that a row goes ahead, and is accepted if that is what came, once all before is known."""
        odds = self._odds_of_going(row)
        if node is Node.TOOK_PLACE:
            odds = odds * _given(self.comes.get((row, node)), self.s[at("acceptance", row)])
        # what takes place is proposed
        for known in dict.fromkeys((Node.PROPOSED, node)):
            if (row, known) in self.stays_away:
                odds = odds * (1.0 - self.stays_away[row, known])
        return odds

    def _odds_of_going(self, row: str) -> Number:
        """Odds that it is proposed and goes ahead of its group: of what is known to have come, 1 or 0."""
        event = self.parts.event[row]
        odds = ahead(self.s, self.parts, event)
        if self._is_known(row):
            odds = _given(self._comes(row), odds)
        for other in self.parts.groups.get(event.group or "", ()):
            if other is not event and self._is_known(other.name):
                odds = odds * (1.0 - self._comes(other.name))
        return odds

    def _is_known(self, row: str) -> bool:
        """Whether a deed before this one may have been this row."""
        return any((row, node) in self.comes for node in (Node.TOOK_PLACE, Node.PROPOSED))


def _given(comes: Number | None, odds: Number) -> Number:
    """Odds of what may be known to have come already; None if it cannot."""
    if comes is None:
        return odds
    return where(comes, 1.0, odds)


def imposed(luck: Luck, row: str, node: Node) -> bool | None:
    """What decided of a row in a month that was lived: True where it is known to have come to a node, False
    where it is known not to; None where luck decided.
    """
    if not isinstance(luck, KnownLuck):
        return None
    comes, away = luck.imposed.get((row, node), (0.0, 0.0))
    if comes == 0.0 and away == 0.0:
        return None
    return comes != 0.0


def ahead(s: State, parts: Parts, event: Event) -> Number:
    """Odds that an event is proposed and first in its group's queue.

    Places in the queue are uniform: p times the integral over q in [0, 1] of the product of 1 - p' q over the
    others, of which each comes first with odds p' q.
    """
    polynomial: list[Number] = [1.0]
    for other in parts.groups.get(event.group or "", ()):
        if other is not event:
            odds = s[at("proposal", other.name)]
            polynomial = [*polynomial, 0.0]
            polynomial = [
                low - odds * high for low, high in zip(polynomial, [0.0, *polynomial[:-1]], strict=True)
            ]
    terms = [coefficient * (1.0 / (power + 1)) for power, coefficient in enumerate(polynomial)]
    whole = reduce(lambda one, other: one + other, terms)
    return s[at("proposal", event.name)] * minimum(whole, 1.0)
