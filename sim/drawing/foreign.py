"""SVG files of folders that may come from anybody, as parts of a page: only what figures of ours hold."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from sim.drawing.svg import PROLOG, REFERENCE, as_part, without_spaces
from sim.refusal import Refusal, cleaned

TAGS = ("svg", "g", "path", "use", "defs", "text", "tspan", "rect", "clipPath", "image", "pattern")
"""Elements that figures are drawn with; none of them runs or loads anything by itself."""

ATTRIBUTES = (
    "width", "height", "viewBox", "style", "d", "clip-path", "id", "href", "x", "y", "transform",
    "patternUnits", "fill",
)  # fmt: skip

PLAIN = re.compile(r"[\w\s.,:;#%()'-]*", re.ASCII)
"""Signs of attributes; with them no address can be written."""

ELSEWHERE = re.compile(r"url\s*\((?!#)", re.IGNORECASE)
"""What refers to something that is not in the figure."""

PICTURE = re.compile(r"data:image/png;base64,[\w+/=\s]*", re.ASCII)

LARGEST = 2**23
"""Bytes of a figure in a page, at most."""


def inline_file(data: bytes, name: str, title: str, described: str) -> str:
    """The bytes of an SVG file as an `<svg>` element of a page; all else as in `sim.drawing.svg.inline`.

    What no figure of ours holds is left out: scripts, links, styles of a page. Raises Refusal for what is no
    such file.
    """
    # A declaration could define words that unfold to more than any memory holds.
    if not data.startswith(PROLOG) or b"<!" in data or len(data) > LARGEST:
        raise Refusal(f"{title}: the figure is no file that steppe wrote")
    try:
        root = without_spaces(ElementTree.fromstring(data), "")
    except ElementTree.ParseError as error:
        raise Refusal(f"{title}: the figure cannot be read ({error})") from None
    if root.tag != "svg" or "viewBox" not in root.attrib:
        raise Refusal(f"{title}: the figure is no SVG")
    _only_ours(root)
    if _is_deep(root):
        raise Refusal(f"{title}: the figure refers to parts of it that refer to others, as none of ours does")
    return as_part(root, name, title, described)


def _only_ours(each: Element) -> None:
    """Leave out elements and attributes that no figure of ours has, here and below."""
    each.attrib = {key: value for key, value in each.attrib.items() if _is_ours(key, value)}
    each.text, each.tail = _words(each.text), _words(each.tail)
    for child in list(each):
        if child.tag in TAGS:
            _only_ours(child)
        else:
            each.remove(child)


def _is_deep(root: Element) -> bool:
    """Whether something that is referred to refers on: thirty steps, each to two, are a thousand million."""
    every = list(root.iter())
    named = {name for each in every for name in REFERENCE.findall(" ".join(each.attrib.values()))}
    return any(_refers(part) for each in every if each.get("id") in named for part in each.iter())


def _refers(each: Element) -> bool:
    """Whether an element refers to another; a colour only looks like it."""
    return "href" in each.attrib or any("url" in value.lower() for value in each.attrib.values())


def _words(text: str | None) -> str | None:
    return text and cleaned(text)


def _is_ours(key: str, value: str) -> bool:
    if key == "href" and PICTURE.fullmatch(value):
        return True
    if key == "href" and not value.startswith("#"):
        return False
    return key in ATTRIBUTES and PLAIN.fullmatch(value) is not None and not ELSEWHERE.search(value)
