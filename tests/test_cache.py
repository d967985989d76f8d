"""The machine-code cache: whatever stands in it, numbers are those of code that was compiled, and nothing
fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.engine import cache
from sim.engine import machine as native
from sim.engine.engine import Engine
from sim.scenario.load import load
from sim.scenario.lower import World, lower

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "cases" / "small.toml"
KEY, CODE = "ab" * 32, bytes(range(256)) * 4
posix = pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "steppe"


@pytest.fixture
def file(folder: Path) -> Path:
    """The file that holds CODE under KEY."""
    cache.keep(KEY, CODE)
    (found,) = folder.iterdir()
    return found


@pytest.fixture(scope="module")
def world() -> World:
    return lower(load(SMALL), 6)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Forget what this process has compiled, and note what it compiles."""
    notes: list[str] = []
    parse = native.llvm.parse_assembly
    monkeypatch.setattr(native, "_compiled", {})
    monkeypatch.setattr(
        native.llvm, "parse_assembly", lambda text: parse(notes.append(text) or text if text else text)
    )
    return notes


def numbers(world: World) -> bytes:
    history = Engine.of(world).page(1, np.arange(8, dtype=np.uint64))
    return history.raw.tobytes() + history.raw_codes.tobytes()


def test_what_is_kept_is_found_again(file: Path):
    assert cache.fetch(KEY) == CODE and cache.fetch("cd" * 32) is None


@pytest.mark.parametrize("place", [0, 30, 90, 140, 200, -1])
@pytest.mark.parametrize("bit", [0, 7])
def test_one_flipped_bit_anywhere_is_seen(file: Path, place: int, bit: int):
    damaged = bytearray(file.read_bytes())
    damaged[place] ^= 1 << bit
    file.write_bytes(damaged)
    assert cache.fetch(KEY) is None


def _shortened(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def _lengthened(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\0")


def _renamed_from_another(file: Path) -> None:
    other = "ef" * 32
    cache.keep(other, CODE[::-1])
    os.replace(file.with_name(other[:40] + ".o"), file)


def _bare_code(file: Path) -> None:
    file.write_bytes(CODE)


def _folder_instead(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _link_to_a_good_file(file: Path) -> None:
    elsewhere = file.parent.parent / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)


def _broken_link(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.with_name("nowhere"))


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def _open_to_all(file: Path) -> None:
    file.chmod(0o666)


DAMAGES = [
    _shortened, _lengthened, _renamed_from_another, _bare_code, _folder_instead, _link_to_a_good_file,
    _broken_link, _pipe, _open_to_all, Path.unlink, lambda file: file.write_bytes(b""),
    lambda file: file.write_bytes(b"\0" * 5000),
]  # fmt: skip


@posix
@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_not_exactly_our_file_is_passed_over_and_written_anew(
    file: Path, damage: Callable[[Path], None]
):
    damage(file)
    assert cache.fetch(KEY) is None
    cache.keep(KEY, CODE)
    assert cache.fetch(KEY) == CODE and not file.is_symlink()


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="only root may give files away")
def test_somebody_elses_file_or_folder_is_not_read(file: Path):
    os.chown(file, 12345, -1)
    assert cache.fetch(KEY) is None
    cache.keep(KEY, CODE)
    assert cache.fetch(KEY) == CODE
    os.chown(file.parent, 12345, -1)
    assert cache.fetch(KEY) is None


@posix
@pytest.mark.parametrize("mode", [0o755, 0o777, 0o770])
def test_the_folder_is_private_even_if_an_older_version_left_it_open(file: Path, mode: int):
    assert file.parent.stat().st_mode & 0o777 == 0o700 and file.stat().st_mode & 0o777 == 0o600
    file.parent.chmod(mode)
    assert cache.fetch(KEY) == CODE
    assert file.parent.stat().st_mode & 0o777 == 0o700


@posix
def test_a_link_in_place_of_the_folder_is_not_followed(tmp_path: Path, folder: Path):
    (tmp_path / "other").mkdir()
    folder.symlink_to(tmp_path / "other")
    cache.keep(KEY, CODE)
    assert cache.fetch(KEY) is None and not list((tmp_path / "other").iterdir())


def test_the_cache_is_bounded_in_number_and_in_bytes(folder: Path, monkeypatch: pytest.MonkeyPatch):
    def held() -> int:
        return sum(cache.fetch(f"{n:02x}" * 32) is not None for n in range(8))

    monkeypatch.setattr(cache, "KEPT_FILES", 4)
    for number in range(8):
        cache.keep(f"{number:02x}" * 32, CODE)
    assert held() == len(list(folder.iterdir())) == 4
    monkeypatch.setattr(cache, "KEPT_BYTES", 2500)
    cache.keep("00" * 32, CODE)
    assert held() == 2
    cache.keep("01" * 32, CODE * 3)
    assert held() == 2, "code larger than the whole bound is not kept"


def test_unfinished_files_of_dead_processes_go_and_fresh_ones_stay(file: Path):
    old, fresh = file.with_name("old.part"), file.with_name("fresh.part")
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (1.0, 1.0))
    cache.keep(KEY, CODE)
    assert not old.exists() and fresh.exists()


