"""Scripts of the page run by Node, without a page."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from typing import Any

import pytest

from sim.studies.report.document import asset


def run(scripts: Sequence[str], given: Any, program: str) -> Any:
    """What `program`, the body of a function of `given`, returns after these assets. Skips without Node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs Node, which the page does not")
    texts = "\n".join(map(asset, scripts))
    whole = f'"use strict";\n{texts}\nconst given = {json.dumps(given)};\n'
    whole += f"const answer = (() => {{\n{program}\n}})();\nconsole.log(JSON.stringify(answer));"
    done = subprocess.run([node, "-"], input=whole, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)
