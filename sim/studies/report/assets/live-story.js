// One future month by month: who proposed what, at which odds and why; beside it its twin in the changed world.

const MOST_REASONS = 4;

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

/** Tell one run; two of them from the first month in which anything differs. */
function drawStory(place, view, run, stories) {
  const [before, after] = stories;
  place.append(
    element("p", {}, `Future ${counted(run)} of seed ${view.pack.seed}. One of many, not the answer.`),
  );
  if (after === undefined) {
    place.append(monthList(before.months));
    return;
  }
  const parting = partedAt(before.months, after.months);
  if (parting === null) {
    place.append(
      element("p", {}, "In this future the change makes no decision differ."),
      monthList(before.months),
    );
    return;
  }
  const shared = before.months.filter(({ month }) => month < parting);
  if (shared.length > 0) {
    place.append(
      element(
        "details",
        {},
        element("summary", {}, `The same until ${monthName(view.pack.dates[parting])}`),
        monthList(shared),
      ),
    );
  }
  const later = (story) => monthList(story.months.filter(({ month }) => month >= parting));
  place.append(
    element(
      "div",
      { class: "live-panels" },
      element("div", {}, element("h3", {}, "As it stands"), later(before)),
      element("div", {}, element("h3", {}, "Changed"), later(after)),
    ),
  );
}

/** The first month in which other things were proposed or decided; null if none is. */
function partedAt(one, other) {
  const told = (months) => new Map(months.map(({ month, lines: said }) => [month, deedsOf(said)]));
  const before = told(one);
  const after = told(other);
  const months = [...new Set([...before.keys(), ...after.keys()])].sort((first, second) => first - second);
  return months.find((month) => before.get(month) !== after.get(month)) ?? null;
}

function deedsOf(said) {
  return JSON.stringify(said.map(({ event, did }) => [event, did]));
}

function monthList(months) {
  if (months.length === 0) return element("p", { class: "note" }, "Nothing happens.");
  return element(
    "ol",
    { class: "live-story" },
    ...months.map(({ date, lines: said }) =>
      element("li", {}, element("b", {}, monthName(date)), element("ul", {}, ...said.map(storyLine))),
    ),
  );
}

function storyLine({ label, did, odds, reasons }) {
  const said = element("li", {}, `${label}: ${did.join(", ")}`);
  if (Number.isFinite(odds)) said.append(`, at odds of ${ofHundred(odds)} in 100`);
  const weighty = [...(reasons ?? [])]
    .sort((one, other) => Math.abs(other.value) - Math.abs(one.value))
    .slice(0, MOST_REASONS);
  if (weighty.length > 0) {
    const told = weighty.map((reason) => `${reason.label} ${withSign(reason.value)}`).join(", ");
    said.append(element("span", { class: "note" }, ` Because of ${told} [logits].`));
  }
  return said;
}

function withSign(value) {
  const shown = plainNumber(Number(value.toPrecision(2)));
  return value > 0 ? `+${shown}` : shown;
}
