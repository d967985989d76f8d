// A hundred futures in both worlds: which happen, which turn, and how the difference grows.

const KINDS = ["both", "toNo", "toYes", "neither"];
const SAID = {
  both: "happens in both",
  toNo: "turns to no",
  toYes: "turns to yes",
  neither: "happens in neither",
};
const SAID_ALONE = { both: "happens", neither: "does not" };

function pairsOf(view) {
  const { chance, month, differs } = view;
  const runs = Math.max(chance.runs, 1);
  if (!differs) return hundredPairs(chance.before[month], 0, 0);
  return hundredPairs(chance.before[month], chance.gained[month] / runs, chance.lost[month] / runs);
}

/** Ten rows of ten futures; what turned has a mark of its own, after what would have happened anyway. */
function drawGrid(place, view) {
  const pairs = pairsOf(view);
  const size = 21;
  const kinds = KINDS.flatMap((kind) => Array(pairs[kind]).fill(kind));
  const drawn = shape("svg", {
    role: "img",
    "aria-label": `A hundred futures: ${keyOf(view, pairs)
      .map(([, said]) => said)
      .join(", ")}.`,
    viewBox: `0 0 ${10 * size} ${10 * size}`,
    class: "live-grid",
  });
  kinds.forEach((kind, place) => {
    drawn.append(MARKS[kind](size * ((place % 10) + 0.5), size * (Math.floor(place / 10) + 0.5), 7));
  });
  place.append(drawn);
}

/** What the marks mean, with how many there are of each. */
function drawKeys(place, view) {
  const entries = keyOf(view, pairsOf(view)).map(([kind, said]) => keyed(kind, said));
  place.append(element("p", { class: "note live-keys" }, ...entries));
}

function keyOf(view, pairs) {
  const said = view.differs ? SAID : SAID_ALONE;
  return KINDS.filter((kind) => kind in said).map((kind) => [kind, `${said[kind]} ${pairs[kind]}`]);
}

/** The hundred in four blocks, and below them the difference by month with its interval. */
function drawPairs(place, view) {
  if (!view.differs) {
    caption(place, "Nothing is changed yet: both worlds are one. Move a number to see which futures turn.");
    return;
  }
  const pairs = pairsOf(view);
  const blocks = [
    ["both", "yes and yes"],
    ["neither", "no and no"],
    ["toYes", "turns to yes"],
    ["toNo", "turns to no"],
  ];
  place.append(
    element("div", { class: "live-blocks" }, ...blocks.map(([kind, said]) => block(kind, said, pairs[kind]))),
  );
  caption(
    place,
    `The same ${counted(view.chance.runs)} futures in both worlds, as 100: as it stands, then changed. ` +
      `In ${pairs.both + pairs.neither} of 100 the change makes no difference by ${monthName(view.date)}.`,
  );
  drawDifference(place, view);
}

function block(kind, said, count) {
  const rows = Math.max(Math.ceil(count / 10), 1);
  const drawn = shape("svg", {
    role: "img",
    "aria-label": `${said}: ${count} of 100`,
    width: 130,
    height: 13 * rows,
  });
  for (let dot = 0; dot < count; dot += 1)
    drawn.append(MARKS[kind](13 * (dot % 10) + 6.5, 13 * Math.floor(dot / 10) + 6.5, 4.5));
  return element("div", {}, element("h3", {}, `${said}: ${count}`), drawn);
}

const LEAST_REACH = 0.1;

function drawDifference(place, view) {
  const { chance, pack } = view;
  const months = Array.from(chance.before.keys());
  const middle = months.map((month) => (chance.gained[month] - chance.lost[month]) / chance.runs);
  const ends = months.map((month) => matched(chance.gained[month], chance.lost[month], chance.runs));
  // a small change stays small: the scale is never finer than ten futures in a hundred
  const reach = Math.max(LEAST_REACH, 1.1 * Math.max(...ends.flat().map(Math.abs)));
  const into = picture(
    place,
    190,
    `Difference by month: ${differenceAt(chance, view.month)} of 100 by ${monthName(view.date)}.`,
  );
  const at = frame(into, pack.months, [-reach, reach], { left: 44 });
  valueAxis(into.drawn, at, roundTicks(-reach, reach), (share) => signed(share, false));
  dateAxis(into.drawn, at, pack.dates);
  const shifted = { ...at, x: (month) => at.x(month + 0.5) };
  into.drawn.append(line(at.left, at.y(0), at.right, at.y(0), "axis"));
  into.drawn.append(
    path(
      bandBetween(
        shifted,
        ends.map(([low]) => low),
        ends.map(([, high]) => high),
      ),
      "band-wide",
    ),
  );
  into.drawn.append(path(polyline(shifted, middle), "line-now"));
  into.drawn.append(line(shifted.x(view.month), at.top, shifted.x(view.month), at.bottom, "asked"));
  caption(
    place,
    "Difference in futures of 100 by each month, changed less as it stands; band: 95 %, with other luck.",
  );
}
