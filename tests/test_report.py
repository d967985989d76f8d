"""A report is one file of HTML that asks for nothing and runs nothing but itself."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.refusal import cleaned, is_unprintable
from sim.studies.report.bars import Bar, Bars
from sim.studies.report.document import Document, policy
from sim.studies.report.pieces import Section, Words
from tests.support.past import TEXT

LIVE = "<script>alert(1)</script>"


@pytest.fixture
def past(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "past.toml").write_text(TEXT, encoding="utf-8")


def steppe(*words: str):
    return CliRunner().invoke(app, list(words), prog_name="steppe")


@pytest.mark.slow
def test_a_report_is_written_and_only_a_report_is_replaced(past, tmp_path):
    order = ("report", "past.toml", "--runs", "8", "--out", "page.html")
    assert steppe(*order).exit_code == 0
    first = (tmp_path / "page.html").read_bytes()
    assert first.startswith(b"<!doctype html>")
    again = steppe(*order)
    assert again.exit_code == 1 and "page.html exists" in again.stderr
    assert steppe(*order, "--overwrite").exit_code == 0
    assert (tmp_path / "page.html").read_bytes() == first
    (tmp_path / "page.html").write_text("<p>mine</p>")
    assert "not replaced" in steppe(*order, "--overwrite").stderr
    assert (tmp_path / "page.html").read_text() == "<p>mine</p>"


def test_nothing_in_a_label_is_live():
    page = Document(LIVE, LIVE, (Section("a", LIVE, (Words.of(LIVE, kind="lead"),)),), LIVE, {"name": LIVE})
    assert LIVE not in page.html() and page.html().count("<script") == 3


def test_a_page_allows_its_own_script_alone():
    assert "script-src 'none'" in policy("") and "unsafe-inline" not in policy("x").split("style-src")[0]
    assert "default-src 'none'" in policy("x")
    static = Document("A", "", (), "steppe report").html()
    assert "<script" not in static


def test_a_command_that_makes_several_pieces_is_told_once_on_a_page():
    bars = [Bars(name, "", [Bar("one", 0.0, 1.0, "1")], "steppe run case") for name in ("a", "b")]
    page = Document("A", "", (Section("a", "A", bars),), "steppe report")
    assert page.html().count("<code>steppe run case</code>") == 1
    assert page.html() == page.html()


def test_the_data_of_a_page_are_what_was_put_in():
    model = {"name": "</script><!-- ]]>&\u200d", "numbers": [1.5, None]}
    html = Document("A", "", (), "", model).html()
    text = html.partition('id="model">')[2].partition("</script>")[0]
    assert json.loads(text) == model


def test_nothing_in_a_page_turns_the_direction_of_writing_or_ends_a_line():
    turning = "\u202eleft\u2066\u2028\x1b[31m"
    page = Document(
        turning, turning, (Section("a", turning, (Words.of(turning),)),), turning, {turning: [turning]}
    )
    assert "\\u202eleft" in page.html()
    assert not {sign for sign in page.html() if is_unprintable(sign)} - {"\n"}
    text = page.html().partition('id="model">')[2].partition("</script>")[0]
    assert json.loads(text) == {cleaned(turning): [cleaned(turning)]}
