"""The map of a model: who does what to whom, and what that moves."""

from __future__ import annotations

from matplotlib.figure import Figure

from sim.drawing.caption import Unrun
from sim.drawing.sheet import sheet
from sim.scenario.load import Scenario
from sim.studies.show.acts import acts_of
from sim.studies.show.figures import moves, parties

HEADLINE = "Who may do what to whom"
PARTIES, MOVES = "Who begins, and who answers", "What each act moves"


def map_figure(scenario: Scenario) -> Figure:
    """Both pictures on one sheet: parties with arrows above, acts and what they move below."""
    found = acts_of(scenario)
    notes, heights = [parties.NOTE, moves.NOTE], [parties.HEIGHT, moves.height_of(found)]
    drawn, (above, below) = sheet(HEADLINE, notes, Unrun(found.title), heights, 1, moves.key())
    parties.draw_parties(above, found)
    moves.draw_moves(below, found)
    return drawn


def parties_figure(scenario: Scenario) -> Figure:
    """Parties, and an arrow from who begins to who answers with the number of acts."""
    found = acts_of(scenario)
    drawn, (ax,) = sheet(PARTIES, [parties.NOTE], Unrun(found.title), [parties.HEIGHT])
    parties.draw_parties(ax, found)
    return drawn


def moves_figure(scenario: Scenario) -> Figure:
    """Acts by who begins them, with who answers and what they move."""
    found = acts_of(scenario)
    drawn, (ax,) = sheet(MOVES, [moves.NOTE], Unrun(found.title), [moves.height_of(found)], 1, moves.key())
    moves.draw_moves(ax, found)
    return drawn
