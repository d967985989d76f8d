// The choices around the sliders: presets, theories, the question, what is kept.

const OWN = "own";

function buildChoices(pack) {
  options("preset", [
    ["", "The scenario as it stands"],
    ...pack.presets.map(({ label }, place) => [place, label]),
  ]);
  const [own, ...theories] = pack.theories.map(({ name, label }) => [name, label]);
  options("theory", [["", `as in the scenario (${own[1]})`], ...theories]);
  options(
    "runs",
    RUNS.filter((runs) => runs <= live.base.room).map((runs) => [runs, `${counted(runs)} at rest`]),
  );
  options(
    "outcome",
    pack.outcomes.map(({ name, label }) => [name, label]),
  );
  options(
    "path",
    pack.paths.map(({ name, label }) => [name, label]),
  );
  options("keep", [["", "anything happens"], ...pack.outcomes.map(({ name, label }) => [name, label])]);
  byId("theory").closest("label").hidden = theories.length === 0;
  byId("preset").closest("label").hidden = pack.presets.length === 0;
  showView("fans", pack.paths.length > 0);
  showView("postures", pack.postures.length > 1);
  byId("runs").value = live.target;
  byId("outcome").value = live.outcome.name;
  showDates();
  listenToChoices(pack);
  listenToHistory();
  listenToShare(pack);
  listenToClass(pack);
}

/** A view of what the scenario does not have is not offered. */
function showView(name, there) {
  document.querySelector(`[name=live-view][value=${name}]`).parentNode.hidden = !there;
}

function options(id, pairs) {
  byId(id).replaceChildren(...pairs.map(([value, label]) => element("option", { value }, label)));
}

function showDates() {
  options(
    "by",
    live.outcome.dates.map((date) => [date, monthName(date)]),
  );
  if (!live.outcome.dates.includes(live.date)) live.date = live.outcome.dates[0];
  byId("by").value = live.date;
}

function when(id, kind, act) {
  byId(id).addEventListener(kind, act);
}

function listenToChoices(pack) {
  when("preset", "change", () => chosen(presetAt(pack, byId("preset").value)));
  when("theory", "change", () => chosen(withTheory(live.settings, byId("theory").value || null)));
  when("runs", "change", () => {
    live.target = Number(byId("runs").value);
    live.committed = true;
    showSettings();
    draw();
    pump();
  });
  when("outcome", "change", () => {
    live.outcome = pack.outcomes.find(({ name }) => name === byId("outcome").value);
    showDates();
    ask();
  });
  when("by", "change", () => {
    live.date = byId("by").value;
    ask();
  });
  when("path", "change", () => {
    live.path = pack.paths.find(({ name }) => name === byId("path").value);
    draw();
  });
  for (const radio of document.getElementsByName("live-view"))
    radio.addEventListener("change", () => show(radio.value));
  for (const id of ["keep", "comes", "keep-by"]) when(id, "change", () => keepOnly(pack));
  when("typical", "click", () => tell(typicalRun));
  when("turned", "click", () => tell(turnedRun));
}

/** Another question of the same futures. */
function ask() {
  live.committed = true;
  draw();
}

function show(shown) {
  live.shown = shown;
  if (live.story !== null) live.story.of = null;
  byId("path-choice").hidden = shown !== "fans";
  byId("story-choice").hidden = shown !== "story";
  draw();
}

function tell(choose) {
  live.skip += 1;
  const run = choose(viewOf(), live.skip);
  if (run !== undefined) {
    live.story = { run, of: null };
    draw();
    return;
  }
  const why = "No future turns by then: change something first, or ask for a later month.";
  replaced("view", (place) => caption(place, why));
}

function keepOnly(pack) {
  const outcome = pack.outcomes.find(({ name }) => name === byId("keep").value);
  byId("keep-when").hidden = outcome === undefined;
  if (outcome !== undefined && byId("keep-by").dataset.of !== outcome.name) {
    options(
      "keep-by",
      outcome.dates.map((date) => [date, monthName(date)]),
    );
    byId("keep-by").dataset.of = outcome.name;
  }
  live.keep =
    outcome === undefined
      ? null
      : {
          outcome: outcome.name,
          month: pack.dates.indexOf(byId("keep-by").value),
          comes: byId("comes").value === "yes",
        };
  ask();
  pump();
}

function presetAt(pack, place) {
  return place === "" ? AS_IT_STANDS : settingsOf(pack.presets[place]);
}

function settingsOf({ settings }) {
  return settled(settings.set ?? {}, settings.do ?? [], settings.theory ?? null);
}

/** Everything that says what is changed: sliders, names, code, command. */
function showSettings() {
  const { pack, settings, history } = live;
  for (const number of pack.numbers) showNumber(live.rows.get(number.key), number, settings);
  const preset = pack.presets.find((each) => same(settingsOf(each), settings));
  showPreset(pack.presets.indexOf(preset), isEmpty(settings));
  byId("theory").value = settings.theory ?? "";
  byId("says").textContent = [preset?.says, pack.theories.find(({ name }) => name === settings.theory)?.says]
    .filter(Boolean)
    .join(" ");
  byId("undo").disabled = history.past.length === 0;
  byId("redo").disabled = history.future.length === 0;
  byId("flip").disabled = isEmpty(settings);
  byId("reset").disabled = isEmpty(settings);
  const code = codeOf(pack, settings, live.target);
  const command = commandOf(pack, settings, live.target);
  for (const id of ["code", "print-code"]) byId(id).textContent = code;
  for (const id of ["command", "print-command"]) byId(id).textContent = command;
  footOfPrint(code);
  byId("guess").hidden = !byId("foretell").checked;
}

/** The code at the foot of every printed page; it holds no mark that ends a string of a style sheet. */
function footOfPrint(code) {
  byId("page").textContent = `@page { @bottom-left { content: "${code}"; font: 7.5pt monospace; } }`;
}

/** A preset's name stands only while nothing differs from it. */
function showPreset(place, empty) {
  const select = byId("preset");
  const own = select.querySelector(`option[value=${OWN}]`);
  const isOwn = place < 0 && !empty;
  if (isOwn && own === null)
    select.prepend(element("option", { value: OWN, disabled: true }, "your own settings"));
  if (!isOwn) own?.remove();
  select.value = place >= 0 ? place : isOwn ? OWN : "";
}

function listenToHistory() {
  when("undo", "click", () => goTo(undone(live.history)));
  when("redo", "click", () => goTo(redone(live.history)));
  when("reset", "click", () => chosen(AS_IT_STANDS));
  const hold = (flip) => () => {
    if (live.flip === flip) return;
    live.flip = flip;
    byId("flip").setAttribute("aria-pressed", String(flip));
    draw();
  };
  for (const kind of ["pointerdown", "keydown"]) {
    when("flip", kind, (event) => {
      if (kind === "pointerdown" || event.key === " " || event.key === "Enter") hold(true)();
    });
  }
  for (const kind of ["pointerup", "pointerleave", "pointercancel", "keyup", "blur"])
    when("flip", kind, hold(false));
}
