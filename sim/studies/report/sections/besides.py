"""Beside the answer: what else the scenario asks, in a line each, and what a chance of one case means."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.labels import state_label
from sim.studies.report.because import Untold
from sim.studies.report.findings import Findings
from sim.studies.report.listed import Points
from sim.studies.report.pieces import Piece, Words
from sim.studies.report.words import measured, month_name, of_hundred

MOST = 3
"""Other outcomes that are told; the table has them all."""


def besides(found: Findings) -> Iterator[Piece]:
    """Other outcomes and where the first path leads; then what to make of it if it comes."""
    if not found.counted:
        return
    lines = [*_outcomes(found), *_path(found)]
    if lines:
        yield Words.of("What else the scenario asks, in 100 futures:", kind="note")
        yield Points(lines, bare=True)
    if found.target.is_share:
        yield Words.of(_one_case(found))


def _outcomes(found: Findings) -> Iterator[tuple[str, str]]:
    """The first outcomes of the file but the one that is answered, by their first and last month."""
    table = found.ensemble.table()
    others = table[(table["kind"] == "outcome") & (table["name"] != found.target.name)]
    for name in others["name"].unique()[:MOST]:
        own = others[others["name"] == name].iloc[[0, -1]].drop_duplicates()
        said = [f"{of_hundred(row.value)} by {month_name(str(row.date))}" for row in own.itertuples()]
        yield f"{own['label'].iloc[0]}:", f"{', '.join(said)}."


def _path(found: Findings) -> Iterator[tuple[str, str]]:
    """Where the first of the paths that the file puts first leads."""
    for name in [name for name in found.ensemble.headlines if name != found.target.name][:1]:
        fan, start = found.ensemble.fan(name).iloc[-1], found.ensemble.start(name)
        told = f"{measured(fan['q50'])} in the middle future in {month_name(found.dates[-1])}"
        # what a registered function measures has no start
        since = f", from {measured(start)}" if start == start else ""
        ends = f"{measured(fan['q05'])} to {measured(fan['q95'])}"
        yield f"{state_label(found.scenario.case, name)}:", f"{told}{since}; in nine of ten {ends}."


def _one_case(found: Findings) -> str:
    """What the rarer end would prove, which is nothing."""
    share = found.outcome[0].value
    many = "" if isinstance(found.past, Untold) else " (“How it scored against history”)"
    comes, does, rarer = ("If it comes", "it does", share)
    if share > 0.5:
        comes, does, rarer = ("If it does not come", "it does not", 1 - share)
    return (
        f"{comes}, this was not wrong: in {of_hundred(rarer)} of 100 such futures {does}. One case cannot "
        f"test a chance; many can{many}."
    )
