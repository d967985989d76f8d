"""Folders from somewhere else: whatever is strange about them is told in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from pydantic import ValidationError

from sim.refusal import Refusal
from sim.registry import RuleError
from sim.scenario.load import ScenarioError
from sim.writing.manifest import MANIFEST

STRANGE = (
    ArithmeticError, AttributeError, LookupError, MemoryError, OSError, RecursionError, TypeError, ValueError,
    pa.ArrowException,
)  # fmt: skip
"""What reading results that were damaged, or made up, can raise."""

MOST = 200
"""Characters of a reason that are told."""


class ReplayError(Refusal):
    """Results that cannot be run again, in one line."""


def reason_of(error: Exception) -> str:
    """What an error says, in one line that is not endless."""
    return " ".join(str(error).split())[:MOST]


@contextmanager
def understood(folder: Path) -> Iterator[None]:
    """Whatever is strange about a folder from somewhere else, as one line. Raises ReplayError."""
    try:
        yield
    except ScenarioError as error:
        raise ReplayError(f"{folder}: what was run cannot be run any more: {error.problems[0]}") from None
    except RuleError as error:
        raise ReplayError(f"{folder}: {error}") from None
    except Refusal:
        raise
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ReplayError(
            f"{folder}: {MANIFEST} does not tell what was run ({place}: {first['msg']})"
        ) from None
    except STRANGE as error:
        told = f"{type(error).__name__}: {reason_of(error)}"
        raise ReplayError(f"{folder}: is not as steppe writes it ({told})") from None
