"""Games in pictures: a class beside the rule, and one game in the fan of what the rule would have made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.drawing.calendar import draw_months
from sim.drawing.caption import Caption
from sim.drawing.colours import BLUE, DARK, FAINT, GREY, ORANGE
from sim.drawing.sheet import SMALL, Handle, across_rows, sheet, titled, wrapped
from sim.play.game import Game
from sim.play.kept.ask import Games
from sim.play.kept.lines import Line
from sim.play.scores import Beside
from sim.play.sight import date_of
from sim.play.words import said
from sim.refusal import cleaned
from sim.scenario.schema import month_number

ROW = 0.26
"""Height of a row [inch]."""

MOST_ROWS, MOST_MARKS = 40, 5

CLASS_NOTE = (
    "Dot: what was gained over the model's own rule on the same luck; 0 is the rule itself. Diamond and bar: "
    "what the same choices gain in other futures, mean with 95 % interval."
)
FAN_NOTE = (
    "What the state of things is worth to the actor at the end of each month, beyond the start [logits]; the "
    "score is the mean over months. Bands: what the model's rule makes of that many futures, 5 to 95 % and "
    "25 to 75 %, with their median. Numbers: choices that differ from the rule's, and what each alone added "
    "to the score."
)


def class_figure(found: Games) -> Figure:
    """A row for each game, by what was gained over the rule; a panel for each seat and luck."""
    tasks = found.tasks
    heights = [ROW * min(len(own), MOST_ROWS) + 0.9 for own in tasks.values()]
    key = [
        Line2D([], [], marker="o", color=BLUE, linestyle="none", label="on the luck that was played"),
        Line2D([], [], marker="D", color=ORANGE, label="the same choices in other futures"),
    ]
    lines = found.lines
    title = ", ".join(dict.fromkeys(line.scenario.title for line in lines))
    futures = lines[0].elsewhere.futures if lines else 0
    caption = Caption(title, futures, lines[0].seed if lines else 0)
    headline = "What each player gained over the model's rule"
    drawn, axes = sheet(headline, [CLASS_NOTE], caption, heights or [1.0], key=key)
    for ax, (task, own) in zip(axes, tasks.items(), strict=False):
        _, _, actor, seed, future, months = task
        titled(ax, f"{actor}, seed {seed}, future {future}, {months} months")
        _draw_class(ax, own[:MOST_ROWS])
    return drawn


def _draw_class(ax: Axes, lines: Sequence[Line]) -> Axes:
    rows = range(len(lines))
    across_rows(ax)
    ax.axvline(0, color=DARK, linewidth=0.8)
    for row, line in zip(rows, lines, strict=True):
        own = line.elsewhere
        ax.plot([own.low, own.high], [row + 0.18] * 2, color=ORANGE, linewidth=1.2)
        ax.plot(own.gain, row + 0.18, marker="D", markersize=3.5, color=ORANGE)
        ax.plot(line.gain, row - 0.12, marker="o", markersize=5, color=BLUE)
    ax.set_yticks(list(rows), [wrapped(cleaned(line.name), 30) for line in lines], fontsize=SMALL)
    ax.set_ylim(len(lines) - 0.4, -0.6)
    ax.set_xlabel("Gain over the rule [logits]")
    return ax


def fan_figure(game: Game, found: Beside) -> Figure:
    """A game month by month, in the fan of what the rule makes of other futures."""
    case, actor = game.scenario.case, game.scenario.case.actors[game.actor].label
    key: list[Handle] = [
        Line2D([], [], color=BLUE, linewidth=2, label="this game"),
        Line2D([], [], color=DARK, linestyle="--", label="the rule on the same luck"),
        Patch(color=GREY, alpha=0.35, label=f"the rule in {len(found.fan)} futures"),
    ]
    moments = game.decisive()[:MOST_MARKS]
    dates = [date_of(game.table, month) for month in range(len(found.own))]
    told = ((dates[own.month], gain, said(choice, own)) for own, choice, gain in moments)
    lines = [f"{at}: {date}, {gain:+.2f}, {words}." for at, (date, gain, words) in enumerate(told, 1)]
    notes = [FAN_NOTE, *lines]
    caption = Caption(game.scenario.title, len(found.fan), game.seed, changes=game.scenario.changes)
    headline = f"{actor}: a game worth {found.worth:+.2f}, the rule {found.rule:+.2f} on the same luck"
    drawn, (ax,) = sheet(headline, notes, caption, [3.4], key=key)
    first = month_number(case.time.start)
    across = first + np.arange(len(dates))
    for low, high, alpha in ((0.05, 0.95, 0.2), (0.25, 0.75, 0.35)):
        ends = np.quantile(found.fan, [low, high], axis=0)
        ax.fill_between(across, *ends, color=GREY, alpha=alpha, linewidth=0)
    ax.plot(across, np.median(found.fan, axis=0), color=GREY, linewidth=1)
    ax.axhline(0, color=FAINT, linewidth=0.8)
    ax.plot(across, found.ruled, color=DARK, linestyle="--", linewidth=1.2)
    ax.plot(across, found.own, color=BLUE, linewidth=2)
    by_month: dict[int, list[str]] = {}
    for at, (own, *_) in enumerate(moments, 1):
        by_month.setdefault(own.month, []).append(str(at))
    for month, numbers in by_month.items():
        place = (first + month, found.own[month])
        ax.plot(*place, marker="o", markersize=4, color=BLUE)
        ax.annotate(", ".join(numbers), place, xytext=(2, 5), textcoords="offset points", fontsize=SMALL)
    ax.set_ylabel("Worth beyond the start [logits]")
    draw_months(ax, dates)
    return drawn
