"""The page of the shipped case in a browser: it asks for nothing, is valid, and can be read by everybody."""

from __future__ import annotations

import pytest

from tests.support.sizes import DESKTOP, NARROW, PHONE
from tests.support.valid_html import faults_of_html

LARGEST, STATIC = 3 * 2**20, 600 * 2**10
"""Sizes of a page, and of one without its model [bytes]."""

SIZES = {"desktop": DESKTOP, "phone": PHONE, "narrow": NARROW}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_has_no_fault_of_accessibility(opened, shipped, size, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with opened(shipped, SIZES[size], scheme) as page:
        found = axe.run(page).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in found] == []


@pytest.mark.parametrize("size", SIZES)
def test_a_page_never_scrolls_sideways(opened, shipped, size):
    with opened(shipped, SIZES[size]) as page:
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_page_without_script_shows_the_answer(opened, shipped, static):
    for file in (shipped, static):
        with opened(file, script=False) as page:
            assert page.locator("#answer p").first.is_visible()


def test_a_static_page_holds_no_script(static):
    assert "<script" not in static.read_text(encoding="utf-8")


def test_pages_are_small_enough_to_be_sent(shipped, static):
    assert shipped.stat().st_size <= LARGEST
    assert static.stat().st_size <= STATIC


def test_pages_are_valid_html(shipped, static, tmp_path):
    assert faults_of_html([shipped, static], tmp_path) == ""


def test_the_shipped_page_prints_on_eight_sheets_at_most(opened, shipped, tmp_path):
    with opened(shipped) as page:
        paper = page.pdf(format="A4", print_background=True)
    sheets = paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ")
    # none found would mean that sheets are not counted
    assert 1 <= sheets <= 8
