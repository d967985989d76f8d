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

from sim.drawing.caption import CONDITIONAL, Caption
from sim.drawing.saving import png_file

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
"""Colours that the colour-blind tell apart: Okabe and Ito 2008, Color Universal Design."""

GREY, DARK, FAINT = "#9a9a9a", "#444444", "#e6e6e6"
DPI, CSS = 150, 96
"""Pixels to an inch: of a figure, and of what a notebook reckons with."""

TICK_STEPS = (1, 2, 5, 10)

CHARACTERS_PER_INCH, FOOT_CHARACTERS_PER_INCH = 12.5, 15.5
"""Of the title below the heading and of the foot, about: where their lines are broken."""

LINE, FOOT_LINE = 0.185, 0.155
"""Height of a line of text in the heading and in the foot [inch]."""

LEAST_WIDTH, KEY_WIDTH = 7.0, 3.4
"""Width that a sheet has at least, and that an entry of its key takes [inch]."""

NOTHING = (7.0, 2.0)
"""Size of the panel of a sheet that has nothing to show [inch]."""


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
    caption: Caption,
    rows: int,
    columns: int,
    size: tuple[float, float],
    key: Sequence[Handle] = (),
) -> tuple[Figure, list[Axes]]:
    """A figure with its heading and foot, and its panels (rows x columns) in reading order.

    notes: what line, band and marks mean; size: of one panel [inch]; key: the marks that all panels share.
    """
    width = max(size[0] * columns, LEAST_WIDTH)
    title = textwrap.wrap(caption.title, int(width * CHARACTERS_PER_INCH))
    foot = _foot([*notes, f"{caption}; {CONDITIONAL}."], width)
    abreast = max(int(width // KEY_WIDTH), 1)
    top = LINE * (len(title) + 2.2)
    bottom = FOOT_LINE * (len(foot) + 1) + 1.1 * LINE * ceil(len(key) / abreast)
    height = size[1] * rows + top + bottom
    figure = Sheet(figsize=(width, height), dpi=DPI, layout="constrained")
    layout = figure.get_layout_engine()
    assert layout is not None
    panels = (0, bottom / height, 1, 1 - (top + bottom) / height)
    layout.set(rect=panels, w_pad=0.09, h_pad=0.09)  # type: ignore[call-arg]
    # The layout keeps panels clear of the strips above and below, where the texts stand at fixed places.
    left = 0.12 / width
    figure.text(left, 1 - 0.6 * LINE / height, plain(headline), size=13, weight="bold", va="top")
    figure.text(left, 1 - 1.9 * LINE / height, plain("\n".join(title)), size=9.5, va="top", color=DARK)
    below = 0.5 * FOOT_LINE / height
    figure.text(left, below, plain("\n".join(foot)), size=8, va="bottom", color=DARK, linespacing=1.25)
    # A key below all panels: in a panel it would cover some of what it explains.
    if key:
        _draw_key(figure, key, (left, FOOT_LINE * (len(foot) + 0.9) / height), abreast)
    axes = [figure.add_subplot(rows, columns, place + 1) for place in range(rows * columns)]
    for ax in axes:
        quiet(ax)
    return figure, axes


def _foot(notes: Sequence[str], width: float) -> list[str]:
    """Notes in the lines of a foot of this width [inch]."""
    room = int(width * FOOT_CHARACTERS_PER_INCH)
    return [line for note in notes for line in textwrap.wrap(note, room)]


def _draw_key(figure: Figure, key: Sequence[Handle], place: tuple[float, float], abreast: int) -> None:
    figure.legend(
        handles=list(key),
        loc="lower left",
        bbox_to_anchor=place,
        ncols=abreast,
        frameon=False,
        fontsize=8,
        borderpad=0,
        borderaxespad=0,
        handlelength=2.2,
        columnspacing=1.6,
    )


def empty_sheet(headline: str, caption: Caption, why: str) -> Figure:
    """A figure that says why it shows nothing."""
    figure, axes = sheet(headline, [], caption, 1, 1, NOTHING)
    blank(axes[0], why)
    return figure


def grid(count: int) -> tuple[int, int]:
    """Rows and columns for some panels: at most four columns, no more empty places than needed.

    >>> [grid(count) for count in (1, 4, 5, 9)]
    [(1, 1), (1, 4), (2, 3), (3, 3)]
    """
    if count <= 3:
        return 1, max(count, 1)
    # Four columns unless three leave fewer places empty, or as few in no more rows.
    columns = min((4, 3), key=lambda abreast: (-count % abreast, ceil(count / abreast)))
    return ceil(count / columns), columns


def hide(axes: Sequence[Axes]) -> None:
    """Leave places of a grid empty."""
    for ax in axes:
        ax.set_axis_off()


def quiet(ax: Axes) -> Axes:
    """Axes without frame and with faint horizontal lines."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color=FAINT, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(labelsize=8)
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=TICK_STEPS))
    ax.yaxis.set_major_formatter(short)
    return ax


def probability_axis(ax: Axes) -> Axes:
    """A vertical axis of probabilities, from 0 to 1 in quarters."""
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".50", ".75", "1"])
    return ax


def short(value: float, place: float = 0) -> str:
    """A tick without needless digits."""
    return f"{value:.6g}"


def titled(ax: Axes, text: str, width: int = 38) -> Axes:
    """A panel with its name above it."""
    ax.set_title(wrapped(text, width), loc="left", fontsize=9.5)
    return ax


def blank(ax: Axes, text: str) -> Axes:
    """A panel that says why it shows nothing."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, wrapped(text, 60), ha="center", va="center", transform=ax.transAxes, color=DARK)
    return ax
