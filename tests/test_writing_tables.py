"""CSV files that the program writes: no live formula, numbers in full, the same bytes everywhere."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.writing.tables import as_meant, csv_bytes, harmless, write_csv, write_rows

FORMULAS = [
    '=HYPERLINK("http://evil/")', "+1+cmd|'/C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1",
    '"=1', "'=1", "''=1", "-x", "＝1+1", "\x00=1", "\u202e=1", "\x1b]0;=1\x07=1",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_stands_live_in_a_csv(text):
    cells = [
        cell
        for row in csv.reader(io.StringIO(csv_bytes(pd.DataFrame({text: [text]})).decode()))
        for cell in row
    ]
    assert len(cells) == 2 and all(cell[0] not in '=+-@＝ \t\r"\x00\x1b' for cell in cells)


@pytest.mark.parametrize(
    "text",
    ["A loan from North", "a = b", "x-y", "it's", "'", "", "Ärger, Öl", "-0.5", "+1e-3", "-.5", "'quoted'"],
)
def test_plain_texts_and_numbers_stay_as_they_are(text):
    assert harmless(text) == text and as_meant(text) == text


@pytest.mark.parametrize("text", ["=1", "'=1", "''=1", " =1", '"-x', "-x", "+a", "@b", "plain", "'plain"])
def test_what_was_quoted_is_read_as_it_was_meant(text):
    assert as_meant(harmless(text)) == text


def test_numbers_are_written_in_full_and_gaps_are_empty():
    frame = pd.DataFrame(
        {"x": [0.1 + 0.2, -0.5, np.nan], "n": [1, -2, 3], "b": [True, False, True], "t": ["a", None, "-0.5"]}
    )
    assert csv_bytes(frame).decode().split("\n") == [
        "x,n,b,t",
        "0.30000000000000004,1,True,a",
        "-0.5,-2,False,",
        ",3,True,-0.5",
        "",
    ]


@pytest.mark.parametrize("kind", ["category", "string", object])
def test_texts_of_every_kind_are_made_harmless(kind):
    frame = pd.DataFrame({"t": pd.Series(["=1", "b\nc", "=1"], dtype=kind)})
    assert csv_bytes(frame) == b"t\n'=1\nb c\n'=1\n"


def test_a_lone_half_of_a_sign_does_not_stop_the_writing():
    assert csv_bytes(pd.DataFrame({"t": ["a\ud800b"]}, dtype=object)) == b"t\na?b\n"


def test_a_path_and_an_open_file_get_the_same_bytes(tmp_path: Path):
    frame, held = pd.DataFrame({"a": [1.5], "a b": ["c,d"]}), io.BytesIO()
    write_csv(frame, tmp_path / "t.csv")
    write_csv(frame, held)
    assert (tmp_path / "t.csv").read_bytes() == held.getvalue() == b'a,a b\n1.5,"c,d"\n'


def test_rows_without_a_common_heading_are_made_harmless_too():
    held = io.BytesIO()
    write_rows([["=t", "", 2], ["A", 0.5, "-0.5000"]], held)
    assert held.getvalue() == b"'=t,,2\nA,0.5,-0.5000\n"


def test_two_columns_of_one_name_are_both_written():
    assert csv_bytes(pd.DataFrame([["=1", "=2"]], columns=["a", "a"])) == b"a,a\n'=1,'=2\n"


# -- what the program writes -----------------------------------------------------------------------

LIVE = '=HYPERLINK("http://nowhere.example/")'


@pytest.fixture(scope="module")
def live(tmp_path_factory) -> Path:
    """A scenario whose labels would all be formulas in a spreadsheet."""
    text = (Path(__file__).parent / "cases" / "small.toml").read_text(encoding="utf-8")
    file = tmp_path_factory.mktemp("live") / "live.toml"
    file.write_text(
        re.sub(r'label = "([^"]*)"', lambda found: f"label = '{LIVE} {found[1]}'", text), encoding="utf-8"
    )
    return file


@pytest.mark.parametrize(
    "order",
    [
        ["run", "--runs", "8", "--months", "3", "--no-figures"],
        ["compare", "--runs", "8", "--months", "3", "--b", "parameters.cost=0.1"],
        [
            "sweep",
            "--vary",
            "parameters.cost=0:1:3",
            "--runs-per-point",
            "8",
            "--months",
            "3",
            "--lever",
            "=x:",
            "--lever",
            "@y:",
        ],
        ["spatial", "--runs", "8", "--months", "3", "--scenario"],
    ],
)  # fmt: skip
def test_no_table_of_any_command_holds_a_live_formula(order, live, tmp_path):
    out = tmp_path / ("t.csv" if order[0] == "spatial" else "out")
    done = CliRunner().invoke(app, [*order, str(live), "--out", str(out)])
    assert done.exit_code == 0, done.output
    files = [out] if out.is_file() else sorted(out.rglob("*.csv"))
    cells = [
        cell for file in files for row in csv.reader(io.StringIO(file.read_text("utf-8"))) for cell in row
    ]
    numbers = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
    assert not [
        cell for cell in cells if cell.lstrip(' "')[:1] in tuple("=+-@") and not numbers.fullmatch(cell)
    ]
    assert any(cell.startswith("'=") for cell in cells) and not any(
        b"\r" in file.read_bytes() for file in files
    )
