"""Keys of older formats of a scenario file, each with a line that names the one that has taken its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def renamed(raw: Mapping[str, Any]) -> Iterator[str]:
    """A line for each key of format 1 that a file still has.

    >>> list(renamed({"alignment": {"start": [0, 0]}, "actors": {"Land": {"role": "target"}}}))
    ['alignment.start: is actors.Land.position now, beside the positions of the powers']
    """
    target, alignment = _target(raw), _table(raw.get("alignment"))
    if "start" in alignment:
        yield f"alignment.start: is actors.{target}.position now, beside the positions of the powers"
    if "noise" in alignment:
        yield f"alignment.noise: is actors.{target}.noise now; a power may have its own"
    for faction, entry in _table(_table(_table(raw.get("actors")).get(target)).get("factions")).items():
        if raw.get("format") == 1 and "sympathy" not in _table(entry):
            told = "no longer says whom the faction sides with; add sympathy = { POWER or BLOC = -1 to 1 }"
            yield f"actors.{target}.factions.{faction}.ideal: {told}"


def _target(raw: Mapping[str, Any]) -> str:
    """The name of the target; a word for it where the file has none."""
    for name, actor in _table(raw.get("actors")).items():
        if _table(actor).get("role") == "target":
            return name
    return "TARGET"


def _table(held: Any) -> Mapping[str, Any]:
    """What is a table; an empty one for anything else."""
    if isinstance(held, dict):
        return held
    return {}
