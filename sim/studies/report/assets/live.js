// The living model in the page: its state, what the reader does to it, and how it starts.

const byId = (id) => document.getElementById(`live-${id}`);

/** All that changes while the page is open. */
function liveOf(pack) {
  const asked = pack.outcomes.find(({ name }) => name === pack.asked.name) ?? pack.outcomes[0];
  return {
    pack,
    model: new Model(pack),
    aside: null,
    history: historyOf(AS_IT_STANDS),
    settings: AS_IT_STANDS,
    outcome: asked,
    date: (pack.asked.dates ?? asked.dates)[0],
    path: pack.paths[0] ?? null,
    shown: "steps",
    keep: null,
    target: mostRuns(pack),
    base: newWorld(pack),
    other: newWorld(pack),
    otherText: null,
    bands: new Map(),
    alone: new Map(),
    trouble: null,
    story: null,
    skip: 0,
    banding: false,
    timer: 0,
    flip: false,
    moved: 0,
    committed: false,
    ready: false,
    pumping: false,
    broken: false,
    foretold: null,
  };
}

let live = null;
let pristine = null;

/** Whatever goes wrong at the start, the static page stays. */
function startLive() {
  const place = document.getElementById("live");
  if (place === null) return;
  try {
    setUp(place);
  } catch (error) {
    stop(error);
  }
}

function setUp(place) {
  pristine = place.cloneNode(true);
  const pack = JSON.parse(document.getElementById("model").textContent);
  live = liveOf(pack);
  live.rows = buildSliders(pack, { move, settle, type: typed, month: movedMonth, back: takenBack });
  document.head.append(element("style", { id: "live-page" }));
  buildChoices(pack);
  byId("without").hidden = true;
  byId("all").hidden = false;
  byId("foot").hidden = false;
  takeSaved();
  showSettings();
  live.model.ready.then(opened, stop);
}

function opened() {
  live.ready = true;
  pump();
}

/** A browser in which the model does not run keeps the static page. */
function stop(refusal) {
  if (live !== null) live.broken = true;
  byId("all").hidden = true;
  byId("foot").hidden = true;
  byId("without").hidden = false;
  const hint = live === null ? "" : commandHint();
  byId("without").textContent = `The model does not run here (${refusal.message}). ${hint}`;
}

function commandHint() {
  return `This command gives the numbers: ${commandOf(live.pack, live.settings, live.target)}`;
}

function move(number, value, month) {
  change(withNumber(live.settings, number, value, month));
}

/** The end of a change: one step of undo, one announcement; none if nothing has changed. */
function settle() {
  const before = live.history;
  live.history = changed(before, live.settings);
  showSettings();
  if (live.history === before) return;
  live.committed = true;
  pump();
}

function typed(number, box, month) {
  if (Number.isFinite(box.valueAsNumber)) move(number, box.valueAsNumber, month);
  settle();
}

function movedMonth(number, month) {
  const deed = deedOf(live.settings, number);
  if (deed !== undefined) move(number, deed.value, month);
  settle();
}

function takenBack(number) {
  change(withoutNumber(live.settings, number));
  settle();
}

function change(settings) {
  live.settings = settings;
  live.moved = performance.now();
  live.trouble = null;
  if (isEmpty(settings)) live.otherText = null;
  showSettings();
  showLate();
  pump();
}

function goTo(history) {
  live.history = history;
  live.committed = true;
  change(history.now);
}

function chosen(settings) {
  change(settings);
  settle();
}

document.addEventListener("DOMContentLoaded", startLive);
