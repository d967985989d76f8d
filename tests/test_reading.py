"""Tables and numbers from outside: nothing is dropped, nothing is guessed, and what is refused is told with
its line.
"""

from __future__ import annotations

import math
import os
import threading
from pathlib import Path

import numpy as np
import pytest

from sim.assimilation.observations import facts_of
from sim.reading.numbers import NotANumber, number, setting, whole, whole_of, word_or_number
from sim.reading.source import Source, source_of
from sim.reading.tables import TableError, filled_lines, read_table
from sim.refusal import BadInput, is_unprintable
from sim.scenario.load import ScenarioError
from tests.support.hindcasts import past_case


def table(text: str | bytes, **known):
    return read_table(Source("t.csv", text if isinstance(text, bytes) else text.encode()), **known)


# -- numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (".5", 0.5),
        ("5.", 5.0),
        ("1e-3", 0.001),
        ("+1", 1),
        (" 2 ", 2),
        ("-.5E+2", -50.0),
        ("007", 7),
        ("0.0", 0.0),
        ("0e9", 0.0),
    ],
)
def test_plain_spellings_are_numbers_and_whole_ones_stay_whole(text, value):
    assert number(text) == value and type(number(text)) is type(value)


def test_minus_zero_is_zero():
    assert number("-0") == 0 and math.copysign(1, number("-0.0")) == -1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2_9", "write 29"), ("1,5", "write 1.5"), ("0x10", "decimal digits"), ("-0b1", "decimal digits"),
        ("inf", "finite"), ("-NaN", "finite"), ("Infinity", "finite"), ("１２", "write 12"),
        ("٣.٥", "write 3.5"), ("−0.5", "write -0.5"), ("²", "must be a number"), ("1e999", "largest"),
        ("-1e309", "largest"), ("9" * 309, "largest"), ("9" * 5000, "..."), ("1e-999", "write 0"),
        ("", "empty"), ("  ", "empty"), ("0.7x", "must be a number"), ("1 000", "must be a number"),
        ("5 %", "write 5"), ("1.2.3", "must be a number"), ("e5", "must be a number"),
        (".", "must be a number"),
        ("½", "must be a number"),
        ("1\n2", "must be a number"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_number_is_refused_with_what_to_write(text, said):
    with pytest.raises(NotANumber) as caught:
        number(text)
    assert said in str(caught.value) and len(str(caught.value)) < 120 and "\n" not in str(caught.value)


def test_whole_numbers_may_be_written_with_a_point_or_an_exponent():
    assert [whole(text) for text in ("3", "3.0", "1e3")] == [3, 3, 1000]
    with pytest.raises(NotANumber, match="whole"):
        whole("3.5")


def test_settings_are_numbers_words_or_what_toml_makes_of_them():
    assert (
        setting(".5") == 0.5
        and setting("true") is True
        and setting("[1, 2]") == [1, 2]
        and setting('"1"') == "1"
    )
    assert setting("QRE") == "QRE" and setting("2024-06") == "2024-06" and type(setting("3")) is int
    for text in ("2_9", "0x10", "inf", "-nan", "0b1"):
        with pytest.raises(NotANumber):
            setting(text)


def test_words_of_a_list_stay_words():
    assert [word_or_number(each) for each in ("QRE", " 2", "true", "0.7x")] == ["QRE", 2, True, "0.7x"]


@pytest.mark.parametrize("value", [10_000, 1e4, np.int64(10_000), np.float32(1e4), np.uint16(10_000)])
def test_a_whole_number_may_be_of_any_kind(value):
    asked = whole_of("runs", value, 1, 10**9)
    assert asked == 10_000 and type(asked) is int


@pytest.mark.parametrize(
    "value", [True, np.True_, "10", b"1", 1.5, math.nan, math.inf, None, [3], 1 + 0j, 10**400, -1, 0, 1e300]
)
def test_what_is_no_whole_number_within_its_limits_is_refused_in_a_line(value):
    with pytest.raises(BadInput, match="runs must be") as caught:
        whole_of("runs", value, 1, 10**9)
    assert len(str(caught.value)) < 120


# -- tables ----------------------------------------------------------------------------------------


def test_a_table_keeps_its_lines_through_blank_ones_and_breaks_in_quotes():
    found = table('a, b\n\n1,"x\ny"\n , \n2, "p, q" \n', needed=("a",))
    assert [(line, dict(row)) for line, row in found] == [
        (3, {"a": "1", "b": "x\ny"}),
        (6, {"a": "2", "b": "p, q"}),
    ]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_all_ends_of_lines_and_a_mark_of_utf8_are_read(ends):
    found = table(("\ufeff" + ends.join(["a,b", "1,2", "3,4"])).encode())
    assert found.headings == ("a", "b") and found.lines == (2, 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"), ("\n \n", "is empty"), ("a,b\n", "headings only"), ("a,b\n\n,\n", "headings only"),
        ("a,b\n1,5,2\n", "line 2: has 3 cells under 2 headings; write numbers with a point"),
        ("a,b\n1,2\n\n3\n", "line 4: has 1 cells under 2 headings, none for 'b'"),
        ("a,b\n1,2,\n", "line 2: has 3 cells"),
        ("a,b,a\n1,2,3\n", "two columns are called 'a'"), ("a, a\n1,2\n", "two columns"),
        ("a,,b\n1,2,3\n", "heading 2 is empty"), ("a,b,\n1,2,\n", "heading 3 is empty"),
        ("a;b\n1,5;2\n", "semicolons"), ("a\tb\n1\t2\n", "tabs"),
        ('a,b\n1,2\n3,"4\n5,6\n', "line 3: a quote is opened"), ('a,b\n"1"x,2\n', "line 2: a cell goes on"),
        (b"a,b\n1,\0\n", "line 2: holds a byte of value 0"), ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        ("a,b\n1,2\n".encode("utf-16-le"), "UTF-16"),
        ("a,b\n1,é\n".encode("latin-1"), "line 2: is not written in UTF-8"),
        ("a,b\n1," + "x" * 200_000, "line 2: holds a cell of more than"),
        ('a,b\n1,"' + "x\n" * 100_000, "line 2: "),
    ],
)  # fmt: skip
def test_a_table_that_would_lose_something_is_refused_with_its_line(text, said):
    with pytest.raises(TableError) as caught:
        table(text)
    assert (
        len(caught.value.problems) == 1
        and said in str(caught.value)
        and str(caught.value).startswith("t.csv: ")
    )


