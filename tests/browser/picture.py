"""The picture of a page in README: python -m tests.browser.picture PAGE.html PRESET PICTURE.png.

A preset of the page is chosen, so that the picture shows two worlds on the same futures.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import chromium

SIZE = {"width": 1280, "height": 860}
AT_REST = 6_000
"""Until no more futures come [ms]."""


def main(page: str, preset: str, picture: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        shown = browser.new_page(viewport=SIZE, color_scheme="light")
        shown.goto(Path(page).absolute().as_uri())
        shown.select_option("#live-preset", label=preset)
        shown.evaluate("document.activeElement.blur()")
        shown.locator("#live-now").wait_for()
        shown.wait_for_timeout(AT_REST)
        shown.evaluate("document.getElementById('live').scrollIntoView()")
        shown.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
