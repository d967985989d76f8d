"""What effects and valuations say of a bloc, such as `goodwill.BLOC`, written out for each of its members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.scenario.schema import Case


def members(case: Case, key: str) -> list[str]:
    """The members of the bloc that a key such as `goodwill.BLOC` names; none where it names a power."""
    _, _, rest = key.partition(".")
    owner = rest.partition(".")[0]
    # a bloc may be called as its only member is
    if owner in case.actors:
        return []
    return list(case.blocs.get(owner, []))


def of_member(key: str, member: str) -> str:
    """A key that names a bloc, for one of its members.

    >>> of_member("bandwidth.Outer.trade", "East")
    'bandwidth.East.trade'
    """
    kind, _, rest = key.partition(".")
    _, dot, more = rest.partition(".")
    return f"{kind}.{member}{dot}{more}"


def written_out(case: Case, table: Mapping[str, Any]) -> dict[str, Any]:
    """A table by such keys, with each bloc's entry for each of its members; what names a power wins."""
    found = dict(table)
    for key, value in table.items():
        for member in members(case, key):
            found.setdefault(of_member(key, member), value)
            found.pop(key, None)
    return found
