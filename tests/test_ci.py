"""`.ci/run` leaves nothing running when it is told to stop."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.smoke,
    pytest.mark.skipif(shutil.which("bash") is None or os.name != "posix", reason="runs with bash"),
]

JOBS = Path(__file__).parents[1] / ".ci" / "jobs"
CHILDREN = "sleep 60 & echo $! >>pids; echo $$ >>pids; wait"
SECONDS = 20.0


def alive(process: int) -> bool:
    """Whether a process still runs (a dead one that nobody has asked about does not)."""
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True).stdout
    return bool(told.strip()) and not told.strip().startswith("Z")


def wait_until(holds) -> bool:
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends and not holds():
        time.sleep(0.05)
    return holds()


@pytest.mark.parametrize("how", ["check", "begin"])
@pytest.mark.parametrize(("sign", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_what_a_stopped_check_had_started_stops_with_it(how, sign, code, tmp_path):
    script = f". '{JOBS}'\necho $work >work\n{how} slow bash -c '{CHILDREN}'\nfinish\n"
    running = subprocess.Popen(["bash", "-c", script], cwd=tmp_path, stdout=subprocess.DEVNULL)
    pids = tmp_path / "pids"
    assert wait_until(lambda: pids.is_file() and len(pids.read_text().splitlines()) == 2)
    running.send_signal(sign)
    assert running.wait(SECONDS) == code
    started = [int(line) for line in pids.read_text().splitlines()]
    assert wait_until(lambda: not any(map(alive, started)))
    assert not Path((tmp_path / "work").read_text().strip()).exists()


def test_a_check_that_fails_is_told_and_the_next_one_runs(tmp_path):
    checks = "check bad false\ncheck good true\nbegin late true\nfinish\n"
    script = f'. "{JOBS}"\n{checks}printf "%s\\n" "${{table[@]}}"\nexit "$failed"'
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert [line.split()[0] for line in done.stdout.splitlines()[-3:]] == ["FAIL", "pass", "pass"]
