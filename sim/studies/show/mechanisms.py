"""The trace matrix of a scenario: claim, numbers that carry it, what is changed, what must move."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.cards import words
from sim.scenario.cards.read import deck_of
from sim.scenario.load import Scenario
from sim.scenario.schema.cards import Card
from sim.studies.show.layout import wrapped


def matrix_lines(scenario: Scenario) -> Iterator[str]:
    """Every card of a scenario. Raises ScenarioError, BadInput if it has none.

    >>> import sim
    >>> lines = matrix_lines(sim.load("armenia-2024"))
    >>> next(lines)
    'A1  Russia stops goods at the border because relations have cooled'
    """
    for name, card in deck_of(scenario).cards.items():
        yield from wrapped(card.claim, indent=f"{name}  ", hang="    ")
        for what, told in _told(card):
            yield from wrapped(told, indent=f"    {what:<8} ", hang=" " * 13)


def _told(card: Card) -> Iterator[tuple[str, str]]:
    yield "numbers", ", ".join(card.numbers)
    yield "changed", words.changes(card)
    yield "moves", words.moves(card)
    yield "kind", words.kind(card)
    yield "source", card.source
    if card.needs:
        yield "needs", card.needs
