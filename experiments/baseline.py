"""What does the June 2024 scenario say about a Russian visit, the EAEU deal and Mongolia's room for
manoeuvre?

The template of an experiment: copy it, change the question, load a scenario, change it with `intervene`
(somebody does something in the course of events) or `override` (the world is read otherwise, its start too),
run it, read the tables. Everything printed is conditional on the scenario; it is not a forecast.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import sim
from sim.reading.numbers import whole
from sim.studies.run.text import summary

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"


def visits_by_proxy(ensemble: sim.Ensemble) -> str:
    """The question of this script, answered from the rows of the runs: does a proxy come instead of the
    president, or as well?
    """
    rows = ensemble.outcomes[~ensemble.outcomes["failed"]]
    president, proxy = rows["first.russian_visit"].notna(), rows["first.proxy_visit"].notna()
    with_proxy, without = president[proxy].mean(), president[~proxy].mean()
    return (
        f"A proxy comes in {proxy.mean():.3f} of the runs. "
        f"The president comes in {with_proxy:.3f} of the runs with a proxy, "
        f"and in {without:.3f} of those without."
    )


def main() -> None:
    """Run the scenario, print its table and the answer, write rows, tables and figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=whole, default=20_000)
    parser.add_argument("--seed", type=whole, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "baseline")
    parser.add_argument("--overwrite", action="store_true", help="replace the results that the folder holds")
    given = parser.parse_args()
    try:
        ensemble = sim.run_into(
            given.out, sim.load(SCENARIO), given.runs, given.seed, overwrite=given.overwrite
        )
    except FileExistsError as error:
        sys.exit(f"{error} (options --out and --overwrite)")
    except (sim.ScenarioError, ValueError) as error:
        sys.exit(str(error))
    print(
        *summary(ensemble), "", visits_by_proxy(ensemble), f"Rows, tables and figures: {given.out}", sep="\n"
    )


if __name__ == "__main__":
    main()
