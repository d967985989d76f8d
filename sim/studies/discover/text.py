"""Conditions that were found, as lines of text: the boxes in sentences first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.statistics.clusters import Share
from sim.studies.caveat import caveat
from sim.studies.discover.box import Side
from sim.studies.discover.search import Told
from sim.studies.discover.tables import varied
from sim.studies.discover.tree import Tree
from sim.writing.text import WIDTH, percent

if TYPE_CHECKING:
    from sim.studies.discover.found import Discovered

NOTHING = (
    "No condition found: no box does better than chance in cells that were held out of the search. Vary more "
    "numbers, at more points, or ask with another level."
)
NOTE = (
    "Shares are corrected by cells held out of the search; their 95 % intervals count cells and the luck "
    "that all share, not futures. Resamples: random halves of the cells."
)
ROOM, LIMIT, VARIED, CHANCE, AGAIN = 38, 11, 17, 9, 25
"""Signs of the columns of the table: label, limit, what was varied, quasi-p value, resamples."""


def discovered_told(found: Discovered) -> Iterator[str]:
    """Under which conditions it holds, limit by limit, and the tree."""
    told = [*sentences(found)]
    if not found.boxes:
        yield from _wrapped(told[0])
    for number, (line, box) in enumerate(zip(told, found.boxes, strict=False), start=1):
        if number > 1:
            yield ""
        yield from _wrapped(line)
        yield ""
        yield from _limits(found, box)
    yield ""
    yield from tree_told(found)
    yield ""
    if found.boxes:
        yield from _wrapped(NOTE)
    lost = found.sweep.plan.cells - found.cases.count
    if lost:
        yield from _wrapped(f"{lost:,} cells without a run that counts are left out.")
    yield from caveat(found.sweep.plan.scenario)


def sentences(found: Discovered) -> Iterator[str]:
    """Each box in a sentence of plain words; that there is none where there is none."""
    if not found.boxes:
        yield f"{found.statement}: {_share(found.share)} of all futures. {NOTHING}"
    for number, box in enumerate(found.boxes, start=1):
        yield _sentence(found, number, box)


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent)


def _sentence(found: Discovered, number: int, box: Told) -> str:
    """A box in a sentence of plain words."""
    when, others = "When", "of all"
    if number > 1:
        when, others = "In what is left, when", "of what is left"
    told = (
        f"{when} {found.cases.words(box.ordered)}: {found.statement} in {_share(box.density)} of futures, "
        f"against {percent(box.rest)} % {others}. This covers {_share(box.coverage)} of them, in "
        f"{percent(box.mass)} % of the cells."
    )
    seen, now = (
        [f"{percent(share)} %" for share in shares]
        for shares in (
            (box.density_found, box.coverage_found),
            (box.density.value, box.coverage.value),
        )
    )
    if seen == now:
        return told
    return f"{told} In the cells that found it: {' and '.join(seen)}."


def _share(share: Share) -> str:
    return f"{percent(share.value)} % ({_ends(share)})"


def _ends(share: Share) -> str:
    return f"{percent(share.low)} to {percent(share.high)}"


def _limits(found: Discovered, box: Told) -> Iterator[str]:
    """The limits of a box, one a line."""
    yield from _row(["Condition"], "limit", "varied", "quasi-p", "resamples have it")
    for each in sorted(box.limits, key=lambda each: each.quasi_p):
        condition = found.cases.conditions[each.limit.place]
        lines, often = textwrap.wrap(condition.named, ROOM - 1), f"{percent(each.reproduced)} %"
        if each.limit.side is Side.AMONG:
            among = f"{condition.chosen(each.limit)}, of {varied(found, each.limit.place)}"
            yield from _row(lines, "", "", _chance(each.quasi_p), often)
            yield from textwrap.wrap(among, WIDTH, initial_indent="  ", subsequent_indent="  ")
            continue
        limit = f"{SIGNS[each.limit.side]} {each.limit.number:.6g}"
        if each.reproduced > 0:
            often = f"{often}, {each.low:.3g} to {each.high:.3g}"
        yield from _row(lines, limit, varied(found, each.limit.place), _chance(each.quasi_p), often)


SIGNS = {Side.LEAST: ">=", Side.MOST: "<="}


def _row(label: list[str], limit: str, where: str, chance: str, again: str) -> Iterator[str]:
    """A line of the table; a long label goes on below."""
    yield f"{label[0]:<{ROOM}}{limit:>{LIMIT}}{where:>{VARIED}}{chance:>{CHANCE}}{again:>{AGAIN}}"
    yield from label[1:]


def _chance(value: float) -> str:
    """A quasi-p value; how small a very small one is says nothing."""
    if value < 0.0001:
        return "<.0001"
    return f"{value:.4f}".removeprefix("0")


def tree_told(found: Discovered) -> Iterator[str]:
    """The tree, a line for each limit and leaf."""
    tree = found.tree.tree
    if tree.limit is None:
        yield "A tree (CART) finds no split that does better in cells held out."
        return
    explained = percent(found.tree.explained)
    yield f"A tree (CART) explains {explained} % of the differences between cells held out:"
    yield from _branch(found, tree, "  ")


def _branch(found: Discovered, tree: Tree, indent: str) -> Iterator[str]:
    assert tree.limit is not None and tree.holds is not None and tree.otherwise is not None
    asked = found.cases.words((tree.limit,))
    for words, branch in ((f"when {asked}", tree.holds), ("otherwise", tree.otherwise)):
        weight = branch.cells.astype(float)
        told = f"{words}:"
        if branch.limit is None:
            density = found.cases.futures.density(weight).value
            told = f"{told} {percent(density)} % of futures, {percent(weight.mean())} % of cells"
        yield from textwrap.wrap(told, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")
        if branch.limit is not None:
            yield from _branch(found, branch, f"{indent}  ")
