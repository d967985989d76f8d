// Elements, marks and axes: what charts are drawn with. Labels become text and nothing else.

const SVG = "http://www.w3.org/2000/svg";
const NARROWEST = 260;
const WIDEST = 720;

function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function shape(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A picture as wide as its place, with text as large as that around it; `says` is for those who hear it. */
function picture(place, height, says) {
  const width = Math.max(Math.min(place.clientWidth || WIDEST, WIDEST), NARROWEST);
  const drawn = shape("svg", {
    role: "img",
    "aria-label": says,
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
  });
  place.append(drawn);
  return { drawn, width, height };
}

function text(x, y, said, attributes = {}) {
  return shape("text", { x, y, ...attributes }, said);
}

function line(x1, y1, x2, y2, kind) {
  return shape("line", { x1, y1, x2, y2, class: kind });
}

function path(d, kind) {
  return shape("path", { d, class: kind });
}

const MARKS = {
  both: (x, y, r) => shape("circle", { cx: x, cy: y, r, class: "mark-both" }),
  neither: (x, y, r) => shape("circle", { cx: x, cy: y, r: r - 1, class: "mark-neither" }),
  toYes: (x, y, r) => path(`M${x} ${y - r - 1}L${x + r + 1} ${y + r}L${x - r - 1} ${y + r}Z`, "mark-to-yes"),
  toNo: (x, y, r) =>
    path(`M${x - r} ${y - r}L${x + r} ${y + r}M${x + r} ${y - r}L${x - r} ${y + r}`, "mark-to-no"),
};

/** A mark with what it means, for the line below a picture. */
function keyed(kind, said) {
  const drawn = shape("svg", { width: 16, height: 16, "aria-hidden": "true" }, MARKS[kind](8, 8, 5));
  return element("span", { class: "live-key" }, drawn, said);
}

function swatch(kind, said) {
  return element(
    "span",
    { class: "live-key" },
    element("span", { class: `live-swatch ${kind}`, "aria-hidden": "true" }),
    said,
  );
}

/** Places of months and values in a frame with room for labels: {x(month), y(value)} and its ends. */
function frame({ width, height }, months, [low, high], room = {}) {
  const { left = 38, right = 12, top = 12, bottom = 26, offset = 0 } = room;
  const across = width - left - right;
  const down = height - top - bottom;
  return {
    left: left + offset,
    right: width - right + offset,
    top,
    bottom: height - bottom,
    x: (month) => left + offset + (across * month) / Math.max(months, 1),
    y: (value) => top + (down * (high - value)) / (high - low),
  };
}

function valueAxis(drawn, at, ticks, shown) {
  for (const tick of ticks) {
    drawn.append(line(at.left, at.y(tick), at.right, at.y(tick), "rule"));
    drawn.append(text(at.left - 6, at.y(tick) + 4, shown(tick), { "text-anchor": "end" }));
  }
}

/** Years below; every second or third one where they would touch. */
function dateAxis(drawn, at, dates) {
  drawn.append(line(at.left, at.bottom, at.right, at.bottom, "axis"));
  const years = dates.flatMap((date, month) => (date.endsWith("-01") ? [month] : []));
  const fitting = Math.max(Math.floor((at.right - at.left) / 44), 1);
  const every = Math.ceil(years.length / fitting);
  years.forEach((month, place) => {
    drawn.append(line(at.x(month), at.bottom, at.x(month), at.bottom + 4, "axis"));
    if (place % every > 0) return;
    drawn.append(text(at.x(month), at.bottom + 18, dates[month].slice(0, 4), { "text-anchor": "middle" }));
  });
  if (years.length === 0) drawn.append(text(at.left, at.bottom + 18, shortMonth(dates[0])));
}

/** Months that are past and known, in grey; nothing where all are free. */
function knownPast(drawn, at, { free }) {
  if (free === 0) return;
  const size = { x: at.left, y: at.top, width: at.x(free) - at.left, height: at.bottom - at.top };
  drawn.append(shape("rect", { ...size, class: "past" }));
}

function knownSaid({ free, dates }) {
  return free === 0 ? "" : ` Grey: until ${monthName(dates[free])}, pasts that keep to what is known.`;
}

/** Round numbers that a range holds, about four. */
function roundTicks(low, high) {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= rough);
  const ticks = [];
  for (let tick = Math.ceil(low / step); tick * step <= high; tick += 1)
    ticks.push(Number((tick * step).toPrecision(12)));
  return ticks;
}

/** A line that steps at each month to what has come by its end. */
function stepped(at, values) {
  const steps = Array.from(
    values,
    (value, month) => `V${at.y(value).toFixed(1)}H${at.x(month + 1).toFixed(1)}`,
  );
  return `M${at.x(0)} ${at.y(0)}${steps.join("")}`;
}

function pointsOf(at, values) {
  return Array.from(values, (value, month) => `${at.x(month).toFixed(1)} ${at.y(value).toFixed(1)}`);
}

function bandBetween(at, low, high) {
  return `M${[...pointsOf(at, low), ...pointsOf(at, high).reverse()].join("L")}Z`;
}

function polyline(at, values) {
  return `M${pointsOf(at, values).join("L")}`;
}

/** Panels side by side, all in place before anything is drawn in them, so that each knows its width. */
function panelsIn(place, titles) {
  const panels = titles.map((title) => element("div", {}, element("h3", {}, title)));
  place.append(element("div", { class: "live-panels" }, ...panels));
  return panels;
}

function caption(place, ...said) {
  place.append(element("p", { class: "note" }, ...said));
}