def test_the_engine_compiles_again_what_was_damaged_and_gives_the_same_numbers(
    folder: Path, world: World, compiled: list[str]
):
    good = numbers(world)
    (file,) = folder.iterdir()
    native._compiled.clear()
    assert numbers(world) == good and len(compiled) == 1, "the second time it comes from the file"
    whole = file.read_bytes()
    for damaged in (b"", whole[:2000], whole[:-40] + bytes(40)):
        file.write_bytes(damaged)
        native._compiled.clear()
        assert numbers(world) == good and file.read_bytes() == whole
    assert len(compiled) == 4


def test_without_the_cache_code_is_compiled_here_even_if_this_process_took_it_from_a_file(
    folder: Path, world: World, compiled: list[str]
):
    good = numbers(world)
    native._compiled.clear()
    numbers(world)
    before = [path.stat().st_mtime_ns for path in folder.iterdir()]
    with native.without_cache():
        assert numbers(world) == good and len(compiled) == 2
        assert numbers(world) == good and len(compiled) == 2
    assert numbers(world) == good and len(compiled) == 2
    assert [path.stat().st_mtime_ns for path in folder.iterdir()] == before


def test_the_key_covers_code_processor_and_compiler(monkeypatch: pytest.MonkeyPatch):
    keys = {
        native._key(*each) for each in (("a", "b", "c"), ("x", "b", "c"), ("a", "x", "c"), ("a", "b", "x"))
    }
    monkeypatch.setattr(native, "OPTIMISATION", 3)
    keys.add(native._key("a", "b", "c"))
    monkeypatch.setattr(native.llvmlite, "__version__", "0.0")
    keys.add(native._key("a", "b", "c"))
    monkeypatch.setattr(native.llvm, "llvm_version_info", (1, 2, 3))
    keys.add(native._key("a", "b", "c"))
    assert len(keys) == 7


CHILD = """
import resource, sys
from pathlib import Path
import numpy as np
from sim.engine.engine import Engine
from sim.scenario.load import load
from sim.scenario.lower import lower
if {limit}:
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
print(Engine.of(lower(load(sys.argv[1]), 6)).page(1, np.arange(8, dtype=np.uint64)).raw.sum())
"""


def child(home: Path, limit: bool = False, **environment: str | None) -> tuple[int, str, str]:
    """Exit code, output and complaints of a process of its own; None takes a variable away."""
    own = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(home), **environment}
    own = {name: value for name, value in own.items() if value is not None}
    command = [sys.executable, "-c", CHILD.format(limit=limit), str(SMALL)]
    done = subprocess.run(command, env=own, cwd=home, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
@posix
def test_where_nothing_can_be_kept_runs_are_compiled_and_nobody_is_told(tmp_path: Path):
    """No home, a home that is a file, relative or empty places, a read-only folder, and a full disk."""
    (tmp_path / "file").write_text("in the way")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    places: list[dict[str, str | None]] = [
        {"XDG_CACHE_HOME": str(tmp_path / "good")},
        {"XDG_CACHE_HOME": None, "HOME": None},
        {"XDG_CACHE_HOME": None, "HOME": ""},
        {"XDG_CACHE_HOME": "", "HOME": "/nonexistent/home"},
        {"XDG_CACHE_HOME": "relative/place"},
        {"XDG_CACHE_HOME": str(tmp_path / "file")},
        {"XDG_CACHE_HOME": "/dev/null"},
        {"XDG_CACHE_HOME": str(closed)},
        {"XDG_CACHE_HOME": str(tmp_path / ("x" * 300))},
    ]
    home = tmp_path / "home"
    home.mkdir()
    found = [child(home, **place) for place in places]
    found.append(child(home, limit=True, XDG_CACHE_HOME=str(tmp_path / "full")))
    assert {each[:2] for each in found} == {(0, found[0][1])} and {each[2] for each in found} == {""}
    assert not list((tmp_path / "full" / "steppe").iterdir()), "no half-written file is left"
    assert not (home / "relative").exists()


@posix
def test_many_processes_fill_one_cache_at_once(tmp_path: Path):
    own = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", CHILD.format(limit=False), str(SMALL)]
    started = [
        subprocess.Popen(command, env=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(6)
    ]
    said = {(*process.communicate(timeout=120), process.returncode) for process in started}
    assert len(said) == 1 and next(iter(said))[1:] == (b"", 0)
    assert len(list((tmp_path / "steppe").iterdir())) == 1
