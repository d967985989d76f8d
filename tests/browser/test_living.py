"""The living model in a real browser: what a reader tries, sees, hears, undoes, shares and prints."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import contextmanager

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli import app
from tests.support.sizes import NARROW, PHONE

BIG, SAID, SPOKEN = "#live-said .live-big", "#live-said", "#live-spoken"
SLIDER = ".live-number input[type=range]"
MOST_STOPS = 45


@pytest.fixture
def living(shipped):
    """The page whose model is tried."""
    return shipped


@pytest.fixture
def trying(opened, living):
    """A context manager that opens the page with its first picture drawn."""

    @contextmanager
    def opening(**how):
        with opened(living, **how) as page:
            page.wait_for_selector("#live-grid svg")
            yield page

    return opening


def raise_first(page, presses=10):
    """Move the first slider up by keyboard, and wait until the change is told."""
    page.locator(SLIDER).first.focus()
    for _ in range(presses):
        page.keyboard.press("ArrowRight")
    up_to_date(page)


def up_to_date(page):
    """Wait until the newest settings are what is shown."""
    page.wait_for_selector(f"#live-now:not(.live-late) {BIG}:has-text('→')")


def changes(page):
    """What the code says is changed."""
    return page.locator("#live-code").text_content().split("~")[3:-1]


def at_rest(page):
    """Wait until all futures and the wide band are there."""
    page.wait_for_selector(f"{SAID}:has-text('4,096 futures at')", timeout=60_000)
    page.wait_for_function(
        "() => !document.querySelector('#live-said').textContent.includes('counted once')", timeout=60_000
    )


def test_the_first_picture_is_a_hundred_futures_and_a_sentence(trying):
    with trying() as page:
        assert page.locator("#live-grid svg > *").count() == 100
        assert re.match(r"(\d+|fewer than 1|more than 99|none of|all of)", page.locator(BIG).text_content())
        assert "Again with other luck" in page.locator(SAID).text_content()


def test_at_rest_the_wide_band_stands_and_while_a_number_moves_it_does_not(trying):
    with trying() as page:
        at_rest(page)
        assert re.search(r"nobody knows \d", page.locator(SAID).text_content())
        raise_first(page)
        assert "nobody knows: counted once nothing moves" in page.locator(SAID).text_content()
        at_rest(page)
        assert re.search(r"nobody knows \d", page.locator(SAID).text_content())


def test_a_slider_tells_what_it_does_at_its_end_and_speaks_once(trying):
    with trying() as page:
        page.evaluate(
            """() => { window.spoken = []; new MutationObserver(() => window.spoken.push(1))
            .observe(document.querySelector('#live-spoken'), {childList: true}); }"""
        )
        raise_first(page, presses=1)
        at_rest(page)
        effect = page.locator(".live-effect").first.text_content()
        assert re.fullmatch(r"[+−]?[\d.]+ \([−\d.]+ to [−\d.]+\)", effect)
        assert page.evaluate("window.spoken.length") == 1
        assert " to " in page.locator(SPOKEN).text_content()


DRAWN = """big => [
    [...document.querySelectorAll("#live-grid svg > *")].map((each) => each.getAttribute("class")),
    document.querySelector(big).textContent,
]"""
"""Kinds of the hundred futures that are drawn, and the sentence above them."""


def test_shown_numbers_add_up_whatever_is_tried(trying):
    with trying() as page:
        sliders = page.locator(f"{SLIDER}:visible")
        for at in range(sliders.count()):
            sliders.nth(at).focus()
            page.keyboard.press("End")
            up_to_date(page)
            # at one moment: the page goes on counting, and draws anew
            kinds, said = page.evaluate(DRAWN, BIG)
            before = sum(kind in ("mark-both", "mark-to-no") for kind in kinds)
            after = sum(kind in ("mark-both", "mark-to-yes") for kind in kinds)
            big = re.match(r"(<1|>99|\d+) → (<1|>99|\d+)", said)
            assert len(kinds) == 100
            for shown, counted in zip(big.groups(), (before, after), strict=True):
                assert shown in (str(counted), "<1", ">99")


def test_undo_redo_flip_and_reset_bring_back_what_was(trying):
    with trying() as page:
        raise_first(page, presses=3)
        changed = changes(page)
        page.click("#live-undo")
        assert changes(page) != changed
        page.click("#live-redo")
        assert changes(page) == changed
        page.wait_for_selector(f"{BIG}:has-text('→')")
        page.locator("#live-flip").focus()
        page.keyboard.down(" ")
        assert "→" not in page.locator(BIG).text_content()
        page.keyboard.up(" ")
        assert "→" in page.locator(BIG).text_content()
        page.click("#live-reset")
        assert changes(page) == ["runs:4096", "seed:1"]
        page.wait_for_function(
            "() => !document.querySelector('#live-said .live-big').textContent.includes('→')"
        )


def test_a_slider_stops_at_the_value_of_the_file_on_its_way_back(trying):
    with trying() as page:
        page.locator("#live-assumes input[type=range]").first.focus()
        for key in ("ArrowRight",) * 4 + ("ArrowLeft",) * 4:
            page.keyboard.press(key)
        assert changes(page) == ["runs:4096", "seed:1"]


def test_a_value_that_the_page_cannot_run_is_refused_with_the_command(trying):
    with trying() as page:
        box = page.locator(".live-number input[type=number]").first
        box.fill("12345678")
        box.press("Enter")
        page.wait_for_selector("#live-trouble:visible")
        said = page.locator("#live-trouble").text_content()
        assert "steppe compare" in said and "12345678" in said
        assert "→" not in page.locator(BIG).text_content()
        page.click("#live-undo")
        page.wait_for_selector("#live-trouble", state="hidden")


def test_a_code_brings_the_settings_to_another_copy(trying, living, opened):
    with trying() as page:
        raise_first(page, presses=5)
        code = page.locator("#live-code").text_content()
    with trying() as page:
        page.click("text=Share, save, check")
        page.fill("#live-paste", f"  {code[:30]}\n{code[30:]} ")
        page.click("#live-take")
        page.wait_for_selector(f"{BIG}:has-text('→')")
        assert page.locator("#live-code").text_content() == code
        page.fill("#live-paste", code[:-1])
        page.click("#live-take")
        assert "damaged" in page.locator("#live-shared").text_content()
        assert page.locator("#live-code").text_content() == code
    with trying(fragment=f"#{code}") as page:
        page.wait_for_selector(f"{BIG}:has-text('→')")
        assert page.locator("#live-code").text_content() == code


def test_a_saved_copy_opens_with_its_settings_and_runs(trying, opened, tmp_path):
    with trying() as page:
        raise_first(page, presses=5)
        code = page.locator("#live-code").text_content()
        page.click("text=Share, save, check")
        with page.expect_download() as saved:
            page.click("#live-save")
        saved.value.save_as(tmp_path / "copy.html")
    with opened(tmp_path / "copy.html") as page:
        page.wait_for_selector(f"{BIG}:has-text('→')")
        assert page.locator("#live-code").text_content() == code
        assert page.locator("#live").count() == 1


def test_the_check_finds_the_bits_of_the_program(trying):
    with trying() as page:
        page.click("text=Share, save, check")
        page.click("#live-check")
        page.wait_for_function("() => /hash|Not /.test(document.querySelector('#live-shared').textContent)")
        assert page.locator("#live-shared").text_content().startswith("The same bits")


def test_the_command_gives_the_numbers_of_the_page(trying, tmp_path):
    with trying() as page:
        raise_first(page, presses=20)
        at_rest(page)
        words = shlex.split(page.locator("#live-command").text_content())
        cells = page.locator("#live-view tbody tr").evaluate_all(
            "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
        )
        outcome = page.locator("#live-outcome").input_value()
    done = CliRunner().invoke(app, [*words[1:], "--out", str(tmp_path / "both.csv")])
    assert done.exit_code == 0, done.output
    table = pd.read_csv(tmp_path / "both.csv")
    asked = table[table["name"] == outcome]
    assert len(asked) == len(cells)
    for row, (_, first, second, difference) in zip(asked.itertuples(), cells, strict=True):
        for shown, share in ((first, row.first), (second, row.second)):
            assert shown == str(round(100 * share)) or shown in ("<1", ">99")
        ends = [float(end.replace("−", "-")) for end in re.findall(r"[−\d.]+", difference)[1:]]
        assert np.allclose(ends, [100 * row.low, 100 * row.high], atol=0.51)


def test_keeping_some_futures_is_looking_and_too_few_are_refused(trying):
    with trying() as page:
        at_rest(page)
        page.click("text=Keep only some futures")
        asked = page.locator("#live-outcome").input_value()
        page.select_option("#live-keep", asked)
        assert "all of" in page.locator(BIG).text_content()
        assert "not counted for futures that are kept" in page.locator(SAID).text_content()
        rare = page.evaluate(
            "() => [...document.querySelector('#live-keep').options].map(each => each.value)"
        )
        shown = set()
        for name in rare[1:]:
            page.select_option("#live-keep", name)
            shown.add(page.locator("#live-trouble").is_visible())
        assert shown == {True, False}


VIEWS = {"dots": 1, "pairs": 0, "fans": 1, "postures": 1, "story": 0}


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_shows_one_world_then_both(trying, view):
    with trying() as page:
        page.check(f"input[name=live-view][value={view}]")
        assert page.locator("#live-view svg").count() == VIEWS[view]
        raise_first(page)
        page.wait_for_selector("#live-view :is(svg, ol)", state="attached")
        if view != "story":
            assert page.locator("#live-view svg").count() > VIEWS[view]
        assert page.locator("#live-view").text_content().strip()


def test_one_future_is_told_beside_its_twin_from_where_they_part(trying):
    with trying() as page:
        page.locator(SLIDER).first.focus()
        page.keyboard.press("End")
        page.wait_for_selector(f"{BIG}:has-text('→')")
        page.check("input[name=live-view][value=story]")
        page.click("#live-turned")
        page.wait_for_selector("#live-view ol", state="attached")
        told = page.locator("#live-view").text_content()
        assert "As it stands" in told and "Changed" in told
        assert " at odds of " in told


def test_a_class_foretells_before_it_is_shown_and_the_teacher_sees_all(trying):
    with trying() as page:
        page.click("text=In class")
        page.check("#live-foretell")
        page.locator(SLIDER).first.focus()
        page.keyboard.press("End")
        page.wait_for_selector("#live-trouble:has-text('Foretell first')")
        assert not page.locator("#live-now").is_visible()
        page.fill("#live-who", "Бат <b>")
        page.fill("#live-foretold", "47")
        page.click("#live-lock")
        page.wait_for_selector(f"{BIG}:has-text('→')")
        answer = page.locator("#live-line").text_content()
        assert answer.startswith("steppe-answer-1~")
        page.fill("#live-lines", "\n".join([answer] * 30 + ["nonsense"]))
        assert page.locator("#live-dots circle").count() == 30
        assert "1 lines are no answer" in page.locator("#live-dots").text_content()
        assert page.locator("#live-dots b").count() == 0


def faults(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [(each["id"], [node["html"][:120] for node in each["nodes"]][:3]) for each in found]


STATES = {
    "changed": lambda page: raise_first(page),
    "refused": lambda page: (
        page.locator(".live-number input[type=number]").first.fill("12345678"),
        page.keyboard.press("Enter"),
        page.wait_for_selector("#live-trouble:visible"),
    ),
    "pairs": lambda page: (raise_first(page), page.check("input[value=pairs]")),
    "postures": lambda page: (raise_first(page), page.check("input[value=postures]")),
    "open": lambda page: [each.click() for each in page.locator("#live summary:visible").all()],
    "class": lambda page: (
        page.click("text=In class"),
        page.check("#live-foretell"),
        page.check("#live-projector"),
    ),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_the_living_part_has_no_fault_of_accessibility(trying, state, scheme):
    with trying(scheme=scheme) as page:
        STATES[state](page)
        assert faults(page) == []


@pytest.mark.parametrize("size", [PHONE, NARROW], ids=["phone", "narrow"])
def test_on_a_phone_nothing_scrolls_sideways_targets_are_large_and_the_foot_tells(trying, size):
    with trying(size=size) as page:
        raise_first(page)
        for summary in page.locator("#live summary:visible").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        small = page.evaluate(
            """() => [...document.querySelectorAll('#live :is(button, select, summary, input)')]
            .map((each) => /radio|checkbox|range/.test(each.type) ? each.parentNode : each)
            .filter((each) => each.offsetParent && each.getBoundingClientRect().height < 43.5)
            .map((each) => each.outerHTML.slice(0, 80))"""
        )
        assert small == []
        assert re.search(r" of 100, ", page.locator("#live-foot").text_content())
        assert page.locator("#live-foot").is_visible()


def test_everything_is_done_by_keyboard_in_few_stops(trying):
    with trying() as page:
        raise_first(page, presses=2)
        page.evaluate("document.querySelector('#live-preset').focus()")
        stops = 0
        while page.evaluate("document.activeElement.closest('#live') !== null") and stops < 100:
            page.keyboard.press("Tab")
            stops += 1
        assert stops <= MOST_STOPS


def test_the_print_says_settings_and_command(trying):
    with trying() as page:
        raise_first(page)
        page.emulate_media(media="print")
        assert page.locator("#live-print-code").is_visible()
        assert page.locator("#live-print-command").text_content().startswith("steppe compare ")
        assert not page.locator(SLIDER).first.is_visible()


def test_text_and_labels_are_nothing_but_text(living):
    text = living.read_text(encoding="utf-8")
    script = text[text.rindex("<script>") :]
    assert not re.search(
        r"innerHTML|outerHTML =|insertAdjacent|document\.write|eval\(|localStorage|fetch\(", script
    )
    assert json.loads(re.search(r'id="model">(.*?)</script>', text)[1])


HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'`&lt;${1}"


def hostile(told):
    """A page's data with every text for readers replaced."""
    if isinstance(told, dict):
        texts = ("label", "says", "unit", "source", "tier", "actor", "url")
        return {key: HOSTILE if key in texts and value else hostile(value) for key, value in told.items()}
    if isinstance(told, list):
        return [hostile(each) for each in told]
    return told


def test_texts_of_a_file_that_would_do_something_do_nothing(living, opened, tmp_path):
    text, place = living.read_text(encoding="utf-8"), tmp_path / "hostile.html"
    data = re.search(r'id="model">(.*?)</script>', text)
    told = json.dumps(hostile(json.loads(data[1]))).replace("<", "\\u003c")
    place.write_text(text[: data.start(1)] + told + text[data.end(1) :], encoding="utf-8")
    with opened(place) as page:
        page.wait_for_selector("#live-grid svg")
        raise_first(page)
        for view in VIEWS:
            page.check(f"input[name=live-view][value={view}]")
        for each in [*page.locator("#live summary:visible").all(), *page.locator(".live-info:visible").all()]:
            each.click()
        assert page.locator("#live :is(img, b script, p script, a[href^='<'])").count() == 0
        assert HOSTILE in page.locator("#live-all").text_content()
