"""Pages in a real browser: opened from disk, watched for whatever a page must not do.

Needs the extra `browser` and a Chromium: the one that STEPPE_CHROMIUM names, one on the path, or that of
Playwright.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from typer.testing import CliRunner

from sim.cli import app
from tests.support.sizes import DESKTOP

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for a browser is left out unless asked for: pytest -m browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium() -> str | None:
    """The program to be started; None for the one that Playwright brought."""
    found = os.environ.get("STEPPE_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="pip install 'steppe-sim[browser]'")
    with sync_api.sync_playwright() as playwright:
        # as root, such as in a container, Chromium runs without its sandbox or not at all
        launched = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield launched
        launched.close()


@dataclass
class Watched:
    """What a page did that it should not: lines on the console, errors, requests, dialogs."""

    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def nothing(self) -> bool:
        """Whether it did nothing of the kind."""
        return not (self.console or self.errors or self.requests or self.dialogs)

    def of(self, page: Any) -> None:
        """Watch a page from now on."""
        page.on("console", lambda message: self.console.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        is_page_itself = request.is_navigation_request() and request.url.startswith("file:")
        if not is_page_itself and not request.url.startswith(("blob:", "data:")):
            self.requests.append(request.url)


@pytest.fixture
def opened(browser: Any) -> Callable[..., Any]:
    """A context manager that opens a file as a page, and afterwards asks that it did nothing forbidden."""

    @contextmanager
    def opening(
        file: Path,
        size: tuple[int, int] = DESKTOP,
        scheme: str = "light",
        script: bool = True,
        fragment: str = "",
    ) -> Iterator[Any]:
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=script,
            accept_downloads=True,
        )  # fmt: skip
        watched, page = Watched(), context.new_page()
        watched.of(page)
        page.goto(file.absolute().as_uri() + fragment)
        yield page
        context.close()
        assert watched.nothing(), watched

    return opening


def _made(place: Path, *words: str) -> Path:
    """A page that the command makes, once for all tests of a session and all their processes."""
    with FileLock(f"{place}.lock"):
        if not place.exists():
            done = CliRunner().invoke(app, ["report", *words, "--out", str(place)])
            assert done.exit_code == 0, done.output
    return place


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of a session share."""
    own = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        own = own.parent
    return own


@pytest.fixture(scope="session")
def shipped(pages: Path) -> Path:
    """The page of the shipped case, as the command makes it."""
    return _made(pages / "mongolia-2024.html", "mongolia-2024")


@pytest.fixture(scope="session")
def static(pages: Path) -> Path:
    """The same without its model."""
    return _made(pages / "static.html", "mongolia-2024", "--static", "--runs", "2000")
