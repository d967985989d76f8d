"""A table of acts: who begins, who answers, and what each moves, up or down."""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.drawing.colours import BLACK, BLUE, DARK, FAINT, VERMILION
from sim.drawing.sheet import SMALL, Handle, plain
from sim.studies.show.acts import CHANCE, CONTEST, DATES, MONTH, Act, Acts

ROW, LETTER = 0.13, 0.064
"""Height of a row, and width of a letter [inch]."""

NOTE = (
    "Table: acts, by who begins them; columns: who answers, and what is moved if it takes place. Month by "
    "month: what one quantity adds to where another comes to rest."
)
SIGNS = {1: ("^", BLUE, "more"), -1: ("v", VERMILION, "less"), 0: ("D", DARK, "either way")}
"""Mark, colour and word of a direction."""

ANSWERS: dict = {"marker": "o", "color": BLACK, "markersize": 4.5, "linestyle": "none"}


def key() -> list[Handle]:
    """Of the marks."""
    marks: list[Handle] = [Line2D([], [], label="answers yes or no", **ANSWERS)]
    marks += [Line2D([], [], label=word, **_look(sign, True)) for sign, (_, _, word) in SIGNS.items()]
    return [*marks, Line2D([], [], label="hollow: only if refused, lost or carried out", **_look(-1, False))]


def rows_of(found: Acts) -> list[Act | str]:
    """The rows from above: a heading for each who begins anything, and their acts."""
    names = [*(party.name for party in found.parties), CHANCE, DATES, MONTH]
    return list(_rows(found, names))


def _rows(found: Acts, names: list[str]) -> Iterator[Act | str]:
    for name in names:
        acts = found.of(name)
        if acts:
            yield name
            yield from acts


def height_of(found: Acts) -> float:
    """Height of the table [inch]."""
    longest = max(map(len, found.things.values()), default=8)
    return 0.2 + LETTER * longest + ROW * len(rows_of(found))


def draw_moves(ax: Axes, found: Acts) -> Axes:
    """The table: marks where an act moves something, dots under who answers."""
    rows = rows_of(found)
    asked = {act.to for act in found.acts}
    who = [name for name in [*(party.name for party in found.parties), CONTEST] if name in asked]
    columns = [*who, *found.things]
    for place, row in enumerate(rows):
        if isinstance(row, str):
            continue
        ax.axhline(place, color=FAINT, linewidth=0.6, zorder=0)
        if row.to is not None:
            ax.plot(columns.index(row.to), place, **ANSWERS)
        for thing, sign in row.moves.items():
            ax.plot(columns.index(thing), place, **_look(sign, True))
        for thing, sign in row.otherwise.items():
            if thing not in row.moves:
                ax.plot(columns.index(thing), place, **_look(sign, False))
    for column in range(len(columns)):
        ax.axvline(column, color=FAINT, linewidth=0.6, zorder=0)
    ax.axvline(len(who) - 0.5, color=DARK, linewidth=0.8)
    ax.set_xlim(-0.6, len(columns) - 0.4)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    labels = [*map(found.label, who), *found.things.values()]
    ax.set_xticks(range(len(columns)), [plain(label) for label in labels], rotation=90)
    ax.xaxis.tick_top()
    names = [plain(found.label(row) if isinstance(row, str) else row.label) for row in rows]
    ax.set_yticks(range(len(rows)), names)
    for row, tick in zip(rows, ax.get_yticklabels(), strict=True):
        if isinstance(row, str):
            tick.set_fontweight("bold")
    ax.tick_params(length=0, labelsize=SMALL)
    ax.spines[:].set_visible(False)
    ax.grid(visible=False)
    return ax


def _look(sign: int, filled: bool) -> dict:
    """How a direction looks; hollow if it is not what comes of a yes."""
    mark, colour, _ = SIGNS[sign]
    inside = colour if filled else "white"
    return {
        "marker": mark, "color": colour, "markerfacecolor": inside, "markersize": 5 - (sign == 0),
        "linestyle": "none",
    }  # fmt: skip
