"""Nested tables written as TOML: one line a section, everything else in inline tables, so that any nesting
can be written.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Verbatim:
    """A value that is written as it stands: digits without end, brackets that do not close."""

    text: str


def dumps(tables: dict[str, Any]) -> str:
    """A document that `tomllib.loads` reads back as these tables, unless a Verbatim breaks it."""
    return "".join(f"{quoted(key)} = {written(value)}\n" for key, value in tables.items())


def written(value: Any) -> str:
    match value:
        case Verbatim(text):
            return text
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case dict():
            return (
                "{ " + ", ".join(f"{quoted(key)} = {written(inner)}" for key, inner in value.items()) + " }"
            )
        case list() | tuple():
            return "[" + ", ".join(map(written, value)) + "]"
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
    return repr(value)


def quoted(text: str) -> str:
    """A basic string; JSON escapes all that TOML wants escaped but DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
