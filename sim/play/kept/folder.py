"""The folder of a class of games: table, figure, the lines as they were read, and a manifest."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.drawing.saving import draw, into
from sim.play.game import Game
from sim.play.kept.ask import Games
from sim.play.kept.lines import told_of
from sim.play.scores import Beside
from sim.play.sight import date_of
from sim.writing.folders import replacing
from sim.writing.manifest import GAMES, PLAY, made_with, seal
from sim.writing.tables import write_csv


def write(found: Games, folder: Path, overwrite: bool) -> tuple[str, ...]:
    """Write all of it at once; lines on what could not be drawn. Raises FileExistsError (`PlaceError`)."""
    from sim.play.kept.figures import class_figure

    with replacing(folder, GAMES, overwrite) as work:
        write_csv(found.table(), work / "games.csv")
        data = b"".join(file.read_bytes() for file in found.files)
        (work / "games.jsonl").write_bytes(data)
        undrawn = draw(lambda: {"games": class_figure(found)}, into(work))
        told = {
            "games": len(found.lines), "wrong": list(found.wrong),
            "files": [{"file": str(file), "sha256": _sha256(file)} for file in found.files],
            "command": list(sys.argv), **made_with(),
        }  # fmt: skip
        seal(work, GAMES, told)
    return undrawn


def write_debrief(
    game: Game, found: Beside, told: Sequence[str], folder: Path, overwrite: bool
) -> tuple[str, ...]:
    """Write the debrief of a game: its text, the fan by month, the choices that decided it, a figure."""
    from sim.play.kept.figures import fan_figure

    with replacing(folder, PLAY, overwrite) as work:
        (work / "debrief.txt").write_text("\n".join(told).lstrip() + "\n", encoding="utf-8")
        write_csv(months_table(game, found), work / "months.csv")
        write_csv(choices_table(game), work / "choices.csv")
        undrawn = draw(lambda: {"fan": fan_figure(game, found)}, into(work))
        own = told_of(game, found)
        seal(work, PLAY, own | {"command": list(sys.argv), **made_with()})
    return undrawn


def months_table(game: Game, found: Beside) -> pd.DataFrame:
    """A row a month [logits]: the game, the rule on its luck, and quantiles of the rule's other futures."""
    low, first, middle, last, high = np.quantile(found.fan, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    return pd.DataFrame(
        {
            "month": [date_of(game.table, month) for month in range(len(found.own))],
            "worth": found.own, "rule": found.ruled,
            "q05": low, "q25": first, "q50": middle, "q75": last, "q95": high,
        }
    )  # fmt: skip


def choices_table(game: Game) -> pd.DataFrame:
    """A row for each choice that differs from the rule's, with what it alone added to the score [logits].

    Of shares of one whole the largest difference stands for all.
    """
    rows = [
        [
            date_of(game.table, own.month), choice.kind, choice.label, own.chosen[choice.name],
            own.ruled[choice.name], gain,
        ]
        for own, choice, gain in game.decisive()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["month", "kind", "choice", "chosen", "rule", "gain"])


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
