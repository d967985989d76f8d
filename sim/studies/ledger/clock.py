"""The date on which something is written down: that of the machine, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The time on this machine, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def written(time: datetime) -> str:
    """A time as entries have it.

    >>> written(datetime(2024, 6, 19, 12, tzinfo=UTC))
    '2024-06-19T12:00:00+00:00'
    """
    return time.astimezone(UTC).isoformat(timespec="seconds")


def month_of(time: datetime) -> int:
    """The month of a time [from year 0].

    >>> month_of(datetime(2024, 6, 19, tzinfo=UTC)) - 2024 * 12
    5
    """
    return time.year * 12 + time.month - 1
