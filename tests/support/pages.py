"""The pages of the documentation as tests read them: blocks of code, commands, links, headings."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from sim.cli import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    str(page.relative_to(ROOT)) for folder in (ROOT, ROOT / "docs") for page in folder.glob("*.md")
)
PAGES.remove("docs/index.md")  # the front page of the site
FENCED = re.compile(r"^```.*?^```$", flags=re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^]]*\]\(([^)\s]+)\)")


def text_of(page: str) -> str:
    """A page by its path in the repository."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of a page in one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[str]:
    """Lines of a page's shell blocks that call the program, from its name on."""
    return re.findall(r"\bsteppe \w.*$", "\n".join(blocks(text, "sh")), flags=re.MULTILINE)


def read_as_the_program_does(command: str) -> None:
    """Read a command without running it: unknown options and values that cannot be are refused."""
    name, *words = shlex.split(command.partition(" > ")[0], comments=True)[1:]
    get_command(app).commands[name].make_context(name, words)


def captions(text: str) -> dict[str, str]:
    """What stands in italics below each figure, by the file of the figure."""
    found = re.findall(r"^!\[[^]]+\]\((\S+)\)\n\n(.+?)\n\n", text, flags=re.MULTILINE | re.DOTALL)
    return {file: " ".join(caption.split()) for file, caption in found}


def links(text: str) -> list[str]:
    """Where links and images of a page lead within the repository: `FILE`, `FILE#HEADING` or `#HEADING`."""
    found = LINK.findall(FENCED.sub("", text))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def anchors(text: str) -> set[str]:
    """The headings of a page as GitHub and the site name them in links."""
    headings = re.findall(r"^#+ +(.+?) *$", FENCED.sub("", text), flags=re.MULTILINE)
    return {slug(heading) for heading in headings}


def slug(heading: str) -> str:
    """A heading as the end of a link: small letters, digits and hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def leaves(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, float]]:
    """Numbers of nested tables and lists with their paths; those written with unit and source by their value,
    and none of rules of provenance.
    """
    for key, value in table.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, dict) and "value" in value:
            yield here, float(value["value"])
        elif isinstance(value, dict):
            yield from leaves(value, here)
        elif isinstance(value, list) and here != "provenance":
            yield from leaves({str(place): each for place, each in enumerate(value)}, here)
        elif isinstance(value, int | float):
            yield here, float(value)
