"""How matplotlib draws, for everybody alike, whatever a user's own settings of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

LOOK: dict[str, Any] = {"svg.fonttype": "none"}
"""What differs from matplotlib's own defaults: text of an SVG is text, to be searched, copied, read aloud."""


@contextmanager
def own_style() -> Iterator[None]:
    """Inside, matplotlib has one look, but for the backend: a notebook has chosen its own."""
    # A backend that matplotlib does not know would keep it from being imported.
    backend = os.environ.pop("MPLBACKEND", None)
    try:
        import matplotlib
    finally:
        if backend is not None:
            os.environ["MPLBACKEND"] = backend
    known = matplotlib.rcParamsDefault.items()
    defaults: dict[Any, Any] = {key: value for key, value in known if not key.startswith("backend")}
    with matplotlib.rc_context(defaults | LOOK):
        yield
