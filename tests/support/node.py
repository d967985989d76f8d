"""The page's model under node: what the Worker would answer."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ASSETS = Path(__file__).parents[2] / "sim" / "studies" / "report" / "assets"

KINDS = {
    "Uint8Array": "u1", "Int16Array": "<i2", "Float32Array": "<f4", "Float64Array": "<f8",
    "Int32Array": "<i4",
}  # fmt: skip

HARNESS = """
const vm = require("node:vm");
const text = require("node:fs").readFileSync(0, "utf-8");
const { script, messages } = JSON.parse(text);
const bytes = (each) => Buffer.from(each.buffer, each.byteOffset, each.byteLength).toString("base64");
const plain = (key, value) =>
  ArrayBuffer.isView(value) ? { array: value.constructor.name, data: bytes(value) } : value;
let answered = null;
globalThis.self = { postMessage: (answer) => answered(answer) };
vm.runInThisContext(`"use strict";\\n${script}`);
(async () => {
  const found = [];
  for (const message of messages) {
    const begin = process.cpuUsage();
    const answer = await new Promise((resolve) => { answered = resolve; self.onmessage({ data: message }); });
    const used = process.cpuUsage(begin);
    found.push({ ...answer, seconds: (used.user + used.system) / 1e6 });
  }
  process.stdout.write(JSON.stringify(found, plain));
})();
"""


def script() -> str:
    """All that runs in the Worker."""
    files = [*sorted(ASSETS.glob("model-*.js")), ASSETS / "model.js"]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def answers(pack: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the model says to some messages, after it was opened; arrays as numpy has them."""
    asked = [{"ask": "open", "pack": pack}, *messages]
    given = {"script": script(), "messages": [{"id": place, **each} for place, each in enumerate(asked)]}
    done = subprocess.run(
        ["node", "-e", HARNESS], input=json.dumps(given), capture_output=True, text=True, timeout=120
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout, object_hook=_array)


def _array(found: dict[str, Any]) -> Any:
    if set(found) != {"array", "data"}:
        return found
    return np.frombuffer(base64.b64decode(found["data"]), dtype=KINDS[found["array"]])
