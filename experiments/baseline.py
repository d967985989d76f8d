"""What does the June 2024 scenario say about a Russian visit, the EAEU deal and Mongolia's room for manoeuvre?

Run it as it is, or copy it for a question of your own: load a scenario, change it with `override`, run it, read the tables.
Everything printed is conditional on the scenario; it is not a forecast.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import sim

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"


def answer(ensemble: sim.Ensemble) -> str:
    """The outcomes by date with their intervals, and how far autonomy and domination spread by the end."""
    table = ensemble.table()
    asked = table[table["kind"] == "outcome"]
    lines = [f"{ensemble.scenario.title}", f"{ensemble.runs:,} runs, seed {ensemble.seed}; conditional on the scenario; not a forecast.", ""]
    lines.append(f"{'Share of runs in which it has happened by the end of':<54}{'month':>7}  {'share':>5}  95 % interval (chance in the runs)")
    for row in asked.itertuples():
        lines.append(f"{row.label:<54}{row.date:>7}  {row.value:5.3f}  {row.low:.3f} to {row.high:.3f}")
    lines += ["", f"{f'In {ensemble.dates[-1]}':<54}{'start':>7}  {'50 %':>5}  5 to 95 % of runs"]
    for row in table[table["kind"].isin(["distribution", "quantity"])].itertuples():
        lines.append(f"{row.label:<54}{row.start:7.3f}  {row.value:5.3f}  {row.low:.3f} to {row.high:.3f}")
    for row in table[(table["kind"] == "posture") & (table["value"] > 0)].itertuples():
        lines.append(f"{f'Posture: {row.label}':<54}{'':>7}  {row.value:5.3f}  {row.low:.3f} to {row.high:.3f} (chance in the runs)")
    return "\n".join(lines)


def main() -> None:
    """Run the scenario, print the table, write rows, tables and figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "baseline")
    given = parser.parse_args()

    ensemble = sim.run(sim.load(SCENARIO), runs=given.runs, seed=given.seed)
    print(answer(ensemble))
    folder = ensemble.save(given.out, overwrite=True)
    print(f"\nRows, tables and figures: {folder}")


if __name__ == "__main__":
    main()
