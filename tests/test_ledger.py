"""The ledger: what is written down stays, whatever is edited, dropped, put elsewhere, cut short or killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.assimilation.facts import Fact
from sim.cli import app
from sim.refusal import BadInput
from sim.studies.ledger import chain, forecast
from sim.studies.ledger.chain import LedgerError, add, head_of, open_ledger
from sim.studies.ledger.entry import LEVELS
from sim.studies.ledger.verify import verify_ledger
from tests.support.hindcasts import SMALL, past_case

ROOT = Path(__file__).parents[1]
BEFORE = datetime(2009, 12, 31, 12, tzinfo=UTC)
"""A day before the small case begins."""

ASKED = {
    "outcomes": {
        "loan": {"label": "A loan", "any_of": ["loan"], "by": ["2011-12", "2015-12"]},
        "raid": {"label": "A raid", "any_of": ["raid"]},
    }
}


def steppe(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="steppe")


@pytest.fixture
def then(monkeypatch):
    """A machine whose date is that day."""
    for module in (chain, forecast):
        monkeypatch.setattr(module, "now", lambda: BEFORE)


def entry(text: str, time: datetime = BEFORE) -> dict:
    return {"made": time.isoformat(), "text": text}


def written(file: Path, *texts: str) -> Path:
    for text in texts:
        add(file, lambda made, text=text: [entry(text, made)])
    return file


def lines_of(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines(keepends=True)


# -- the chain -------------------------------------------------------------------------------------


def test_each_line_has_the_hash_of_the_line_before_it_and_its_own(tmp_path):
    file = written(tmp_path / "l.jsonl", "one", "two", "three")
    entries = [json.loads(line) for line in lines_of(file)]
    assert [each["number"] for each in entries] == [1, 2, 3]
    assert [each["previous"] for each in entries] == ["0" * 64, *(each["sha256"] for each in entries[:2])]
    # worked out with nothing of ours: the text of a line without its last key
    from hashlib import sha256

    for line, each in zip(lines_of(file), entries, strict=True):
        text = line.decode().rstrip("\n").removesuffix(f', "sha256": "{each["sha256"]}"' + "}") + "}"
        assert sha256(text.encode()).hexdigest() == each["sha256"]
    assert json.loads(head_of(file).read_text()) == {"lines": 3, "sha256": entries[-1]["sha256"]}


def edited(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[1].replace(b"two", b"2wo"), *lines[2:]]


def forged(lines: list[bytes]) -> list[bytes]:
    """The second line made anew, with a hash of its own that fits it."""
    told = json.loads(lines[1]) | {"text": "forged"}
    del told["sha256"]
    told["sha256"] = chain.digest(chain._text(told))
    return [lines[0], chain._text(told) + b"\n", *lines[2:]]


DAMAGE = {
    "edited": (edited, 2, "its hash differs"),
    "forged": (forged, 3, "does not follow the line above it"),
    "dropped": (lambda lines: [lines[0], *lines[2:]], 2, "was written as line 3"),
    "first": (lambda lines: lines[1:], 1, "was written as line 2"),
    "reordered": (lambda lines: [lines[1], lines[0], *lines[2:]], 1, "was written as line 2"),
    "repeated": (lambda lines: [*lines, lines[1]], 5, "was written as line 2"),
    "truncated": (lambda lines: lines[:2], 3, "is missing"),
    "emptied": (lambda lines: [], 1, "is missing"),
    "cut short": (lambda lines: [*lines[:3], lines[3][:-30]], 4, "is cut short"),
    "without its end": (lambda lines: [*lines[:3], lines[3].rstrip(b"\n")], 4, "is cut short"),
    "inserted": (lambda lines: [lines[0], b"{}\n", *lines[1:]], 2, "is no entry of a ledger"),
    "blank": (lambda lines: [lines[0], b"\n", *lines[1:]], 2, "is no entry of a ledger"),
    "spaced": (lambda lines: [lines[0].replace(b'": ', b'":  ', 1), *lines[1:]], 1, "its hash differs"),
    "followed": (lambda lines: [*lines, b"more"], 5, "is no entry of a ledger"),
    "binary": (lambda lines: [b"\xff\x00\n", *lines[1:]], 1, "is no entry of a ledger"),
    "deep": (lambda lines: [b"[" * 100_000 + b"\n", *lines[1:]], 1, "is no entry of a ledger"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_found_with_its_line_and_nothing_is_added_to_it(tmp_path, kind):
    damage, line, told = DAMAGE[kind]
    file = written(tmp_path / "l.jsonl", "one", "two", "three", "four")
    file.write_bytes(b"".join(damage(lines_of(file))))
    data = file.read_bytes()
    for use in (open_ledger, lambda file: written(file, "five"), verify_ledger):
        with pytest.raises(LedgerError, match=f"line {line}: .*{told}"):
            use(file)
    assert file.read_bytes() == data


@pytest.mark.parametrize("place", range(40, 700, 37))
def test_any_byte_that_is_changed_is_found(tmp_path, place):
    file = written(tmp_path / "l.jsonl", "one", "two", "three")
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(bytes(data))
    with pytest.raises(LedgerError, match=r"line [123]"):
        open_ledger(file)


def test_without_its_head_a_missing_end_is_not_found_and_verify_says_so(tmp_path):
    file = written(tmp_path / "l.jsonl", "one", "two", "three")
    published = json.loads(lines_of(file)[2])["sha256"]
    file.write_bytes(b"".join(lines_of(file)[:2]))
    head_of(file).unlink()
    assert len(open_ledger(file).entries) == 2 and open_ledger(file).head is None
    # a hash that was published finds it all the same
    with pytest.raises(LedgerError, match="no line has the hash"):
        verify_ledger(file, published)


def test_a_head_that_was_damaged_or_is_of_another_ledger_is_found(tmp_path):
    file, other = written(tmp_path / "l.jsonl", "one"), written(tmp_path / "m.jsonl", "two")
    head_of(file).write_bytes(head_of(other).read_bytes())
    with pytest.raises(LedgerError, match=r"line 1: is not the last line that l.jsonl.head tells of"):
        open_ledger(file)
    head_of(file).write_bytes(b"{}")
    with pytest.raises(LedgerError, match="head is damaged"):
        open_ledger(file)


def test_a_ledger_whose_head_is_left_alone_is_not_begun_anew(tmp_path):
    file = written(tmp_path / "l.jsonl", "one")
    file.unlink()
    with pytest.raises(LedgerError, match=r"is missing, but l\.jsonl\.head tells of 1 lines"):
        written(file, "two")


@pytest.mark.parametrize("content", [b"notes\n", b"notes", b"{}\n", b'{"format": 2', b"\n"])
def test_a_file_that_is_no_ledger_is_never_written_to(tmp_path, content):
    file = tmp_path / "mine.txt"
    file.write_bytes(content)
    with pytest.raises(LedgerError, match="line 1: is no entry of a ledger"):
        written(file, "one")
    assert file.read_bytes() == content


def test_a_folder_a_link_and_a_pipe_are_refused(tmp_path):
    real = written(tmp_path / "l.jsonl", "one")
    (tmp_path / "link").symlink_to(real)
    os.mkfifo(tmp_path / "pipe")
    for name in (".", "link", "pipe"):
        with pytest.raises(LedgerError, match="is no plain file"):
            written(tmp_path / name, "two")
    assert len(lines_of(real)) == 1


# -- killed, and many at once ----------------------------------------------------------------------


@pytest.mark.parametrize("left", [1, 30, 200])
def test_what_a_killed_writer_left_is_taken_off_by_the_next_one(tmp_path, left, then):
    # at one time, so that both ledgers begin with the same line
    file = written(tmp_path / "l.jsonl", "one")
    whole = written(tmp_path / "m.jsonl", "one", "two")
    start = lines_of(whole)[1][:left]
    file.write_bytes(file.read_bytes() + start)
    found = open_ledger(file)
    assert len(found.entries) == 1 and found.unfinished == start
    written(file, "three")
    assert [each["text"] for each in open_ledger(file).entries] == ["one", "three"]


def test_whole_lines_of_a_writer_that_was_killed_before_its_head_count(tmp_path):
    file = written(tmp_path / "l.jsonl", "one")
    head = head_of(file).read_bytes()
    written(file, "two", "three")
    head_of(file).write_bytes(head)
    assert [each["text"] for each in open_ledger(file).entries] == ["one", "two", "three"]
    written(file, "four")
    assert json.loads(head_of(file).read_text())["lines"] == 4


def test_a_disk_that_fails_costs_no_line_that_was_there(tmp_path, monkeypatch):
    file = written(tmp_path / "l.jsonl", "one")

    def full(path, data):
        with open(path, "ab") as opened:
            opened.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(chain, "append", full)
        with pytest.raises(OSError, match="No space"):
            written(file, "two")
    assert len(open_ledger(file).entries) == 1 and open_ledger(file).unfinished
    assert [each["text"] for each in open_ledger(written(file, "two")).entries] == ["one", "two"]


WRITER = """
import sys
from sim.studies.ledger.chain import add
from sim.studies.ledger.clock import written
for number in range(int(sys.argv[3])):
    add(sys.argv[1], lambda made: [
        {"made": written(made), "text": f"{sys.argv[2]} {number} {part}" + "x" * 3000} for part in "abc"
    ])
