"""Ledgers made by hand: entries of invented forecasters about invented events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sim.studies.ledger import chain
from sim.studies.ledger.clock import written

WHO = {
    "scenario": {
        "case": "made-up", "title": "Made up", "file": "made-up.toml", "file_sha256": None,
        "start": "2010-01", "changes": {}, "as_run_sha256": "0" * 64,
    },
    "facts": None, "numbers": None, "seed": 1, "runs": 100, "failed": 0, "months": 120,
    "fingerprint": "0" * 64, "command": [],
    "program": {"steppe": None, "python": "3", "numpy": None, "machine": "none"},
}  # fmt: skip


def event(target: str, first: str, by: str, probability: float, **more: Any) -> dict[str, Any]:
    """An entry about an event; `baselines` and whatever else may be given."""
    own = {
        "question": f"{target}?", "kind": "event", "target": target, "label": target, "unit": "",
        "from": first, "by": by, "past": False, "answered": None, "probability": probability,
        "low": None, "high": None, "baselines": {},
    }  # fmt: skip
    return own | WHO | more


def series(target: str, first: str, by: str, quantiles: Iterable[float], **more: Any) -> dict[str, Any]:
    """An entry about a number."""
    own = {
        "question": f"{target}?", "kind": "series", "target": target, "label": target, "unit": "1",
        "from": first, "by": by, "past": False, "answered": None,
        "quantiles": [float(value) for value in quantiles],
        "support": [None, None], "baselines": {},
    }  # fmt: skip
    return own | WHO | more


def ledger_of(file: Path, monkeypatch: Any, *made: tuple[datetime, list[dict[str, Any]]]) -> Path:
    """A ledger to which entries were added on these days."""
    for day, entries in made:
        monkeypatch.setattr(chain, "now", lambda day=day: day)
        chain.add(file, lambda time, own=entries: [{"made": written(time), **each} for each in own])
    return file


def facts_of(file: Path, *rows: str) -> Path:
    """A table of facts, all of them invented."""
    file.write_text("\n".join(["kind,target,when,value", *rows]) + "\n", encoding="utf-8")
    return file
