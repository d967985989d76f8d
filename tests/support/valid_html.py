"""Whether pages are valid HTML, by html-validate (npm)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

RULES = {"extends": ["html-validate:standard", "html-validate:document", "html-validate:a11y"]}


def faults_of_html(pages: Sequence[Path], folder: Path) -> str:
    """What is wrong with pages, in text; empty if nothing is. Skips the test where there is no validator."""
    validator = os.environ.get("HTML_VALIDATE") or shutil.which("html-validate")
    if validator is None:
        pytest.skip("npm install html-validate, and HTML_VALIDATE or the path that names it")
    rules = folder / ".htmlvalidate.json"
    rules.write_text(json.dumps({"root": True, **RULES}))
    order = [validator, "--config", str(rules), "--formatter", "text", *map(str, pages)]
    done = subprocess.run(order, capture_output=True, text=True)
    return done.stdout[-3000:] or done.stderr if done.returncode else ""
