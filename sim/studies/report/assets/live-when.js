// When it comes: the chance by date as steps, and fifty dots that stand for all futures.

const QUANTILE_DOTS = 50;
const DOT = 10;
const DOTS_ROOM = 112;
const PERCENT_TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Chance by date from 0 to 100, both worlds; bars at the dates that are asked about: the wide bands. */
function drawSteps(place, view) {
  const { pack, outcome, chance, differs } = view;
  const shown = differs ? chance.after : chance.before;
  const last = `${inHundred(shown.at(-1), chance.runs)} by ${monthName(pack.dates.at(-1))}`;
  const says = `Chance by date of ${outcome.label}: ${last}.`;
  const into = picture(place, 290, says);
  const { drawn } = into;
  const at = frame(into, pack.months, [0, 1], { right: 150, top: 16 });
  valueAxis(drawn, at, PERCENT_TICKS, (share) => String(100 * share));
  dateAxis(drawn, at, pack.dates);
  knownPast(drawn, at, pack);
  bars(drawn, at, view);
  drawn.append(path(stepped(at, chance.before), differs ? "line-base" : "line-now"));
  if (differs) drawn.append(path(stepped(at, chance.after), "line-now"));
  drawn.append(line(at.x(view.month + 1), at.top, at.x(view.month + 1), at.bottom, "asked"));
  endLabels(drawn, at, view);
  caption(place, "In how many of 100 futures it has come by each month. ", barsSaid(view));
}

function bars(drawn, at, view) {
  const worlds = [
    [view.bands.before, "bar-base", -3],
    [view.differs ? view.bands.after : null, "bar-now", 3],
  ];
  for (const [bands, kind, aside] of worlds) {
    bands?.forEach((band, place) => {
      if (!band?.differs) return;
      const x = at.x(view.pack.dates.indexOf(view.outcome.dates[place]) + 1) + aside;
      drawn.append(line(x, at.y(band.low), x, at.y(band.high), kind));
    });
  }
}

function barsSaid(view) {
  const shown = [view.bands.before, view.differs ? view.bands.after : null];
  const known = shown.filter((bands) => bands !== null).flat();
  if (known.some((band) => band?.differs))
    return "Bars: 5 to 95 % over the numbers that nobody knows, where they differ beyond chance.";
  return known.length > 0 ? "No bars: draws of the numbers that nobody knows differ by chance alone." : "";
}

function endLabels(drawn, at, view) {
  const { before, after } = view.chance;
  const y = at.y(before.at(-1));
  const moved = at.y(after.at(-1));
  if (!view.differs) {
    drawn.append(text(at.right + 6, y + 4, ofHundred(before.at(-1)), { class: "label-now" }));
    return;
  }
  // labels that would touch move apart
  const apart = Math.max(0, 17 - Math.abs(y - moved)) / 2;
  const sign = moved <= y ? 1 : -1;
  drawn.append(
    text(at.right + 6, y + 4 + sign * apart, `${ofHundred(before.at(-1))} as it stands`, {
      class: "label-base",
    }),
  );
  drawn.append(
    text(at.right + 6, moved + 4 - sign * apart, `${ofHundred(after.at(-1))} changed`, {
      class: "label-now",
    }),
  );
}

/** The same as numbers, of the dates that are asked about. */
function stepsTable(place, view) {
  const { pack, outcome, chance, differs } = view;
  const heads = ["by", "as it stands", ...(differs ? ["changed", "difference"] : [])];
  const rows = outcome.dates.map((date) => {
    const month = pack.dates.indexOf(date);
    const cells = [shortMonth(date), ofHundred(chance.before[month])];
    if (differs) cells.push(ofHundred(chance.after[month]), differenceAt(chance, month));
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, cells[0]),
      ...cells.slice(1).map((cell) => element("td", {}, cell)),
    );
  });
  const head = element(
    "thead",
    {},
    element("tr", {}, ...heads.map((each) => element("th", { scope: "col" }, each))),
  );
  const table = element(
    "table",
    {},
    element("caption", {}, `${outcome.label}, of 100 futures`),
    head,
    element("tbody", {}, ...rows),
  );
  place.append(element("div", { class: "table" }, table));
}

/** The paired difference by a month in words of the least room: "+6 (5 to 7)". */
function differenceAt({ gained, lost, runs }, month) {
  if (gained[month] + lost[month] === 0) return "0 (none turns)";
  return withInterval((gained[month] - lost[month]) / runs, matched(gained[month], lost[month], runs));
}

/** Fifty dots, each two of 100 futures, in the month in which it comes; those that never do stand apart. */
function drawDots(place, view) {
  const worlds = [["As it stands", view.base]];
  if (view.differs) worlds.push(["Changed", view.other]);
  // where months are narrower than dots, some stand together
  const together = Math.ceil(view.months / ((place.clientWidth - DOTS_ROOM) / DOT));
  const dots = worlds.map(([, world]) => {
    const months = quantileMonths(cumulative(world, view.outcome.name, view.look), view.look.count);
    return stacksOf(months, together);
  });
  const high = Math.max(...dots.flatMap(({ stacks }) => [...stacks.values()]), 1);
  worlds.forEach(([title], at) => dotsOf(place, view, title, dots[at], high, together));
  const when = together === 1 ? "the month" : `the ${together} months`;
  caption(
    place,
    `Each of ${QUANTILE_DOTS} dots stands for 2 of 100 futures, in ${when} in which it first comes.`,
  );
}

/** How many dots stand in each month, and how many never come. */
function stacksOf(months, together) {
  const stacks = new Map();
  for (const month of months) {
    const place = month < 0 ? month : month - (month % together);
    stacks.set(place, (stacks.get(place) ?? 0) + 1);
  }
  const never = stacks.get(-1) ?? 0;
  stacks.delete(-1);
  return { stacks, never };
}

/** One world's dots; all worlds have the scale of the highest stack. */
function dotsOf(place, view, title, { stacks, never }, high, together) {
  place.append(element("h3", {}, title));
  const last = monthName(view.pack.dates.at(-1));
  const says = `${title}: of ${QUANTILE_DOTS} dots ${never} do not see it by ${last}.`;
  const r = Math.min(5, 110 / (2 * high));
  const into = picture(place, 2 * r * Math.max(high, 7) + 44, says);
  const at = frame(into, view.months, [0, 1], { left: 8, right: DOTS_ROOM - 8 });
  dateAxis(into.drawn, at, view.pack.dates);
  for (const [month, count] of stacks)
    stack(into.drawn, at.x(month + together / 2), at.bottom - r - 1, r, count);
  neverBlock(into.drawn, at, never);
}

/** The months (-1 never) that fifty futures in even steps of all have. */
function quantileMonths(by, count) {
  return Array.from({ length: QUANTILE_DOTS }, (_, dot) => {
    const rank = (count * (dot + 0.5)) / QUANTILE_DOTS;
    return by.findIndex((come) => come > rank);
  });
}

function stack(drawn, x, y, r, count) {
  for (let dot = 0; dot < count; dot += 1)
    drawn.append(MARKS.both(x, y - 2 * r * dot, Math.max(r - 0.4, 1.5)));
}

function neverBlock(drawn, at, count) {
  const left = at.right + 20;
  for (let dot = 0; dot < count; dot += 1) {
    drawn.append(MARKS.neither(left + 10 * (dot % 8), at.bottom - 6 - 10 * Math.floor(dot / 8), 5));
  }
  drawn.append(text(left - 6, at.bottom + 18, `never: ${count}`));
}
