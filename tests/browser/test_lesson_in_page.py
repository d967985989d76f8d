"""What students see in the page, task by task, is what the lesson tells the teacher."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.pages import text_of

LESSON = text_of("docs/lesson.md")
SECONDS = 30
"""Longest that the page may take for what is told at rest, on a machine that does other things too."""

sync_api = pytest.importorskip("playwright.sync_api", reason="pip install 'steppe-sim[browser]'")


@pytest.fixture
def page(opened: Any, shipped: Any) -> Any:
    with opened(shipped, size=(1366, 900)) as page:
        told(page, r"41 in 100 futures.*4,096 futures")
        yield page


def told(page: Any, pattern: str) -> None:
    """Wait until the page says so, or fail."""
    said = page.locator("#live-said")
    sync_api.expect(said).to_contain_text(re.compile(pattern), timeout=1000 * SECONDS)


def answered(question: str) -> str:
    """The answer that the lesson gives to one of its seven questions."""
    return re.search(rf"^\| {re.escape(question)} \| (.*) \|$", LESSON, flags=re.MULTILINE)[1]


def test_the_task_of_sanctions_is_foretold_locked_and_shown_as_the_lesson_says(page):
    page.locator(".live-class summary").click()
    page.check("#live-foretell")
    sanctions = page.get_by_label("Sanctions pressure on Russia, value")
    sanctions.fill("1")
    sanctions.press("Enter")
    page.get_by_label("Sanctions pressure on Russia: from which month").select_option("from Jul 2024")
    assert "→" not in page.locator("#live-now").inner_text()
    page.fill("#live-who", "Ada")
    page.fill("#live-foretold", "55")
    page.click("#live-lock")
    told(page, "41 → 38 in 100")
    assert "38 instead of 41" in LESSON
    assert "3 futures of 100 turn to no, none to yes, 97 do not care" in answered(
        "Sanctions at their most: what do they do?"
    )
    told(page, "0 turn to yes, 3 to no, 97 do not care")
    line = page.inner_text("#live-line")
    page.fill("#live-lines", f"{line}\n")
    assert "Ada 55" in page.inner_text("#live-dots")


def test_keeping_some_futures_shows_what_the_lesson_warns_of(page):
    page.get_by_text("Keep only some futures").click()
    page.select_option("#live-keep", label="A third-neighbour leader visits")
    page.select_option("#live-keep-by", label="June 2025")
    told(page, "25 in 100")
    assert "he comes in 25 of 100" in LESSON and "25 in 100 have a Russian visit" in LESSON


@pytest.mark.parametrize(("value", "count"), [("78", 51), ("39.6", 10), ("129.6", 94)])
def test_what_standing_is_worth_moves_the_answer_as_far_as_the_lesson_says(page, value, count):
    worth = page.get_by_label("What standing abroad is worth to Russia, value")
    worth.fill(value)
    worth.press("Enter")
    told(page, f"41 → {count} in 100")
    assert f"{count} of 100" in LESSON or f"in {count} or in" in LESSON


def test_another_theory_of_choice_leaves_next_to_nothing(page):
    page.select_option("#live-theory", "level1")
    told(page, "41 → 3 in 100")
    assert "hardly anybody comes" in LESSON
