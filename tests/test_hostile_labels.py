"""Texts of a scenario that would do something somewhere do nothing: in pages, tables, figures, terminals."""

from __future__ import annotations

import contextlib
import itertools
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.assimilation.facts import SERIES, TIME
from sim.cli import app
from sim.drawing.foreign import TAGS
from sim.scenario.load import ScenarioError, parse
from sim.writing.tables import write_csv
from tests.fuzz.labels import LIVE, REFUSED, case, hostile, planted
from tests.fuzz.toml import dumps
from tests.support.harmless import ADDRESS, acting, elements, formulas, seen
from tests.support.past import yearbook

TEXTS = 220
FEW = ("--runs", "66")
FILE = "<b>$x$.toml"
VARIED = ("--vary", "war=0:1:3", "--runs-per-point", "16", "--months", "8")

SOME = (
    ("compare", FILE, "--b", "war=0.9", *FEW, "--months", "8", "--all", "--out", "compared"),
    ("list", FILE), ("show", FILE), ("show", FILE, "--numbers"), ("show", FILE, "--numbers", "--csv"),
    ("trace", FILE, "--months", "12"), ("report", FILE, *FEW, "--out", "live.html"),
    ("report", "plain.toml", *FEW, "--out", "plain.html"), ("report", "compared"),
)  # fmt: skip
MORE = (
    ("run", FILE, *FEW, "--all", "--out", "run"), ("show", FILE, "--event", "loan"),
    ("sweep", FILE, *VARIED, "--lever", "<i>_$y$:war=0.2", "--out", "swept"), ("report", "swept"),
    ("sweep", FILE, *VARIED, "--vary", "parameters.cost=0:1:3", "--out", "over-two"), ("report", "over-two"),
    ("explain", FILE, "--b", "war=0.9", "--b", "parameters.cost=0.3", "--runs", "16", "--futures", "64",
        "--out", "explained"),
    ("sensitivity", FILE, "--vary", "parameters.cost", "--vary", "war", "--trajectories", "2",
        "--samples", "16", "--runs", "2", "--out", "sensitive"),
    ("overturn", FILE, "loan > 0.01", "--vary", "*.start", "--runs", "16", "--draws", "4", "--out", "over"),
    ("indicators", FILE, "--of", "loan", "--by", "2010-08", "--runs", "128", "--out", "watched"),
    ("policy", FILE, "--want", "wealth", "--candidates", "4", "--draws", "40", "--runs", "20",
        "--theory", "qre", "--out", "policy"),
    ("check", FILE, "--only", "rest", "--out", "checked.html"),
    ("hindcast", FILE, "--data", "facts.csv", "--runs", "64", "--out", "scored"), ("report", "scored"),
    *(("report", name) for name in ("run", "explained", "sensitive", "over", "watched", "policy")),
    ("report", FILE, *FEW, "--static", "--out", "static.html"),
)  # fmt: skip
"""What takes longer."""


def steppe(*words: str):
    return CliRunner().invoke(app, list(words), prog_name="steppe")


def observed() -> pd.DataFrame:
    """Observations whose source and note are alive somewhere."""
    texts = zip(yearbook(), itertools.cycle(LIVE), strict=False)
    rows = [(f.kind, f.target, f.when, text, text) for f, text in texts if f.kind != TIME]
    return pd.DataFrame(rows, columns=["kind", "target", "when", "source", "note"]).assign(
        value=lambda table: (table["kind"] == SERIES) * 0.5, provenance="test"
    )


@pytest.fixture(scope="module", params=["a few commands", pytest.param("all", marks=pytest.mark.slow)])
def told(request, tmp_path_factory):
    """The folder in which commands were given a hostile scenario, and what each said."""
    folder, said = tmp_path_factory.mktemp("hostile"), {}
    with contextlib.chdir(folder):
        Path(FILE).write_text(dumps(hostile(TEXTS)[0]), encoding="utf-8")
        Path("plain.toml").write_text(dumps(case(TEXTS)), encoding="utf-8")
        write_csv(observed(), "facts.csv")
        for words in (*SOME, *MORE * (request.param == "all")):
            done = said[words] = steppe(*words)
            assert done.exit_code == 0, (words, done.output)
    return folder, said


@pytest.mark.slow
def test_no_command_says_what_a_terminal_would_obey(told):
    for words, done in told[1].items():
        assert acting(done.stdout) == set() == acting(done.stderr.replace("\r", "")), words


def test_pages_hold_no_element_and_no_attribute_that_a_plain_scenario_does_not_bring(told):
    plain = seen((told[0] / "plain.html").read_text(encoding="utf-8"))
    beside = {"table", "caption", "thead", "tbody", "tr", "th", "td", *(tag.lower() for tag in TAGS)}
    pages = [file for file in told[0].glob("*.html") if file.name != "plain.html"]
    assert len(pages) >= 2
    for file in pages:
        found = seen(file.read_text(encoding="utf-8"))
        assert found.tags <= plain.tags | beside | {"title", "desc", "dl", "dt", "dd", "code"}, file.name
        assert {name for _, name in found.attributes if name.startswith("on")} == set()
        assert {link for link in found.links if not ADDRESS.fullmatch(link)} == set(), file.name


def test_labels_stand_in_a_page_as_they_were_written(told):
    raw, _ = hostile(TEXTS)
    for file in (file for file in told[0].glob("*.html") if file.name != "plain.html"):
        found = seen(file.read_text(encoding="utf-8"))
        assert " ".join(raw["title"].split()) in found.text
        assert " ".join(raw["question"].split()) in found.text or file.stem == "checked"


def test_no_table_runs_in_a_spreadsheet(told):
    files = [*told[0].rglob("*.csv")]
    assert len(files) >= 2
    for file in files:
        assert formulas(file.read_text(encoding="utf-8")) == [], file.name
    (printed,) = (done.stdout for words, done in told[1].items() if "--csv" in words)
    assert formulas(printed) == []


def test_figures_are_drawn_and_hold_no_element_that_is_not_theirs(told):
    files = [*told[0].rglob("*.svg")]
    assert len(files) >= 2
    for file in files:
        assert elements(file.read_bytes()) <= set(TAGS), file.name


def test_objects_show_themselves_without_an_element_that_is_not_theirs():
    scenario = parse(hostile(TEXTS, seed=1)[0], "<b>.toml")
    shown = [
        scenario,
        sim.run(scenario, runs=16, months=4),
        sim.compare(scenario, scenario, runs=16, months=4),
    ]
    for each in shown:
        html = each._repr_html_()
        assert seen(html).tags <= {"div", "p", "table", "thead", "tbody", "tr", "th", "td"} and not acting(
            html
        )


@pytest.mark.parametrize("key", ["title", "label", "source", "unit", "question"])
def test_a_text_that_a_terminal_would_obey_is_refused_in_one_line(key):
    for text in REFUSED:
        raw = case(0)
        where = {"title": raw, "question": raw, "label": raw["actors"]["North"]}.get(
            key, raw["provenance"][0]
        )
        where[key] = f"a{text}b"
        with pytest.raises(ScenarioError) as refused:
            parse(raw, "hostile.toml")
        assert len(refused.value.problems) == 1 and acting(refused.value.problems[0]) == set()


def test_every_text_that_is_alive_somewhere_may_stand_in_a_scenario():
    raw = case(len(LIVE))
    put = planted(raw, itertools.cycle(LIVE))
    assert set(put) >= set(LIVE) and parse(raw, "hostile.toml").title == LIVE[0]
