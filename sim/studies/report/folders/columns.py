"""What columns of stored tables are called for a reader, and the unit of what stands in them."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Column:
    """A column of a stored table: its heading in words, and its unit; empty for texts and months.

    >>> Column("in A", "share of futures").heading
    'in A [share of futures]'
    """

    label: str
    unit: str = ""

    @property
    def heading(self) -> str:
        """The heading of a table that is passed on."""
        if self.unit:
            return f"{self.label} [{self.unit}]"
        return self.label

    def of(self, unit: str) -> Column:
        """The column where all that stands in it has this unit."""
        return replace(self, unit=unit)


SHARE, OWN, COUNT, NUMBERED = "share of futures", "unit of the row", "count", "number"

COLUMNS: dict[str, Column] = {
    "kind": Column("kind of row"),
    "name": Column("name in the scenario"),
    "label": Column("what"),
    "date": Column("by the end of"),
    "value": Column("value", OWN),
    "low": Column("low end (95 %)", OWN),
    "high": Column("high end (95 %)", OWN),
    "runs": Column("runs that count", COUNT),
    "failed": Column("runs that failed", COUNT),
    "unit": Column("unit"),
    # of two worlds
    "first": Column("in A", OWN),
    "second": Column("in B", OWN),
    "difference": Column("B less A", OWN),
    "flipped": Column("comes in one of the two only", SHARE),
    "saving": Column("unpaired runs needed for the same interval", "times as many"),
    # of points of a design
    "point": Column("point of the design", NUMBERED),
    "lever": Column("choice"),
    "outcome": Column("outcome by its column"),
    "reason": Column("why it could not be run"),
    "level": Column("level", OWN),
    "change": Column("how it passes the level"),
    "at": Column("where it passes the level", "unit of the varied number"),
    "without": Column("resamples without such a passage", "share of resamples"),
    "least": Column("least share along the number", SHARE),
    "most": Column("largest share along the number", SHARE),
    "sentence": Column("in words"),
    # of what came in the past
    "target": Column("target by its name"),
    "facts": Column("observations", COUNT),
    "years": Column("years that they rest on", COUNT),
    "score": Column("score of the runs, 0 is best", "unit of the score"),
    "score_name": Column("kind of score"),
    "observed": Column("what came", OWN),
    "probability": Column("probability in the runs", "0 to 1"),
    "happened": Column("how many came", COUNT),
    # of decisions
    "node": Column("step of the event"),
    "only_in": Column("happens in this world only"),
    "flips": Column("flips that hang on it", COUNT),
    "share": Column("share", "0 to 1"),
    "odds_a": Column("odds in A", "probability"),
    "odds_b": Column("odds in B", "probability"),
    "luck": Column("luck", "0 to 1"),
    "stake": Column("what moved it most"),
    "stake_logits": Column("by so much, B less A", "logits"),
    "second_stake": Column("what moved it next"),
    "second_stake_logits": Column("that by so much, B less A", "logits"),
    "run": Column("run", NUMBERED),
    "of": Column("pairs of"),
    "interaction": Column("what they do together only", OWN),
    # of doubt
    "total": Column("stays if all others are known", "share of the doubt"),
    "mu": Column("mean effect over its range", OWN),
    "mu_star": Column("mean size of the effect", OWN),
    "sigma": Column("spread of the effect", OWN),
    "sd": Column("standard deviation", OWN),
    "chance": Column("part of chance", "share of the doubt"),
    "together": Column("shows only where several move", "share of the doubt"),
    "own": Column("in the scenario", OWN),
    "at_own": Column("outcome there", OWN),
    "at_low": Column("outcome at the low end", OWN),
    "at_high": Column("outcome at the high end", OWN),
    "low_change": Column("difference at the low end", OWN),
    "high_change": Column("difference at the high end", OWN),
    # of what overturns
    "range_low": Column("plausible from", OWN),
    "range_high": Column("plausible to", OWN),
    "nearest": Column("at the nearest point", OWN),
    "few": Column("at that of few numbers", OWN),
    "two": Column("at that of two", OWN),
    "way": Column("how far it moves", "parts of its range"),
    "part": Column("part of the squared distance", "0 to 1"),
    "shift": Column("point"),
    "numbers": Column("numbers that move", COUNT),
    "distance": Column("distance", "ranges"),
    "draw": Column("draw", NUMBERED),
    "margin": Column("by how much it holds", OWN),
    "fails": Column("whether it fails"),
    # of signposts
    "side": Column("side of the level"),
    "comes": Column("comes there", SHARE),
    "else": Column("comes on the other side", SHARE),
    "futures": Column("futures there", COUNT),
    "else_futures": Column("futures on the other side", COUNT),
    "tells": Column("what it tells", "share of the entropy"),
    "adds": Column("what it adds to those before", "share of the entropy"),
    "ahead": Column("how long ahead", "months"),
    "best_date": Column("tells most in"),
    "best_tells": Column("what it tells then", "share of the entropy"),
    # of policies
    "least_regret": Column("least regret"),
    "waits": Column("waits for a signal"),
    "want": Column("what is wanted"),
    "setting": Column("theory and deeds of others"),
    "regret": Column("mean regret", OWN),
    "best": Column("no policy loses less there"),
    # of boxes
    "box": Column("box", NUMBERED),
    "density": Column("density", SHARE),
    "coverage": Column("coverage", "share of those in which it holds"),
    "mass": Column("mass", "share of the cells"),
    "gain": Column("denser in cells held out", SHARE),
}
"""Columns that mean the same in every table, unless it says otherwise; of all others the name says it."""

ENDS = {
    "_low": "low end (95 %)", "_high": "high end (95 %)", ".low": "low end (95 %)",
    ".high": "high end (95 %)", "_found": "in the cells that found it",
}  # fmt: skip
"""How columns end that are about another one."""


def column(name: str) -> Column:
    """A column by its name in the file.

    >>> column("total_low").heading, column("hangs_on").heading
    ('stays if all others are known, low end (95 %) [share of the doubt]', 'hangs on')
    """
    if name in COLUMNS:
        return COLUMNS[name]
    for end, words in ENDS.items():
        whole = name.removesuffix(end)
        if whole != name:
            return Column(f"{column(whole).label}, {words}", column(whole).unit)
    return Column(name.replace("_", " "))
