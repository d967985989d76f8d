"""The picture of the page in README, after steppe report mongolia-2024: python -m tests.browser.picture.

A preset of the page is chosen, so that the picture shows two worlds on the same futures.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from tests.browser.conftest import chromium

SIZE = {"width": 1280, "height": 720}
AT_REST = 6_000
"""Until no more futures come [ms]."""


PAGE, PICTURE, PRESET = "results/mongolia-2024.html", "docs/page.png", "Withdraw the warrant"
COLOURS = 96


def main() -> None:
    # the extra `browser` alone has it, and whoever looks for examples in this file need not
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        shown = browser.new_page(viewport=SIZE, color_scheme="light")
        shown.goto(Path(PAGE).absolute().as_uri())
        shown.select_option("#live-preset", label=PRESET)
        shown.evaluate("document.activeElement.blur()")
        shown.locator("#live-now").wait_for()
        shown.wait_for_timeout(AT_REST)
        shown.evaluate("document.getElementById('live').scrollIntoView()")
        taken = shown.screenshot(clip={"x": 0, "y": 0, **SIZE})
        browser.close()
    with Image.open(io.BytesIO(taken)) as picture:
        picture.convert("RGB").quantize(COLOURS).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
