// Drawing what is known now: nothing that is shown is of other settings than those that stand there.

/** What is shown now: both worlds, what is kept of them, and the question. */
function viewOf() {
  const { pack, outcome, date, keep } = live,
    text = textOf(live.settings);
  const differs = !isEmpty(live.settings) && !live.flip && live.trouble === null && live.otherText === text;
  const other = differs ? live.other : live.base,
    look = lookAt(live.base, other, keep);
  const whole = keep === null ? lookAt(live.base, live.base, null) : look,
    month = pack.dates.indexOf(date);
  const failed = look.runs - lookAt(live.base, other, null).count;
  return {
    pack,
    outcome,
    date,
    month,
    keep,
    differs,
    base: live.base,
    other,
    look,
    path: live.path,
    months: pack.months,
    chance: chances(live.base, other, outcome.name, look, whole),
    bands: bandsNow(text, differs),
    failed: failed > 0 ? `; ${counted(failed)} failed and count nowhere` : "",
  };
}

function bandsNow(text, differs) {
  if (live.keep !== null) return { before: null, after: null, why: "not counted for futures that are kept" };
  const of = (key) => live.bands.get(key)?.[live.outcome.name] ?? null;
  const known = live.bands.get(differs ? text : textOf(AS_IT_STANDS));
  const none = known !== undefined && known !== null;
  return {
    before: of(textOf(AS_IT_STANDS)),
    after: differs ? of(text) : null,
    why: none ? "none is named in the file" : "counted once nothing moves",
  };
}

const DRAWN = {
  steps: (place, view) => {
    drawSteps(place, view);
    stepsTable(place, view);
  },
  dots: drawDots,
  pairs: drawPairs,
  fans: drawFans,
  postures: drawPostures,
  story: showStory,
};

function draw() {
  if (live.broken) return;
  const veiled = isVeiled(),
    view = viewOf();
  showTrouble(view, veiled);
  byId("now").hidden = veiled || tooFew(view);
  if (byId("now").hidden) return;
  replaced("grid", (place) => drawGrid(place, view));
  replaced("said", (place) => drawAnswer(place, view));
  replaced("keys", (place) => drawKeys(place, view));
  if (live.shown !== "story" || live.story === null)
    replaced("view", (place) => DRAWN[live.shown](place, view));
  byId("foot").textContent = footSaid(view);
  showEffects(view);
  speak(view);
}

/** Draw into a place anew. */
function replaced(id, drawn) {
  const place = byId(id);
  place.replaceChildren();
  drawn(place);
}

function tooFew(view) {
  return live.keep !== null && view.look.count < LEAST_KEPT;
}

function showTrouble(view, veiled) {
  const place = byId("trouble");
  const said = troubleOf(view, veiled);
  place.hidden = said === null;
  if (place.textContent !== (said ?? "")) place.textContent = said ?? "";
}

function troubleOf(view, veiled) {
  if (live.trouble !== null) {
    return `This page cannot show that: ${live.trouble.message}. What stands below is the scenario as it stands. ${commandHint()}`;
  }
  if (veiled) return "Foretell first, below under “In class”: of 100 futures, in how many does it come now?";
  if (!tooFew(view)) return null;
  if (view.look.runs < MOST_RUNS)
    return `${counted(view.look.count)} of ${counted(view.look.runs)} futures are left, which is too few; more are being counted.`;
  return `Only ${counted(view.look.count)} of ${counted(view.look.runs)} futures are left: too few to say anything. Keep others.`;
}

/** At each slider what its change does, on the same futures: all of it if it is alone, else what leaves with it. */
function showEffects(view) {
  for (const number of live.pack.numbers) {
    const row = live.rows.get(number.key);
    row.effect.textContent = view.differs && isChanged(live.settings, number) ? effectOf(number, view) : "";
  }
}

function effectOf(number, view) {
  if (changesOf(live.settings) === 1) return differenceAt(view.chance, view.month);
  const without = live.alone.get(number.key);
  if (!without) return "";
  const look = lookAt(without, view.other, live.keep);
  const { gained, lost } = turned(without, view.other, view.outcome.name, look);
  return differenceAt({ gained, lost, runs: Math.max(look.count, 1) }, view.month);
}

/** One announcement for a change, when its first picture is there. */
function speak(view) {
  const ready = isEmpty(live.settings) || view.differs;
  if (!live.committed || !ready || live.trouble !== null) return;
  live.committed = false;
  byId("spoken").textContent = footSaid(view).replace("→", "to");
}

async function showStory(place, view) {
  const run = live.story ?? typicalRun(view, 0);
  live.story = run;
  caption(place, "Being told …");
  const asked = [AS_IT_STANDS, ...(view.differs ? [live.settings] : [])];
  try {
    const stories = await Promise.all(
      asked.map((settings) => live.model.ask({ ask: "follow", settings, run })),
    );
    if (live.story === run && live.shown === "story")
      replaced("view", (fresh) => drawStory(fresh, view, run, stories));
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    replaced("view", (fresh) => caption(fresh, `This future is not told here: ${refusal.message}.`));
  }
}
