"""Hostile inputs in thousands: `python -m tests.fuzz scenarios --cases 10000 --seed 1`, or `inputs`; `--case
17` tries one alone.

Each worker is a process of its own, so that one that hangs in compiled code or runs out of memory is one
failed case.
"""

from __future__ import annotations

import argparse
import faulthandler
import importlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from typing import Any

KINDS = {"scenarios": "tests.fuzz.scenario", "inputs": "tests.fuzz.inputs"}
PATIENCE = 90
"""Seconds after which a worker that does not answer is ended."""
MEMORY = 6 << 30


def work(kind: str, seed: int, numbers: list[int]) -> None:
    """Try cases one after the other; a line of JSON for each."""
    judged = importlib.import_module(KINDS[kind]).judged
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            faulthandler.dump_traceback_later(PATIENCE, exit=True)
            print(json.dumps({"start": number}), flush=True)
            what, verdict = judged(seed, number, Path(folder))
            print(json.dumps({"case": number, "what": what, **vars(verdict)}), flush=True)
        faulthandler.cancel_dump_traceback_later()


def watch(kind: str, seed: int, numbers: list[int], found: list[dict[str, Any]]) -> None:
    """Keep a worker busy until all numbers are tried; one that dies leaves a failed case and is replaced."""
    while numbers:
        words = [sys.executable, "-m", "tests.fuzz", kind, f"--seed={seed}", "--worker", *map(str, numbers)]
        with tempfile.TemporaryFile("w+") as complaints:
            worker = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=complaints, text=True)
            assert worker.stdout is not None
            trying, done = numbers[0], set()
            for line in worker.stdout:
                told = json.loads(line)
                trying = told.get("start", trying)
                if "case" in told:
                    found.append(told)
                    done.add(told["case"])
                    progress(found)
            worker.wait()
            numbers = [number for number in numbers if number not in done]
            if numbers:
                complaints.seek(0)
                words = complaints.read().strip().splitlines() or ["no word"]
                fault = f"the process ended with {worker.returncode}: {words[-1][:200]}"
                found.append(
                    {
                        "case": trying,
                        "what": "?",
                        "kind": "failed",
                        "faults": [fault],
                        "unnamed": 0,
                        "lines": 0,
                    }
                )
                numbers = [number for number in numbers if number != trying]


def progress(found: list[dict[str, Any]]) -> None:
    if found[-1]["faults"]:
        print(f"case {found[-1]['case']}: {found[-1]['faults'][0]}", file=sys.stderr, flush=True)
    if len(found) % 100 == 0:
        failing = sum(bool(each["faults"]) for each in found)
        print(f"{len(found)} cases, {failing} with faults", file=sys.stderr, flush=True)


def summary(kind: str, seed: int, found: list[dict[str, Any]]) -> bool:
    """Print what came of all cases; whether all went well."""
    kinds = Counter(each["kind"] for each in found)
    lines, unnamed = sum(each["lines"] for each in found), sum(each["unnamed"] for each in found)
    print(f"{len(found)} cases of seed {seed}: {dict(kinds)}")
    print(
        f"{lines - unnamed} of {lines} lines of refusals name file and key "
        f"({(lines - unnamed) / max(lines, 1):.3%})"
    )
    failing = sorted((each for each in found if each["faults"]), key=lambda each: each["case"])
    print(f"{len(failing)} cases with faults")
    for each in failing:
        print(f"python -m tests.fuzz {kind} --seed {seed} --case {each['case']}   # {each['what']}")
        for fault in each["faults"][:3]:
            print(f"    {fault}")
    return not failing


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--case", type=int, help="this one alone, in this process; what it wrote is kept")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--worker", nargs="+", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.environ.setdefault("XDG_CACHE_HOME", str(Path(tempfile.gettempdir()) / "steppe-fuzz-cache"))
    if asked.worker:
        work(asked.kind, asked.seed, asked.worker)
    elif asked.case is not None:
        kept = Path(tempfile.mkdtemp(prefix="fuzz-"))
        what, verdict = importlib.import_module(KINDS[asked.kind]).judged(asked.seed, asked.case, kept)
        print(f"{what}: {verdict}\nin {kept}")
    else:
        numbers = list(range(asked.first, asked.first + asked.cases))
        found: list[dict[str, Any]] = []
        crew = [
            threading.Thread(target=watch, args=(asked.kind, asked.seed, numbers[job :: asked.jobs], found))
            for job in range(asked.jobs)
        ]
        for each in crew:
            each.start()
        for each in crew:
            each.join()
        sys.exit(0 if summary(asked.kind, asked.seed, found) else 1)


if __name__ == "__main__":
    main()
