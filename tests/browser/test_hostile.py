"""A thousand texts that would do something, in a scenario and in folders of it: a browser does nothing."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from tests.fuzz.labels import case, hostile
from tests.fuzz.toml import dumps

TEXTS = 1000
HELD = "[...document.querySelectorAll('*')].map(each => each.localName)"
HANDLERS = """[...document.querySelectorAll('*')].flatMap(each => each.getAttributeNames())
    .filter(name => name.startsWith('on'))"""
SCHEMES = "[...document.querySelectorAll('a')].map(each => each.protocol)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Pages of the same orders, of the hostile scenario and of a plain one."""
    folder = tmp_path_factory.mktemp("hostile")
    with contextlib.chdir(folder):
        for name, raw in (("hostile", hostile(TEXTS)[0]), ("plain", case(TEXTS))):
            file = f"{name}.toml"
            Path(file).write_text(dumps(raw), encoding="utf-8")
            for words in (
                ("report", file, "--runs", "200", "--out", f"{name}.html"),
                ("report", file, "--runs", "200", "--static", "--out", f"{name}-static.html"),
                ("compare", file, "--b", "war=0.9", "--runs", "64", "--out", f"{name}-compared"),
                ("report", f"{name}-compared"),
                ("sweep", file, "--vary", "war=0:1:3", "--runs-per-point", "16", "--out", f"{name}-swept"),
                ("report", f"{name}-swept"),
                ("check", file, "--only", "rest", "--out", f"{name}-checked.html"),
            ):
                done = CliRunner().invoke(app, list(words))
                assert done.exit_code == 0, (words, done.output)
    return folder


@pytest.mark.parametrize("page", ["", "-static", "-compared", "-swept", "-checked"])
def test_no_text_of_a_thousand_becomes_an_element_runs_or_asks(opened, folder, page):
    held = {}
    for name in ("plain", "hostile"):
        # that nothing was said, asked for or shown as a dialog is seen to by the fixture
        with opened(folder / f"{name}{page}.html") as shown:
            shown.wait_for_timeout(500)
            held[name] = shown.evaluate(HELD)
            assert shown.evaluate(HANDLERS) == []
            assert set(shown.evaluate(SCHEMES)) <= {"file:", "data:", "http:", "https:"}
            assert shown.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    # longer labels take more lines of a figure, and addresses in sources are links: of nothing else is more
    assert set(held["hostile"]) - set(held["plain"]) <= {"a", "tspan"}
    assert held["hostile"].count("script") == held["plain"].count("script")
