"""Addressed luck: each random number follows from (seed, run, stream, step), never from the order of drawing.

The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2,
3"). Its key is the seed, its counter the address: run, step, and a 64-bit hash of the stream's name. So a new
stream leaves all others in place, and any single run can be replayed alone.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import numpy as np

from sim.engine.lanes import Lanes
from sim.rules.numbers import normal_pair

MONTHS_PER_DRAW = 4
"""One call of the generator gives four words: four successive months of one stream."""

RUNS_PER_DRAW = 4
"""The same of runs, where each needs one number only."""

TOGETHER = 2048
"""Addresses computed side by side: few enough for their numbers to stay in the processor's cache."""

MAX_SEED, MAX_RUN = 2**64 - 1, 2**48 - 1
"""What fits into the address of a draw; beyond, luck would be that of another run."""

_MASK = 0xFFFFFFFF
_M0, _M1 = 0xD2511F53, 0xCD9E8D57
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_TO_UNIT = 2.0**-32


@lru_cache(maxsize=4096)
def stream_id(name: str) -> int:
    """The 64-bit address of a stream: the first eight bytes of BLAKE2b of its name."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def philox(counter: tuple[Any, Any, Any, Any], key: tuple[Any, Any]) -> tuple[Any, Any, Any, Any]:
    """Ten rounds of Philox4x32; words of 32 bits are numbers of Python, or vectors of machine code."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = c0 * _M0, c2 * _M1
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & _MASK, (p0 >> 32) ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + _W0) & _MASK, (k1 + _W1) & _MASK
    return c0, c1, c2, c3


def words_at(seed: Any, run: Any, stream: Any, step: Any) -> tuple[Any, Any, Any, Any]:
    """Four 32-bit words at the address (seed, run, stream, step).

    step < 65,536, run < 2**48, seed and stream < 2**64.
    """
    # the step shares a word with the upper 16 bits of the run
    counter = (run & _MASK, step | ((run >> 32) << 16), stream & _MASK, stream >> 32)
    return philox(counter, (seed & _MASK, seed >> 32))


def unit(word: Any) -> Any:
    """A 32-bit word as a number inside (0, 1): the middle of its cell, so that 0 and 1 cannot occur."""
    return (word + 0.5) * _TO_UNIT


@lru_cache(maxsize=65536)
def uniforms(seed: int, run: int, name: str, step: int) -> tuple[float, float, float, float]:
    """The four uniforms at one address."""
    w0, w1, w2, w3 = words_at(seed, run, stream_id(name), step)
    return unit(w0), unit(w1), unit(w2), unit(w3)


def normals(seed: int, stream: str, runs: int, step: int = 0) -> np.ndarray:
    """A standard normal for each of the runs 0 .. runs - 1 (runs,), the same however many there are.

    Four successive runs share an address, as four months do: normal `run % 4` of (seed, run // 4, stream,
    step). Computed by the rules' own functions, so that the bytes do not depend on a library.
    """
    found = np.empty((-(-runs // RUNS_PER_DRAW), RUNS_PER_DRAW))
    for first in range(0, len(found), TOGETHER):
        block = found[first : first + TOGETHER]
        words = words_at(seed, np.arange(first, first + len(block), dtype=np.uint64), stream_id(stream), step)
        u0, turn0, u1, turn1 = (unit(word.astype(float)).view(Lanes) for word in words)
        block.T[:] = (*normal_pair(u0, turn0), *normal_pair(u1, turn1))
    return found.reshape(-1)[:runs]


def uniform_of(seed: int, stream: str, runs: int) -> np.ndarray:
    """A uniform for each of the runs 0 .. runs - 1 (runs,), the same however many there are.

    Four successive runs share an address: uniform `run % 4` of (seed, run // 4, stream, 0).

    >>> bool((uniform_of(1, "rain", 3) == uniform_of(1, "rain", 9)[:3]).all())
    True
    """
    blocks = np.arange(-(-runs // RUNS_PER_DRAW), dtype=np.uint64)
    words = words_at(seed, blocks, stream_id(stream), 0)
    return np.stack([unit(word.astype(float)) for word in words], axis=1).reshape(-1)[:runs]


class RunLuck:
    """The draws of one run, month by month; what the ensemble draws in lanes, this draws one by one."""

    def __init__(self, seed: int, run: int) -> None:
        self.seed, self.run, self.month = int(seed), int(run), 0

    def proposal(self, event: str) -> float:
        """The uniform that decides whether the event is proposed this month."""
        window, place = divmod(self.month, MONTHS_PER_DRAW)
        return uniforms(self.seed, self.run, f"{event}/propose", window)[place]

    def settle(self, event: str, word: int, needed: float) -> float:
        """A uniform for the answer, execution or cancellation; 1 where none is needed."""
        if needed != 0.0:
            return uniforms(self.seed, self.run, f"{event}/settle", self.month)[word]
        return 1.0

    def shock(self, name: str) -> float:
        """The standard normal shock of a stock or axis this month."""
        window, place = divmod(self.month, MONTHS_PER_DRAW)
        draws = uniforms(self.seed, self.run, f"{name}/noise", window)
        # two uniforms make two normals: those of months 0 and 1, and of 2 and 3, belong together
        pair = place // 2 * 2
        return normal_pair(draws[pair], draws[pair + 1])[place % 2]
