"""What is seen first, without scrolling and without scripts: how likely, and how sure."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.support.sizes import DESKTOP, PHONE

WITHIN = "each => each.getBoundingClientRect().bottom <= innerHeight && each.getBoundingClientRect().top >= 0"
SMALL = """least => {
    // a small round or box is pressed by its words, too
    const pressed = each => /radio|checkbox/.test(each.type) && each.closest("label") || each;
    return [...document.querySelectorAll("nav a, summary, a[download], button, select, input")]
        .filter(each => each.checkVisibility() && pressed(each).getBoundingClientRect().height < least)
        .map(each => each.outerHTML.slice(0, 80));
}"""


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_answer_its_doubt_and_the_hundred_futures_are_seen_at_once(opened, static, size):
    with opened(static, size, script=False) as page:
        for place in ("#answer-sentence", "#grid svg", ".answer .beside"):
            assert page.locator(place).first.evaluate(WITHIN), place


def test_the_hundred_futures_are_told_to_who_does_not_see_them(opened, static):
    with opened(static) as page:
        said = page.locator("#grid svg").first.get_attribute("aria-label")
        marks = [page.locator(f"#grid > svg .{kind}").count() for kind in ("mark-both", "mark-neither")]
    assert sum(marks) == 100
    assert f"happens in {marks[0]}, and does not in {marks[1]}" in said


@pytest.mark.parametrize(("size", "least"), [(DESKTOP, 24), (PHONE, 44)], ids=["desktop", "phone"])
def test_what_is_pressed_is_large_enough(opened, shipped, size, least):
    with opened(shipped, size) as page:
        page.wait_for_function("document.querySelectorAll('input[type=range]').length > 0")
        assert page.evaluate(SMALL, least) == []


def test_headings_go_down_one_step_at_a_time(opened, static):
    with opened(static) as page:
        levels = page.eval_on_selector_all(
            "h1, h2, h3, h4", "all => all.map(each => Number(each.tagName[1]))"
        )
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(later - level <= 1 for level, later in pairwise(levels))