def test_headings_that_nobody_knows_or_that_are_missing_are_told():
    with pytest.raises(TableError) as caught:
        table("Kind,valeu,x\n1,2,3\n", needed=("kind", "value"), known=("kind", "value", "note"))
    assert (
        "'Kind'; did you mean 'kind'?" in caught.value.problems[0]
        and "did you mean 'value'?" in caught.value.problems[1]
    )
    assert (
        "there are kind, value, note" in caught.value.problems[2]
        and "no heading 'kind'" in caught.value.problems[3]
    )


def test_every_row_that_does_not_fit_is_told():
    with pytest.raises(TableError) as caught:
        table("a,b\n1\n1,2\n1,2,3\n")
    assert [line.split(": has")[0] for line in caught.value.problems] == ["t.csv: line 2", "t.csv: line 4"]


def test_quoted_formulas_are_read_as_they_were_meant():
    assert filled_lines(Source("t.csv", b"'=a,'b,-0.5\n")) == [(1, ["=a", "'b", "-0.5"])]


# -- files -----------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_read_once_and_its_bytes_go_on(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(b"a\n1\n"))
    writer.start()
    found = source_of(tmp_path / "pipe")
    writer.join()
    assert found.data == b"a\n1\n" and source_of(found) is found and len(found.sha256) == 64


def test_what_cannot_be_read_is_told_in_a_line(tmp_path: Path):
    for file, said in (
        (tmp_path / "no.csv", "no such file"),
        (tmp_path, "cannot be read"),
        (Path("a\0b"), "cannot be read"),
    ):
        with pytest.raises(BadInput, match=said):
            source_of(file)


# -- observations ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("series,wealth,2011,1,5,x", "line 2: has 6 cells under 5 headings"),
        ("series,wealth,2011,0.5", "line 2: has 4 cells under 5 headings, none for 'source'"),
        ("series,wealth,1_98,0.5,x", "when must be"), ("series,wealth,２０１１,0.5,x", "when must be"),
        ("series,wealth,2011-1,0.5,x", "when must be"), ("series,wealth,2011,0x1,x", "decimal digits"),
        (
            "event,loan,2011,1,x\nevent,loan,2010-06/2012-05,0,x",
            "line 2: loan happened within 2011, but line 3 says",
        ),
        (
            "time,raid,2011,2011-06,x\nevent,raid,2011-03,1,x",
            "line 3: raid happened within 2011-03, but line 2 says",
        ),
        ("time,raid,2011-01/2012-12,never,x\nevent,raid,2012,1,x", "line 3: raid happened within 2012"),
        ("event,loan,2011,1,x\nevent,loan,2011-01/2011-12,1,y", "given twice, in line 2 first"),
    ],
)  # fmt: skip
def test_observations_that_cannot_be_meant_are_refused(rows, said):
    with pytest.raises(ScenarioError) as caught:
        facts_of(Source("t.csv", f"kind,target,when,value,source\n{rows}\n".encode()), past_case())
    assert len(caught.value.problems) == 1 and said in caught.value.problems[0]


def test_two_headings_alike_or_unknown_are_refused_for_observations():
    for heading, said in (
        ("kind,target,when,value,value", "two columns"),
        ("kind,target,when,value,vlaue", "unknown heading"),
    ):
        with pytest.raises(ScenarioError, match=said):
            facts_of(Source("t.csv", f"{heading}\nseries,wealth,2011,0.5,0.6\n".encode()), past_case())


def test_observations_that_go_together_are_no_contradiction():
    rows = "event,loan,2011,1,x\nevent,loan,2011-01,0,x\ntime,raid,2011,2011-06,x\nevent,raid,2011-07,0,x\n"
    rows += "event,raid,2011-06,1,x\n"
    assert len(facts_of(Source("t.csv", f"kind,target,when,value,source\n{rows}".encode()), past_case())) == 5


@pytest.mark.parametrize("sign", ["\x1b[31m", "\x9b31m", "\x07", "\u202e", "\u2028"])
def test_signs_of_a_table_that_act_on_a_terminal_are_read_as_their_codes(sign):
    ((_, cells),) = filled_lines(Source("k.csv", f"a,left{sign}right\n".encode()))
    assert (
        not any(map(is_unprintable, cells[1])) and cells[1].startswith("left") and cells[1].endswith("right")
    )
