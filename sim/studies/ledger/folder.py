"""The folder of scores of a ledger: tables, the ledger and the facts as they were read, and a manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.studies.ledger.clock import written
from sim.studies.ledger.score import Score
from sim.writing.folders import replacing
from sim.writing.manifest import SCORE, made_with, seal
from sim.writing.tables import write_csv


def write(found: Score, folder: Path, overwrite: bool) -> None:
    """Write all of it at once. Raises FileExistsError (`PlaceError`)."""
    with replacing(folder, SCORE, overwrite) as work:
        write_csv(found.entries, work / "entries.csv")
        write_csv(found.summary, work / "summary.csv")
        write_csv(found.reliability, work / "reliability.csv")
        write_csv(found.pits, work / "pits.csv")
        (work / "facts.csv").write_bytes(found.facts.source.data)
        (work / "ledger.jsonl").write_bytes(found.ledger.data)
        seal(work, SCORE, manifest_of(found))


def manifest_of(found: Score) -> dict[str, Any]:
    """What was scored with what, and when."""
    ledger, facts = found.ledger, found.facts
    return {
        "ledger": {"file": str(ledger.path), "lines": len(ledger.entries), "last_line_sha256": ledger.sha256},
        "facts": {"file": facts.source.name, "sha256": facts.source.sha256, "count": len(facts.facts)},
        "case": found.asked[0].scenario.case,
        "as_on": written(found.today),
        "command": list(found.command),
        **made_with("scoringrules"),
    }
