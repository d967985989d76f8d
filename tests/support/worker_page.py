"""A page with nothing but the model's worker, under the policy of all pages: questions are put by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.studies.report.document import as_json, policy
from tests.support.node import script

ASKS = """
const text = (id) => JSON.parse(document.getElementById(id).textContent);
const worker = new Worker(URL.createObjectURL(new Blob([text("worker")], { type: "text/javascript" })));
const waiting = new Map();
worker.onmessage = ({ data }) => { waiting.get(data.id)(data); waiting.delete(data.id); };
window.ask = (question) => new Promise((resolve) => {
  const id = Math.random();
  waiting.set(id, resolve);
  worker.postMessage({ id, ...question });
});
window.begin = () => window.ask({ ask: "open", pack: text("model") });
"""


def written(file: Path, packed: Mapping[str, Any]) -> Path:
    """The page, whose `ask` takes a question and `begin` opens the model."""
    html = f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy(ASKS)}"><title>A worker</title></head><body>
<script type="application/json" id="model">{as_json(packed)}</script>
<script type="application/json" id="worker">{as_json(script())}</script>
<script>{ASKS}</script></body></html>"""
    file.write_text(html, encoding="utf-8")
    return file
