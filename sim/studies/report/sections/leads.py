"""Where it leads: in which posture the target ends up, and which of the headlines move most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.scenario.labels import state_label
from sim.studies.report.charts import MOST_YEARS, Abreast, Band, Chart
from sim.studies.report.findings import Findings
from sim.studies.report.pieces import Heading, Piece, Words
from sim.studies.report.words import counted, in_hundred, measured, month_name, on_scale

MOST = 4
"""Charts beside each other: those of what moves most."""

FEW_YEARS = 2
LEAST_SPAN = 0.25
"""Height of a chart, at least: a small change should look small."""

Key = Sequence[tuple[str, str]]
KEY: Key = (
    ("doubt", "9 of 10 futures"),
    ("luck", "the middle half of them"),
    ("start", "where it starts"),
)


def known_key(found: Findings) -> list[tuple[str, str]]:
    """What the key says of months that are known; nothing where none is."""
    if found.given is None:
        return []
    return [("past", f"before {month_name(found.given.month)}: pasts that keep to the facts")]


def leads(found: Findings) -> Iterator[Piece]:
    """A sentence on postures, and fans; nothing of what the file does not have."""
    names = _moved(found)
    said = [*_posture(found), *_told(found, names)]
    if not said and not names:
        return
    yield Heading("Where it leads")
    if said:
        yield Words.of(" ".join(said))
    if names:
        yield Abreast(
            [fan(found, name, FEW_YEARS) for name in names], (*KEY, *known_key(found)), found.run_command
        )


def _posture(found: Findings) -> Iterator[str]:
    """Which posture most futures end in."""
    postures = found.ensemble.postures()
    last = postures[postures["date"] == found.dates[-1]]
    largest = last.loc[last["share"].idxmax()]
    if len(found.scenario.case.postures):
        share = in_hundred(largest["share"], found.counted)
        yield f"In {month_name(found.dates[-1])}, {share} end as “{largest['label']}”."


def _told(found: Findings, names: list[str]) -> Iterator[str]:
    """What is shown of the headlines."""
    every = counted(len(found.ensemble.headlines), "quantity", "quantities")
    if len(names) > 1:
        scales = f"Scales differ; none is finer than {LEAST_SPAN}."
        yield f"Of {every} that the scenario puts first, these move most. {scales}"


def _moved(found: Findings) -> list[str]:
    """The headlines whose middle moves most from where it starts, the most first."""
    # What the page is about has its own chart above.
    others = [name for name in found.ensemble.headlines if name != found.target.name]
    moved = {name: abs(_middle(found, name) - found.ensemble.start(name)) for name in others}
    # What a registered function measures has no start to move from.
    known = [name for name, far in moved.items() if np.isfinite(far) and far > 0]
    return sorted(known, key=lambda name: -moved[name])[:MOST]


def _middle(found: Findings, name: str) -> float:
    """The median in the last month."""
    return float(found.ensemble.fan(name)["q50"].iloc[-1])


def _ends(found: Findings, name: str) -> tuple[float, float]:
    """The lowest and the highest value that a chart has to hold."""
    fan, start = found.ensemble.fan(name), found.ensemble.start(name)
    values = [*fan["q05"], *fan["q95"], *([start] if np.isfinite(start) else [])]
    return float(min(values)), float(max(values))


def fan(found: Findings, name: str, years: int = MOST_YEARS, key: Key = ()) -> Chart:
    """Between what most futures lie, month by month; years: as many are named at most."""
    low, high = _ends(found, name)
    span = max(1.1 * (high - low), LEAST_SPAN)
    middle, table = (low + high) / 2, found.ensemble.fan(name)
    scale = (middle - span / 2, middle + span / 2)
    label, start, last = (
        state_label(found.scenario.case, name),
        found.ensemble.start(name),
        _middle(found, name),
    )
    bands = [
        Band("doubt", table["q05"].tolist(), table["q95"].tolist()),
        Band("luck", table["q25"].tolist(), table["q75"].tolist()),
    ]
    said = f"{label}: the middle future has {measured(last)} in {month_name(found.dates[-1])}"
    level = start if np.isfinite(start) else None
    if level is not None:
        said = f"{said}, from {measured(level)}"
    # Names of ends that lie close together would touch: then the scale's own are named.
    named = (low, high) if high - low > span / 2 else scale
    ends = tuple((value, on_scale(value, span)) for value in named)
    # no other chart has such a name, whatever a path is called
    place = f"path-{name.replace('.', '-')}"
    end = (last, on_scale(last, span))
    return Chart(
        place,
        f"{said}.",
        label,
        found.dates,
        bands,
        scale,
        ends,
        end,
        key,
        level=level,
        most_years=years,
        known=found.free,
    )
