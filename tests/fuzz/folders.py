"""Folders of results of every kind, made once in a process, and what may befall them."""

from __future__ import annotations

import atexit
import contextlib
import json
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from random import Random

from typer.testing import CliRunner

from sim.cli import app
from tests.fuzz.damage import damaged
from tests.fuzz.tables import json_changed
from tests.support.past import TEXT

FEW = ["--seed=1", "--months=12"]
OBSERVED = """kind,target,when,value,source,provenance,note
series,income,2010,0.5,made up,test,
series,income,2011,0.48,made up,test,
series,votes,2010-06,0.01,made up,test,
event,loan,2011,1,made up,test,
event,raid,2010-01/2010-06,0,made up,test,
time,aid,2010-01/2012-12,2011-03,made up,test,
"""

UNSIGNED = ("manifest.json", "lock", ".lock")
"""Files without a checksum: the manifest itself, and the lock of a sweep."""
MADE = {
    "run": ["run", "past.toml", "--runs=16", "--no-figures", *FEW],
    "drawn": ["run", "past.toml", "--prior=file", "--draws=2", "--runs=8", "--no-figures", *FEW],
    "branch": ["run", "past.toml", "--from-run=3", "--month=2010-04", "--runs=8", "--no-figures", *FEW],
    "sweep": ["sweep", "past.toml", "--vary=quantities.wealth.start=0.2:0.8:3", "--runs-per-point=4", *FEW],
    "compare": ["compare", "past.toml", "--b=quantities.wealth.start=0.3", "--runs=16", *FEW],
    "hindcast": ["hindcast", "past.toml", "--data=facts.csv", "--runs=64", "--no-figures", "--seed=1"],
}


@lru_cache
def store() -> Path:
    """A folder with one of every kind of results, made once in a process."""
    kept = tempfile.mkdtemp(prefix="fuzz-results-")
    atexit.register(shutil.rmtree, kept, ignore_errors=True)
    with contextlib.chdir(kept):
        Path("past.toml").write_text(TEXT, encoding="utf-8")
        Path("facts.csv").write_text(OBSERVED, encoding="utf-8")
        for name, words in MADE.items():
            done = CliRunner().invoke(app, [*words, f"--out={name}"])
            assert done.exit_code == 0, (name, done.output, done.exception)
    return Path(kept)


def harmed_results(rng: Random) -> tuple[str, bool]:
    """Copy results of some kind to `o` and harm them: what was done, and whether a stored file has other
    bytes now.
    """
    name = rng.choice(list(MADE))
    shutil.copytree(store() / name, "o", symlinks=True)
    manifest = Path("o/manifest.json")
    if manifest.exists() and rng.random() < 0.5:
        what, text = json_changed(json.loads(manifest.read_text(encoding="utf-8")), rng)
        manifest.write_bytes(text.encode("utf-8", errors="replace"))
        return f"{name}: {what}", False
    files = [path for path in sorted(Path("o").rglob("*")) if path.is_file() and path.name not in UNSIGNED]
    file, harm = rng.choice(files), rng.choice(HARMS)
    before = file.read_bytes()
    harm(file, rng)
    harmed = not file.is_file() or file.is_symlink() or file.read_bytes() != before
    return f"{name}: {harm.__name__} {file}", harmed


def _flip(file: Path, rng: Random) -> None:
    data = bytearray(file.read_bytes())
    if data:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    file.write_bytes(bytes(data))


def _cut(file: Path, rng: Random) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: rng.randrange(max(len(data), 1))])


def _lose(file: Path, rng: Random) -> None:
    file.unlink()


def _exchange(file: Path, rng: Random) -> None:
    file.write_bytes(
        rng.choice([other for other in sorted(file.parent.iterdir()) if other.is_file()]).read_bytes()
    )


def _folder_instead(file: Path, rng: Random) -> None:
    file.unlink()
    file.mkdir()


def _link_instead(file: Path, rng: Random) -> None:
    file.unlink()
    file.symlink_to(rng.choice(("nowhere", "/etc/hostname", str(store() / "past.toml"))))


def _damage(file: Path, rng: Random) -> None:
    file.write_bytes(damaged(file.read_bytes(), rng.randrange(2**32))[1])


HARMS = (_flip, _flip, _cut, _lose, _exchange, _folder_instead, _link_instead, _damage)
