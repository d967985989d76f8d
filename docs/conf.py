"""How the pages become a site: `sphinx-build -W --keep-going docs build/docs`.

The pages are written for the repository and link to files by their place in it. Pages that lie above docs/
have a copy in docs/site/ here, and links lead there; the README is the front page.
"""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT, COPIES, REFERENCE = HERE.parent, HERE / "site", HERE / "api"
NOTEBOOKS, REPORT = COPIES / "notebooks", ROOT / "build" / "report"
sys.path[:0] = [str(ROOT), str(HERE)]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ABOVE = {page.name for page in ROOT.glob("*.md")} - {"README.md"}

project, author, release = "Steppe", "The Steppe developers", PROJECT["version"]
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary"]
html_theme, html_title, html_show_copyright = "furo", f"Steppe {release}", False
myst_heading_anchors = 4
autodoc_member_order, autodoc_inherit_docstrings = "bysource", False
autodoc_preserve_defaults, autodoc_typehints_format = True, "short"
autodoc_type_aliases = {name: name for name in ("Number", "State", "Progress", "Data")}
templates_path, exclude_patterns = ["templates"], ["templates", "notebooks"]
html_static_path, html_css_files, html_extra_path = ["static"], ["site.css"], [str(REPORT)]
suppress_warnings = ["ref.python"]  # public names are shown where users and where developers look for them

LINK = re.compile(r"(!?\[[^]]*\]\()([^)\s:#]+)(#[^)\s]*)?\)")
CODE = re.compile(r"(`[^`\n]+`)")
OPTIONS = re.compile(r"<!-- options of (\w+) -->")
HEADINGS = re.compile(r"<!-- headings of columns -->")
OPENED = re.compile(r"<!-- report of ([\w-]+) -->")


def moved(text: str, source: Path, to: Path) -> str:
    """A page from the folder `source` whose relative links are those of a page of the site in `to`."""

    def link(found: re.Match[str]) -> str:
        target = (source / found[2]).resolve()
        if target.parent == ROOT and target.name in ABOVE:
            target = COPIES / target.name
        elif target == ROOT / "README.md":
            target = HERE / "index.md"
        elif target.suffix == ".ipynb":
            target = NOTEBOOKS / f"{target.stem}.md"
        return f"{found[1]}{os.path.relpath(target, to).replace(os.sep, '/')}{found[3] or ''})"

    return LINK.sub(link, text)


def headings(found: re.Match[str]) -> str:
    """What each column of a stored table is called, and its unit."""
    from sim.studies.report.folders.columns import COLUMNS

    rows = [f"| `{name}` | {column.label} | {column.unit} |" for name, column in COLUMNS.items()]
    return "\n".join(["| column | is called | unit |", "|---|---|---|", *rows])


def options(found: re.Match[str]) -> str:
    """The help of a command, as the program prints it."""
    from typer.main import get_command

    from sim.cli import app

    command = get_command(app).commands[found[1]]  # type: ignore[attr-defined]
    told = command.get_help(command.make_context(f"steppe {found[1]}", [], resilient_parsing=True))
    return f"```text\n{told}\n```\n"


def opened(found: re.Match[str]) -> str:
    """A link to a report that was made with the site, and stands beside its front page."""
    return f'<a href="{found[1]}.html">Open the page</a>.'


def read(app: Any, name: str, source: list[str]) -> None:
    """A page of the site, made of one of the repository."""
    if name.startswith(("api/", "site/notebooks/")):
        return
    folder, own = (HERE / name).parent, source[0]
    above = "README.md" if name == "index" else f"{Path(name).name}.md" if folder == COPIES else None
    if above is None:
        told = OPENED.sub(opened, OPTIONS.sub(options, moved(own, HERE, folder)))
        source[0] = HEADINGS.sub(headings, told)
        return
    app.env.note_dependency(str(ROOT / above))
    source[0] = moved((ROOT / above).read_text(encoding="utf-8"), ROOT, folder) + own


def plain(app: Any, what: str, name: str, obj: Any, asked: Any, lines: list[str]) -> None:
    """Docstrings are sentences, with code between single backticks and examples; no other markup."""
    lines[:] = [line if line.lstrip().startswith((">>>", "... ")) else _escaped(line) for line in lines]


def _escaped(line: str) -> str:
    parts = CODE.split(line)
    return "".join(
        f"`{part}`" if CODE.fullmatch(part) else re.sub(r"([*|\\`]|_\b)", r"\\\1", part) for part in parts
    )


def named(app: Any, what: str, name: str, obj: Any, asked: Any, *parts: str | None) -> tuple[str | None, ...]:
    """Arguments and result of a signature, with names of types that unions of aliases would hide."""
    return tuple(part and re.sub(r"TypeAliasForwardRef\('(\w+)'\)", r"\1", part) for part in parts)


INDEX = """Reference
=========

What ``import sim`` offers:

.. autosummary::
   :toctree: names

   {names}

For whoever changes the program, a page for each room:

.. toctree::
   :maxdepth: 1
   :glob:

   rooms/*
"""


def public() -> str:
    """The front page of the reference: functions first, then classes."""
    import sim

    names = sorted(sim.__all__, key=lambda name: (name[0].isupper(), name))
    return INDEX.format(names="\n   ".join(f"sim.{name}" for name in names))


def room(package: Path) -> tuple[str, str]:
    """The file and the page of a room: what its modules hold, one after the other."""
    name = ".".join(package.relative_to(ROOT).parts)
    modules = [f"{name}.{each.stem}" for each in sorted(package.glob("[!_]*.py"))]
    own = "" if name == "sim" else automodule(name)  # what sim itself offers has pages of its own
    parts = [f"{each}\n{'-' * len(each)}\n{automodule(each)}" for each in modules]
    return f"{name}.rst", "\n".join([f"{name}\n{'=' * len(name)}\n{own}", *parts])


def automodule(name: str) -> str:
    return f"\n.. automodule:: {name}\n   :members:\n   :ignore-module-all:\n"


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """The files of a folder that is made anew for each build; what is as it should be is left."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in {each.name for each in folder.iterdir() if each.is_file()} - set(files):
        (folder / old).unlink()
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        if not (folder / name).exists() or (folder / name).read_bytes() != data:
            (folder / name).write_bytes(data)


def setup(app: Any) -> None:
    from made import notebook_pages, report

    packages = [each.parent for each in (ROOT / "sim").rglob("__init__.py") if each.parent.name != "cli"]
    write(COPIES, dict.fromkeys(ABOVE, ""))
    write(NOTEBOOKS, notebook_pages(partial(moved, source=HERE / "notebooks", to=NOTEBOOKS)))
    report("mongolia-2024", REPORT)
    write(REFERENCE, {"index.rst": public()})
    write(REFERENCE / "rooms", dict(map(room, packages)))
    app.connect("source-read", read)
    app.connect("autodoc-process-docstring", plain)
    app.connect("autodoc-process-signature", named)
