"""What to do about a name of the state that is none, or that may be read and not changed."""

from __future__ import annotations

from collections.abc import Collection

from sim.refusal import did_you_mean
from sim.rules.state import row_of


def unknown(name: str, known: Collection[str]) -> str:
    """A hint at the name that was meant: of the same kind where the kind is known, and of nothing else then."""
    kind, _, rest = name.partition(".")
    alike = [each for each in known if each.startswith(f"{kind}.")]
    if not (rest and alike):
        return did_you_mean(name, known)
    owner, owners = rest.partition(".")[0], dict.fromkeys(each.split(".")[1] for each in alike)
    if owner in owners:
        return did_you_mean(name, [each for each in alike if each.split(".")[1] == owner])
    return did_you_mean(owner, owners) or f"; there is none of '{owner}', only of {', '.join(owners)}"


def unchangeable(key: str, known: Collection[str], drivers: Collection[str] = ()) -> str:
    """Why an effect cannot change something, and what it can change instead."""
    row, _ = row_of(key)
    if row.instead and key not in known:
        return f"{row.kind} is computed from the rest of the state, so no effect can set it; change {row.instead}"
    if key in drivers:
        return f"{key} is computed by an expression, so no effect can set it; change what that reads"
    return f"nothing of this name to change{unknown(key, known)}"
