"""Figures as SVG whose text is text: as a file, and as a part of a page."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from sim.drawing.style import own_style
from sim.refusal import cleaned

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PROLOG = b'<?xml version="1.0" encoding="utf-8"?>\n'
SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"

COMMON = {
    "style": "stroke-linejoin: round; stroke-linecap: butt; font-family: 'DejaVu Sans', Verdana, sans-serif"
}
"""What all parts of a figure share. matplotlib says it in a rule for `*`, which would hold for a whole page,
and with every text. Verdana, for readers without DejaVu Sans, is about as wide.
"""

FAMILY = re.compile(r" ?font-family: [^;]*;?")
NUMBER = re.compile(r"-?\d+\.\d+")
LEVEL = re.compile(r"^rotate\(-?0 .*\)$")
REFERENCE = re.compile(r"#([\w.-]+)")
"""How an element refers to another, in `href` or in `url()`; a colour looks like it."""

REFERRING = ("href", "xlink:href", "clip-path", "style")
PLACES = ("d", "x", "y")
DIGITS = 2
"""Of places after the point: a hundredth of a point is less than any eye or printer tells apart."""


def svg_file(figure: Figure) -> bytes:
    """A figure as the bytes of an SVG file: the same bytes whenever it is drawn.

    >>> from sim.drawing.sheet import Sheet
    >>> svg_file(Sheet()) == svg_file(Sheet())
    True
    """
    root = _named(_drawn(figure, "xlink:"), "part-")
    root.attrib |= {"xmlns": SVG, "xmlns:xlink": XLINK}
    return PROLOG + ElementTree.tostring(root, encoding="utf-8") + b"\n"


def inline(figure: Figure, name: str, title: str, described: str) -> str:
    """A figure as an `<svg>` element of a page of HTML, as wide as the place where it stands.

    name: letters, digits and hyphens, once in a page: every id begins with it; title, described: for readers
    who do not see the figure, plain texts, which are escaped here.

    >>> from sim.drawing.sheet import Sheet
    >>> inline(Sheet(), "empty", "Nothing", "An empty sheet.")[:65]
    '<svg class="figure" role="img" aria-labelledby="empty-title empty'
    """
    return as_part(_drawn(figure, ""), name, title, described)


def as_part(root: Element, name: str, title: str, described: str) -> str:
    """The tree of a figure as `inline` has it."""
    root = _named(root, f"{name}-")
    root.attrib = {
        "class": "figure",
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-desc",
        "viewBox": root.attrib["viewBox"],
        **COMMON,
    }
    for place, (tag, words) in enumerate((("title", title), ("desc", described))):
        told = Element(tag, {"id": f"{name}-{tag}"})
        told.text = cleaned(words)
        root.insert(place, told)
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def _drawn(figure: Figure, link: str) -> Element:
    """The tree of a figure without what only matplotlib needs; link: what stands before `href`."""
    file = io.BytesIO()
    with own_style(), without_glyphs():
        figure.savefig(file, format="svg", metadata={"Date": None})
    root = without_spaces(ElementTree.fromstring(file.getvalue()), link)
    for each in list(root.iter()):
        for child in [child for child in each if child.tag in ("metadata", "style")]:
            each.remove(child)
        _shortened(each)
    root.attrib |= COMMON
    return root


@contextmanager
def without_glyphs() -> Iterator[None]:
    """Inside, nobody is warned of signs that matplotlib's font does not have: who reads an SVG has others."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def without_spaces(root: Element, link: str) -> Element:
    """A tree with names as they are written, where ElementTree puts the addresses of their vocabularies."""
    for each in root.iter():
        each.tag = each.tag.removeprefix(f"{{{SVG}}}")
        each.attrib = {key.replace(f"{{{XLINK}}}", link): value for key, value in each.items()}
    return root


def _shortened(each: Element) -> None:
    """Leave out of an element what changes nothing that is seen, and make its text fit to be shown."""
    if each.tag != "text" and not (each.text or "").strip():
        each.text = None
    # No text turns the direction of writing, in a page or in an editor.
    each.text, each.tail = each.text and cleaned(each.text), None
    for key in PLACES:
        if key in each.attrib:
            each.attrib[key] = " ".join(NUMBER.sub(_rounded, each.attrib[key]).split())
    if "style" in each.attrib:
        each.attrib["style"] = FAMILY.sub("", each.attrib["style"])
    if LEVEL.match(each.get("transform", "")):
        del each.attrib["transform"]


def _rounded(found: re.Match[str]) -> str:
    return f"{float(found[0]):.{DIGITS}f}".rstrip("0").rstrip(".")


def _named(root: Element, prefix: str) -> Element:
    """A tree whose ids are a prefix and a number; an element that no other refers to has none.

    matplotlib makes ids of places in memory, which differ whenever a figure is drawn.
    """
    every = list(root.iter())
    texts = [each.get(key, "") for each in every for key in REFERRING]
    used = set(REFERENCE.findall(" ".join(texts)))
    found = [each.attrib["id"] for each in every if each.get("id") in used]
    names = {name: f"{prefix}{place}" for place, name in enumerate(dict.fromkeys(found), start=1)}

    def renamed(reference: re.Match[str]) -> str:
        return "#" + names.get(reference[1], reference[1])

    for each in every:
        own = names.get(each.attrib.pop("id", ""))
        if own is not None:
            each.attrib["id"] = own
        for key in REFERRING:
            if key in each.attrib:
                each.attrib[key] = REFERENCE.sub(renamed, each.attrib[key])
    return root
