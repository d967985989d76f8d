"""How fast the model is in a browser, on one core, in CPU time: python -m tests.browser.speed [SCENARIO].

What counts is what the issue asks for: opened with 256 futures within a second, 1,024 futures within .6 s, a
slider that moves (512 futures of the changed world) within .3 s, 4,096 futures or the wide band within 3 s.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import sim
from sim.engine.setups import Plain
from sim.studies.report.model import pack
from tests.browser.conftest import chromium
from tests.support.natively import NOTHING
from tests.support.worker_page import written

TIMES = 7


def futures(count: int, settings: Any = NOTHING) -> dict[str, Any]:
    return {"ask": "futures", "settings": settings, "first": 0, "count": count}


def cpu(session: Any) -> float:
    """Seconds that all processes of the browser have worked."""
    told = session.send("SystemInfo.getProcessInfo")
    return sum(each["cpuTime"] for each in told["processInfo"])


def asked_of(packed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is asked, by what it is called."""
    number = packed["numbers"][-1]
    moved = NOTHING | {number["kind"]: {number["path"]: number["high"]}}
    if number["kind"] == "do":
        moved = NOTHING | {"do": [{"path": number["path"], "value": number["high"], "month": 0}]}
    asked = {"1,024 futures": futures(1024), "a slider: 512 futures": futures(512, moved)}
    asked |= {"4,096 futures": futures(4096), "hash of 256": futures(256) | {"hash": True}}
    if packed["doubt"] is not None:
        asked["the wide band"] = {"ask": "band", "settings": moved, "draws": 64, "runs": 64}
    return asked | {"a story": {"ask": "follow", "settings": moved, "run": 3}}


def timed(page: Any, session: Any, code: str, given: Any = None) -> float:
    before = cpu(session)
    page.evaluate(code, given)
    return cpu(session) - before


def main(name: str = "mongolia-2024") -> None:
    # the extra `browser` alone has it, and whoever looks for examples in this file need not
    from playwright.sync_api import sync_playwright

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    packed, found = pack(Plain(sim.load(name))), dict[str, list[float]]()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = written(Path(folder) / "page.html", packed)
        print(f"{name}: {file.stat().st_size / 1e6:.2f} MB, lanes {packed['lanes']}")
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        session = browser.new_browser_cdp_session()
        for _ in range(TIMES):
            page = browser.new_page()
            page.goto(file.as_uri())
            begin = "async (asked) => { await begin(); await ask(asked); }"
            found.setdefault("open, 256 futures", []).append(timed(page, session, begin, futures(256)))
            for what, asked in asked_of(packed).items():
                used = timed(page, session, "async (asked) => { await ask(asked); }", asked)
                found.setdefault(what, []).append(used)
            page.close()
        browser.close()
    for what, used in found.items():
        print(f"{what:24} {median(used):.3f} s  (up to {max(used):.3f})")


if __name__ == "__main__":
    main(*sys.argv[1:])
