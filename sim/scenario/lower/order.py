"""The order of names, in which the stages go through everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Value = TypeVar("Value")


def in_order(table: Mapping[str, Value]) -> dict[str, Value]:
    """A table in the order of its keys, whatever that of the file."""
    return dict(sorted(table.items(), key=lambda item: item[0]))
