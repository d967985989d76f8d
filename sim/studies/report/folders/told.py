"""Pages about studies whose answer is stored as it was printed, in sentences of the manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from sim.outcomes.target import target_of
from sim.studies.discover.text import NOTE as OF_BOXES
from sim.studies.exploit.text import NOTE as OF_EXPLOITING
from sim.studies.overturn.text import NOTE as OF_OVERTURNING
from sim.studies.policy.text import NOTE as OF_POLICIES
from sim.studies.report.folders.columns import OWN, Column
from sim.studies.report.folders.opened import Folder
from sim.studies.report.folders.shape import Part, Picture, Shape, month_told
from sim.studies.report.pieces import Piece, Words
from sim.studies.report.said import listed
from sim.studies.report.words import counted
from sim.studies.sensitivity.text import NOTE as OF_SHARES
from sim.writing.manifest import DISCOVER, EXPLAIN, EXPLOIT, INDICATORS, OVERTURN, POLICY, SENSITIVITY

NOT_STORED = "The results are from before answers were stored; the command that made them prints its answer."


def _answer(folder: Folder, of: str | None) -> Iterator[Piece]:
    """The sentences that the command printed first."""
    yield Words.of(*map(str, folder.manifest.get("answer", (NOT_STORED,))), kind="lead")


def _question(folder: Folder, of: str | None, asked: Callable[[Folder], str]) -> Iterator[str]:
    """What was asked, and on how many futures."""
    told = folder.manifest
    yield asked(folder)
    yield f"{counted(told['runs'], 'run')} of {counted(told['months'], 'month')}, seed {told['seed']}."


def _outcome(folder: Folder) -> str:
    """The outcome that results are about, and by when."""
    dates = folder.manifest["by"]
    if isinstance(dates, str):
        dates = [dates]
    label = target_of(folder.scenario, folder.manifest["of"], dates[0]).label
    return f"“{label}” by {listed([*map(month_told, dates)])}"


def _shape(
    subtitle: str, asked: Callable[[Folder], str], parts: tuple[Part, ...], pictures: tuple[Picture, ...],
    *doubts: str,
) -> Shape:  # fmt: skip
    """The page of a study; asked: the question that it answers, of its folder."""
    return Shape(subtitle, partial(_question, asked=asked), _answer, parts, pictures, doubts)


_GAIN, _MISSED = Column("gained alone", "logits"), Column("missed without it", "logits")
_MORE, _SO_FAR = Column("worth more", "logits"), Column("worth more on the mean so far", "logits")

TOLD: dict[str, Shape] = {
    EXPLAIN: _shape(
        "What each mechanism adds",
        lambda folder: f"What is {_outcome(folder)} made of?",
        (
            Part("mechanisms.csv", "mechanisms", "What each mechanism adds; the base has none of them on"),
            Part("changes.csv", "changes", "What each change adds; the base is world A"),
            Part(
                "interactions.csv", "interactions", "What pairs do together that they do not do apart",
                own={"first": Column("one"), "second": Column("other")},
            ),
            Part(
                "decisions.csv", "decisions", "Decisions that flips hang on",
                own={"first": Column("is the first that differs", "share of its flips")},
            ),
            Part("flips.csv", "flips", "Futures in which it comes in one of the two worlds only"),
        ),
        (
            Picture("waterfall", "Step by step", "From the base to the whole, a step for each mechanism."),
            Picture("changes", "Change by change", "From world A to world B, a step for each change."),
            Picture("flips", "Flips", "The decisions that flips hang on, and one flip step by step."),
        ),
        "It tells why the model says so, not why the world would.",
    ),
    SENSITIVITY: _shape(
        "What it hangs on",
        lambda folder: f"Which numbers does {_outcome(folder)} hang on?",
        (
            Part(
                "indices.csv", "indices", "Shares of the doubt",
                own={"first": Column("gone once it is known", "share of the doubt")},
            ),
            Part(
                "tornado.csv", "tornado", "With one number at either end of its range",
                own={"low": Column("low end", OWN), "high": Column("high end", OWN)},
            ),
            Part("parts.csv", "parts", "Parts of the scenario, all their numbers moving at once"),
            Part("screening.csv", "screening", "Effects of each number over its whole range"),
            Part("spread.csv", "spread", "Where it lies over all that is in doubt"),
        ),
        (
            Picture("tornado", "Either end", "The outcome with one number at either end of its range."),
            Picture("indices", "Shares", "Shares of the doubt that single numbers make up, with intervals."),
        ),
        OF_SHARES,
    ),
    OVERTURN: _shape(
        "What overturns a finding",
        lambda folder: f"How little has to be otherwise for this to fail: {folder.manifest['finding']}?",
        (
            Part("table.csv", "numbers", "The numbers that move, those that move most first"),
            Part(
                "shifts.csv", "shifts", "How far it is to where the finding fails",
                own={"first": Column("first side"), "second": Column("second side")},
            ),
            Part("draws.csv", "draws", "By how much the finding holds in draws of all numbers"),
        ),
        (Picture("plane", "Two numbers", "By how much it holds, over the two numbers that do most."),),
        OF_OVERTURNING,
    ),
    INDICATORS: _shape(
        "What to watch",
        lambda folder: f"What tells best and early whether this comes: {folder.manifest['outcome']}?",
        (
            Part("signposts.csv", "signposts", "What to watch, the best first"),
            Part("indicators.csv", "indicators", "What every observable tells, month by month"),
        ),
        (Picture("indicators", "Month by month", "What the best few observables tell, month by month."),),
        "This is association, not effect: a signpost tells which future one is in, and need not cause it.",
    ),
    POLICY: _shape(
        "What to do whatever comes",
        lambda folder: f"What should {folder.manifest['actor']} do for {listed(folder.manifest['wants'])}?",
        (
            Part("table.csv", "policies", "The status quo and each policy, in the order of costs"),
            Part("regret.csv", "regret", "What each policy loses where"),
        ),
        (
            Picture("front", "What it costs", "What each policy reaches over what it costs."),
            Picture("regret", "What it loses", "What each policy loses under which theory and deeds."),
        ),
        OF_POLICIES,
    ),
    EXPLOIT: _shape(
        "What leaving a rule gains",
        lambda folder: f"What would {folder.manifest['actor']} gain by leaving its rule?",
        (
            Part(
                "table.csv", "orders", "Order by order",
                own={"choice": Column("choice"), "gain": _GAIN, "without": _MISSED},
            ),
            Part("months.csv", "months", "Month by month", own={"gain": _MORE, "so_far": _SO_FAR}),
            Part("wants.csv", "wants", "By what is wanted", own={"gain": _MORE}),
            Part(
                "outcomes.csv", "outcomes", "What it does",
                own={
                    "first": Column("by the rule", OWN), "second": Column("with the orders", OWN),
                    "difference": Column("change", OWN),
                },
            ),
            Part(
                "findings.csv", "findings", "Which claims survive",
                own={"rule": Column("by the rule", OWN), "ordered": Column("with the orders", OWN)},
            ),
        ),
        (Picture("gain", "Where it comes from", "Each order alone and left out, and the gain by month."),),
        OF_EXPLOITING,
    ),
    DISCOVER: _shape(
        "Under which conditions it comes",
        lambda folder: f"Under which conditions does this hold: {folder.manifest['where']}?",
        (
            Part("boxes.csv", "boxes", "Boxes of conditions"),
            Part("limits.csv", "limits", "Each limit of each box"),
            Part("conditions.csv", "conditions", "All that was varied, by how often a box restricts it"),
            Part("leaves.csv", "leaves", "The tree, leaf by leaf"),
            Part("trajectory.csv", "trajectory", "The trajectory of the first box"),
        ),
        (
            Picture("tradeoff", "Density and coverage", "What density costs of coverage, box by box."),
            Picture("boxes", "The boxes", "The cells over the two conditions that do most, with the boxes."),
        ),
        OF_BOXES,
    ),
}  # fmt: skip
"""What a page shows of each kind."""
