"""What was tried by a search, on disk as soon as it is known: a search that was killed goes on from it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.studies.policy.candidates import Places
from sim.writing.whole import append, make_folder, read


def journal_of(folder: Path, identity: Mapping[str, Any]) -> Path:
    """Where the journal of a search lies: beside the folder of its results, by what is asked for.

    So a search that asks for anything else has another one.
    """
    told = json.dumps(identity, sort_keys=True, default=str).encode()
    return folder.parent / f".{folder.name[:100]}.tried-{hashlib.sha256(told).hexdigest()[:16]}"


class Journal:
    """Numbers of candidates that were tried; without a file they are kept while the search lasts."""

    def __init__(self, file: Path | None, numbers: int) -> None:
        self.file, self.numbers = file, numbers
        self.known: dict[Places, np.ndarray] = {}
        if file is not None:
            make_folder(file.parent)
            for line in (read(file) or b"").splitlines():
                self._take(line)
            # what a crash cut short would swallow the line after it
            append(file, b"\n")

    def _take(self, line: bytes) -> None:
        """A line; one that was cut short, or is none of ours, tells nothing."""
        try:
            told = json.loads(line)
            candidate, found = tuple(map(int, told[0])), list(map(float.fromhex, told[1]))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return
        if len(found) == self.numbers and all(map(math.isfinite, found)):
            self.known[candidate] = np.array(found)

    def add(self, candidates: Sequence[Places], found: np.ndarray) -> None:
        """Numbers of candidates (candidates, numbers); once this returns they are on disk."""
        lines = []
        for candidate, numbers in zip(candidates, found, strict=True):
            self.known[candidate] = numbers
            # hexadecimal digits are the number itself: what goes on from them ends in the same bits
            lines.append(json.dumps([list(candidate), [value.hex() for value in numbers.tolist()]]))
        if self.file is not None and lines:
            append(self.file, ("\n".join(lines) + "\n").encode())

    def close(self) -> None:
        """Results are stored: what led to them is not needed any more."""
        if self.file is not None:
            self.file.unlink(missing_ok=True)
