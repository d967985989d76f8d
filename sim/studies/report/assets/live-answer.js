// The answer in words: in how many of 100 futures, how sure, and what the change does.

/** The sentence that a picture begins with, and both intervals below it. */
function drawAnswer(place, view) {
  place.append(
    element("p", { class: "live-asked" }, `${view.outcome.label} by ${monthName(view.date)}`),
    element("p", { class: "live-big" }, headline(view)),
    ...lines(view).map((said) => element("p", {}, said)),
  );
}

function headline(view) {
  const { before, after } = view.chance;
  const { month } = view;
  const word = shownBand(view) === null ? "" : `: ${wordsFor(...wholeBand(view))}`;
  if (!view.differs) return `${inHundred(before[month], view.chance.whole)} futures${word}`;
  return `${ofHundred(before[month])} → ${changedCount(view)} in 100 futures${word}`;
}

/** The count of the changed world that adds up with the first one's and the difference. */
function changedCount(view) {
  const pairs = pairsOf(view);
  const count = pairs.both + pairs.toYes;
  if (count === 0 || count === 100) return ofHundred(view.chance.after[view.month]);
  return String(count);
}

/** What draws of the doubtful numbers come to: {low, high, differs}; null where that is not known. */
function shownBand(view) {
  const bands = view.differs ? view.bands.after : view.bands.before;
  return bands?.[view.outcome.dates.indexOf(view.date)] ?? null;
}

/** All that the chance may be, by luck or in doubt: Row.band of sim/studies/report/outcome.py. */
function wholeBand(view) {
  const band = shownBand(view);
  const [low, high] = luckOf(view);
  if (!band?.differs) return [low, high];
  return [Math.min(low, band.low), Math.max(high, band.high)];
}

function lines(view) {
  const said = [luckAndDoubt(view)];
  if (view.differs) said.unshift(differenceSaid(view));
  const share = view.differs ? view.chance.after[view.month] : view.chance.before[view.month];
  if (share === 0) said.push("It came in none of these futures, which does not make it impossible.");
  if (share === 1) said.push("It came in all of these futures, which does not make it certain.");
  if (view.keep !== null)
    said.push(
      `Looked at: ${counted(view.look.count)} of ${counted(view.look.runs)} futures. ` +
        "A chance that differs among them is no effect.",
    );
  const runs = view.differs ? view.chance.runs : view.chance.whole;
  said.push(`${counted(runs)} futures ${goingOn(view.pack)}${view.failed}.`);
  return said;
}

/** What the change does, in the counts that the marks have; what is rarer than one in 100 is not none. */
function differenceSaid(view) {
  const { pack, chance, month, date, begins } = view;
  if (begins > month) {
    const begun = monthName(pack.dates[begins]);
    return `What is done begins in ${begun}, after ${monthName(date)}: ask about a later month.`;
  }
  const { runs } = chance;
  const [gained, lost] = [chance.gained[month], chance.lost[month]];
  if (gained + lost === 0) {
    const most = hundredths(wilson(0, runs)[1], true);
    return `The change turns none of these futures by then (with other luck up to ${most} in 100).`;
  }
  const { toYes, toNo } = pairsOf(view);
  const said = (marks, futures) => (marks === 0 && futures > 0 ? "<1" : marks);
  const same = toYes + toNo === 0 ? ">99" : 100 - toYes - toNo;
  const difference = signed((gained - lost) / runs);
  const luck = apartBetween(...matched(gained, lost, runs));
  return (
    `The change, at these numbers: ${difference} in 100 (with other luck ${luck}). ` +
    `${said(toYes, gained)} turn to yes, ${said(toNo, lost)} to no, ${same} do not care.`
  );
}

function luckAndDoubt(view) {
  const band = shownBand(view);
  const unsure = view.pack.past === null ? "over the numbers that nobody knows" : "from one past or another";
  const said = `Again with other luck ${between(...luckOf(view))}; ${unsure}`;
  if (band === null) return `${said}: ${view.bands.why}.`;
  return band.differs ? `${said} ${between(band.low, band.high)}.` : `${said}: only chance.`;
}

/** 95 % of what as many futures with other luck would give. */
function luckOf(view) {
  const { before, after, whole, runs } = view.chance;
  if (!view.differs) return wilson(before[view.month] * whole, whole);
  return wilson(after[view.month] * runs, runs);
}

/** Where futures begin, and under which numbers. */
function goingOn({ past, dates, free }) {
  if (past === null) return "at one set of numbers";
  const numbers = past.own ? "each with numbers of its own" : "all at one set of numbers";
  return `from ${counted(past.particles)} pasts that keep to the facts until ${monthName(dates[free])}, ${numbers}`;
}

/** What stands at the foot of a phone and is spoken after a change. */
function footSaid(view) {
  const { before } = view.chance;
  const date = shortMonth(view.date);
  if (!view.differs) {
    const band = shownBand(view);
    const luck = `${between(...luckOf(view))} with other luck`;
    const doubt = band?.differs ? `${between(band.low, band.high)} over what nobody knows` : luck;
    return `${ofHundred(before[view.month])} of 100 by ${date} (${doubt})`;
  }
  const counts = `${ofHundred(before[view.month])} → ${changedCount(view)} of 100`;
  return `${counts}, ${differenceAt(view.chance, view.month)}`;
}
