"""The sheet that every figure is drawn on: a heading, panels, and a foot that says what the figure is not."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from math import ceil

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.drawing.caption import CONDITIONAL, Caption, Unrun
from sim.drawing.colours import DARK, FAINT
from sim.drawing.saving import png_file

PAGE = 7.0
"""Width of every sheet [inch]: that of the text on a page, so that nothing is smaller in print than here."""

SMALL, MIDDLE, LARGE = 8, 9, 12
"""Sizes of letters [point]: of all that stands in and below panels, above panels, and of the heading."""

DPI, CSS = 150, 96
"""Pixels to an inch: of a figure, and of what a notebook reckons with."""

TICK_STEPS = (1, 2, 5, 10)

CHARACTERS, SMALL_CHARACTERS = 12.5, 16.0
"""To an inch, about, of the larger and of the small letters: where lines are broken."""

LINE, FOOT_LINE = 0.185, 0.155
"""Height of a line of text in the heading and in the foot [inch]."""

KEY_WIDTH = 3.4
"""Width that an entry of a key takes [inch]."""

NOTHING = 1.6
"""Height of the panel of a sheet that has nothing to show [inch]."""


class Sheet(Figure):
    """A figure that shows itself in a notebook, without pyplot and without a magic command."""

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """The picture, and the size at which a notebook shows it [CSS pixels]."""
        width, height = self.get_size_inches()
        return png_file(self), {"width": round(CSS * width), "height": round(CSS * height)}


Handle = Line2D | Patch


def plain(text: str) -> str:
    """A label without mathematics: a dollar sign stays a dollar sign."""
    return text.replace("$", r"\$")


def wrapped(text: str, width: int) -> str:
    """A label in lines of at most `width` characters."""
    return plain("\n".join(textwrap.wrap(text, max(width, 8))))


def sheet(
    headline: str,
    notes: Sequence[str],
    caption: Caption | Unrun,
    heights: Sequence[float],
    columns: int = 1,
    key: Sequence[Handle] = (),
    wide_first: bool = False,
) -> tuple[Figure, list[Axes]]:
    """A figure with its heading and foot, and its panels in reading order: `columns` in each row.

    notes: what line, band and marks mean; heights: of the rows of panels [inch]; key: the marks that all
    panels share; wide_first: whether the first row is a single panel.
    """
    title = textwrap.wrap(caption.title, int(PAGE * CHARACTERS))
    head = textwrap.wrap(headline, int(PAGE * CHARACTERS * MIDDLE / LARGE))
    foot = _foot([*notes, f"{caption}; {CONDITIONAL}."])
    abreast = max(int(PAGE // KEY_WIDTH), 1)
    top = LINE * (len(title) + 1.2 * len(head) + 0.8)
    bottom = FOOT_LINE * (len(foot) + 1) + 1.1 * LINE * ceil(len(key) / abreast)
    height = sum(heights) + top + bottom
    figure = Sheet(figsize=(PAGE, height), dpi=DPI, layout="constrained")
    layout = figure.get_layout_engine()
    assert layout is not None
    panels = (0, bottom / height, 1, 1 - (top + bottom) / height)
    layout.set(rect=panels, w_pad=0.06, h_pad=0.06)  # type: ignore[call-arg]
    # The layout keeps panels clear of the strips above and below, where the texts stand at fixed places.
    left = 0.08 / PAGE
    over = 1 - 0.5 * LINE / height
    figure.text(left, over, plain("\n".join(head)), size=LARGE, weight="bold", va="top")
    over -= (1.2 * len(head) + 0.15) * LINE / height
    figure.text(left, over, plain("\n".join(title)), size=MIDDLE, va="top", color=DARK)
    below = 0.5 * FOOT_LINE / height
    figure.text(left, below, plain("\n".join(foot)), size=SMALL, va="bottom", color=DARK, linespacing=1.25)
    # A key below all panels: in a panel it would cover some of what it explains.
    if key:
        _draw_key(figure, key, (left, FOOT_LINE * (len(foot) + 0.9) / height), abreast)
    places = figure.add_gridspec(len(heights), columns, height_ratios=list(heights))
    axes = []
    for row in range(len(heights)):
        in_row: list = list(range(columns))
        if wide_first and row == 0:
            in_row = [slice(None)]
        axes += [figure.add_subplot(places[row, column]) for column in in_row]
    for ax in axes:
        quiet(ax)
    return figure, axes


def _foot(notes: Sequence[str]) -> list[str]:
    """Notes in the lines of a foot."""
    return [line for note in notes for line in textwrap.wrap(note, int(PAGE * SMALL_CHARACTERS))]


def _draw_key(figure: Figure, key: Sequence[Handle], place: tuple[float, float], abreast: int) -> None:
    figure.legend(
        handles=list(key),
        loc="lower left",
        bbox_to_anchor=place,
        ncols=abreast,
        frameon=False,
        fontsize=SMALL,
        borderpad=0,
        borderaxespad=0,
        handlelength=2.2,
        columnspacing=1.6,
    )


def empty_sheet(headline: str, caption: Caption, why: str) -> Figure:
    """A figure that says why it shows nothing."""
    figure, axes = sheet(headline, [], caption, [NOTHING])
    blank(axes[0], why)
    return figure


def small_multiples(
    headline: str,
    notes: Sequence[str],
    caption: Caption | Unrun,
    count: int,
    height: float,
    key: Sequence[Handle] = (),
) -> tuple[Figure, list[Axes], list[Axes]]:
    """A sheet of some panels that are alike: the figure, the panels, and those at the left border.

    height: of a panel [inch].
    """
    rows, columns = grid(count)
    figure, axes = sheet(headline, notes, caption, [height] * rows, columns, key)
    # A grid may have more places than there are panels.
    hide(axes[count:])
    return figure, axes[:count], axes[:count:columns]


def grid(count: int) -> tuple[int, int]:
    """Rows and columns for some panels: at most three abreast, or four of more than twelve.

    >>> [grid(count) for count in (1, 4, 5, 9, 19)]
    [(1, 1), (2, 2), (2, 3), (3, 3), (5, 4)]
    """
    columns = min(max(count, 1), 3)
    if count == 4:
        columns = 2
    if count > 12:
        columns = 4
    return max(ceil(count / columns), 1), columns


def abreast(ax: Axes) -> int:
    """How many panels stand side by side where this one is."""
    place = ax.get_subplotspec()
    if place is None:
        return 1
    return place.get_gridspec().ncols


def hide(axes: Sequence[Axes]) -> None:
    """Leave places of a grid empty."""
    for ax in axes:
        ax.set_axis_off()


def quiet(ax: Axes) -> Axes:
    """Axes without frame and with faint horizontal lines."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color=FAINT, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(labelsize=SMALL)
    ax.xaxis.label.set_fontsize(SMALL)
    ax.yaxis.label.set_fontsize(SMALL)
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=TICK_STEPS))
    ax.yaxis.set_major_formatter(short)
    return ax


def across_rows(ax: Axes) -> Axes:
    """Axes whose rows are things by name: faint lines go up, to be read from above or below."""
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color=FAINT, linewidth=0.6)
    return ax


def probability_axis(ax: Axes) -> Axes:
    """A vertical axis of probabilities, from 0 to 1 in quarters."""
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".50", ".75", "1"])
    return ax


def short(value: float, place: float = 0) -> str:
    """A tick without needless digits."""
    return f"{value:.6g}"


def titled(ax: Axes, text: str, beside: float = 0.4) -> Axes:
    """A panel with its name above it, in lines no wider than it; beside: what its ticks take [inch]."""
    room = PAGE / abreast(ax) - beside
    ax.set_title(wrapped(text, int(room * CHARACTERS)), loc="left", fontsize=MIDDLE)
    return ax


def blank(ax: Axes, text: str) -> Axes:
    """A panel that says why it shows nothing."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, wrapped(text, 60), ha="center", va="center", transform=ax.transAxes, color=DARK)
    return ax
