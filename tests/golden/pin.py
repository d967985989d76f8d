"""What every shipped scenario gives: golden outcomes of 512 runs, and the hash of its month as a program.

    python tests/golden/pin.py        # from the project's root: writes golden.json anew, and says what moved

A change of them is a *Results change*: announce it in CHANGELOG with its reason. If outcomes stay and the
program moves, the arithmetic was only written in another way; if both stay, no rule, constant or luck has
changed.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

import sim
from sim.engine.engine import text_of
from sim.engine.record import record_month
from sim.scenario.load import Scenario
from sim.scenario.lower import lower

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("golden.json")
RUNS, SEED = 512, 1


def digest(rows: pd.DataFrame) -> str:
    """SHA-256 of the outcomes of some runs, by name: the order of columns does not count, every bit of a
    number does.
    """
    found = hashlib.sha256()
    for name in sorted(rows.columns):
        column = rows[name]
        is_number = column.dtype.kind == "f"
        content = column.to_numpy("<f8").tobytes() if is_number else "\n".join(map(str, column)).encode()
        found.update(f"{name} {len(content)}\n".encode() + content)
    return found.hexdigest()


def program(scenario: Scenario) -> str:
    """SHA-256 of the month as a program for lanes of four runs; the scenario's numbers are not part of it."""
    world = lower(scenario)
    return hashlib.sha256(text_of(world, record_month(world)).encode()).hexdigest()


def golden(scenario: Scenario) -> dict[str, Any]:
    """What is pinned of a scenario: both hashes, and headline values that a reader can compare."""
    ensemble = sim.run(scenario, runs=RUNS, seed=SEED)
    table = ensemble.table()
    told = table[table["kind"].isin(["outcome", "distribution", "posture"])]
    values = {f"{row['name']} {row.date}": float(f"{row.value:.6g}") for _, row in told.iterrows()}
    return {
        "program": program(scenario),
        "outcomes": digest(ensemble.outcomes),
        "values": dict(sorted(values.items())),
    }


def moved(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """A line for each thing that differs."""
    hashes = [name for name in ("program", "outcomes") if before[name] != after[name]]
    lines = [f"{name}: {before[name][:16]} -> {after[name][:16]}" for name in hashes]
    values = [
        (name, before["values"].get(name), after["values"].get(name))
        for name in before["values"] | after["values"]
    ]
    return lines + [f"{name}: {old} -> {new}" for name, old, new in values if old != new]


def shipped() -> dict[str, Scenario]:
    return {path.stem: sim.load(path) for path in sorted((ROOT / "configs").glob("*[0-9].toml"))}


def main() -> None:
    before = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    after = {name: golden(scenario) for name, scenario in shipped().items()}
    FILE.write_text(json.dumps(after, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for name in after:
        lines = moved(before[name], after[name]) if name in before else ["new"]
        print(f"{name}: {'; '.join(lines) or 'as before'}")


if __name__ == "__main__":
    main()
