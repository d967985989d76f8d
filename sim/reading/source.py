"""A file that was read once: what is parsed, hashed and stored are the same bytes, from a pipe too."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sim.reading.shipped import place_of
from sim.refusal import BadInput

MOST_BYTES = 2**28
"""Size from which a file is refused [bytes]: no input of this program comes near it."""


@dataclass(frozen=True)
class Source:
    """The name of a file and its bytes."""

    name: str
    data: bytes = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        """Checksum of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


def source_of(file: str | Path | Source) -> Source:
    """The bytes of a file, or of the shipped one of this name. Raises BadInput."""
    if isinstance(file, Source):
        return file
    try:
        with open(place_of(file), "rb") as opened:
            # a device such as /dev/zero has no end
            data = opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise BadInput(f"{file}: no such file") from None
    except (OSError, ValueError) as error:
        raise BadInput(f"{file}: cannot be read ({error})") from None
    if len(data) > MOST_BYTES:
        raise BadInput(f"{file}: is larger than {MOST_BYTES >> 20} MiB; give a smaller file")
    return Source(str(file), data)
