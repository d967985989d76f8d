"""A folder of results, opened for a page: whole, of a kind that is known, its scenario and tables read."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim.refusal import Refusal
from sim.registry import require
from sim.scenario.load import Scenario, parse
from sim.studies.report.findings import command_of
from sim.writing.manifest import MANIFEST, differing, files_of, kind_of, read_manifest
from sim.writing.tables import as_meant

PROGRAM = "steppe "
"""How kinds of results begin; the command that made them follows."""


@dataclass(frozen=True)
class Folder:
    """Results whose every file is as it was written; shown: the folder as it was named."""

    path: Path
    kind: str
    manifest: Mapping[str, Any]

    @property
    def made_by(self) -> str:
        """The name of the command whose results these are."""
        return self.kind.removeprefix(PROGRAM)

    @cached_property
    def scenario(self) -> Scenario:
        """What was run, as it was run. Raises ScenarioError, RuleError."""
        return scenario_in(self.manifest.get("identity") or self.manifest["scenario"])

    @property
    def files(self) -> Collection[str]:
        """Names of all files, from the folder, with slashes."""
        return self.manifest["files"].keys()

    def table(self, name: str) -> pd.DataFrame:
        """A stored table; texts are texts, an empty cell is an empty text or not a number. Raises ValueError.

        A column counts as numbers only where all that it holds are numbers.
        """
        # Read as texts: a label may look like a number, or like what pandas takes for none.
        found = pd.read_csv(self.path / name, dtype=str, keep_default_na=False)
        return pd.DataFrame({column: _read(found[column]) for column in found.columns})

    def bytes_of(self, name: str) -> bytes:
        """What a file holds."""
        return (self.path / name).read_bytes()

    @property
    def command(self) -> str:
        """The command that made the results; empty where Python did."""
        # whoever ran it from Python or a test has words there that nobody could paste
        words = self.manifest.get("command")
        if not isinstance(words, list) or list(map(str, words[1:2])) != [self.made_by]:
            return ""
        return command_of(*map(str, words[1:]))


def opened(path: Path, known: Collection[str]) -> Folder:
    """A folder of one of the `known` kinds, each file checked. Raises ManifestError, Refusal."""
    manifest = read_manifest(path)
    kind = kind_of(manifest)
    if kind is None:
        raise Refusal(f"{path}: {MANIFEST} is none that this version of steppe knows")
    if kind not in known:
        raise Refusal(f"{path}: holds a {kind}, about which there is no page")
    listed = files_of(manifest)
    if listed is None:
        raise Refusal(f"{path}: these results are from before checksums were kept; make them anew")
    wrong = differing(path, manifest, listed, kind)
    if wrong:
        raise Refusal(f"{path}: is not as it was written, so no page is made of it: {_first(wrong)}")
    return Folder(path, kind, manifest)


def _first(wrong: list[str]) -> str:
    """The first fault in full, and how many more there are."""
    if len(wrong) == 1:
        return wrong[0]
    return f"{wrong[0]}; and {len(wrong) - 1} more"


def scenario_in(told: Mapping[str, Any]) -> Scenario:
    """A scenario as a manifest tells of it. Raises ScenarioError, RuleError."""
    # What a scenario names must be registered before the scenario is read.
    require(told.get("registered", []))
    changes = told.get("overrides", told.get("set", {}))
    return parse(told["as_run"], str(told.get("file", MANIFEST)), before=tuple(changes.items()), sourced=True)


NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(inf|nan)", re.ASCII)


def _read(column: pd.Series) -> pd.Series:
    """The cells of a column: numbers where each that is not empty is one, else texts as they were meant."""
    filled = column[column != ""]
    if filled.map(lambda cell: NUMBER.fullmatch(cell) is not None).all():
        return pd.to_numeric(column)
    return column.map(as_meant)
