"""The game of a page under node: games are played as the page does, and everything that it finds is told."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from sim.play.page.scripts import core

HARNESS = """
const vm = require("node:vm");
const { script, pack, games } = JSON.parse(require("node:fs").readFileSync(0, "utf-8"));
const tell = `
async (pack, games) => {
  const model = await modelOf(pack);
  const told = games.map(({ future, rounds, line }) => {
    if (line !== undefined) return readLine(model, line);
    const game = new Game(model, future);
    const sights = [];
    for (const chosen of rounds) {
      const sight = game.sight();
      const menu = sight.options.map((each) => [askOf(pack, each), adviceOf(pack, each.gains)]);
      const standing = sight.month > 0 ? standingOf(game) : null;
      sights.push({ ...sight, menu, standing });
      try {
        game.take(chosen);
      } catch (error) {
        return { refused: error.message };
      }
    }
    if (!game.isOver) return { sights, worth: null };
    const { months, means } = game.rule();
    return {
      sights, worth: game.worth,
      last: pack.names.map((name) => game.table.futures.last.number(name)[0]),
      rounds: game.rounds, fan: means, fanMonths: months,
      decisive: game.decisive().map(({ round, choice, gain }) => [round.month, choice.name, gain]),
      elsewhere: game.elsewhere(), debrief: debriefOf(game), line: resultOf(game, "Ada", debriefOf(game)),
      short: lineOf(game, "Ada"), again: readLine(model, lineOf(game, "Ada")),
      asked: game.rounds.map((round) => decidedOf(model, round)),

    };
  });
  return { hash: hashOf(model, pack.check.count), games: told };
}`;
// a game that is read from a line stands for what it comes to
const plain = (key, value) => (key === "game" ? (value.isOver ? value.worth : value.rounds.length) : value);
(async () => {
  const whole = `(() => {\\n${script}\\nreturn (${tell.replace(/;$/, "")});\\n})()`;
  const run = vm.runInThisContext(`"use strict";\\n${whole}`);
  process.stdout.write(JSON.stringify(await run(pack, games), plain));
})();
"""


def played(pack: Mapping[str, Any], games: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The hash of the page's own futures, and what comes of games: of future and rounds, or of a line."""
    given = json.dumps({"script": core(), "pack": pack, "games": games})
    done = subprocess.run(["node", "-e", HARNESS], input=given, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)
