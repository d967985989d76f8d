"""One look: colours for everybody, letters that can be read in print, names and not paths, honest scales."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

import sim
from sim.drawing import colours, scale
from sim.drawing.bands import stand
from sim.drawing.caption import Caption
from sim.drawing.sheet import PAGE, SMALL, sheet
from sim.studies.run.figures import FIGURES
from sim.studies.run.figures.postures import draw_shares, filling, told
from sim.studies.sweep.figures.axes import Swept
from sim.studies.sweep.figures.maps import only_posture

FIRST = colours.SERIES[:4]
DEUTERANOPIA = [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.011820, 0.042940, 0.968881],
]
PROTANOPIA = [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
]
"""Of linear RGB: Machado, Oliveira and Fernandes 2009, IEEE TVCG 15:1291, severity 1."""


def linear(colour: str) -> np.ndarray:
    """Linear RGB of a colour (sRGB, IEC 61966-2-1)."""
    parts = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIELAB of linear RGB under D65."""
    xyz = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]]) @ np.clip(
        rgb, 0, 1
    )
    x, y, z = np.cbrt(xyz / (0.9505, 1.0, 1.0888))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize(
    "sight", [np.eye(3), DEUTERANOPIA, PROTANOPIA], ids=["all", "deuteranopia", "protanopia"]
)
def test_lines_that_stand_side_by_side_are_told_apart_by_the_colour_blind(sight):
    seen = [lab(np.array(sight) @ linear(colour)) for colour in FIRST]
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > 20


def test_the_first_colours_differ_in_grey_and_from_paper():
    light = sorted(lab(linear(colour))[0] for colour in FIRST)
    assert min(np.diff(light)) > 6 and abs(np.subtract(*[lab(linear(each))[0] for each in FIRST[:2]])) > 15
    assert all(1.05 / (linear(colour) @ (0.2126, 0.7152, 0.0722) + 0.05) > 3 for colour in FIRST)


@pytest.fixture(scope="module")
def ensemble():
    return sim.run("mongolia-2024", runs=60, months=24)


@pytest.mark.parametrize("name", FIGURES)
def test_on_a_page_no_letter_is_smaller_than_eight_points(ensemble, name):
    figure = ensemble.plot(name)
    figure.draw_without_rendering()
    sizes = [text.get_fontsize() for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    assert figure.get_size_inches()[0] == PAGE <= 210 / 25.4 - 1 and min(sizes) == SMALL == 8


@pytest.mark.parametrize("name", FIGURES)
def test_no_path_of_the_file_stands_on_an_axis_or_in_a_key(ensemble, name):
    figure, names = ensemble.plot(name), {name for name in ensemble.paths if "." in name or "_" in name}
    words = [text.get_text() for text in figure.findobj(Text) if text not in figure.texts]
    assert words and not [word for word in words if word.replace("\n", "") in names]


def test_the_axis_of_a_sweep_names_its_number_and_unit():
    scenario = sim.load("mongolia-2024")
    points = pd.DataFrame({"quantities.sanctions.start": [0.0, 1.0]})
    swept = Swept.of(points, "quantities.sanctions.start", scenario)
    assert swept.label == "Sanctions pressure on Russia, start [0-1]" and swept.own == 0.7


def test_a_small_change_takes_little_of_an_axis_and_a_bar_shows_a_large_one():
    _, (ax,) = sheet("H", [], Caption("C", 1, 1), [1.5])
    fan = pd.DataFrame({"q05": [0.30, 0.31], "q95": [0.31, 0.32]})
    stand(ax, [fan], [0.3])
    low, high = ax.get_ylim()
    assert high - low >= 2.5 * scale.TENTH and 0.02 / (high - low) < 0.1
    (bar,) = ax.collections
    assert np.ptp(bar.get_segments()[0][:, 1]) == pytest.approx(0.1) and [t.get_text() for t in ax.texts] == [
        ".1"
    ]


@pytest.mark.parametrize(
    ("values", "size"), [([0.2, 0.9], 0.1), ([-0.9], 0.1), ([48.0, 52.0], 5.0), ([1990.0], 100.0)]
)
def test_a_large_change_is_a_tenth_in_round_numbers(values, size):
    assert scale.large(values) == size
    low, high = scale.reach(values)
    assert high - low >= scale.LEAST * size and low < min(values) and high > max(values)


def test_differences_too_small_to_matter_lie_near_zero():
    low, high = scale.apart([0.001, 0.002])
    assert low < -0.05 and high > 0.05 and scale.apart([float("nan"), 30.0], 100)[1] > 30


MOST = pd.DataFrame({"hedging": [0.99, 0.996], "vassal": [0.01, 0.004]}, index=["2024-06", "2024-07"])
LABELS = {"hedging": "Hedging", "vassal": "Vassal"}


def test_a_posture_that_fills_the_picture_is_told_in_words_and_the_others_are_enlarged():
    assert filling(MOST) == "hedging" and filling(MOST.assign(vassal=0.5, hedging=0.5)) is None
    words = told(MOST, "hedging", LABELS)
    assert words.startswith("Hedging in 99.0 to 99.6 % of futures") and "at most 1 of 100" in words
    _, (ax,) = sheet("H", [], Caption("C", 1, 1), [1.5])
    draw_shares(ax, MOST, LABELS, "hedging")
    assert ax.get_ylim()[1] == pytest.approx(0.011) and [t.get_text() for t in ax.texts] == ["Vassal 0.4 %"]


def test_a_posture_without_any_other_is_told_and_not_drawn():
    alone = MOST.assign(hedging=1.0, vassal=0.0)
    assert (
        told(alone, "hedging", LABELS)
        == "Hedging in every future and every month: there is nothing else to draw."
    )
    assert "fewer than 1 of 100" in told(MOST.assign(hedging=0.995), "hedging", LABELS)


def test_a_map_of_one_posture_is_told_in_words():
    cells = pd.DataFrame({"posture": "hedging", "ahead": [True, False], "second": [0.01, 0.0]})
    assert only_posture(cells) == "hedging"
    assert only_posture(cells.assign(second=0.2)) is None, "in doubt somewhere"
    assert only_posture(cells.assign(posture=["hedging", "vassal"])) is None
