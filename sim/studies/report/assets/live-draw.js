// Drawing what is known now. While the newest settings are counted the pictures are of those just before, and
// the wide band of settings is shown with them alone.

/** What is shown now: both worlds, what is kept of them, and the question. */
function viewOf() {
  const { pack, outcome, date, keep } = live;
  const differs = isDifferent() && !live.flip;
  const other = differs ? live.other : live.base;
  const most = futuresWanted();
  const look = lookAt(live.base, other, keep, most);
  const whole = keep === null ? lookAt(live.base, live.base, null, most) : look;
  const failed = look.runs - lookAt(live.base, other, null, most).count;
  return {
    pack,
    outcome,
    date,
    keep,
    differs,
    other,
    look,
    month: pack.dates.indexOf(date),
    begins: differs ? beginsAt(live.settings, pack.free) : 0,
    months: pack.months,
    base: live.base,
    path: live.path,
    chance: chances(live.base, other, outcome.name, look, whole),
    bands: bandsNow(differs),
    failed: failed > 0 ? `; ${counted(failed)} failed and count nowhere` : "",
  };
}

/** Whether a changed world is there to be shown. */
function isDifferent() {
  return !isEmpty(live.settings) && live.trouble === null && live.otherText !== null;
}

function isUpToDate() {
  return isEmpty(live.settings) || live.otherText === textOf(live.settings);
}

/** The wide bands of both worlds as far as they are known, and else why not. */
function bandsNow(differs) {
  if (live.keep !== null) return { before: null, after: null, why: "not counted for futures that are kept" };
  const asItStands = live.bands.get(textOf(AS_IT_STANDS));
  const changedOnes = live.bands.get(live.otherText);
  const of = (known) => known?.[live.outcome.name] ?? null;
  return {
    before: of(asItStands),
    after: differs ? of(changedOnes) : null,
    why: whyNoBand(differs ? changedOnes : asItStands),
  };
}

function whyNoBand(known) {
  if (live.pack.doubt === null) return live.pack.doubt_why;
  if (known === undefined) return "counted once nothing moves";
  return "not counted in this page";
}

const EVERY_RUN_FAILED = "There is no answer: every run failed.";

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
  if (live.broken || live.base.count === 0) return;
  const view = viewOf();
  const trouble = troubleOf(view);
  showTrouble(trouble);
  showLate();
  const shown = !isVeiled() && !tooFew(view) && !isWithoutAnswer(view);
  byId("now").hidden = !shown;
  byId("foot").textContent = shown ? footSaid(view) : trouble;
  showEffects(view, shown);
  if (shown) drawNow(view);
  if (byId("lines").value !== "") showAnswers();
  speak(trouble ?? footSaid(view));
}

function drawNow(view) {
  replaced("grid", (place) => drawGrid(place, view));
  replaced("said", (place) => drawAnswer(place, view));
  replaced("keys", (place) => drawKeys(place, view));
  if (live.shown !== "story" || live.story?.of !== storyOf(view)) {
    replaced("view", (place) => DRAWN[live.shown](place, view));
  }
}

/** Pictures that are of settings just before say so: they fade, unless the newest are there in a moment. */
function showLate() {
  byId("now").classList.toggle("live-late", !isUpToDate() && live.trouble === null);
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

/** Whether no future of either world counts. */
function isWithoutAnswer({ keep, chance }) {
  return keep === null && (chance.whole === 0 || chance.runs === 0);
}

function showTrouble(said) {
  const place = byId("trouble");
  place.hidden = said === null;
  if (place.textContent !== (said ?? "")) place.textContent = said ?? "";
}

/** What stands in the way of showing what was asked for; null if nothing does. */
function troubleOf(view) {
  if (live.trouble !== null) {
    const why = `This page cannot show that: ${live.trouble.message}.`;
    return `${why} What stands below is the scenario as it stands. ${commandHint()}`;
  }
  if (isVeiled()) {
    return "Foretell first: of 100 futures, in how many does it come now?";
  }
  if (isWithoutAnswer(view)) return EVERY_RUN_FAILED;
  if (!tooFew(view)) return null;
  const left = `${counted(view.look.count)} of ${counted(view.look.runs)} futures are left`;
  if (view.look.runs < live.base.room) return `${left}, which is too few; more are being counted.`;
  return `Only ${left}: too few to say anything. Keep others.`;
}

/** At each slider what its change does: all that differs if it is alone, else what leaves with it. */
function showEffects(view, shown) {
  const known = shown && view.differs && isUpToDate();
  for (const number of live.pack.numbers) {
    const { effect } = live.rows.get(number.key);
    effect.textContent = known && isChanged(live.settings, number) ? effectOf(number, view) : "";
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
function speak(said) {
  if (!live.committed || (live.trouble === null && !isUpToDate())) return;
  live.committed = false;
  byId("spoken").textContent = said.replace("→", "to");
}

function storyOf(view) {
  return `${view.differs} ${live.otherText}`;
}

/** Tell the future that was chosen, or a typical one; anew when the settings are others. */
async function showStory(place, view) {
  const run = live.story?.run ?? typicalRun(view, 0);
  const told = { run, of: storyOf(view) };
  live.story = told;
  caption(place, "Being told …");
  const asked = [AS_IT_STANDS, ...(view.differs ? [live.settings] : [])];
  const ask = (settings) => live.model.ask({ ask: "follow", settings, run });
  try {
    const stories = await Promise.all(asked.map(ask));
    if (live.story === told && live.shown === "story") {
      replaced("view", (fresh) => drawStory(fresh, view, run, stories));
    }
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    replaced("view", (fresh) => caption(fresh, `This future is not told here: ${refusal.message}.`));
  }
}
