"""Months from text: `2024-06` and nothing that only looks like it."""

from __future__ import annotations

import re
from typing import Any

YEAR, MONTH = re.compile(r"[0-9]{4}"), re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def month_of(text: Any) -> int | None:
    """Months since year 0 of a date such as `2024-06`; None for anything else, such as `2024-13`."""
    if not isinstance(text, str) or not MONTH.fullmatch(text):
        return None
    return int(text[:4]) * 12 + int(text[5:]) - 1
