"""By which months it is asked whether something has happened: those that the file names, or others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sim.reading.dates import month_of
from sim.reading.numbers import shown
from sim.refusal import BadInput
from sim.scenario.dates import EVERY, Span
from sim.scenario.paths import spelled
from sim.scenario.schema import Case, month_number


def asked(case: Case, name: str, months: int) -> list[int]:
    """Months [after the start] by which it is asked whether something has happened, in so many months.

    Of an outcome those of its `by` that are simulated, in order; the last month if there is none, or of an
    event.
    """
    first, due = month_number(case.time.start), list[str]()
    if name in case.outcomes:
        due = case.outcomes[name].by
    found = {month_number(date) - first for date in due}
    return sorted(found & set(range(months))) or [months - 1]


def simulated(case: Case, months: int) -> list[str]:
    """The simulated months, such as `2024-06`."""
    return Span.of(case, months).dates


def changes(case: Case, by: Sequence[Any], months: int) -> dict[str, list[str]]:
    """What makes every outcome that has a month be asked about by other months, by path.

    Raises BadInput for what is no month of so many, and where no outcome has a month.
    """
    for date in by:
        place_of(case, date, months)
    paths = _dated(case)
    if not paths:
        raise BadInput(f"{case.title}: no outcome of [outcomes] has a month by which to ask about it")
    return dict.fromkeys(paths, sorted(set(by)))


def place_of(case: Case, date: Any, months: int) -> int:
    """A month such as `2024-09` as months after the start. Raises BadInput for none of so many months."""
    month, span = month_of(date), Span.of(case, months)
    if month is None:
        raise BadInput(f"a month to ask about is written such as 2024-09, not {shown(str(date))}", about="by")
    if span.missed([date]):
        raise BadInput(f"{date} lies outside {span}; ask about one of them", about="by")
    return month - span.first


def told(case: Case, changed: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Changes in pairs as readers are told; other months of all outcomes in one of them."""
    pairs, paths = list(changed), _dated(case)
    by = {path: tuple(months) for path, months in pairs if path in paths}
    are_alike = len(set(by.values())) == 1
    if len(by) < len(paths) or not are_alike:
        return pairs
    rest = [(path, value) for path, value in pairs if path not in paths]
    return [*rest, (EVERY, ", ".join(by[paths[0]]))]


def _dated(case: Case) -> list[str]:
    """The paths of the months of all outcomes that have one."""
    found = [name for name, outcome in case.outcomes.items() if outcome.kind == "date"]
    return [spelled(("outcomes", name, "by")) for name in found]
