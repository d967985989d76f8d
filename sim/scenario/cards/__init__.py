"""Mechanism cards: claims of a scenario, the numbers that carry them, what must move with these."""

from sim.scenario.cards.changes import changed, spelled_out
from sim.scenario.cards.read import beside, deck_of

__all__ = ["beside", "changed", "deck_of", "spelled_out"]
