// A class: foretell and lock before it is shown; answers are lines, and thirty of them a picture.

const MOST_ANSWERS = 200;

/** The answers in a text, one a line, and how many lines are none. */
function answersIn(pack, pasted) {
  const rows = pasted
    .split("\n")
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .slice(0, MOST_ANSWERS);
  const read = rows.map((row) => readAnswer(pack, row));
  return { answers: read.filter((each) => !each.refused), refused: read.filter((each) => each.refused) };
}

/** Everybody's number from 0 to 100 as a dot, and what the page shows for the settings now. */
function drawAnswers(place, { answers, refused }, shown) {
  if (answers.length === 0) {
    caption(place, refused.length === 0 ? "Nothing is pasted yet." : refused[0].refused);
    return;
  }
  const stacks = new Map();
  answers.forEach(({ foretold }) => stacks.set(foretold, (stacks.get(foretold) ?? 0) + 1));
  const high = Math.max(...stacks.values());
  const into = picture(place, 70 + 12 * high, `${answers.length} answers from 0 to 100.`);
  const at = frame(into, 100, [0, 1], { left: 16, right: 24, top: 20 });
  into.drawn.append(line(at.left, at.bottom, at.right, at.bottom, "axis"));
  for (const tick of [0, 25, 50, 75, 100])
    into.drawn.append(text(at.x(tick), at.bottom + 18, String(tick), { "text-anchor": "middle" }));
  for (const [foretold, count] of stacks) {
    for (let dot = 0; dot < count; dot += 1)
      into.drawn.append(MARKS.both(at.x(foretold), at.bottom - 7 - 12 * dot, 5));
  }
  if (shown !== null) {
    into.drawn.append(line(at.x(shown), at.top, at.x(shown), at.bottom, "asked"));
    into.drawn.append(
      text(at.x(shown), at.top - 6, `the page: ${Math.round(shown)}`, { "text-anchor": "middle" }),
    );
  }
  const others =
    refused.length === 0 ? "" : ` ${refused.length} lines are no answer of this page: ${refused[0].refused}`;
  const each = answers.map(({ student, foretold }) => `${student} ${foretold}`);
  caption(place, `${answers.length} answers: ${each.join(", ")}.${others}`);
}

/** Whether the changed world waits for a number that is foretold. */
function isVeiled() {
  return byId("foretell").checked && !isEmpty(live.settings) && live.foretold !== textOf(live.settings);
}

function listenToClass(pack) {
  when("foretell", "change", () => {
    showSettings();
    draw();
  });
  when("projector", "change", () => {
    document.documentElement.classList.toggle("projector", byId("projector").checked);
    draw();
  });
  when("lock", "click", () => {
    const foretold = byId("foretold").valueAsNumber;
    if (!Number.isInteger(foretold) || foretold < 0 || foretold > 100) {
      byId("line").textContent = "Say a whole number from 0 to 100 first.";
      return;
    }
    live.foretold = textOf(live.settings);
    byId("line").textContent = answerOf(pack, live.settings, byId("who").value.trim() || "?", foretold);
    live.committed = true;
    draw();
  });
  when("lines", "input", showAnswers);
}

function showAnswers() {
  const view = viewOf();
  const chance = view.differs ? view.chance.after : view.chance.before;
  replaced("dots", (place) =>
    drawAnswers(
      place,
      answersIn(live.pack, byId("lines").value),
      isVeiled() ? null : 100 * chance[view.month],
    ),
  );
}
