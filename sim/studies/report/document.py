"""A page as one file of HTML that needs no other and asks for none."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from sim.refusal import cleaned
from sim.studies.report.links import linked
from sim.studies.report.pieces import Section
from sim.writing.manifest import version_of

ASSETS = Path(__file__).with_name("assets")
MAKER = "steppe report"
"""What the page says of its maker; a file that does not say so is never replaced."""


@dataclass(frozen=True)
class Document:
    """A page: its title, what stands below it, sections in order, and the command that makes it.

    model: the living model's data (`sim.studies.report.model`); none for a static page.

    >>> page = Document("Which way?", "A case", (Section("question", "Question", ()),), "steppe report case")
    >>> "<title>Which way?</title>" in page.html()
    True
    """

    title: str
    subtitle: str
    sections: Sequence[Section]
    command: str
    model: Mapping[str, Any] | None = None
    language: str = "en"

    def html(self) -> str:
        """The whole file. Everything that is not ours is escaped."""
        script = _script(self.model is not None)
        return (
            _templates()
            .get_template("page.html")
            .render(
                page=self,
                version=version_of("steppe-sim"),
                maker=MAKER,
                policy=policy(script),
                style=Markup(_styles()),
                script=Markup(script),
                worker=Markup(as_json(_worker())) if self.model is not None else None,
                model=Markup(as_json(fit(self.model))),
                first=_once(),
            )
        )


def pasted(command: str) -> Markup:
    """A command that breaks at its blanks, never within the two hyphens that begin an option.

    >>> print(pasted("steppe run 'a <b>'"))
    steppe run &#39;a &lt;b&gt;&#39;
    """
    words = [escape(cleaned(word)) for word in command.split(" ")]
    option = Markup('<span class="option">{}</span>')
    return Markup(" ").join(option.format(word) if word.startswith("--") else word for word in words)


def _once() -> Callable[[str], bool]:
    """Tells whether a command is met for the first time: one that makes several pieces is told once."""
    met = {""}

    def first(command: str) -> bool:
        new = command not in met
        met.add(command)
        return new

    return first


def policy(script: str) -> str:
    """The Content-Security-Policy of a page with a script: it runs that script, and asks for nothing."""
    runs = "'none'"
    if script:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        runs = f"'sha256-{digest}' 'wasm-unsafe-eval'"
    return (
        f"default-src 'none'; script-src {runs}; style-src 'unsafe-inline'; img-src data:; worker-src blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _worker() -> str:
    """What runs in the worker: all scripts of the model as one."""
    return "\n".join(map(asset, _names("model", ".js")))


@cache
def asset(name: str) -> str:
    """The text of a file of the page's own; empty if there is none."""
    file = ASSETS / name
    if file.is_file():
        return file.read_text(encoding="utf-8")
    return ""


@cache
def _names(start: str, end: str) -> list[str]:
    """Assets by how their names begin and end, in the order of their names."""
    entries = ASSETS.iterdir()
    return sorted(each.name for each in entries if each.name.startswith(start) and each.name.endswith(end))


def _styles() -> str:
    """All style sheets as one."""
    return "\n".join(map(asset, ("page.css", *_names("live", ".css"))))


def _script(lives: bool) -> str:
    """What the page runs: all scripts of the living model as one; nothing in a static page."""
    if not lives:
        return ""
    text = "\n".join(map(asset, _names("live", ".js")))
    return f'"use strict";\n(() => {{\n{text}\n}})();\n'


def as_json(data: Any) -> str:
    """Data as JSON that can stand within a script element, whatever texts it holds."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def _templates() -> Environment:
    """The templates; what they are filled with is escaped, and turns no direction of writing."""
    loader = FileSystemLoader(ASSETS)
    made = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=fit,
    )  # fmt: skip
    made.filters["linked"] = linked
    made.filters["pasted"] = pasted
    return made


def fit(value: Any) -> Any:
    r"""What a page is filled with, all texts in it without signs that act on what stands around them.

    No escaping takes these away. Markup is ours and stays as it is.

    >>> fit({"label": "left\u202eright"})
    {'label': 'left\\u202eright'}
    """
    if isinstance(value, str) and not isinstance(value, Markup):
        return cleaned(value)
    if isinstance(value, dict):
        return {fit(key): fit(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [*map(fit, value)]
    return value
