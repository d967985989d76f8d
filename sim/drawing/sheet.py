"""The sheet that every figure is drawn on: heading, panels, and a foot with runs, interval and what the
figure is not.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

if TYPE_CHECKING:
    from sim.engine.beliefs import Beliefs
    from sim.studies.run.ask import Ensemble

CONDITIONAL = "conditional on the scenario; not a forecast"

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
"""Colours that the colour-blind tell apart: Okabe and Ito 2008, Color Universal Design."""

GREY, DARK = "#9a9a9a", "#444444"
DPI = 150
TICK_STEPS = (1, 2, 5, 10)
CHARACTERS_PER_INCH, FOOT_CHARACTERS_PER_INCH = 12.5, 15.5
LINE, FOOT_LINE = 0.185, 0.155
"""Height of a line of text in the heading and in the foot [inch]."""

Handle = Line2D | Patch


@dataclass(frozen=True)
class Provenance:
    """Where the numbers of a figure come from; `points` of a sweep have `runs` each, `failed` counts those of
    all.

    draws: of the uncertain numbers, under which the runs lived; `drawn_from` says from what.
    """

    title: str
    runs: int
    seed: int
    failed: int = 0
    changes: tuple[tuple[str, object], ...] = ()
    fan_runs: int | None = None
    branch: tuple[int, str] | None = None
    points: int = 1
    draws: int | None = None
    drawn_from: str = ""

    @classmethod
    def of(cls, ensemble: Ensemble, fans: bool = False) -> Provenance:
        """Of figures of all runs, or of fans, which hold the paths of the first runs only."""
        scenario, shown, found = ensemble.scenario, ensemble.fan_runs if fans else None, ensemble.beliefs
        return cls(
            scenario.title, ensemble.runs, ensemble.seed, ensemble.failed, tuple(scenario.overrides), shown,
            ensemble.branch, draws=None if found is None else found.draws,
            drawn_from="" if found is None else _drawn_from(found),
        )  # fmt: skip

    def __str__(self) -> str:
        failed = f" ({self.failed:,} failed and left out)" if self.failed else ""
        changed = (
            "; with " + ", ".join(f"{path} = {value}" for path, value in self.changes) if self.changes else ""
        )
        shown = (
            f"Quantiles of the first {self.fan_runs:,} of "
            if self.fan_runs not in (None, self.runs - self.failed)
            else ""
        )
        past = f"; all of them run {self.branch[0]} until {self.branch[1]}" if self.branch is not None else ""
        each = f" at each of {self.points:,} points" if self.points > 1 else ""
        under = (
            f" under {self.draws:,} draws of the uncertain numbers from {self.drawn_from}"
            if self.draws is not None
            else ""
        )
        return f"{shown}{self.runs:,} run{'' if self.runs == 1 else 's'}{each}{failed}{under}, seed {self.seed}{changed}{past}"


def _drawn_from(beliefs: Beliefs) -> str:
    """What the uncertain numbers were drawn from, in words."""
    if not beliefs.learnt:
        return "their priors"
    known = f"what was learnt ({beliefs.source})"
    return (
        f"{known} and, for {len(beliefs.prior_only)} of {len(beliefs.free)}, priors"
        if beliefs.prior_only
        else known
    )


def plain(text: str) -> str:
    """A label without mathematics: a dollar sign stays a dollar sign."""
    return text.replace("$", r"\$")


def wrapped(text: str, width: int) -> str:
    """A label in lines of at most `width` characters."""
    return plain("\n".join(textwrap.wrap(text, max(width, 8))))


def sheet(
    headline: str, notes: Sequence[str], provenance: Provenance, rows: int, columns: int,
    size: tuple[float, float], key: Sequence[Handle] = (),
) -> tuple[Figure, list[Axes]]:  # fmt: skip
    """A figure with its heading and foot, and its panels (rows x columns) in reading order; `size` of one
    panel [inch].

    `notes` say what line, band and marks mean; `key` explains the marks that all panels share.
    """
    width = max(size[0] * columns, 7.0)
    title = textwrap.wrap(provenance.title, int(width * CHARACTERS_PER_INCH))
    room = int(width * FOOT_CHARACTERS_PER_INCH)
    foot = [line for note in [*notes, f"{provenance}; {CONDITIONAL}."] for line in textwrap.wrap(note, room)]
    key_lines = ceil(len(key) / max(int(width // 3.4), 1)) if key else 0
    top, bottom = LINE * (len(title) + 2.2), FOOT_LINE * (len(foot) + 1) + 1.1 * LINE * key_lines
    height = size[1] * rows + top + bottom
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    layout = figure.get_layout_engine()
    assert layout is not None
    layout.set(rect=(0, bottom / height, 1, 1 - (top + bottom) / height), w_pad=0.09, h_pad=0.09)  # type: ignore[call-arg]
    left = 0.12 / width
    figure.text(left, 1 - 0.6 * LINE / height, plain(headline), size=13, weight="bold", va="top")
    figure.text(left, 1 - 1.9 * LINE / height, plain("\n".join(title)), size=9.5, va="top", color=DARK)
    figure.text(
        left,
        0.5 * FOOT_LINE / height,
        plain("\n".join(foot)),
        size=8,
        va="bottom",
        color=DARK,
        linespacing=1.25,
    )
    if key:
        place = (left, FOOT_LINE * (len(foot) + 0.9) / height)
        figure.legend(
            handles=list(key), loc="lower left", bbox_to_anchor=place, ncols=max(int(width // 3.4), 1),
            frameon=False, fontsize=8, borderpad=0, borderaxespad=0, handlelength=2.2, columnspacing=1.6,
        )  # fmt: skip
    axes = [figure.add_subplot(rows, columns, place + 1) for place in range(rows * columns)]
    for ax in axes:
        quiet(ax)
    return figure, axes


def grid(count: int) -> tuple[int, int]:
    """Rows and columns for some panels: at most four columns, no more empty places than needed."""
    if count <= 3:
        return 1, max(count, 1)
    columns = min((4, 3), key=lambda c: (ceil(count / c) * c - count, ceil(count / c)))
    return ceil(count / columns), columns


def quiet(ax: Axes) -> Axes:
    """Axes without frame and with faint horizontal lines."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color="#e6e6e6", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(labelsize=8)
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=TICK_STEPS))
    ax.yaxis.set_major_formatter(short)
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
