// Where it leads: a path as a fan with single futures in it, and postures by month.

const LEVELS = [0.05, 0.25, 0.75, 0.95];
const SINGLE_FUTURES = 20;
const LEAST_SPAN = 0.05;
const NEARLY_ALL = 0.985;

/** Fans of a path in both worlds on one scale; a centre line would be read as the answer: none is drawn. */
function drawFans(place, view) {
  const worlds = [["As it stands", view.base]];
  if (view.differs) worlds.push(["Changed", view.other]);
  const fans = worlds.map(([, world]) => ({
    fan: fanOf(world, view.path.name, view.look),
    singles: firstKept(view.look, SINGLE_FUTURES).map((run) => livedBy(world, view.path.name, run)),
  }));
  const range = rangeOf(fans, view.path.start);
  const panels = panelsIn(
    place,
    worlds.map(([title]) => title),
  );
  fans.forEach((each, at) => drawFan(panels[at], view, each, range));
  caption(
    place,
    `${view.path.label}${inBrackets(view.path.unit)}. Nine in ten futures lie in the pale band, half ` +
      `in the dark one; thin lines are ${SINGLE_FUTURES} single futures, the dotted one is the start.` +
      knownSaid(view.pack),
  );
}

/** A unit behind what it measures; a pure number has none. */
function inBrackets(unit) {
  return unit && unit !== "1" ? ` [${unit}]` : "";
}

/** Quantiles by month: [level][month]. */
function fanOf(world, name, look) {
  const fan = LEVELS.map(() => new Float64Array(world.months));
  for (let month = 0; month < world.months; month += 1) {
    const values = valuesOf(world, name, month, look);
    LEVELS.forEach((level, at) => {
      fan[at][month] = quantile(values, level);
    });
  }
  return fan;
}

/** One future's path, month by month. */
function livedBy(world, name, run) {
  const values = world.paths.get(name);
  return Array.from({ length: world.months }, (_, month) => values[month * world.room + run]);
}

/** One scale for all that is drawn; what hardly moves is not magnified until chance looks like drama. */
function rangeOf(fans, start) {
  const drawn = fans.flatMap(({ fan, singles }) => [fan[0], fan.at(-1), ...singles]);
  const ends = drawn.flatMap((values) => [Math.min(...values), Math.max(...values)]);
  if (Number.isFinite(start)) ends.push(start);
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  const span = high - low;
  const spare = Math.max(LEAST_SPAN - span, 0) / 2 + 0.06 * Math.max(span, LEAST_SPAN);
  return [low - spare, high + spare];
}

function drawFan(panel, view, { fan, singles }, range) {
  const last = fan.map((level) => plainNumber(Number(level.at(-1).toPrecision(3))));
  const nine = `nine in ten futures end between ${last[0]} and ${last[3]}`;
  const says = `${view.path.label}: ${nine}, half of them between ${last[1]} and ${last[2]}.`;
  const into = picture(panel, 220, says);
  const { drawn } = into;
  const at = frame(into, view.months - 1, range, { left: 46 });
  valueAxis(drawn, at, roundTicks(...range), plainNumber);
  dateAxis(drawn, at, view.pack.dates);
  drawn.append(
    path(bandBetween(at, fan[0], fan[3]), "band-wide"),
    path(bandBetween(at, fan[1], fan[2]), "band-half"),
  );
  drawn.append(...singles.map((lived) => path(polyline(at, lived), "line-single")));
  knownPast(drawn, at, view.pack);
  if (Number.isFinite(view.path.start))
    drawn.append(line(at.left, at.y(view.path.start), at.right, at.y(view.path.start), "line-start"));
  panel.append(
    element("p", { class: "note" }, `At the end nine in ten lie between ${last[0]} and ${last[3]}.`),
  );
}

/** Shares of postures by month, stacked; where one fills the picture, words say so. */
function drawPostures(place, view) {
  const worlds = [["As it stands", view.base]];
  if (view.differs) worlds.push(["Changed", view.other]);
  const all = worlds.map(([title, world]) => [
    title,
    postureShares(world, view.pack.postures.length, view.look),
  ]);
  const panels = panelsIn(
    place,
    worlds.map(([title]) => title),
  );
  all.forEach(([, shares], at) => drawClasses(panels[at], view, shares));
  place.append(
    postureKey(
      view,
      all.map(([, shares]) => shares),
    ),
  );
  caption(place, "Of 100 futures, how many are in which posture in each month.");
}

function drawClasses(panel, view, shares) {
  const into = picture(panel, 190, `Postures by month; at the end: ${atEnd(view, shares)}.`);
  const at = frame(into, view.months, [0, 1]);
  valueAxis(into.drawn, at, [0, 0.5, 1], (share) => String(100 * share));
  let below = new Float64Array(view.months);
  shares.forEach((share, kind) => {
    const above = below.map((low, month) => low + share[month]);
    if (share.some((each) => each > 0))
      into.drawn.append(path(columns(at, below, above), `class-${kind % 8}`));
    below = above;
  });
  dateAxis(into.drawn, at, view.pack.dates);
  knownPast(into.drawn, at, view.pack);
  const filling = shares.findIndex((share) => share.every((each) => each > NEARLY_ALL));
  if (filling >= 0) {
    panel.append(
      element(
        "p",
        { class: "note" },
        `In nearly all futures and months it is “${view.pack.postures[filling].label}”.`,
      ),
    );
  }
}

/** A band of columns, one a month. */
function columns(at, below, above) {
  const up = Array.from(above, (share, month) => `V${at.y(share).toFixed(1)}H${at.x(month + 1).toFixed(1)}`);
  const back = Array.from(
    below,
    (share, month) => `V${at.y(share).toFixed(1)}H${at.x(month).toFixed(1)}`,
  ).reverse();
  return `M${at.x(0).toFixed(1)} ${at.y(below[0]).toFixed(1)}${up.join("")}${back.join("")}Z`;
}

function atEnd(view, shares) {
  return view.pack.postures
    .flatMap(({ label }, kind) => {
      const share = shares[kind].at(-1);
      return share > 0 ? [`${label} ${ofHundred(share)}`] : [];
    })
    .join(", ");
}

function postureKey(view, all) {
  const entries = view.pack.postures.flatMap(({ label }, kind) => {
    if (all.every((shares) => shares[kind].every((share) => share === 0))) return [];
    const ends = all.map((shares) => ofHundred(shares[kind].at(-1))).join(" → ");
    return [swatch(`class-${kind % 8}`, `${label}: ${ends} of 100 at the end`)];
  });
  return element("p", { class: "note live-keys" }, ...entries);
}
