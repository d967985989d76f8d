"""The terminal of a command: a message that cannot be shown loses no results; a signal stops like Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import Any, TextIO

STOPS = ("SIGTERM", "SIGHUP")
"""Signals that stop a command in order; one that it was started to ignore, as by nohup, stays ignored."""


class Messages:
    """A stream for messages to a person: a full disk or a terminal that is lost is no reason to stop."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write if it can be."""
        try:
            return self._stream.write(text)
        except (OSError, ValueError):
            return len(text)

    def flush(self) -> None:
        """Flush if it can be."""
        with suppress(OSError, ValueError):
            self._stream.flush()


def prepare() -> None:
    """Make the streams of this process safe to write to, and stop in order when told to."""
    _fill_gaps()
    for stream in (sys.stdout, sys.stderr):
        # A sign that a terminal cannot show is written as its code.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.stderr = Messages(sys.stderr)  # type: ignore[assignment]
    for name in STOPS:
        number = getattr(signal, name, None)
        if number is None:  # Windows has no SIGHUP
            continue
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _fill_gaps() -> None:
    """Streams that were closed lead nowhere: else a file of results would get their number, and words."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8", closefd=False)


def _stop(number: int, frame: FrameType | None) -> None:
    """Raises KeyboardInterrupt once: clearing up is not interrupted."""
    for name in STOPS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    raise KeyboardInterrupt
