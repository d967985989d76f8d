"""The colours of all figures: told apart by the colour-blind, the first four in grey too."""

from __future__ import annotations

BLACK, ORANGE, SKY, YELLOW, VERMILION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#F0E442", "#D55E00", "#CC79A7",
)  # fmt: skip
"""Colours that the colour-blind tell apart: Okabe and Ito 2008, Color Universal Design."""

BLUE, GREEN = "#00559E", "#007A5A"
"""Darker than in that palette, where blue and vermilion, or green and purple, are one grey when printed."""

GREY, DARK, FAINT = "#9a9a9a", "#444444", "#e6e6e6"

SERIES = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
"""Of lines that stand beside each other, in this order; the first two for two of a kind."""

CLASSES = (VERMILION, SKY, ORANGE, YELLOW, GREEN, PURPLE, BLUE, GREY)
"""Of areas, which bear a label each."""

COLOUR_MAP = "cividis"
"""Of values in cells. Perceptually uniform, and the same to the colour-blind: Nunez and others 2018, PLOS ONE
13:e0199239.
"""
