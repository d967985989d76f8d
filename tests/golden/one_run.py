"""One ensemble in a process of its own, and the hashes of what it stores: `python one_run.py SCENARIO.toml
RUNS DRAWS THREADS`.

Prints the SHA-256 of the outcomes by name, and of the lines of table.csv whatever their order.
"""

from __future__ import annotations

import hashlib
import locale
import sys
import tempfile
from pathlib import Path

import pandas as pd
from pin import digest

import sim


def main(file: str, runs: str, draws: str, threads: str) -> None:
    locale.setlocale(locale.LC_ALL, "")
    scenario = sim.load(file)
    beliefs = sim.prior_beliefs(scenario, int(draws), 3) if int(draws) else None
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "results"
        sim.run_into(place, beliefs or scenario, int(runs), 3, threads=int(threads), figures=False)
        rows = pd.read_parquet(place / "outcomes.parquet", use_threads=False)
        lines = sorted((place / "table.csv").read_bytes().splitlines())
    print(digest(rows), hashlib.sha256(b"\n".join(lines)).hexdigest())


if __name__ == "__main__":
    main(*sys.argv[1:])
