"""Links of suppliers with channels: whose they are, and that what is shared sums to one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from sim.refusal import did_you_mean
from sim.scenario.index import cells, powers, suppliers
from sim.scenario.references.told import no_such, not_one
from sim.scenario.schema import Case

Table = Mapping[str, Mapping[str, float]]


def link_problems(case: Case) -> Iterator[str]:
    """One line for each thing that does not fit in [channels], [shares], [bandwidths] and [similarity]."""
    yield from _named(case, "shares", case.shares)
    yield from _named(case, "bandwidths", case.bandwidths)
    yield from _wholes(case)
    yield from _unlinked(case)
    for name, pair in case.similarity.items():
        yield from no_such(f"similarity.{name}.among", "power", pair.among, powers(case))
    yield from no_such("clout.channel", "channel", [case.clout.channel], case.channels)


def _named(case: Case, table: str, entries: Table) -> Iterator[str]:
    """Rows that are of no supplier, and columns of no channel."""
    known = suppliers(case)
    for name, row in entries.items():
        if name not in known:
            near = did_you_mean(name, known) or f"; add [actors.{name}], or take this out"
            yield f"{table}.{name}: no power of this name, and no domestic supplier{near}"
        for channel in row:
            if channel not in case.channels:
                hint = did_you_mean(channel, case.channels)
                yield f"{table}.{name}.{channel}: no channel of this name{hint}"


def _wholes(case: Case) -> Iterator[str]:
    """What is divided among suppliers, and among channels, is divided whole."""
    for channel in case.channels:
        # What a supplier leaves out it does not supply.
        shares = [row.get(channel, 0.0) for row in case.shares.values()]
        yield from not_one("shares", f"the {channel} shares sum", shares)
    yield from not_one("channels", "the weights sum", [each.weight for each in case.channels.values()])


def _unlinked(case: Case) -> Iterator[str]:
    """A link needs a share and a bandwidth; one without the other does nothing."""
    # Pairs of names that there are: of a name that is none it is enough to say that.
    unlinked = set(product(suppliers(case), case.channels)).difference(cells(case))
    for supplier, channel in sorted(unlinked):
        place = f"{supplier}.{channel}"
        if case.bandwidths.get(supplier, {}).get(channel, 0.0) > 0:
            yield f"bandwidths.{place}: has no share in [shares], so it would do nothing; leave it out"
        elif case.shares.get(supplier, {}).get(channel, 0.0) > 0:
            yield f"bandwidths.{place}: missing or zero, but shares.{place} is not"
