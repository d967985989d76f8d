// One future played in one seat, looked back on, and laid beside the rule: sim/play/game.py, sim/play/scores.py.

const FAN = 200;
const Z95_OF_GAINS = 1.959963984540054;

/** One future in which somebody sits in one seat. */
class Game {
  constructor(model, future = model.pack.future, seed = model.seed) {
    Object.assign(this, { model, future, seed, rounds: [], news: [], came: [] });
    this.table = this.again([future]);
    // headlines, and what things are worth by what is wanted, at the start of each month
    this.headlines = [this.numbers(this.pack.headlines.map(({ name }) => name))];
    this.worths = [this.numbers(Object.keys(this.pack.worth.labels))];
  }

  again(runs) {
    return new Table(new Futures(this.model, runs, this.seed));
  }

  get pack() {
    return this.model.pack;
  }

  get isOver() {
    return this.table.isOver;
  }

  get worth() {
    return this.table.meanWorth()[0];
  }

  /** Decide a round: numbers by name. Refuses what cannot be, and nothing has happened then. */
  take(chosen) {
    const { table } = this;
    const ruled = Object.fromEntries(table.choices.map((each) => [each.name, table.ruled(each)[0]]));
    const options = table.choices.filter((each) => table.legal(each)[0]).length;
    const round = { month: table.futures.month, isFirst: table.isFirst, chosen, ruled, options };
    table.take(Object.fromEntries(Object.entries(chosen).map(([name, value]) => [name, [value]])));
    this.rounds.push(round);
    if (round.isFirst) return;
    this.news.push(newsOf(this.pack, table.futures.last));
    this.came.push(cameOf(this.pack, table.futures.last));
    this.headlines.push(this.numbers(Object.keys(this.headlines[0])));
    this.worths.push(this.numbers(Object.keys(this.worths[0])));
  }

  /** Numbers as they stand, by name. */
  numbers(names) {
    const { futures } = this.table;
    return Object.fromEntries(names.map((name) => [name, futures.number(name)[0]]));
  }

  /** What is seen before a round. */
  sight() {
    const { table, pack } = this;
    const legal = table.choices.filter((each) => table.legal(each)[0]);
    return {
      month: table.futures.month,
      isFirst: table.isFirst,
      numbers: this.headlines.at(-1),
      news: this.news.at(-1) ?? [],
      worth: table.worthNow()[0],
      options: legal.map((choice) => ({
        ...choice,
        gains: choice.advice.map(([who, name]) => [who, table.month.number(name)[0]]),
        concession: choice.terms === null ? null : table.month.number(choice.terms)[0],
      })),
    };
  }

  /** Worth of the game with other choices in some rounds (by place), side by side. */
  variants(instead) {
    const table = this.again(instead.map(() => this.future));
    this.rounds.forEach(({ chosen }, place) => {
      const names = new Set([chosen, ...instead.map((each) => each[place] ?? {})].flatMap(Object.keys));
      const said = (name) => instead.map((each) => each[place]?.[name] ?? chosen[name] ?? BY_RULE);
      table.take(Object.fromEntries([...names].map((name) => [name, said(name)])));
    });
    return table.meanWorth();
  }

  /** Choices that differ from the rule's, and what each gained, all others as they were; largest first. */
  decisive() {
    const known = choicesOf(this.model);
    const found = this.rounds.flatMap((round, place) =>
      departuresOf(round, known).map((choice) => ({ round, place, choice })),
    );
    if (found.length === 0) return [];
    const back = ({ round, place, choice }) => ({ [place]: takenBack(round, choice, known) });
    const without = this.variants(found.map(back));
    const told = found.map((each, at) => ({ ...each, gain: this.worth - without[at] }));
    return told.sort((one, other) => Math.abs(other.gain) - Math.abs(one.gain));
  }

  /** Numbers of the futures beside which it stands. */
  others(many = FAN) {
    return Array.from({ length: many }, (_, run) => run);
  }

  /**
   * What the rule makes of this future and of others: worth by month and as a mean, this one first; and in each month
   * whether what facts tell of came in this future.
   */
  rule() {
    const table = this.again([this.future, ...this.others()]);
    const came = [];
    while (!table.isOver) {
      table.take({});
      if (table.isFirst) came.push(cameOf(this.pack, table.futures.last));
    }
    return { months: table.worths, means: table.meanWorth(), came };
  }

  /** What the same choices come to in other futures, wherever they may be chosen there. */
  elsewhere() {
    const runs = this.others();
    const table = this.again(runs);
    for (const { chosen } of this.rounds)
      table.take(Object.fromEntries(Object.entries(chosen).map(([name, value]) => [name, runs.map(() => value)])));
    return table.meanWorth();
  }
}

/** Choices of a round that differ from the rule's; of shares of one whole the largest stands for all. */
function departuresOf({ chosen, ruled }, known) {
  const apart = Object.keys(chosen).filter((name) => chosen[name] !== BY_RULE && chosen[name] !== ruled[name]);
  const size = ({ name }) => Math.abs(chosen[name] - ruled[name]);
  const found = apart.map((name) => known.get(name));
  const isLargest = (choice) => {
    const group = found.filter(({ kind }) => kind === choice.kind);
    return group.reduce((most, each) => (size(each) > size(most) ? each : most)) === choice;
  };
  return found.filter((choice) => !choice.shared || isLargest(choice));
}

/** What takes a choice back: the rule's own; of shares those of the whole, left to the rule. */
function takenBack({ chosen, ruled }, choice, known) {
  if (!choice.shared) return { [choice.name]: ruled[choice.name] };
  const whole = Object.keys(chosen).filter((name) => known.get(name).kind === choice.kind);
  return Object.fromEntries(whole.map((name) => [name, BY_RULE]));
}

/** What happened in a month, an event a line. */
function newsOf(pack, last) {
  const { nodes, said } = pack;
  return pack.events.flatMap(({ name, label, words }) => {
    const [code] = last.codes(name);
    // what takes place in the month in which it is agreed is told by that
    const known = code & (nodes.proposed | nodes.accepted) ? code & ~nodes.took_place : code;
    const told = Object.keys(words).filter((node) => known & nodes[node]);
    return told.length > 0 ? [`${label}: ${told.map((node) => words[node]).join(said.and)}`] : [];
  });
}

/** Whether each of what facts tell of came in a month, in the first future. */
function cameOf({ history }, last) {
  return history.told.map(({ rows, node }) => rows.some((row) => last.happened(row, node)[0] !== 0));
}

/** Quantile by linear interpolation, as numpy's. */
function quantile(sorted, share) {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

/** Mean of paired differences with its normal interval: sim/statistics/paired.py. */
function difference(first, second) {
  const apart = second.map((each, run) => each - first[run]);
  const mean = apart.reduce((sum, each) => sum + each, 0) / apart.length;
  const square = apart.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (apart.length - 1);
  const error = Math.sqrt(square / apart.length);
  return { mean, low: mean - Z95_OF_GAINS * error, high: mean + Z95_OF_GAINS * error };
}
