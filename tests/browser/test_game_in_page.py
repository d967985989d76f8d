"""A game in a page: played by mouse and by keys, taken up again, and told as the program tells it."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.play.kept.ask import games
from tests.support.sizes import DESKTOP, NARROW, PHONE
from tests.support.valid_html import faults_of_html

SMALL = Path(__file__).parents[1] / "cases" / "small.toml"
MONTHS = 4
SIZES = {"desktop": DESKTOP, "phone": PHONE, "narrow": NARROW}


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("game") / "game.html"
    order = ["play", str(SMALL), "--as", "North", "--months", str(MONTHS), "--page", str(place)]
    done = CliRunner().invoke(app, order)
    assert done.exit_code == 0, done.output
    return place


def heading(page):
    return page.inner_text("#game-month")


def month(page):
    """Decide once more than the page waits for, with everything marked that may be."""
    for box in page.locator("#game-options input[type=checkbox]").all():
        box.check()
    page.click("#game-decide")


def to_the_end(page):
    while not page.locator("#game-over").is_visible():
        month(page)


def test_a_game_is_played_and_its_line_is_what_the_program_finds(opened, file, tmp_path):
    with opened(file) as page:
        assert heading(page) == f"January 2010, month 1 of {MONTHS}"
        to_the_end(page)
        page.fill("#game-who", "Ada <b>")
        page.click("#game-whole summary")
        line = page.inner_text("#game-line")
        result = page.inner_text("#game-result")
        page.click("#game-log summary")
        assert "Your move: proposed: A loan from North" in page.inner_text("#game-months")
        assert "same bits as in the program" in page.inner_text("#game-check")
    collected = tmp_path / "class.jsonl"
    collected.write_text(line + "\n", encoding="utf-8")
    read = games([collected])
    assert not read.wrong and read.lines[0].name == "Ada <b>"
    worth, rule = read.lines[0].worth, read.lines[0].rule
    assert result == f"Your score: {worth:+.2f}; the rule made {rule:+.2f} of the same luck."


def test_a_page_that_is_loaded_again_goes_on_where_it_was(opened, file):
    with opened(file) as page:
        month(page)
        month(page)
        at, address = heading(page), page.url
        page.reload()
        assert (heading(page), page.url) == (at, address)
        page.goto("about:blank")
        page.go_back()
        assert heading(page) == at
        to_the_end(page)
        result = page.inner_text("#game-result")
        page.reload()
        assert page.inner_text("#game-result") == result
        page.fill("#game-future", "7")
        page.click("text=Begin anew")
        assert heading(page).startswith("January") and "~future:7~" in page.url
        page.go_back()
        assert page.inner_text("#game-result") == result


def test_the_second_click_of_a_double_click_decides_nothing(opened, file):
    with opened(file) as page:
        page.wait_for_timeout(500)
        page.dblclick("#game-decide")
        page.wait_for_timeout(500)
        assert heading(page).startswith("February 2010")


@pytest.mark.parametrize(
    "fragment", ["#steppe-game-1~x", "#steppe-%", "#steppe-game-1~small~~~~~~~~~00000000"]
)
def test_a_damaged_address_is_told_and_a_new_game_begins(opened, file, fragment):
    with opened(file, fragment=fragment) as page:
        assert "A new game begins." in page.inner_text("#game-trouble")
        assert heading(page).startswith("January 2010")
        month(page)
        assert not page.locator("#game-trouble").is_visible()


def test_keys_alone_play_a_game(opened, file):
    with opened(file) as page:
        page.wait_for_timeout(500)
        for _ in range(MONTHS):
            focus(page, "input[type=checkbox], #game-decide")
            if page.evaluate("document.activeElement.type") == "checkbox":
                page.keyboard.press("Space")
            focus(page, "#game-decide")
            page.keyboard.press("Enter")
            page.wait_for_timeout(500)
        assert page.evaluate("document.activeElement.id") == "game-ended"


def focus(page, selector):
    """Press Tab until something like that has the focus."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no key leads to {selector}")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_neither_state_has_a_fault_of_accessibility_or_scrolls_sideways(opened, file, size, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with opened(file, SIZES[size], scheme) as page:
        page.wait_for_timeout(500)
        for _ in range(2):
            found = axe.run(page).response["violations"]
            assert [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in found] == []
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            to_the_end(page)
            page.click("#game-log summary")


def test_the_page_of_a_game_is_valid_html(file, tmp_path):
    assert faults_of_html([file], tmp_path) == ""


def test_without_script_the_page_says_what_it_needs(opened, file):
    with opened(file, script=False) as page:
        assert page.locator("#game-without").is_visible() and not page.locator("#game-all").is_visible()


def test_what_is_left_to_the_rule_is_said_and_so_is_a_debrief_without_departures(opened, file):
    with opened(file) as page:
        while not page.locator("#game-over").is_visible():
            page.click("#game-leave")
        assert "You did what the rule would have drawn throughout." in page.inner_text("#game-why")
        told = json.loads(
            page.inner_text("#game-line") or page.evaluate("document.getElementById('game-line').textContent")
        )
        assert told["gain"] == 0 and told["choices"] == []


def test_labels_that_would_do_something_do_nothing(opened, tmp_path):
    text = SMALL.read_text(encoding="utf-8")
    bad = "</script><img src=x onerror=alert(1)>{label}${x}<b>"
    for label in ('"A loan from North"', '"Wealth"', '"North"', '"Court"', '"A small buffer"'):
        text = text.replace(f"label = {label}", f'label = "{bad}"').replace(
            f"title = {label}", f'title = "{bad}"'
        )
    (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
    with contextlib.chdir(tmp_path):
        order = ["play", "bad.toml", "--as", "North", "--months", "2", "--page", "bad.html"]
        assert CliRunner().invoke(app, order).exit_code == 0
    with opened(tmp_path / "bad.html") as page:
        assert bad in page.inner_text("#game-options")
        to_the_end(page)
        assert page.locator("img, b").count() == 0 and bad in page.inner_text("#game-ending")
