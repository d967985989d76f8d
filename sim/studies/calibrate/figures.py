"""What a calibration learnt: prior and posterior of every uncertain entry, and how truths ranked."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.drawing.caption import Caption
from sim.drawing.colours import BLUE, DARK, GREY, VERMILION
from sim.drawing.sheet import Handle, sheet, small_multiples, titled, wrapped

STEPS = 24
"""Bars of a posterior."""

LEARNT = "What the observations say of the uncertain numbers"
RANKED = "Is the inference right? Ranks of true values on synthetic data"
RANKS_NOTE = (
    "Simulation-based calibration (Talts et al. 2018): if the inference is right, true values rank evenly "
    "among the draws of their posteriors; a hump says posteriors are too wide, a hollow too narrow, a slope "
    "that they lean. Ranks are blind to information that is lost, so told stands beside: the share of the "
    "prior variance that data take away. Across: place of the truth among draws, 0 below all, 1 above all; "
    "one run is one data set."
)

TOLD = "How much data tell of each number, and whether posteriors are as wide as they say"
TOLD_NOTE = (
    "Both are needed: draws of the prior would be as wide as they say and tell nothing. Told: share of the "
    "prior variance that data take away, 0 nothing, 1 all. A linear regression on the same data tells the "
    "least that an inference without loss tells. Width: how many times too wide posteriors are, with 95 "
    "% intervals; one run is one synthetic data set with known truth."
)


def figure(
    table: pd.DataFrame, draws: pd.DataFrame, density: pd.DataFrame, caption: Caption, observations: int
) -> Figure:
    """A panel for each entry of `Calibration.table`: draws of the posterior as bars, the prior as a line.

    draws: (draws, entries), density: long table with columns name, value, density, the priors.
    """
    key: list[Handle] = [
        Patch(color=BLUE, alpha=0.55, label="posterior (draws)"),
        Line2D([], [], color=DARK, linewidth=1.4, linestyle="--", label="prior"),
        Line2D([], [], color=GREY, linewidth=0.9, linestyle=":", label="the file's own number"),
    ]
    note = (
        f"Factors (x, on a log scale) and shifts (+) of the scenario's numbers, learnt from {observations} "
        "in-sample observations. told: by how much such data narrow the prior variance on synthetic data "
        "with known truth; 0 is nothing, 1 all. Runs: synthetic data."
    )
    drawn, axes, left = small_multiples(LEARNT, [note], caption, len(table), 1.7, key)
    for ax, row in zip(axes, table.itertuples(), strict=True):
        prior, factor = density[density["name"] == row.name], row.kind == "factor"
        at, height = prior["value"].to_numpy(), prior["density"].to_numpy()
        draw_posterior(ax, draws[row.name].to_numpy(), at, height, factor)
        sign = "x" if factor else "+"
        titled(ax, f"{row.label} ({sign}); told {row.contraction:.2f}")
    for ax in left:
        ax.set_ylabel("Density")
    return drawn


def draw_posterior(
    ax: Axes, posterior: np.ndarray, at: np.ndarray, density: np.ndarray, factor: bool
) -> Axes:
    """Bars of posterior draws (draws,) beside a prior density at some values; factors on a log scale."""
    if factor:
        # The density is that of the logarithm, so the places of bars and line are logarithms, too.
        ticks = _powers_of_two(at.max())
        posterior, at = np.log(posterior), np.log(at)
        ax.set_xticks(np.log(ticks), [_factor(tick) for tick in ticks])
    bins = np.linspace(at.min(), at.max(), STEPS + 1).tolist()
    ax.hist(posterior, bins=bins, density=True, color=BLUE, alpha=0.55)
    ax.plot(at, density, color=DARK, linewidth=1.4, linestyle="--")
    ax.axvline(0.0, color=GREY, linewidth=0.9, linestyle=":")
    return ax


def _powers_of_two(largest: float) -> np.ndarray:
    """Ticks from 1 / largest to largest, five at most: powers of two, or of four, eight and so on."""
    reach = int(np.log2(largest))
    step = max(math.ceil(reach / 2), 1)
    each_side = reach // step
    return 2.0 ** (np.arange(-each_side, each_side + 1) * step)


def _factor(value: float) -> str:
    """A power of two as it is read: 4, or 1/4."""
    return f"{value:g}" if value >= 1 else f"1/{1 / value:g}"


def ranks_figure(
    table: pd.DataFrame,
    ranks: pd.DataFrame,
    planted: pd.DataFrame,
    draws: int,
    bins: int,
    caption: Caption,
) -> Figure:
    """A panel for each entry: ranks of truths among posterior draws, what chance allows, and a planted error.

    ranks, planted: (sets, entries), from 0 to `draws`.
    """
    key: list[Handle] = [
        Patch(color=BLUE, alpha=0.55, label="truths among posterior draws"),
        Patch(color=GREY, alpha=0.3, label="99 % of bars if even"),
        Line2D([], [], color=VERMILION, linewidth=1.3, label="the same with sd x 1.2 planted"),
    ]
    drawn, axes, left = small_multiples(RANKED, [RANKS_NOTE], caption, len(table), 1.7, key)
    for ax, row in zip(axes, table.itertuples(), strict=True):
        draw_ranks(ax, ranks[row.name].to_numpy(), planted[row.name].to_numpy(), draws, bins)
        titled(ax, f"{row.label}; width {row.width:.2f}, told {row.contraction:.2f}")
    for ax in left:
        ax.set_ylabel("Data sets")
    return drawn


def _counts(ranks: np.ndarray, draws: int, bins: int) -> np.ndarray:
    """How many of the ranks (sets,), from 0 to `draws`, lie in each of some equal bins (bins,)."""
    return np.bincount(ranks * bins // (draws + 1), minlength=bins)


def draw_ranks(ax: Axes, ranks: np.ndarray, planted: np.ndarray, draws: int, bins: int) -> Axes:
    """Counts of ranks (sets,) in bins, the binomial band of even ones, and a line for the planted error."""
    from scipy.stats import binom

    edges = np.arange(bins + 1) / bins
    counts, other = _counts(ranks, draws, bins), _counts(planted, draws, bins)
    low, high = binom.ppf([0.005, 0.995], len(ranks), 1 / bins)
    ax.axhspan(low, high, color=GREY, alpha=0.3, linewidth=0)
    ax.stairs(counts, edges, fill=True, color=BLUE, alpha=0.55)
    ax.stairs(other, edges, color=VERMILION, linewidth=1.3)
    ax.set_ylim(0, None)
    ax.set_xlim(0, 1)
    ax.set_xticks([0, 0.5, 1])
    return ax


def told_figure(table: pd.DataFrame, caption: Caption) -> Figure:
    """A row for each entry of `Calibration.table`: what data tell of it, beside how wide posteriors are."""
    key: list[Handle] = [
        _dot(BLUE, "o", "told of the entry"),
        _dot(BLUE, "s", "told of its size (square)", hollow=True),
        _dot(VERMILION, "|", "what a linear regression tells"),
    ]
    drawn, (left, right) = sheet(TOLD, [TOLD_NOTE], caption, [0.6 + 0.22 * len(table)], 2, key)
    draw_told(left, table)
    draw_width(right, table)
    return drawn


def _dot(colour: str, marker: str, label: str, hollow: bool = False) -> Line2D:
    face = "none" if hollow else colour
    return Line2D([], [], color=colour, marker=marker, markerfacecolor=face, linewidth=0, label=label)


def draw_told(ax: Axes, table: pd.DataFrame) -> Axes:
    """Contraction of each entry and of its square, and what a linear regression tells; from the top down."""
    places = np.arange(len(table))[::-1]
    ax.set_yticks(places, [wrapped(label, 34) for label in table["label"]])
    ax.plot(table["contraction"], places, "o", color=BLUE, markersize=5)
    ax.plot(table["contraction_of_size"], places, "s", color=BLUE, markerfacecolor="none", markersize=5)
    ax.plot(table["linear"], places, "|", color=VERMILION, markersize=10, markeredgewidth=1.6)
    ax.set_xlim(-0.05, 1.05)
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.set_xlabel("Told")
    return ax


def draw_width(ax: Axes, table: pd.DataFrame) -> Axes:
    """How many times too wide posteriors are, with intervals; from the top down."""
    places = np.arange(len(table))[::-1]
    ax.hlines(places, table["width_low"], table["width_high"], color=BLUE, linewidth=1.2)
    ax.plot(table["width"], places, "o", color=BLUE, markersize=5)
    ax.axvline(1.0, color=GREY, linewidth=0.9, linestyle=":")
    ax.set_yticks(places, [""] * len(table))
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.set_xlabel("Width")
    return ax