"""


def writer(file: Path, name: str, count: int) -> subprocess.Popen:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", WRITER, str(file), name, str(count)], env=env)


def test_writers_at_once_lose_nothing(tmp_path):
    file = tmp_path / "l.jsonl"
    started = [writer(file, name, 5) for name in ("one", "two", "three")]
    assert [each.wait(60) for each in started] == [0, 0, 0]
    texts = [each["text"].rstrip("x") for each in open_ledger(file).entries]
    wanted = {
        f"{name} {number} {part}" for name in ("one", "two", "three") for number in range(5) for part in "abc"
    }
    assert len(texts) == 45 and set(texts) == wanted
    # lines that were added together stand together
    assert all(
        texts[place : place + 3] == [f"{texts[place][:-1]}{part}" for part in "abc"]
        for place in range(0, 45, 3)
    )


def test_a_writer_that_is_killed_at_any_moment_leaves_a_ledger_to_go_on_with(tmp_path):
    file, rng = tmp_path / "l.jsonl", np.random.default_rng(1)
    kept = 0
    for turn in range(4):
        running = writer(file, f"turn {turn}", 10**6)
        deadline = time.monotonic() + 60
        while not file.exists() or len(lines_of(file)) <= kept:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(float(rng.uniform(0, 0.05)))
        running.send_signal(signal.SIGKILL)
        running.wait()
        found = open_ledger(file)
        assert len(found.entries) >= kept
        kept = len(found.entries)
    assert len(open_ledger(written(file, "last")).entries) == kept + 1


def test_a_clock_that_goes_back_is_refused(tmp_path, monkeypatch):
    file = written(tmp_path / "l.jsonl", "one")
    monkeypatch.setattr(chain, "now", lambda: datetime.now(UTC) - timedelta(days=3))
    with pytest.raises(LedgerError, match="set its clock right"):
        written(file, "two")


# -- what is written down --------------------------------------------------------------------------


@pytest.fixture
def case():
    return past_case(**ASKED)


def test_what_is_written_down_is_what_runs_say(tmp_path, case, then):
    beliefs = sim.own_beliefs(case, draws=10)
    found = sim.forecast(beliefs, tmp_path / "l.jsonl", runs=200)
    ran = sim.run(beliefs, runs=200).table()
    ran = ran[ran["kind"] == "outcome"]
    events = [each for each in found.entries if each.kind == "event"]
    asked = [("loan", "2011-12"), ("loan", "2015-12"), ("raid", "2021-12")]
    assert [(each.target, each.by) for each in events] == asked
    assert [each.probability for each in events] == ran["value"].tolist()
    for name, column in (("low", "low"), ("least", "parameters_low"), ("greatest", "parameters_high")):
        assert [getattr(each, name) for each in events] == pytest.approx(ran[column].tolist(), abs=1e-6)
    first = found.entries[0]
    assert first.made == BEFORE.isoformat() and first.numbers.draws == 10 and not first.past
    assert first.question == "A loan: at least once from 2010-01 to 2011-12?"
    # every observed series in every year, as a hindcast says it: with error of measurement
    series = [each for each in found.entries if each.target == "wealth"]
    assert [each.first for each in series] == [f"{year}-01" for year in range(2010, 2022)]
    said = sim.hindcast(beliefs, [Fact("series", "wealth", 24120, 24131, 0.5)], runs=200)
    assert len(series[0].quantiles) == LEVELS
    wanted = np.quantile(said.trial.predictive.free[0], 0.25)
    assert series[0].quantiles[24] == pytest.approx(wanted, rel=1e-5)


def test_the_same_command_writes_the_same_down_and_other_luck_does_not(tmp_path, case, then):
    file, told = tmp_path / "l.jsonl", []
    for seed, threads in ((1, 1), (1, 2), (2, 1)):
        found = sim.forecast(case, file, runs=40, seed=seed, months=24, threads=threads)
        told.append([each.model_dump(exclude={"number", "previous", "sha256"}) for each in found.entries])
    first, again, other = told
    assert first == again and first[0]["fingerprint"] != other[0]["fingerprint"]


def test_questions_about_the_past_are_left_out_or_marked(tmp_path, case, monkeypatch):
    for module in (chain, forecast):
        monkeypatch.setattr(module, "now", lambda: datetime(2012, 1, 1, tzinfo=UTC))
    file = tmp_path / "l.jsonl"
    found = sim.forecast(case, file, runs=20)
    # a loan by the end of 2011, and two series in each of two years, are over by a day
    assert min(each.by for each in found.entries) == "2012-12" and found.left_out == 1 + 2 * 2
    marked = sim.forecast(case, file, runs=20, past=True)
    assert [each.past for each in marked.entries] == [each.by < "2012" for each in marked.entries]
    assert sum(each.past for each in marked.entries) == 5 and marked.left_out == 0
    with pytest.raises(BadInput, match="every question is about months that are past"):
        sim.forecast(case, file, runs=20, months=12)
    assert len(open_ledger(file).entries) == len(found.entries) + len(marked.entries)


def test_baselines_know_what_runs_are_conditioned_on(tmp_path, case, then):
    rows = [
        "kind,target,when,value",
        *(f"event,loan,{year},{int(year == 2010)}" for year in range(2010, 2014)),
    ]
    rows += [f"series,wealth,{year},0.{year - 2005}" for year in range(2010, 2014)]
    facts = tmp_path / "facts.csv"
    facts.write_text("\n".join(rows), encoding="utf-8")
    known = sim.given(case, facts, "2014-01", runs=1_600)
    told = sim.forecast(known, tmp_path / "l.jsonl", runs=20).entries
    loan = {each.by: each for each in told if each.target == "loan"}
    # it came: the question is answered, and is no forecast
    assert loan["2011-12"].answered == loan["2015-12"].answered == 1.0
    assert loan["2015-12"].facts.to == "2013-12"
    wealth = {each.by: each for each in told if each.target == "wealth"}
    assert wealth["2013-12"].answered == 0.8 and wealth["2014-12"].answered is None
    assert wealth["2014-12"].baselines["hold_last"][0] == 0.8
    alone = sim.forecast(case, tmp_path / "l.jsonl", runs=20).entries
    assert {name for each in alone if each.kind == "series" for name in each.baselines} == {"start_held"}


def test_the_command_begins_a_ledger_adds_to_it_and_takes_off_what_was_left(tmp_path):
    file = tmp_path / "new" / "l.jsonl"
    order = ["forecast", SMALL, "--ledger", file, "--runs", 8, "--months", 3, "--past"]
    first = steppe(*order)
    assert first.exit_code == 0, first.output
    count, told = len(lines_of(file)), " ".join(first.stdout.split())
    assert f"Lines 1 to {count} of" in told and "never count as forecasts" in told
    file.write_bytes(file.read_bytes() + b'{"format": 1')
    again = steppe(*order)
    assert again.exit_code == 0 and "12 bytes that a killed writer left" in again.stderr
    assert len(open_ledger(file).entries) == 2 * count
    whole = steppe("verify", file, "--head", json.loads(lines_of(file)[0])["sha256"][:12])
    assert whole.exit_code == 0 and "the published hash is that of line 1" in whole.stdout
    plain = steppe(*order[:-1])
    assert plain.exit_code == 2 and "steppe forecast --past" in plain.stderr
