// The page around a game: what is seen, what is marked, and the address, which holds the game as far as it went.

const byId = (id) => document.getElementById(`game-${id}`);
/** How long a round's buttons wait [ms]: the second click of a double click is no decision of the next round. */
const SETTLING = 350;

let model = null;
let game = null;

async function startGame() {
  try {
    model = await modelOf(JSON.parse(document.getElementById("model").textContent));
  } catch (error) {
    byId("without").textContent = `The game does not run here (${error.message}). Try a current browser.`;
    return;
  }
  byId("without").hidden = true;
  byId("all").hidden = false;
  listen();
  check();
  take();
}

/** The game that the address holds; a new one if it holds none. */
function take() {
  const fragment = location.hash.slice(1);
  const read = fragment.startsWith("steppe-") ? readLine(model, fragment) : {};
  trouble(read.refused ? `${read.refused} A new game begins.` : "");
  game = read.game ?? new Game(model);
  if (read.who) byId("who").value = read.who;
  show();
}

function listen() {
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    decide(marked());
  });
  byId("leave").addEventListener("click", () => decide({}));
  byId("anew").addEventListener("submit", (event) => {
    event.preventDefault();
    const future = byId("future").valueAsNumber;
    const fits = Number.isSafeInteger(future) && future >= 0 && future < 2 ** 48;
    if (!fits) return trouble("A future is a whole number from 0 on.");
    trouble("");
    game = new Game(model, future);
    // the way back leads to the game that was left
    history.pushState(null, "", `#${lineOf(game, byId("who").value.trim())}`);
    show(true);
  });
  byId("who").addEventListener("input", showLine);
  byId("copy").addEventListener("click", copyLine);
  window.addEventListener("hashchange", take);
}

/** What is marked in the form: of what is not, nothing is done; empty terms and shares are left to the rule. */
function marked() {
  const found = {};
  for (const { choice, box } of form.boxes) found[choice.name] = box.checked ? 1 : 0;
  for (const { choice, box } of form.terms)
    if (Number.isFinite(box.valueAsNumber)) found[choice.name] = Math.min(Math.max(box.valueAsNumber, 0), 1);
  for (const group of form.shares) {
    const weights = group.map(({ box }) => (box.valueAsNumber > 0 ? box.valueAsNumber : 0));
    const whole = weights.reduce((sum, each) => sum + each, 0);
    if (whole > 0) group.forEach(({ choice }, at) => (found[choice.name] = (choice.most * weights[at]) / whole));
  }
  return found;
}

function decide(chosen) {
  if (byId("decide").disabled) return;
  try {
    game.take(chosen);
    // without an offer there is nothing to answer
    if (!game.isOver && !game.table.isFirst && game.sight().options.length === 0) game.take({});
  } catch (error) {
    trouble(error.message);
    return;
  }
  trouble("");
  show(true);
}

function trouble(said) {
  byId("trouble").textContent = said;
  byId("trouble").hidden = said === "";
}

/** Show the game as it stands; moved: whether somebody has just done something, who is led to what comes. */
function show(moved = false) {
  byId("now").hidden = game.isOver;
  byId("over").hidden = !game.isOver;
  byId("about").open = game.rounds.length === 0;
  byId("future").value = game.future;
  if (game.isOver) showEnd();
  else showMonth();
  showLog();
  showLine();
  if (moved) {
    const heading = byId(game.isOver ? "ended" : "month");
    heading.focus({ preventScroll: true });
    heading.scrollIntoView();
  }
}

/** The game as it is told at its end; null before. */
let told = null;
let form = { boxes: [], terms: [], shares: [] };

function showMonth() {
  const { pack } = model;
  const sight = game.sight();
  const { said } = pack;
  byId("month").textContent = filledIn(said.month, {
    date: pack.dates[sight.month],
    month: sight.month + 1,
    months: pack.months,
  });
  byId("worth").textContent = sight.month > 0 ? standingOf(game) : "";
  const last = sight.month > 0 ? { date: pack.dates[sight.month - 1] } : null;
  byId("last").textContent = last === null ? "" : filledIn(said.last, last);
  byId("last").hidden = last === null;
  byId("worth").hidden = last === null;
  const none = sight.month === 0 ? said.begins : said.nothing;
  const lines = [...decisionsOf(sight.month - 1), ...(sight.news.length > 0 ? sight.news : [none])];
  const [own] = decisionsOf(sight.month);
  byId("own").textContent = own ?? "";
  byId("own").hidden = own === undefined;
  byId("news").replaceChildren(...lines.map((line) => element("li", {}, line)));
  showHeadlines(sight);
  showOptions(sight);
}

/** What was decided in a month so far, a round a line. */
function decisionsOf(month) {
  const own = game.rounds.filter((round) => round.month === month);
  return own.map((round) => decidedOf(model, round)).filter((line) => line !== "");
}

/** Headlines with what the last month has changed. */
function showHeadlines(sight) {
  const { pack } = model;
  const rows = pack.headlines.map(({ name, label }) => {
    const value = sight.numbers[name];
    const change = changeOf(pack, value, game.headlines[sight.month - 1]?.[name]);
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, label),
      element("td", {}, value.toFixed(2)),
      element("td", {}, change),
    );
  });
  byId("headlines").replaceChildren(...rows);
}

