"""One hash over all that runs leave behind: two machines that give the same have computed the same bits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

from sim.engine.history import History

NAN = np.uint64(0x7FF8000000000000)
"""Of numbers that are none machines give different bits: they count as this."""


def fingerprint(histories: Iterable[History]) -> str:
    """SHA-256 (hex digits) of every recorded number and code, run by run in the order given.

    Of each run the numbers (months, names) as little-endian doubles, then the codes (months, events) as
    bytes: an order in which neither pages nor lanes matter.

    >>> import sim
    >>> from sim.engine.engine import Engine
    >>> from sim.scenario.lower import lower
    >>> engine = Engine.of(lower(sim.load("mongolia-2024"), 2))
    >>> few, more = (engine.page(1, np.arange(runs, dtype=np.uint64)) for runs in (2, 4))
    >>> fingerprint([few]) == fingerprint([more])
    False
    """
    digest = hashlib.sha256()
    for history in histories:
        numbers, codes = history.raw.transpose(0, 3, 1, 2), history.raw_codes.transpose(0, 3, 1, 2)
        for run in range(len(history.runs)):
            place = divmod(run, history.raw.shape[3])
            own = np.where(
                np.isnan(numbers[place]), NAN, np.ascontiguousarray(numbers[place]).view(np.uint64)
            )
            digest.update(own.astype("<u8").tobytes())
            digest.update(codes[place].tobytes())
    return digest.hexdigest()
