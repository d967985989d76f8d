// One future month by month: what was proposed, at which odds and why; beside it its twin, if changed.

const MOST_REASONS = 4;
const MOST_MONTHS = 12;
const DID = {
  proposed: "proposed",
  accepted: "accepted",
  refused: "refused",
  took_place: "takes place",
  executed: "carried out",
  backed_down: "backed down from",
  cancelled: "called off",
};

/** A run whose answer is the commoner one, and whose month is in the middle of those that are alike. */
function typicalRun(view, skip) {
  const world = view.differs ? view.other : view.base;
  const first = world.first.get(view.outcome.name);
  const runs = firstKept(view.look, MOST_RUNS);
  const came = (run) => first[run] >= 0 && first[run] <= view.month;
  const share = runs.filter(came).length / runs.length;
  const alike = runs.filter((run) => came(run) === share > 0.5);
  alike.sort((one, other) => first[one] - first[other] || one - other);
  return alike[(Math.floor(alike.length / 2) + skip) % alike.length];
}

/** A run that turns, the commoner way first; undefined if none does. */
function turnedRun(view, skip) {
  const ways = [1, -1].map((way) =>
    flipped(view.base, view.other, view.outcome.name, view.month, view.look, way),
  );
  ways.sort((one, other) => other.length - one.length);
  const runs = ways.flat();
  return runs[skip % Math.max(runs.length, 1)];
}

/** Tell one run; of two worlds what differs, from the first month in which anything does. */
function drawStory(place, view, run, stories) {
  const [before, after] = stories.map(({ months }) => months);
  const asked = eventsOf(view.pack, view.outcome);
  place.append(
    element("p", {}, `Future ${counted(run)} of seed ${view.pack.seed}. One of many, not the answer.`),
  );
  if (after === undefined) {
    place.append(...monthList(before, asked));
    return;
  }
  const parting = partedAt(before, after);
  if (parting === null) {
    caption(place, "In this future the change makes no decision differ.");
    place.append(...monthList(before, asked));
    return;
  }
  caption(
    place,
    `Both are the same until ${monthName(view.pack.dates[parting])}; below stands what differs.`,
  );
  const panels = panelsIn(place, ["As it stands", "Changed"]);
  panels[0].append(...monthList(without(before, after), asked));
  panels[1].append(...monthList(without(after, before), asked));
}

/** The events that the outcome is made of, by name; those of what has to come before it too. */
function eventsOf(pack, { happening }) {
  const names = new Set();
  const add = (place) => {
    pack.happenings[place].events.forEach((event) => names.add(pack.events[event].name));
    pack.happenings[place].all_of.forEach(add);
  };
  add(happening);
  return names;
}

/** The first month in which other things were proposed or decided; null if none is. */
function partedAt(before, after) {
  const months = [...without(before, after), ...without(after, before)].map(({ month }) => month);
  return months.length === 0 ? null : Math.min(...months);
}

/** What one story tells in a month that the other does not. */
function without(story, other) {
  const known = new Set(
    other.flatMap(({ month, lines: said }) => said.map((each) => deedOfLine(month, each))),
  );
  const differing = story.map((each) => ({
    ...each,
    lines: each.lines.filter((said) => !known.has(deedOfLine(each.month, said))),
  }));
  return differing.filter(({ lines: said }) => said.length > 0);
}

function deedOfLine(month, { event, did }) {
  return JSON.stringify([month, event, did]);
}

/** Months in order, later ones folded away. */
function monthList(months, asked) {
  if (months.length === 0) return [element("p", { class: "note" }, "Nothing else happens.")];
  const list = (some) =>
    element("ol", { class: "live-story" }, ...some.map((month) => monthItem(month, asked)));
  const later = months.slice(MOST_MONTHS);
  if (later.length === 0) return [list(months)];
  const folded = element("details", {}, element("summary", {}, `${later.length} later months`), list(later));
  return [list(months.slice(0, MOST_MONTHS)), folded];
}

/** What the outcome is made of is told with its reasons, all else in short. */
function monthItem({ date, known, lines: said }, asked) {
  const told = said.filter(({ event }) => asked.has(event));
  const others = said.filter(({ event }) => !asked.has(event)).map(inShort);
  const beside = others.length > 0 ? element("p", { class: "note" }, `${others.join("; ")}.`) : null;
  const list = told.length > 0 ? element("ul", {}, ...told.map(storyLine)) : null;
  const past = known === true ? element("span", { class: "note" }, " (past)") : null;
  return element(
    "li",
    { class: past === null ? null : "live-past" },
    element("b", {}, monthName(date)),
    past,
    list,
    beside,
  );
}

function inShort({ label, did }) {
  return `${label}: ${did.map((node) => DID[node] ?? node).join(", ")}`;
}

function storyLine(line) {
  const said = element("li", {}, inShort(line));
  if (Number.isFinite(line.odds)) said.append(`, at odds of ${ofHundred(line.odds)} in 100`);
  const weighty = [...line.reasons].sort((one, other) => Math.abs(other.value) - Math.abs(one.value));
  const told = weighty.slice(0, MOST_REASONS).map(({ label, value }) => `${label} ${withSign(value)}`);
  if (told.length > 0) {
    said.append(element("span", { class: "note" }, ` Because of ${told.join(", ")} [logits].`));
  }
  return said;
}

function withSign(value) {
  const shown = plainNumber(Number(value.toPrecision(2)));
  return value > 0 ? `+${shown}` : shown;
}
