"""Whatever a page is about: its ids are its own, it names its own command, and it shows what is stored."""

from __future__ import annotations

import csv
import html
import re
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from tests.support.past import TEXT

NEVER = ("--set", "events.loan.base_logit=-50.0")
SMALLER = {
    "run": ("run", "--runs", 66, "--no-figures"),
    "never": ("run", "--runs", 66, "--no-figures", *NEVER),
    "compare": ("compare", "--b", "war=0.9", "--runs", 64),
    "compare-never": ("compare", "--b", "war=0.9", "--runs", 64, *NEVER),
    "sweep": ("sweep", "--vary", "war=0:1:2", "--runs-per-point", 32),
    "sweep-never": ("sweep", "--vary", "war=0:1:2", "--runs-per-point", 32, *NEVER),
}
"""Folders by kind, with the words that make them."""

ASKED = [(kind, "loan") for kind in SMALLER] + [("sweep", "wealth"), ("sweep", None), ("run", None)]


def steppe(*words: object) -> None:
    done = CliRunner().invoke(app, [str(word) for word in words], prog_name="steppe")
    assert done.exit_code == 0, done.output


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A maker of folders, each made once."""
    place, made = tmp_path_factory.mktemp("kinds"), {}
    (place / "past.toml").write_text(TEXT, encoding="utf-8")

    def folder(kind: str) -> Path:
        if kind not in made:
            command, *more = SMALLER[kind]
            made[kind] = place / kind
            steppe(command, place / "past.toml", *more, "--months", 8, "--out", made[kind])
        return made[kind]

    return folder


def page_of(folder: Path, of: str | None) -> str:
    asked = [] if of is None else ["--of", of]
    steppe("report", folder, *asked, "--overwrite")
    return folder.with_name(f"{folder.name}.html").read_text(encoding="utf-8")


def rows_of(page: str, name: str) -> tuple[list[str], list[list[str]]]:
    """The headings and the cells of a table as it is read."""
    (table,) = re.findall(rf'aria-labelledby="table-{name}".*?</table>', page, re.DOTALL)
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', table)
    lines = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]
    return heads, [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in lines]


def stored_in(folder: Path, file: str) -> list[dict[str, str]]:
    with open(folder / file, encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.mark.parametrize(("kind", "of"), ASKED)
def test_a_page_has_each_id_once_and_names_the_command_that_makes_it(folders, kind, of):
    page = page_of(folders(kind), of)
    ids = Counter(re.findall(r'\bid="([^"]*)"', page))
    assert ids and max(ids.values()) == 1
    plain = re.sub(r"</?span[^>]*>", "", page)
    named = [html.unescape(each) for each in re.findall(r"<code>(steppe report .*?)</code>", plain)]
    asked = "" if of is None else f" --of {of}"
    # once below "Cite and verify", once at the foot
    assert set(named) == {f"steppe report {folders(kind)}{asked}"} and len(named) == 2


@pytest.mark.parametrize(
    ("of", "head", "when", "form"),
    [
        ("loan", "comes in, %", "by the end of", lambda value: f"{100 * value:.1f}"),
        ("wealth", "mean", "in", lambda value: f"{value:.4g}"),
    ],
)
def test_a_swept_outcome_is_shown_in_its_own_unit(folders, of, head, when, form):
    folder = folders("sweep")
    page, named = page_of(folder, of), {"loan": "first.loan", "wealth": "end.wealth"}[of]
    heads, rows = rows_of(page, "summary")
    shown = [row[heads.index(head)] for row in rows]
    own = [row for row in stored_in(folder, "summary.csv") if row["outcome"] == named]
    assert shown == [form(float(row["value"])) for row in own] and when in heads
    assert re.search(rf'<p class="asked">[^<]*, {when} August 2010', page)


@pytest.mark.parametrize("kind", ["compare", "compare-never"])
def test_what_differs_is_shown_as_it_is_stored(folders, kind):
    folder = folders(kind)
    page = page_of(folder, "loan")
    heads, rows = rows_of(page, "outcomes")
    (row,) = [row for row in rows if row[0] == "A loan from North"]
    (own,) = [
        each
        for each in stored_in(folder, "table.csv")
        if each["name"] == "loan" and each["kind"] == "outcome"
    ]
    first, second, apart = (float(own[name]) for name in ("first", "second", "difference"))
    shown = [row[heads.index(name)] for name in ("A, %", "B, %", "B less A, points")]
    assert shown == [f"{100 * first:.1f}", f"{100 * second:.1f}", f"{100 * apart:+.2f}"]
    assert (first == second == 0) is (kind == "compare-never")


@pytest.mark.parametrize("kind", ["run", "never"])
def test_what_draws_do_is_shown_only_beyond_chance(folders, kind):
    folder = folders(kind)
    page = page_of(folder, "loan")
    heads, rows = rows_of(page, "outcomes")
    (row,) = [row for row in rows if row[0] == "A loan from North"]
    (own,) = [row for row in stored_in(folder, "table.csv") if row["name"] == "loan"]
    doubt = [row[heads.index(name)] for name in ("what nobody knows, from", "to, %")]
    if kind == "never":
        assert doubt == ["", ""] and float(own["value"]) == 0
        assert "5 to 95 % of draws" not in page
    else:
        assert doubt == [f"{100 * float(own[name]):.1f}" for name in ("parameters_low", "parameters_high")]
        assert "5 to 95 % of draws" in page
