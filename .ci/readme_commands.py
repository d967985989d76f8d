"""The commands of README.md as they stand there, one after the other in this folder; each has to end with
exit code 0.

Those that take minutes are left out, unless asked for with `--all`.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ELSEWHERE = ("-m pytest",)
"""What another check runs."""

MINUTES = ("steppe check", "steppe calibrate")


def commands(page: str) -> Iterator[str]:
    """Lines of the blocks that are marked as `sh`."""
    for block in re.findall(r"^```sh\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL):
        yield from block.splitlines()


def left_out(command: str) -> bool:
    slow = MINUTES if "--all" not in sys.argv[1:] else ()
    return any(part in command for part in (*ELSEWHERE, *slow))


def fails(command: str) -> bool:
    """Run one command with the program of `.venv`, and say how long it took."""
    began = time.monotonic()
    ended = subprocess.run(
        ["bash", "-c", f'PATH="$PWD/.venv/bin:$PATH"\n{command}'],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(f"{time.monotonic() - began:6.1f} s  {command}", flush=True)
    if ended.returncode:
        print(f"exit code {ended.returncode}\n{ended.stdout[-2000:]}", flush=True)
    return ended.returncode != 0


if __name__ == "__main__":
    wanted = [line for line in commands(Path("README.md").read_text(encoding="utf-8")) if not left_out(line)]
    failed = [line for line in wanted if fails(line)]
    sys.exit(1 if failed or not wanted else 0)
