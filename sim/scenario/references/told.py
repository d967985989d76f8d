"""Sentences that several sections share: a name that is none, and a whole that is not one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from sim.refusal import did_you_mean
from sim.rules.numbers import total

SUM_TOLERANCE = 1e-6
"""How far from one a sum of shares may lie."""


def no_such(where: str, what: str, names: Iterable[str | None], known: Collection[str]) -> Iterator[str]:
    """A line for each name that is none of the known; None is no name.

    >>> list(no_such("clout.channel", "channel", ["politic"], ["politics"]))
    ["clout.channel: no channel 'politic'; did you mean 'politics'?"]
    """
    for name in names:
        if name is not None and name not in known:
            yield f"{where}: no {what} '{name}'{did_you_mean(name, known)}"


def not_one(where: str, says: str, parts: Iterable[float]) -> Iterator[str]:
    """A line if parts do not sum to one.

    >>> list(not_one("channels", "the weights sum", [0.5, 0.4]))
    ['channels: the weights sum to 0.9, must sum to 1']
    """
    # From left to right, so that a sum at the edge is refused by every Python or by none.
    whole = total(parts)
    if abs(whole - 1) > SUM_TOLERANCE:
        yield f"{where}: {says} to {whole:.6g}, must sum to 1"
