"""Arrays and modules of a page as one text: laid end to end, compressed, in base64."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

KINDS = {"f8": "<f8", "f4": "<f4", "i4": "<i4", "i2": "<i2", "u8": "<u8", "u1": "u1"}
"""Kinds of arrays, as a page knows them, and as numpy does."""

BOUNDARY = 8
"""Bytes at whose multiples arrays begin."""

Place = tuple[str, int, int]
"""Where something lies: its kind, first byte, and how many numbers."""


@dataclass
class Blob:
    """What is put in is found again by its place; what is there already is not put in twice.

    >>> blob = Blob()
    >>> blob.put("f8", [1.0, 2.0]), blob.put("u1", b"ab"), blob.put("f8", [1.0, 2.0])
    (('f8', 0, 2), ('u1', 16, 2), ('f8', 0, 2))
    """

    _pieces: list[bytes] = field(default_factory=list)
    _known: dict[tuple[str, bytes], Place] = field(default_factory=dict)
    _end: int = 0

    def put(self, kind: str, values: object) -> Place:
        """The place of an array or of bytes."""
        data = values if isinstance(values, bytes) else np.asarray(values, dtype=KINDS[kind]).tobytes()
        if (kind, data) not in self._known:
            size = np.dtype(KINDS[kind]).itemsize
            self._known[kind, data] = (kind, self._end, len(data) // size)
            padded = data + b"\0" * (-len(data) % BOUNDARY)
            self._pieces.append(padded)
            self._end += len(padded)
        return self._known[kind, data]

    def whole(self, values: Sequence[int]) -> Place:
        """The place of small whole numbers, in as few bytes as hold them."""
        fits = not values or -(2**15) <= min(values) <= max(values) < 2**15
        return self.put("i2" if fits else "i4", values)

    def text(self) -> str:
        """All of it; the same bytes whenever the same was put in."""
        packed = gzip.compress(b"".join(self._pieces), compresslevel=9, mtime=0)
        return base64.b64encode(packed).decode()
