"""What must hold between the parts of a scenario: names exist, wholes sum to one, endings fit the event."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.dates import contradictions
from sim.scenario.names import name_problems
from sim.scenario.references.actors import actor_problems
from sim.scenario.references.asked import asking_problems, reading_problems
from sim.scenario.references.events import event_problems
from sim.scenario.references.links import link_problems
from sim.scenario.references.positions import position_problems
from sim.scenario.references.sizes import size_problems
from sim.scenario.references.stocks import stock_problems
from sim.scenario.references.told import SUM_TOLERANCE
from sim.scenario.rows import Row
from sim.scenario.schema import Case

__all__ = ["SUM_TOLERANCE", "problems"]


def problems(case: Case, rows: dict[str, Row]) -> Iterator[str]:
    """One line for each thing that does not fit."""
    too_large = list(size_problems(case))
    yield from too_large
    # The checks below take time with the size of the file; of what is too large they would take minutes.
    if too_large:
        return
    yield from name_problems(case, rows)
    yield from actor_problems(case)
    yield from link_problems(case)
    yield from stock_problems(case)
    for place, section in case.sections():
        for key, told in section.flaws():
            yield f"{'.'.join(filter(None, (place, key)))}: {told}"
    yield from reading_problems(case, rows)
    yield from event_problems(case, rows)
    yield from contradictions(case)
    yield from position_problems(case)
    yield from asking_problems(case, rows)
