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

from sim.cli import app
from sim.studies.ledger import chain, forecast
from sim.studies.ledger.chain import LedgerError, add, head_of, open_ledger
from sim.studies.ledger.verify import verify_ledger

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
def test_what_a_killed_writer_left_is_taken_off_by_the_next_one(tmp_path, left):
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
    started = [writer(file, name, 8) for name in ("one", "two", "three")]
    assert [each.wait(60) for each in started] == [0, 0, 0]
    texts = [each["text"].rstrip("x") for each in open_ledger(file).entries]
    wanted = {
        f"{name} {number} {part}" for name in ("one", "two", "three") for number in range(8) for part in "abc"
    }
    assert len(texts) == 72 and set(texts) == wanted
    # lines that were added together stand together
    assert all(
        texts[place : place + 3] == [f"{texts[place][:-1]}{part}" for part in "abc"]
        for place in range(0, 72, 3)
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
