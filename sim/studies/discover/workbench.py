"""PRIM of the EMA workbench, whose second and third release call it by different names."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from sim.refusal import BadInput

NEEDS = "scenario discovery needs more packages: pip install 'steppe-sim[discover]'"


def peeled(frame: pd.DataFrame, y: np.ndarray, peel: float, least: float) -> list[pd.DataFrame]:
    """The limits of each box of PRIM's trajectory: of a column its ends, or the set of its choices twice.

    frame: numbers and choices (cases, columns); y (cases,): what is to be large; peel: part of a box that is
    peeled or pasted at a time; least: part of the cases that a box holds at least. Raises BadInput where the
    workbench is not installed.
    """
    # it warns of what it does with pandas, and of packages that it can do without
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = _prim(frame, y, {"peel_alpha": peel, "paste_alpha": peel, "mass_min": least}).find_box()
    return list(found.box_lims)


def _prim(frame: pd.DataFrame, y: np.ndarray, parts: dict[str, float]) -> Any:
    try:
        from ema_workbench.analysis import prim, scenario_discovery_util
    except ImportError:
        raise BadInput(NEEDS) from None
    mean = prim.PRIMObjectiveFunctions.ORIGINAL
    if hasattr(prim, "RegressionPrim"):
        return prim.RegressionPrim(frame, y, obj_function=mean, **parts)
    regression = scenario_discovery_util.RuleInductionType.REGRESSION
    return prim.Prim(frame, y, threshold=0.0, mode=regression, obj_function=mean, **parts)
