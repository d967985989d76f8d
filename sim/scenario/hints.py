"""What to do about a name of the state that is none, or that may be read and not changed."""

from __future__ import annotations

from collections.abc import Collection

from sim.refusal import did_you_mean
from sim.rules.state import row_of


def unknown(name: str, known: Collection[str]) -> str:
    """A hint at the name that was meant: of the same kind where the kind is known, and of nothing else then.

    >>> unknown("goodwill.Nort", ["goodwill.North", "goodwill.South", "war"])
    "; did you mean 'North'?"
    >>> unknown("goodwill.East", ["goodwill.North", "goodwill.South", "war"])
    "; there is none of 'East', only of North, South"
    """
    kind, _, rest = name.partition(".")
    alike = [each for each in known if each.startswith(f"{kind}.")]
    # A name of no known kind may be a slip of the whole name; else only its owner can be wrong.
    if not rest or not alike:
        return did_you_mean(name, known)
    owner = _owner(name)
    owners = dict.fromkeys(map(_owner, alike))
    if owner not in owners:
        return did_you_mean(owner, owners) or f"; there is none of '{owner}', only of {', '.join(owners)}"
    return did_you_mean(name, [each for each in alike if _owner(each) == owner])


def _owner(name: str) -> str:
    """The middle of a name such as `bandwidth.POWER.CHANNEL`."""
    return name.split(".")[1]


def unchangeable(key: str, known: Collection[str], drivers: Collection[str] = ()) -> str:
    """Why an effect cannot change something, and what it can change instead.

    >>> unchangeable("fear", ["war"], drivers=["fear"])
    'fear is computed by an expression, so no effect can set it; change what that reads'
    """
    row, _ = row_of(key)
    if row.instead and key not in known:
        computed = f"{row.kind} is computed from the rest of the state"
        return f"{computed}, so no effect can set it; change {row.instead}"
    if key in drivers:
        return f"{key} is computed by an expression, so no effect can set it; change what that reads"
    return f"nothing of this name to change{unknown(key, known)}"
