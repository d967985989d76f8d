"""Shares of runs in words."""

from __future__ import annotations


def in_percent(share: float) -> str:
    """A share in whole per cent; only all of the runs are 100 %.

    >>> in_percent(0.5), in_percent(0.999)
    ('50 %', '>99 %')
    """
    if 0.995 <= share < 1:
        return ">99 %"
    return f"{100 * share:.0f} %"
