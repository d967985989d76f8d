"""A page about a folder of results says what the folder holds, and is made of a whole folder alone."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import shutil
from html import escape
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.drawing.foreign import inline_file
from sim.drawing.svg import PROLOG
from sim.refusal import Refusal
from sim.studies.check.advice import ADVICE, advice
from sim.studies.hindcast.ask import hindcast
from sim.writing.manifest import COMPARE, MANIFEST, listed, read_manifest, sealed
from tests.support.hindcasts import came, past_case, table_of
from tests.support.past import TEXT

SMALL = str(Path(__file__).parent / "cases" / "small.toml")


def steppe(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="steppe")


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "apart"
    done = steppe("compare", SMALL, "--b", "war=0.9", "--runs", 64, "--months", 8, "--out", folder)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def folder(compared, tmp_path):
    return Path(shutil.copytree(compared, tmp_path / "apart"))


def page_of(folder: Path, *more: object) -> str:
    done = steppe("report", folder, *more)
    assert done.exit_code == 0, done.output
    return folder.with_name(f"{folder.name}.html").read_text(encoding="utf-8")


def stored(folder: Path) -> list[dict[str, str]]:
    """The rows of a comparison as they are stored."""
    return list(csv.DictReader(io.StringIO((folder / "table.csv").read_text(encoding="utf-8"))))


def saved_in(page: str) -> dict[str, list[list[str]]]:
    """The tables that a page saves, by the names of their files."""
    found = re.findall(r'<a download="([^"]+)" href="data:text/csv;charset=utf-8;base64,([^"]+)"', page)
    assert len(found) == len(dict(found)), "two files of one name"
    texts = {name: base64.b64decode(data).decode() for name, data in found}
    return {name: list(csv.reader(io.StringIO(text))) for name, text in texts.items()}


def test_the_page_of_a_comparison_tells_its_difference_with_interval_and_flips(folder):
    page = page_of(folder)
    first = next(row for row in stored(folder) if row["kind"] == "outcome")
    ends = f"({100 * float(first['low']):+.1f} to {100 * float(first['high']):+.1f}, paired, 95 %)"
    assert first["label"] in page and ends in page
    assert "one of the two only" in page or "In no future does it come" in page
    assert page.count('<svg class="figure"') == 2 and "<script" not in page


def test_every_table_of_a_page_is_saved_with_words_and_units(folder):
    tables = saved_in(page_of(folder))
    heads, *rows = tables["outcomes.csv"]
    assert "B less A [share of futures]" in heads and "what" in heads
    assert len(rows) == sum(row["kind"] == "outcome" for row in stored(folder))


def test_a_page_is_about_the_outcome_that_is_named_and_none_that_is_not_there(folder):
    labels = [row["label"] for row in stored(folder) if row["flipped"]]
    assert f'<p class="asked">{labels[-1]}, by the end of' in page_of(folder, "--of", labels[-1])
    wrong = steppe("report", folder, "--of", "nonsense", "--out", folder.parent / "other.html")
    assert wrong.exit_code == 2 and wrong.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "damage",
    ["table.csv", "differences.svg", MANIFEST, "gone", "more", "foreign", "empty"],
)
def test_a_folder_that_is_not_whole_or_not_ours_gets_one_line_and_no_page(folder, damage):
    if damage == "gone":
        (folder / "table.csv").unlink()
    elif damage == "more":
        (folder / "thesis.txt").write_text("mine")
    elif damage == "foreign":
        (folder / MANIFEST).write_text('{"name": "my app"}')
    elif damage == "empty":
        shutil.rmtree(folder)
        folder.mkdir()
    else:
        text = (folder / damage).read_text(encoding="utf-8")
        (folder / damage).write_text(text.replace("0", "1"), encoding="utf-8")
    done = steppe("report", folder)
    assert done.exit_code == 1 and done.stderr.count("\n") == 1, done.output
    assert not folder.with_name("apart.html").exists()


def test_options_of_a_scenario_are_refused_for_a_folder(folder):
    for option in (("--set", "war=1"), ("--do", "war=1"), ("--runs", "9"), ("--seed", "3")):
        done = steppe("report", folder, *option)
        assert done.exit_code == 2 and "a folder holds what was run" in done.stderr


def test_a_manifest_that_lies_about_what_was_run_costs_a_line(folder):
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    for wrong in ({}, {"as_run": 1}, {"as_run": {}, "file": "x", "overrides": {}}):
        told = {
            key: value for key, value in manifest.items() if key not in ("kind", "format", "manifest_sha256")
        }
        told |= {"scenario": wrong, "files": listed(folder, COMPARE)}
        (folder / MANIFEST).write_bytes(sealed(COMPARE, told))
        done = steppe("report", folder)
        assert done.exit_code == 1 and done.stderr.count("\n") == 1, done.output


MADE_UP = (
    ("2010-12", "soon"), ("2010-12", ""), ("outcome", "nothing"), ("label", "name"), ("kind,", ""),
    (",0.0,", ",inf,"), (",0.0,", ",x,"), (",64,", ",-1,"), ("flipped", "<b>"), (",", ";"), ("\n", ""),
)  # fmt: skip


@pytest.mark.parametrize("change", MADE_UP)
def test_a_made_up_table_under_right_checksums_gives_a_page_or_one_line(folder, change):
    text = (folder / "table.csv").read_text(encoding="utf-8")
    (folder / "table.csv").write_text(text.replace(*change), encoding="utf-8")
    told = read_manifest(folder)
    own = {key: told[key] for key in ("scenario", "seed", "runs", "months", "other", "command")}
    (folder / MANIFEST).write_bytes(sealed(COMPARE, own | {"files": listed(folder, COMPARE)}))
    done = steppe("report", folder)
    page = folder.with_name("apart.html")
    if done.exit_code == 0:
        assert page.is_file() and "<b>" not in page.read_text(encoding="utf-8")
    else:
        assert done.exit_code in (1, 2) and done.stderr.count("\n") == 1, done.output
        assert not page.exists()


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
FOREIGN = (
    '<script>alert(1)</script>', '<a xlink:href="javascript:alert(1)"><path d="M 0 0"/></a>',
    '<foreignObject><form/></foreignObject>', '<path d="M 0 0" onclick="alert(1)"/>',
    '<image xlink:href="http://example.org/x.png"/>', '<use xlink:href="other.svg#a"/>',
    '<style>body{display:none}</style>', '<rect style="fill: url(http://example.org/)"/>',
    '<animate attributeName="href" values="javascript:alert(1)"/>', '<image xlink:href="data:text/html,x"/>',
    '<meta http-equiv="refresh" content="0;url=http://example.org/"/>', '<rect fill="URL ( //example.org)"/>',
)  # fmt: skip


@pytest.mark.parametrize("held", FOREIGN)
def test_a_figure_from_somewhere_else_brings_nothing_that_runs_or_asks(held):
    told = inline_file(PROLOG + f"{SVG}<g>{held}</g></svg>".encode(), "a", "A", "a")
    for word in ("script", "example", "form", "alert", "other", "meta", "text/html", "style>", "animate"):
        assert word not in told.lower()


def doubled(tag: str, refer: str) -> str:
    """Parts each of which refers to the next twice."""
    parts = (f'<{tag} id="a{step}">{2 * refer.format(step + 1)}</{tag}>' for step in range(30))
    return f'<defs>{"".join(parts)}<path id="a30" d="M 0 0"/></defs>{refer.format(0)}'


DEEP = (
    doubled("g", '<use xlink:href="#a{}"/>'), doubled("pattern", '<rect fill="url(#a{})"/>'),
    doubled("clipPath", '<rect style="clip-path: URL (#a{})"/>'), '<g id="a"><use xlink:href="#a"/></g>',
)  # fmt: skip


@pytest.mark.parametrize("held", DEEP)
def test_a_figure_whose_parts_refer_to_parts_that_refer_on_is_refused(held):
    with pytest.raises(Refusal, match="refer to others"):
        inline_file(PROLOG + f"{SVG}<g>{held}</g></svg>".encode(), "a", "A", "a")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg/>",
        PROLOG,
        PROLOG + b"<html/>",
        PROLOG + b'<!DOCTYPE x [<!ENTITY a "b">]><svg viewBox="0 0 1 1"/>',
    ],
)
def test_what_is_no_figure_is_refused(data):
    with pytest.raises(Refusal):
        inline_file(data, "a", "A", "a")


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "swept"
    done = steppe(
        "sweep", SMALL, "--vary", "war=0:1:3", "--runs-per-point", 32, "--months", 6, "--out", folder
    )
    assert done.exit_code == 0, done.output
    return folder


def test_the_page_of_a_sweep_tells_what_was_varied_and_from_where_to_where_the_outcome_goes(swept):
    page = page_of(swept)
    assert "3 values from 0 to 1" in page and "3 points with 32 futures each" in page
    tables = saved_in(page)
    heads, *rows = tables["summary.csv"]
    shares = [float(row[heads.index("value [unit of the row]")]) for row in rows]
    assert f"{100 * min(shares):.1f} (" in page and f"{100 * max(shares):.1f} (" in page
    assert set(tables) == {"tipping.csv", "summary.csv"} and page.count('<svg class="figure"') == 2


def test_a_sweep_that_is_not_finished_gets_no_page(swept, tmp_path):
    folder = Path(shutil.copytree(swept, tmp_path / "half"))
    (folder / "summary.csv").unlink()
    done = steppe("report", folder)
    assert done.exit_code == 1 and done.stderr.count("\n") == 1


def test_the_page_of_a_hindcast_lays_runs_beside_each_baseline(tmp_path):
    folder, case = tmp_path / "past", past_case()
    found = hindcast(case, table_of(came(case, 3), tmp_path / "facts.csv"), runs=64)
    assert found.save(folder, figures=False) == ()
    page = page_of(folder)
    assert "“last known value held” (skill " in page and "“past rate” (skill " in page
    assert "out-of-sample" in page and "fitted to them, so no test" in page
    assert {"scores-series.csv", "scores-event.csv", "reliability.csv"} <= set(saved_in(page))


def test_the_page_of_a_check_says_what_to_do_about_each_problem(tmp_path):
    out = tmp_path / "check.html"
    words = ("check", SMALL, "--only", "numbers", "--set", "quantities.war.noise=0.0", "--out", out)
    done = steppe(*words)
    assert done.exit_code == 1 and "faults found: 1" in done.stderr
    page = out.read_text(encoding="utf-8")
    ((problem, means, do),) = saved_in(page)["problems.csv"][1:]
    assert problem in done.stdout and (means, do) == (advice(problem).means, advice(problem).do) != ("", "")
    assert "One problem was found." in page and do in page
    assert steppe(*words).exit_code == 1 and out.read_text(encoding="utf-8") == page


def test_what_a_check_says_is_known_to_the_page_that_tells_what_to_do():
    told = (Path(__file__).parents[1] / "docs" / "write-your-own-case.md").read_text(encoding="utf-8")
    shared = [each for each in ADVICE if f"| {each.means} | {each.do} |" in told]
    assert len(shared) >= 3


def test_the_page_of_runs_tells_both_intervals_and_of_a_study_what_it_printed(tmp_path):
    scenario = tmp_path / "past.toml"
    scenario.write_text(TEXT, encoding="utf-8")
    run, watched = tmp_path / "run", tmp_path / "watched"
    few = ("--runs", 66, "--out")
    assert steppe("run", scenario, "--months", 12, "--no-figures", *few, run).exit_code == 0
    page = page_of(run)
    assert "in 100 futures: " in page and "Run again with other luck, it would be" in page
    assert {"outcomes.csv", "others.csv", "drivers.csv"} == set(saved_in(page))
    done = steppe("indicators", scenario, "--of", "loan", "--by", "2010-08", *few, watched)
    assert done.exit_code == 0, done.output
    (sentence,) = json.loads((watched / MANIFEST).read_text(encoding="utf-8"))["answer"]
    assert sentence in " ".join(done.stdout.split()) and escape(sentence, quote=False) in page_of(watched)
    wrong = steppe("report", watched, "--of", "loan", "--overwrite")
    assert wrong.exit_code == 2 and "about one thing" in wrong.stderr


def test_where_every_run_failed_there_is_no_answer(folder):
    told = read_manifest(folder)
    own = {key: told[key] for key in ("scenario", "seed", "runs", "months", "other", "command")}
    own |= {"failed_runs": own["runs"], "files": listed(folder, COMPARE)}
    (folder / MANIFEST).write_bytes(sealed(COMPARE, own))
    assert "There is no answer: every run failed." in page_of(folder)


def test_the_page_of_runs_that_keep_to_facts_says_which_and_how_many_count(tmp_path):
    facts = tmp_path / "facts.csv"
    facts.write_text("kind,target,when,value,source\nevent,loan,2010-03,1,invented\n", encoding="utf-8")
    told = "--given", facts, "--from", "2010-05", "--runs", 400, "--months", 12
    done = steppe("run", SMALL, *told, "--no-figures", "--out", tmp_path / "known")
    assert done.exit_code == 0, done.output
    page = page_of(tmp_path / "known")
    left = read_manifest(tmp_path / "known")["known"]["effective_runs"]
    said = f"given 1 fact known until May 2010, which leaves as much as {left:,.0f} runs"
    assert said in page
    assert saved_in(page)["facts.csv"][1][1:] == ["loan", "2010-03", "1", "invented"]
