"""Pages about folders and checks in a browser: valid, readable by everybody, and no wider than the screen."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.studies.hindcast.ask import hindcast
from tests.support.hindcasts import came, past_case, table_of
from tests.support.sizes import DESKTOP, NARROW, PHONE
from tests.support.valid_html import faults_of_html

SMALL = str(Path(__file__).parents[1] / "cases" / "small.toml")
KINDS = ("compared", "along", "over", "past", "checked")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A page about a folder of each kind."""
    folder = tmp_path_factory.mktemp("folders")
    with contextlib.chdir(folder):
        case = past_case()
        hindcast(case, table_of(came(case, 3), Path("facts.csv")), runs=64).save("past")
        few = ("--runs-per-point", "32", "--months", "8")
        for words in (
            ("compare", SMALL, "--b", "war=0.9", "--runs", "64", "--out", "compared"),
            ("sweep", SMALL, "--vary", "war=0:1:3", *few, "--lever", "Peace:war=0.1", "--out", "along"),
            ("sweep", SMALL, "--vary", "war=0:1:3", "--vary", "parameters.cost=0:1:3", *few, "--out", "over"),
            ("check", SMALL, "--only", "rest", "--out", "checked.html"),
            *(("report", name) for name in KINDS[:-1]),
        ):
            done = CliRunner().invoke(app, list(words))
            assert done.exit_code == 0, (words, done.output)
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_about_results_has_no_fault_of_accessibility(opened, folder, kind, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for size in (DESKTOP, PHONE):
        with opened(folder / f"{kind}.html", size, scheme) as page:
            found = axe.run(page).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in found] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_about_results_never_scrolls_sideways_and_saves_its_tables(opened, folder, kind):
    for size in (DESKTOP, PHONE, NARROW):
        with opened(folder / f"{kind}.html", size, script=False) as page:
            # without a script, and so asked of boxes
            body = page.locator("main").bounding_box()
            assert body["x"] + body["width"] <= size[0]
    with opened(folder / f"{kind}.html") as page:
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        for link in page.locator("a[download]").all():
            with page.expect_download() as saved:
                link.click()
            assert saved.value.suggested_filename.endswith(".csv")
            assert len(Path(saved.value.path()).read_text(encoding="utf-8").splitlines()) > 1


def test_pages_about_results_are_valid_html(folder, tmp_path):
    pages = [folder / f"{kind}.html" for kind in KINDS]
    assert faults_of_html(pages, tmp_path) == ""
