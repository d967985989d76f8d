"""Seats that people, programs and learners take: games on the luck of the model, and what they are worth.

>>> import sim.play
>>> found = sim.play.match("mongolia-2024", {"Mongolia": sim.play.Standing(answer=0)}, runs=8, months=6)
>>> found.table()["actor"].tolist()
['Mongolia']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.play.environments.parallel import parallel_env
    from sim.play.environments.vector import vector_env
    from sim.play.game import Game
    from sim.play.kept.ask import Games, games
    from sim.play.matches import Match, match
    from sim.play.occupants import ByRule, Occupant, Standing
    from sim.play.orders import Orders
    from sim.play.scores import Beside, beside
    from sim.play.sight import Option, Sight
    from sim.play.table import IllegalMove, Table

_PLACES = {
    "sim.play.environments.parallel": ("parallel_env",),
    "sim.play.environments.vector": ("vector_env",),
    "sim.play.scores": ("Beside", "beside"),
    "sim.play.game": ("Game",),
    "sim.play.matches": ("Match", "match"),
    "sim.play.occupants": ("ByRule", "Occupant", "Standing"),
    "sim.play.orders": ("Orders",),
    "sim.play.sight": ("Option", "Sight"),
    "sim.play.table": ("IllegalMove", "Table"),
    "sim.play.kept.ask": ("Games", "games"),
}
"""Where public names stand; imported when they are first asked for."""

__all__ = [
    "Beside", "ByRule", "Game", "Games", "IllegalMove", "Match", "Occupant", "Option", "Orders", "Sight",
    "Standing", "Table", "beside", "games", "match", "parallel_env", "vector_env",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    for place, names in _PLACES.items():
        if name in names:
            return getattr(import_module(place), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