function showOptions(sight) {
  const { said, aims } = model.pack;
  form = { boxes: [], terms: [], shares: [] };
  const listed = sight.options.filter(({ kind }) => YES_OR_NO.includes(kind));
  const legend = element("legend", {}, sight.isFirst ? said.may : said.offered);
  const whole = element("fieldset", {}, legend);
  if (listed.length === 0) whole.append(element("p", { class: "note" }, said.may_nothing));
  for (const choice of listed) whole.append(optionOf(choice, sight.options));
  const groups = ["effort", "welcome"].map((kind) => sight.options.filter((each) => each.kind === kind));
  const shares = groups.filter((group) => group.length > 0).map((group) => sharesOf(group, aims[group[0].kind]));
  byId("options").replaceChildren(whole, ...shares);
  byId("decide").textContent = sight.isFirst ? said.decide : said.answer;
  byId("leave").textContent = said.leave;
  for (const button of [byId("decide"), byId("leave")]) button.disabled = true;
  setTimeout(() => {
    for (const button of [byId("decide"), byId("leave")]) button.disabled = false;
  }, SETTLING);
}

/** A choice with its box, who is for it and who against, and the terms that go with a proposal. */
function optionOf(choice, options) {
  const { pack } = model;
  const id = `game-choice-${form.boxes.length}`;
  const box = element("input", { type: "checkbox", id, "aria-describedby": `${id}-advice` });
  form.boxes.push({ choice, box });
  const advice = adviceOf(pack, choice.gains).map(([side, who]) =>
    element("p", { class: side === pack.said.for ? "for" : "against" }, element("strong", {}, `${side}: `), who),
  );
  if (advice.length === 0) advice.push(element("p", {}, pack.said.nobody));
  const made = element(
    "div",
    { class: "game-option" },
    box,
    element("label", { for: id }, askOf(pack, choice)),
    element("div", { id: `${id}-advice` }, ...advice),
  );
  const terms = choice.kind === "proposal" && options.find(({ kind, about }) => kind === "terms" && about === choice.about);
  if (terms) {
    const amount = element("input", { type: "number", min: 0, max: 1, step: "any", id: `${id}-terms` });
    form.terms.push({ choice: terms, box: amount });
    made.append(element("p", {}, element("label", { for: `${id}-terms` }, `${pack.said.terms} `), amount));
  }
  return made;
}

/** Weights by which something is shared out; folded, since most months it is left as it is. */
function sharesOf(group, aim) {
  const { said } = model.pack;
  const last = game.rounds.findLast(({ chosen, isFirst }) => isFirst && chosen[group[0].name] >= 0);
  const holds = last !== undefined && last === game.rounds.findLast(({ isFirst }) => isFirst);
  const rows = group.map((choice, at) => {
    const id = `game-share-${choice.kind}-${at}`;
    const value = holds ? last.chosen[choice.name] : null;
    const box = element("input", { type: "number", min: 0, step: "any", id, placeholder: "0", value });
    return { choice, box, label: element("label", { for: id }, choice.label) };
  });
  form.shares.push(rows);
  return element(
    "details",
    { open: holds },
    element("summary", {}, `${aim[0].toUpperCase()}${aim.slice(1)}: ${holds ? said.as_before : said.by_rule}`),
    element("p", { class: "note" }, said.share),
    element("div", { class: "game-shares" }, ...rows.flatMap(({ label, box }) => [label, box])),
  );
}

function showEnd() {
  const { pack } = model;
  told = debriefOf(game);
  byId("result").textContent = told.over;
  const own = game.table.worths.map(([worth]) => worth);
  fanOf(pack, byId("fan"), own, told.rule.months, told.over);
  byId("others").textContent = told.fan;
  byId("ending").textContent = told.ending;
  byId("why").textContent = told.heading;
  const rows = told.moments.map(({ gain, date, said }) =>
    element("li", {}, element("strong", {}, gain), element("span", {}, `${date}: ${said}`)),
  );
  byId("moments").replaceChildren(...rows);
  byId("more").textContent = told.more;
  byId("real").hidden = told.history.length === 0;
  byId("beside").textContent = filledIn(pack.said.history, pack.history);
  byId("past").replaceChildren(...told.history.map((line) => element("li", {}, line)));
}

/** Month by month what was decided and what came of it. */
function showLog() {
  const { pack } = model;
  const rows = game.news.map((news, month) => {
    const lines = [...decisionsOf(month), ...news].map((line) => element("li", {}, line));
    return element("li", {}, element("strong", {}, pack.dates[month]), element("ul", {}, ...lines));
  });
  byId("months").replaceChildren(...rows);
  byId("log").hidden = rows.length === 0;
}

/** The game in the address, so that it can be taken up there; once it is over, the line of results too. */
function showLine() {
  const who = byId("who").value.trim();
  if (game.isOver) byId("line").textContent = resultOf(game, who, told);
  const line = lineOf(game, who);
  const holds = game.rounds.length > 0 || location.hash.startsWith("#steppe-");
  if (holds) history.replaceState(null, "", `#${line}`);
}

/** Into the clipboard; where the browser does not allow it the text is marked instead. */
async function copyLine() {
  try {
    await navigator.clipboard.writeText(byId("line").textContent);
    byId("copied").textContent = "Copied.";
  } catch {
    byId("whole").open = true;
    getSelection().selectAllChildren(byId("line"));
    byId("copied").textContent = "Marked: copy it with the keyboard.";
  }
}

/** Whether this browser computes what the program does. */
function check() {
  const { said, check: written } = model.pack;
  const found = hashOf(model, written.count);
  if (found === written.hash)
    byId("check").textContent = filledIn(said.same_bits, { many: written.count, hash: `${found.slice(0, 16)}…` });
  else trouble(said.other_bits);
}

document.addEventListener("DOMContentLoaded", startGame);
