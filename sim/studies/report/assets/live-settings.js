// What has been changed: settings are frozen values, an empty one is the scenario as it stands.

const AS_IT_STANDS = Object.freeze({ set: Object.freeze({}), do: Object.freeze([]), theory: null });

/** Settings in one order whatever order they were made in, so that equal ones have equal text. */
function settled(set, deeds, theory) {
  const ordered = Object.fromEntries(Object.entries(set).sort(([one], [other]) => (one < other ? -1 : 1)));
  const inOrder = [...deeds].sort((one, other) => (one.path < other.path ? -1 : 1)).map(Object.freeze);
  return Object.freeze({ set: Object.freeze(ordered), do: Object.freeze(inOrder), theory });
}

function textOf(settings) {
  return JSON.stringify([
    settings.set,
    settings.do.map((deed) => [deed.path, deed.value, deed.month]),
    settings.theory,
  ]);
}

function same(one, other) {
  return textOf(one) === textOf(other);
}

function isEmpty(settings) {
  return same(settings, AS_IT_STANDS);
}

function changesOf(settings) {
  return Object.keys(settings.set).length + settings.do.length + (settings.theory === null ? 0 : 1);
}

/** The month from which anything can differ: that of the first deed, the first that is free for what is read. */
function beginsAt(settings, free) {
  const reads = Object.keys(settings.set).length > 0 || settings.theory !== null;
  return reads ? free : Math.min(...settings.do.map(({ month }) => month));
}

function deedOf(settings, number) {
  return settings.do.find((deed) => deed.path === number.path);
}

/** The value of a number under settings: the file's where nothing is said. */
function valueOf(settings, number) {
  if (number.kind === "do") return deedOf(settings, number)?.value ?? number.value;
  return Object.hasOwn(settings.set, number.path) ? settings.set[number.path] : number.value;
}

function isChanged(settings, number) {
  if (number.kind === "do") return deedOf(settings, number) !== undefined;
  return Object.hasOwn(settings.set, number.path);
}

/** Whether a value leaves everything as it is. A stock that is held, if where it starts, is a change. */
function isFiles(settings, number, value) {
  if (number.stock || value !== number.value) return false;
  // a deed may take back what a reading of the same path has changed
  return number.kind === "set" || !Object.hasOwn(settings.set, number.path);
}

/** Settings with one number changed; a value that is the file's is no change. */
function withNumber(settings, number, value, month = 0) {
  const without = withoutNumber(settings, number);
  if (isFiles(settings, number, value)) return without;
  if (number.kind === "do") {
    return settled(without.set, [...without.do, { path: number.path, value, month }], without.theory);
  }
  return settled({ ...without.set, [number.path]: value }, without.do, without.theory);
}

function withoutNumber(settings, number) {
  if (number.kind === "do") {
    return settled(
      settings.set,
      settings.do.filter((deed) => deed.path !== number.path),
      settings.theory,
    );
  }
  const set = Object.fromEntries(Object.entries(settings.set).filter(([path]) => path !== number.path));
  return settled(set, settings.do, settings.theory);
}

function withTheory(settings, theory) {
  return settled(settings.set, settings.do, theory);
}

/** Undo and redo: what was before, what is, and what was undone. */
function historyOf(settings) {
  return { past: [], now: settings, future: [] };
}

function changed(history, settings) {
  if (same(history.now, settings)) return history;
  return { past: [...history.past, history.now], now: settings, future: [] };
}

function undone(history) {
  if (history.past.length === 0) return history;
  return {
    past: history.past.slice(0, -1),
    now: history.past.at(-1),
    future: [history.now, ...history.future],
  };
}

function redone(history) {
  if (history.future.length === 0) return history;
  return { past: [...history.past, history.now], now: history.future[0], future: history.future.slice(1) };
}
