"""The scripts of a game's page: how the page's model runs, from the report's assets, and the game itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sim.studies.report.document import asset

ASSETS = Path(__file__).with_name("assets")

MODEL = ("model-bits.js", "model-sha.js", "model-tape.js", "model-runs.js")
"""Of the living model: numbers, hashes, arrays, modules in one memory."""

GAME = ("game-month.js", "game-table.js", "game-play.js", "game-line.js", "game-words.js")
"""The game without the page around it."""

PAGE = ("game-chart.js", "game.js")


def core() -> str:
    """Everything that needs no page around it, as one script."""
    return "\n".join([*map(asset, MODEL), *map(text_of, GAME)])


def whole() -> str:
    """All that the page runs."""
    text = "\n".join([core(), *map(text_of, PAGE)])
    return f'"use strict";\n(() => {{\n{text}\n}})();\n'


@cache
def text_of(name: str) -> str:
    """The text of an asset of the game."""
    return (ASSETS / name).read_text(encoding="utf-8")
