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
    rows, who = rows_of(found), _answering(found)
    columns = [*who, *found.things]
    for place, row in enumerate(rows):
        if isinstance(row, Act):
            ax.axhline(place, color=FAINT, linewidth=0.6, zorder=0)
            _draw_row(ax, row, columns, place)
    for column in range(len(columns)):
        ax.axvline(column, color=FAINT, linewidth=0.6, zorder=0)
    # Who answers is of another kind than what is moved.
    ax.axvline(len(who) - 0.5, color=DARK, linewidth=0.8)
    ax.set_xlim(-0.6, len(columns) - 0.4)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    _name_columns(ax, [*map(found.label, who), *found.things.values()])
    _name_rows(ax, found, rows)
    ax.tick_params(length=0, labelsize=SMALL)
    ax.spines[:].set_visible(False)
    ax.grid(visible=False)
    return ax


def _answering(found: Acts) -> list[str]:
    """Who is ever asked, in the order of the parties; a contest last."""
    asked = {act.to for act in found.acts}
    return [name for name in [*(party.name for party in found.parties), CONTEST] if name in asked]


def _draw_row(ax: Axes, act: Act, columns: list[str], place: int) -> None:
    """The marks of an act; what it moves either way it goes has the filled one alone."""
    if act.to is not None:
        ax.plot(columns.index(act.to), place, **ANSWERS)
    hollow = {thing: sign for thing, sign in act.otherwise.items() if thing not in act.moves}
    for moved, filled in ((act.moves, True), (hollow, False)):
        for thing, sign in moved.items():
            ax.plot(columns.index(thing), place, **_look(sign, filled))


def _name_columns(ax: Axes, labels: list[str]) -> None:
    ax.set_xticks(range(len(labels)), list(map(plain, labels)), rotation=90)
    ax.xaxis.tick_top()


def _name_rows(ax: Axes, found: Acts, rows: list[Act | str]) -> None:
    """Names of acts, and bold those of who begins them."""
    names = [row.label if isinstance(row, Act) else found.label(row) for row in rows]
    ax.set_yticks(range(len(rows)), list(map(plain, names)))
    for row, tick in zip(rows, ax.get_yticklabels(), strict=True):
        if isinstance(row, str):
            tick.set_fontweight("bold")


def _look(sign: int, filled: bool) -> dict:
    """How a direction looks; hollow if it is not what comes of a yes."""
    mark, colour, _ = SIGNS[sign]
    inside = colour if filled else "white"
    return {
        "marker": mark, "color": colour, "markerfacecolor": inside, "markersize": 5 - (sign == 0),
        "linestyle": "none",
    }  # fmt: skip
