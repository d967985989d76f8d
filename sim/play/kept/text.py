"""A class of games in lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from sim.play.kept.ask import Games, Task
from sim.play.kept.lines import Line
from sim.refusal import cleaned
from sim.writing.text import CAVEAT, WIDTH

NOTE = (
    "Gain: mean worth less the rule's on the same luck [logits]; below 0 it is regret. Elsewhere: what the "
    "same choices gain in other futures, with its 95 % interval: where it leaves out 0, it was not this luck "
    "alone."
)


def told(found: Games) -> Iterator[str]:
    """The games by what was played, largest gain first."""
    for task, lines in found.tasks.items():
        yield ""
        yield from _task(task, lines)
    yield ""
    yield from textwrap.wrap(NOTE, WIDTH)
    yield CAVEAT


def _task(task: Task, lines: Sequence[Line]) -> Iterator[str]:
    case, sha256, actor, seed, future, months = task
    yield f"{actor} in {case} ({sha256[:8]}), seed {seed}, future {future}, {months} months:"
    yield f"  {'name':<28}{'worth':>8}{'rule':>8}{'gain':>8}   elsewhere"
    for line in lines:
        elsewhere = line.elsewhere
        yield (
            f"  {cleaned(line.name)[:27]:<28}{line.worth:>+8.2f}{line.rule:>+8.2f}{line.gain:>+8.2f}"
            f"   {elsewhere.gain:+.2f} ({elsewhere.low:+.2f} to {elsewhere.high:+.2f})"
        )
    above = sum(line.gain > 0 for line in lines)
    if len(lines) > 1:
        mean = sum(line.gain for line in lines) / len(lines)
        yield f"  {len(lines)} games; mean gain {mean:+.2f}; {above} did better than the rule"
