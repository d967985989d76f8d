"""Studies of a report: each is done once, by the first section that asks, and all are counted as one work."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from sim.writing.progress import Progress

Tell = Callable[[int], None]
Cost = Callable[[Any], int]
Found = TypeVar("Found")

STUDIES: dict[str, Cost] = {}
"""What each study takes [run-months], of the findings that it belongs to, by its name."""


def study(cost: Cost) -> Callable[[Callable[[Any, Tell], Found]], cached_property[Found]]:
    """Makes a property that is found once of a method that takes whom to tell what is done.

    cost: about how much that is. Whatever the method tells, its share of the whole is that much: a bar over
    all studies moves as fast as it can be told, and ends where it should.
    """

    def made(ask: Callable[[Any, Tell], Found]) -> cached_property[Found]:
        def found(findings: Any) -> Found:
            share = _Share(cost(findings), findings.progress)
            answer = ask(findings, share.tell)
            share.tell(share.left)
            return answer

        STUDIES[ask.__name__] = cost
        found.__doc__ = ask.__doc__
        return cached_property(found)

    return made


def whole_cost(findings: Any) -> int:
    """What all studies of a report take together [run-months]."""
    return sum(cost(findings) for cost in STUDIES.values())


def left_out(findings: Any) -> int:
    """What those take that no section asked for [run-months]."""
    done = vars(findings)
    return sum(cost(findings) for name, cost in STUDIES.items() if name not in done)


class _Share:
    """One study's part of the whole, of which never more is passed on than there is."""

    def __init__(self, cost: int, progress: Progress) -> None:
        self.left, self.progress = cost, progress

    def tell(self, done: int) -> None:
        # What a study costs is an estimate: a bar that overran it would lie about all that comes after.
        passed = min(done, self.left)
        self.left -= passed
        if callable(self.progress) and passed:
            self.progress(passed)
