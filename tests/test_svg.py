"""Figures as SVG: text is text, bytes are equal, and two of them stand on one page without mixing."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import matplotlib
import pytest

import sim
from sim.drawing.saving import draw, png_file
from sim.drawing.sheet import Sheet
from sim.drawing.style import own_style
from sim.drawing.svg import inline, svg_file, without_glyphs
from sim.engine.setups import Plain
from sim.refusal import cleaned
from sim.studies.report.findings import Findings
from sim.studies.report.sections.who import who
from tests.support.past import past

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script> & \u202eRTL $x^2$ \"quoted\" 'single' ]]>"


@pytest.fixture(scope="module")
def ensemble():
    return sim.run("tests/cases/small.toml", runs=20, months=6)


def named(text: str) -> Sheet:
    """A figure with a marker, a clipped line and a text."""
    figure = Sheet()
    ax = figure.add_subplot()
    ax.plot([0, 1], [0, 1], marker="o", color="#0072B2")
    ax.set_title(text.replace("$", r"\$"))
    return figure


def test_words_of_a_figure_are_text_of_its_svg(ensemble):
    root = ElementTree.fromstring(svg_file(ensemble.plot("events")))
    texts = {text.text for text in root.iter(f"{SVG}text")}
    assert "When events happen" in texts and any("not a forecast" in text for text in texts)
    assert not [path for path in root.iter(f"{SVG}path") if "DejaVu" in path.get("id", "")]


def test_the_same_figure_gives_the_same_bytes(ensemble):
    with own_style():
        first, again = (draw_all(ensemble) for _ in range(2))
    assert first == again and set(first) == {"postures.png", "postures.svg"}
    assert not re.search(rb"20\d\d-\d\d-\d\dT|Matplotlib", first["postures.svg"])


def draw_all(ensemble) -> dict[str, bytes]:
    held: dict[str, bytes] = {}
    assert draw(lambda: {"postures": ensemble.plot("postures")}, held.__setitem__) == ()
    return held


def test_a_users_own_settings_change_no_byte_of_an_svg(ensemble):
    with own_style():
        figure = ensemble.plot("postures")
    plain = svg_file(figure)
    with matplotlib.rc_context({"svg.fonttype": "path", "svg.hashsalt": "mine", "savefig.facecolor": "red"}):
        assert svg_file(figure) == plain


def test_pixels_come_out_the_same_whatever_was_drawn_before(ensemble):
    figure = ensemble.plot("postures")
    first = png_file(figure)
    svg_file(figure)
    assert png_file(figure) == first


def test_ids_of_two_figures_on_a_page_differ_and_every_reference_has_its_own():
    one, other = (inline(named("a"), name, "Title", "What it shows.") for name in ("one", "other"))
    ids = re.findall(r'id="([^"]+)"', one + other)
    assert len(ids) == len(set(ids)) and len(re.findall(r'id="one-', one)) > 3
    for figure in (one, other):
        own = set(re.findall(r'id="([^"]+)"', figure))
        referred = re.findall(r' href="#([^"]+)"|url\(#([^)]+)\)', figure)
        assert referred and {"".join(pair) for pair in referred} <= own


def test_an_inline_figure_is_told_to_who_does_not_see_it_and_has_no_size_of_its_own():
    root = ElementTree.fromstring(told := inline(named("a"), "fan", "Trust & luck", "It rises < 1."))
    assert told.startswith("<svg ") and "<?xml" not in told and "<style" not in told
    assert root.get("role") == "img" and root.get("aria-labelledby") == "fan-title fan-desc"
    assert [(each.tag, each.get("id"), each.text) for each in root[:2]] == [
        ("title", "fan-title", "Trust & luck"), ("desc", "fan-desc", "It rises < 1."),
    ]  # fmt: skip
    assert root.get("width") is None and len(root.get("viewBox", "").split()) == 4


def test_hostile_words_stay_words():
    told = inline(named(HOSTILE), "hostile", HOSTILE, HOSTILE)
    root = ElementTree.fromstring(told)
    assert "<script" not in told and "script" not in {each.tag for each in root.iter()}
    assert [text.text for text in root.iter("text") if "alert" in (text.text or "")] == [cleaned(HOSTILE)]
    assert root[1].text == cleaned(HOSTILE) and "\u202e" not in told


def test_signs_that_the_font_lacks_are_no_cause_to_warn():
    with own_style(), without_glyphs():
        sheet = Sheet()
        sheet.text(0.5, 0.5, "蒙古")
        told = inline(sheet, "signs", "蒙古", "蒙古")
    assert told.count("蒙古") == 3


def test_a_map_that_cannot_be_drawn_leaves_its_section_out(monkeypatch):
    def fails(scenario):
        raise ValueError("no such sign")

    found = Findings(Plain(past()), ("past.toml",), None, 8, 1)
    assert who(found) is not None
    monkeypatch.setattr("sim.studies.show.figures.parties_figure", fails)
    assert who(found) is None
