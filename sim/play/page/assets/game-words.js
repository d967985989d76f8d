// A game in words: the sentences that travel with the page, filled with what is found. sim/play/words.py.

/** Put values into the places of a sentence. */
function filledIn(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** A number with its sign, as the terminal writes it. */
function signed(value, digits = 2) {
  const text = value.toFixed(digits);
  return text.startsWith("-") ? text : `+${text}`;
}

/** A number above 0 without digits, halves to the even one, as Python writes it. */
function whole(value) {
  const low = Math.floor(value);
  return value - low === 0.5 ? low + (low % 2) : Math.round(value);
}

/** Who is for something and who against, by what each gains [logits]: [side, what is said] for each side. */
function adviceOf(pack, gains) {
  const ranked = [...gains].sort(([, one], [, other]) => other - one);
  const told = (some) => some.map(([who, gain]) => `${who} (${signed(gain, 1)})`).join(pack.said.and);
  return [
    [pack.said.for, ranked.filter(([, gain]) => gain >= pack.slight)],
    [pack.said.against, ranked.reverse().filter(([, gain]) => gain <= -pack.slight)],
  ].flatMap(([side, some]) => (some.length > 0 ? [[side, told(some)]] : []));
}

/** A choice as it is offered. */
function askOf(pack, { kind, label, told, concession }) {
  const known = [...told];
  if (concession !== null) known.push(filledIn(pack.said.concession, { value: concession.toFixed(2) }));
  return `${pack.asks[kind]}: ${label}${known.length > 0 ? ` (${known.join(pack.said.and)})` : ""}`;
}

/** What the worth has changed by since other numbers, largest first, in words: those changes that count. */
function changesOf(pack, now, then) {
  const moved = Object.entries(pack.worth.labels).map(([name, label]) => [now[name] - then[name], label]);
  const told = moved.filter(([change]) => Math.abs(change) >= pack.slight);
  told.sort(([one], [other]) => Math.abs(other) - Math.abs(one));
  return told.map(([change, label]) => `${label} (${signed(change)})`);
}

/** The score so far, what things are worth now, and by what that has changed most in the last month. */
function standingOf(game) {
  const { pack, worths } = game;
  const { said } = pack;
  const what = changesOf(pack, worths.at(-1), worths.at(-2)).slice(0, pack.reasons);
  return filledIn(said.so_far, {
    score: signed(game.worth),
    worth: signed(game.table.worthNow()[0]),
    by: what.length > 0 ? filledIn(said.by, { what: what.join(said.and) }) : "",
  });
}

/** A headline's number, and what it has changed by since before; empty where that is next to nothing. */
function changeOf(pack, value, before) {
  return before === undefined || Math.abs(value - before) < pack.notable ? "" : signed(value - before);
}

/** A choice that differs from the rule's, in words; of shares of one whole the largest difference. */
function apartOf(pack, { chosen, ruled }, { name, kind, label }) {
  if (YES_OR_NO.includes(kind)) {
    const [done, left] = pack.did[kind];
    const yes = chosen[name] !== 0;
    return filledIn(pack.apart[yes ? 1 : 0], { verb: yes ? done : left, label });
  }
  const values = { kind, label, value: chosen[name].toFixed(2), ruled: ruled[name].toFixed(2) };
  return filledIn(pack.said.instead, values);
}

/** What was decided in a round, in a line; empty where nothing could be. */
function decidedOf(model, { chosen, options, isFirst }) {
  const { said, did } = model.pack;
  const round = isFirst ? "first" : "second";
  if (options === 0) return "";
  const choices = choicesOf(model);
  const done = Object.entries(chosen).flatMap(([name, value]) => {
    const { kind, label } = choices.get(name);
    if (YES_OR_NO.includes(kind)) return value === 1 ? [filledIn(said.done, { verb: did[kind][0], label })] : [];
    return value <= 0 ? [] : [`${kind} ${label} ${value.toFixed(2)}`];
  });
  const none = Object.keys(chosen).length === 0 ? said.left : said.none[round];
  return filledIn(said.move[round], { what: done.join("; ") || none });
}

/** Everything that may ever be chosen, by name. */
function choicesOf(model) {
  return new Map(model.stages.flatMap(({ choices }) => choices).map((each) => [each.name, each]));
}

/** What really came beside what came of the game and of the rule, a line for each; none without facts. */
function historyOf(pack, came, ruled) {
  const { history, said, dates } = pack;
  const monthsOf = (lived, at) => dates.filter((_, month) => lived[month][at]);
  const when = (months) => months.join(said.and) || said.never;
  const told = history.told.map((each, at) => ({ ...each, own: monthsOf(came, at), ruled: monthsOf(ruled, at) }));
  const isNever = ({ is_real, own, ruled }) => !is_real && own.length === 0 && ruled.length === 0;
  const lines = told
    .filter((each) => !isNever(each))
    .map((each) => filledIn(said.beside, { ...each, own: when(each.own), ruled: when(each.ruled) }));
  const never = told.filter(isNever).map(({ label }) => label);
  return never.length > 0 ? [...lines, filledIn(said.neither, { labels: never.join(said.and) })] : lines;
}

/** How it ended and why, as sentences, and the numbers behind them. */
function debriefOf(game) {
  const { pack } = game;
  const { said, label } = pack;
  const rule = game.rule();
  const [own, ...others] = rule.means;
  const sorted = Float64Array.from(others).sort();
  const at = (share) => signed(quantile(sorted, share));
  const many = others.length;
  const below = (100 * others.filter((each) => each < game.worth).length) / many;
  const found = game.decisive();
  const elsewhere = game.elsewhere();
  const gain = difference(others, elsewhere);
  const [mean, low, high] = [gain.mean, gain.low, gain.high].map((each) => signed(each));
  const rest = found.length - pack.moments;
  const what = changesOf(pack, game.worths.at(-1), game.worths[0]);
  return {
    rule,
    elsewhere,
    over: filledIn(said.over, { worth: signed(game.worth), rule: signed(own) }),
    ending: filledIn(said.ending, {
      worth: signed(game.table.worthNow()[0]),
      label,
      made: what.length > 0 ? filledIn(said.made, { what: what.join(said.and) }) : "",
    }),
    fan: filledIn(said.fan, {
      many, low: at(0.05), high: at(0.95), middle: at(0.5), share: whole(below), gain: mean, least: low, most: high,
    }),
    moments: found.slice(0, pack.moments).map(({ round, choice, gain: moved }) => ({
      gain: signed(moved),
      date: pack.dates[round.month],
      said: apartOf(pack, round, choice),
    })),
    heading: found.length > 0 ? said.decided : said.as_rule,
    more: rest > 0 ? filledIn(said.more, { many: rest }) : "",
    history: historyOf(pack, game.came, rule.came),
  };
}
