"""Texts that would do something where they are shown, in every place of a scenario where free text stands."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.support.past import TEXT

FREE = ("title", "question", "note", "label", "source", "unit", "definition", "says")
"""Keys whose texts are anything an author likes."""

LIVE = (
    # of a page
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "</svg><form action=//example.org>",
    "</style><script>alert(1)</script>", "<style>*{display:none}</style>",
    "</title><script>alert(1)</script>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>", "<iframe src=https://example.org>",
    "<base href=https://example.org/>", "<link rel=stylesheet href=https://example.org/x.css>",
    "<a href=javascript:alert(1)>x</a>", "<details open ontoggle=alert(1)>", "<body onload=alert(1)>",
    "<marquee onstart=alert(1)>", "<math><mtext></mtext><mglyph><style></style><img src=x onerror=alert(1)>",
    "<!--", "-->", "<!-- --!><script>alert(1)</script>", "<![CDATA[", "]]>", "]]><script>alert(1)</script>",
    "<?xml version='1.0'?>", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>", "<plaintext>",
    "<textarea>", "<template>", "<noscript><img src=x onerror=alert(1)></noscript>", "</main></body></html>",
    '" onmouseover="alert(1)', "' onmouseover='alert(1)", '"><script>alert(1)</script>', "'><b>x", "` x=`",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;", "&amp;lt;", "&NotAnEntity;", "&#x202e;",
    "&#0;",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x",
    "https://example.org/\"onmouseover=alert(1)", "https://example.org/<script>", "https://user@example.org/",
    "http://[::1", "https://example.org/javascript:alert(1)", "//example.org/x", "file:///etc/passwd",
    "{{ 7 * 7 }}", "{% raw %}", "{{ ''.__class__.__mro__ }}", "${alert(1)}", "#{7*7}", "<%= 7 %>",
    "\\u003cscript\\u003e",
    "expression(alert(1))", "url(https://example.org/x)", "@import 'https://example.org'", "}*{color:red}",
    # of a figure
    "$x^2$", "$\\frac{1}{0}$", "$", "$$", "$\\undefined{", "a$b$c", "\\$", "_hidden", "__", "%", "%s", "{0}",
    "\\n",
    # of a spreadsheet
    "=1+1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"https://example.org\")", "+1+1", "-1-1", "@SUM(A1)", " =1+1",
    "'=1+1", "＝1+1", "\"=1+1", ";=1+1", ",=1+1", "a,\"b", "DDE(\"cmd\";\"/C calc\")",
    # of a shell and of what counts as a name
    "; rm -rf ~", "$(touch x)", "`touch x`", "&& true", "| cat", "../../etc/passwd", "nan", "inf", "NaN",
    "None",
    "true", "0", "1e400", "-", "2010-01", "NULL", "#N/A",
    # of any reader
    "\u200bhidden\u200b", "a\u00adb", "\ufeffx", "e\u0301\u0301\u0301\u0301\u0301", "\u0635\u0644\u0649 41",
    "\u05e9\u05dc\u05d5\u05dd 9 (8)",
    "\U0001f600", "名前", "ａｂｃ", "ﷺ", "\U000e0041", "W" * 300, "long" * 70, "a " * 140, "…", "—",
)  # fmt: skip
"""Texts that a scenario may hold, and that are shown as they are wherever they stand."""

REFUSED = (
    "\x1b[31mred", "\x1b]0;title\x07", "\x1b]8;;https://example.org\x1b\\link", "\x9b31m", "\x07", "\x08",
    "\x7f",
    "\x85", "\r", "\u2028", "\u2029", "\u202eright", "\u202d", "\u2066", "\u2069x", "\u200f", "\u200e",
    "\u061c",
)  # fmt: skip
"""Texts that a scenario may not hold: they would act on a terminal, or turn what stands beside them."""

MOST = 300
"""Characters that a label may have."""


def live(rng: Random) -> str:
    """A text that is alive somewhere, or some of them joined."""
    parts = rng.choices(LIVE, k=rng.choice((1, 1, 2, 3)))
    return rng.choice(("", " ", "A ", '"', "'", ">")).join(parts)[:MOST].strip() or "x"


def places(raw: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Every place of a scenario where free text stands, as its table and key."""
    if isinstance(raw, list):
        for each in raw:
            yield from places(each)
    if not isinstance(raw, dict):
        return
    for key, value in raw.items():
        if key in FREE and isinstance(value, str):
            yield raw, key
        else:
            yield from places(value)


def case(texts: int) -> dict[str, Any]:
    """A small scenario with a past that has at least so many free texts; all of them are harmless."""
    raw = tomllib.loads(TEXT)
    raw["note"] = "A note"
    raw["page"] = {"presets": {"calm": {"label": "Calm", "says": "Nothing", "does": ["war=0.1"]}}}
    # two texts each; those under [uncertain] are told in tables and figures, all with their source
    for place in itertools.count():
        if sum(1 for _ in places(raw)) >= texts:
            return raw
        name, number = f"p{place}", {"value": 0.5, "unit": "1", "range": [0.0, 1.0], "source": "test"}
        raw["parameters"][name] = number
        if place < 12:
            raw["uncertain"][name] = {"label": name, "numbers": [f"parameters.{name}"], "plus": 0.01}


def planted(raw: dict[str, Any], texts: Iterator[str]) -> list[str]:
    """Put texts into every place of a scenario where free text stands, in place; the texts, in order."""
    found = [*places(raw)]
    put = [*itertools.islice(texts, len(found))]
    for (table, key), text in zip(found, put, strict=True):
        table[key] = text
    return put


def hostile(texts: int, seed: int = 0) -> tuple[dict[str, Any], list[str]]:
    """A scenario whose every free text is alive somewhere, each of LIVE at least once if there is room."""
    rng, raw = Random(seed), case(texts)
    every = [*LIVE]
    rng.shuffle(every)
    return raw, planted(raw, itertools.chain(every, iter(lambda: live(rng), None)))
