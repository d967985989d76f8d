"""Nothing is lost for want of a terminal: closed streams, a figure that fails, a user's own matplotlib, being
told to stop.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import matplotlib
import pytest
from typer.testing import CliRunner

import sim.studies.compare.figures
import sim.studies.run.figures
from sim.cli import app
from sim.drawing.style import own_style
from sim.scenario.load import load
from sim.studies.run.folder import run_into
from sim.studies.verify.ask import verify
from sim.writing.manifest import contents, pictures, read_manifest

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "cases" / "small.toml"
ASK = ["run", str(SMALL), "--runs", "8", "--months", "3"]
posix = pytest.mark.skipif(os.name != "posix", reason="the shell of POSIX")


def shell(line: str, folder: Path, **more: str) -> subprocess.CompletedProcess:
    """A command line of a shell, in a folder; $STEPPE is the command."""
    steppe = f"{sys.executable} -c 'from sim.cli import main; main()'"
    own = {**os.environ, "PYTHONPATH": str(ROOT), "STEPPE": steppe, **more}
    return subprocess.run(
        ["bash", "-c", line.replace("$STEPPE", steppe)],
        cwd=folder,
        env=own,
        capture_output=True,
        text=True,
        timeout=120,
    )


@posix
@pytest.mark.parametrize(
    ("streams", "code"),
    [
        ("2>&-", 0),
        (">&- 2>&-", 0),
        ("2>/dev/full", 0),
        (">/dev/full", 1),
        ("2>&1 | true", 1),
        ("2> >(true)", 0),
    ],
)
def test_a_stream_that_is_closed_full_or_broken_loses_no_results(tmp_path, streams, code):
    order = f"$STEPPE {' '.join(ASK)} --no-figures --out out {streams}; echo ${{PIPESTATUS[0]}} >code"
    done = shell(order, tmp_path)
    assert "Traceback" not in done.stdout + done.stderr
    assert int((tmp_path / "code").read_text()) == code
    assert verify(tmp_path / "out", 4).wrong == [] and len(list(contents(tmp_path / "out"))) == 8


@posix
def test_a_label_that_the_terminal_cannot_show_is_written_as_codes(tmp_path):
    text = SMALL.read_text(encoding="utf-8").replace("A small buffer", "Монгол 日本 \\ud7ff")
    (tmp_path / "case.toml").write_text(text, encoding="utf-8")
    order = "$STEPPE run case.toml --runs 8 --months 3 --no-figures --out out"
    done = shell(order, tmp_path, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0 and "\\u041c" in done.stdout, done.stderr


@posix
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_being_told_to_stop_is_like_an_interrupt(tmp_path, name):
    order = [
        sys.executable,
        "-c",
        "from sim.cli import main; main()",
        *ASK,
        "--runs",
        "500000000",
        "--out",
        "out",
    ]
    heeded = partial(
        signal.signal, getattr(signal, name), signal.SIG_DFL
    )  # the tests themselves may run under nohup
    with subprocess.Popen(
        order,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heeded,
    ) as child:
        until = time.monotonic() + 60
        while not list(tmp_path.glob(".out.partial-*/outcomes.parquet")) and time.monotonic() < until:
            time.sleep(0.05)
        child.send_signal(getattr(signal, name))
        try:
            told = child.communicate(timeout=60)[1]
        finally:
            child.kill()
    assert child.returncode == 130 and told.splitlines()[-1] == "steppe: interrupted; nothing was saved"
    assert list(tmp_path.iterdir()) == []


# -- figures ---------------------------------------------------------------------------------------------


def steppe(*arguments):
    return CliRunner().invoke(app, [str(each) for each in arguments])


def failing(*arguments):
    raise RuntimeError("no font\nat all")


@pytest.mark.parametrize("command", ["run", "compare", "sweep"])
def test_a_figure_that_cannot_be_drawn_is_one_line_and_costs_no_results(tmp_path, monkeypatch, command):
    for place in (
        "sim.studies.run.figures.figures",
        "sim.studies.sweep.figures.figures_of",
        "sim.studies.compare.figures.figures_of",
    ):
        monkeypatch.setattr(place, failing)
    more = {
        "run": ASK[1:], "compare": [*ASK[1:], "--b", "quantities.wealth.start=0.3"],
        "sweep": [
            str(SMALL), "--vary", "quantities.wealth.start=0.2,0.8", "--runs-per-point", "8", "--months", "3",
        ],
    }[command]  # fmt: skip
    done = steppe(command, *more, "--out", tmp_path / "out")
    lines = [line for line in done.stderr.splitlines() if line.startswith("steppe:")]
    assert (
        done.exit_code == 1
        and len(lines) == 1
        and "could not be drawn (RuntimeError: no font at all)" in lines[0]
    )
    assert "not a forecast" in done.stdout
    assert verify(tmp_path / "out", 4).wrong == []
    assert not [name for name in contents(tmp_path / "out") if name.endswith((".png", ".svg"))]


def test_one_figure_that_fails_leaves_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(
        sim.studies.run.figures,
        "figures",
        lambda ensemble: {name: draw(ensemble) for name, draw in FIGURES.items()},
    )
    FIGURES = {"events": sim.studies.run.figures.FIGURES["events"], "paths": lambda ensemble: Broken()}
    found = run_into(tmp_path / "out", load(SMALL), 8, months=3)
    assert found.undrawn == ("the figure paths could not be drawn (OSError: no disk)",)
    assert set(pictures("figures/events")) <= set(read_manifest(tmp_path / "out")["files"])


class Broken:
    def savefig(self, *arguments, **more):
        raise OSError("no disk")


@pytest.mark.slow
@pytest.mark.skipif(
    matplotlib.__version_info__ < (3, 11),
    reason="older releases place lines of text some part of a pixel apart, by chance",
)
def test_a_users_own_settings_of_matplotlib_change_no_byte(tmp_path):
    run_into(tmp_path / "plain", load(SMALL), 8, months=3)
    with matplotlib.rc_context(
        {"figure.facecolor": "red", "savefig.format": "pdf", "font.size": 30, "savefig.bbox": "tight"}
    ):
        run_into(tmp_path / "own", load(SMALL), 8, months=3)
        assert matplotlib.rcParams["font.size"] == 30, "theirs stay as they were"
    for path in (tmp_path / "plain" / "figures").iterdir():
        assert path.read_bytes() == (tmp_path / "own" / "figures" / path.name).read_bytes()


@pytest.mark.slow
@posix
@pytest.mark.parametrize("backend", ["nonsense", "module://matplotlib_inline.backend_inline", "TkAgg"])
def test_a_backend_of_a_notebook_loses_no_figure(tmp_path, backend):
    (tmp_path / "matplotlibrc").write_text("text.usetex: True\nbackend: TkAgg\nfigure.dpi: 1\n")
    done = shell(f"$STEPPE {' '.join(ASK)} --out out", tmp_path, MPLBACKEND=backend)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "out" / "figures").glob("*.png"))) == 5


def test_own_style_gives_back_the_environment(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "nonsense")
    with own_style():
        assert matplotlib.rcParams["savefig.dpi"] == "figure"
    assert os.environ["MPLBACKEND"] == "nonsense"
