// How the diagram is drawn. From below: what comes after the end, faults that last, hosts and processes, work, messages (those
// that were lost last), output, faults.
import { bisector } from "d3-array";
import { colours } from "./colours.js";
import { kinds } from "./messages.js";

export const axisHeight = 22;
const byDate = bisector((thing) => thing.date).left;
const small = "10px system-ui, 'DejaVu Sans', sans-serif";

export function paint(view) {
  const context = view.canvas.getContext("2d");
  context.clearRect(0, 0, view.width, view.height);
  paintAfter(view, context);
  paintSpans(view, context);
  paintHosts(view, context);
  paintWork(view, context);
  if (view.shaded) view.heat.paint(view, context);
  paintMessages(view, context);
  paintOutputs(view, context);
  paintFaults(view, context);
  paintSelected(view, context);
}

export function paintAxis(view) {
  const context = view.axis.getContext("2d");
  const ticks = view.x.ticks(Math.max(2, view.width / 110));
  const format = view.x.tickFormat(ticks.length);
  const [from, to] = view.x.domain();
  const digits = Math.max(0, Math.ceil(-Math.log10((to - from) / 10)));
  context.clearRect(0, 0, view.width, axisHeight);
  context.fillStyle = colours.text;
  context.font = "11px system-ui, 'DejaVu Sans', sans-serif";
  context.textAlign = "center";
  for (const tick of ticks) {
    const text = `${digits > 3 ? tick.toFixed(Math.min(9, digits)) : format(tick)} s`;
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.max(half, Math.min(view.width - half, view.x(tick))), 12);
    context.fillRect(view.x(tick), 16, 1, 6);
  }
}

/** What is left and right of the picture is cut off: there are coordinates of 1e9. */
const span = (view, begin, end) => [Math.max(-1, view.x(begin)), Math.min(view.width + 1, view.x(end))];

function paintAfter(view, context) {
  const [x1, x2] = span(view, view.record.end, view.full.domain()[1]);
  context.fillStyle = colours.after;
  if (x2 > x1) context.fillRect(x1, 0, x2 - x1, view.height);
  context.fillStyle = colours.text;
  if (x1 > 0 && x1 < view.width) context.fillRect(x1, 0, 1, view.height);
}

/** Faults, from when they begin until they are undone: in the row of the host, or all over. */
function paintSpans(view, context) {
  context.fillStyle = colours.fault;
  context.globalAlpha = 0.09;
  for (const fault of view.record.faults) {
    if (fault.until === undefined) continue;
    const [x1, x2] = span(view, fault.date, fault.until);
    const row = view.rows.of(fault.at);
    if (x2 <= x1 || (fault.at !== undefined && row < 0)) continue;
    if (fault.at === undefined) context.fillRect(x1, 0, x2 - x1, view.height);
    else context.fillRect(x1, view.y(row) - view.rowHeight / 2, x2 - x1, view.rowHeight);
  }
  context.globalAlpha = 1;
}

function paintHosts(view, context) {
  const { rowHeight } = view;
  const bar = Math.max(Math.min(3, rowHeight * 0.6), Math.min(20, rowHeight * 0.3));
  const [first, last] = view.rowsInView();
  context.fillStyle = colours.line;
  if (rowHeight >= 4) for (let row = first; row <= last; row++) context.fillRect(0, view.y(row), view.width, 1);
  context.fillStyle = colours.life;
  for (const process of view.record.processes) {
    const row = view.rows.of(process.at);
    const [x1, x2] = span(view, process.begin, process.over ?? view.record.end);
    if (row >= first && row <= last && x2 >= x1) context.fillRect(x1, view.y(row) - bar / 2, Math.max(1, x2 - x1), bar);
  }
}

function paintWork(view, context) {
  if (view.shaded) return; // it would not be seen
  const bar = Math.max(Math.min(2, view.rowHeight * 0.5), Math.min(10, view.rowHeight * 0.15));
  const [from, to] = view.x.domain();
  const [first, last] = view.rowsInView();
  context.fillStyle = colours.cpu;
  for (const thread of view.record.slices) {
    const row = view.rows.of(thread.at);
    if (row < first || row > last) continue;
    for (const [begin, end, time, , what] of thread.slices) {
      if (what !== "cpu" || end < from || begin > to) continue;
      const [x1, x2] = span(view, begin, end);
      context.globalAlpha = Math.max(0.25, Math.min(1, time / Math.max(end - begin, 1e-12)));
      context.fillRect(x1, view.y(row) - bar / 2, Math.max(0.5, x2 - x1), bar);
    }
  }
  context.globalAlpha = 1;
}

function paintMessages(view, context) {
  const { kind } = view.record.messages;
  const { only, arrows } = view;
  context.font = small;
  const draw = (which, alpha) => {
    context.globalAlpha = alpha;
    for (const i of arrows) if (which(i)) paintMessage(view, context, i, only !== null && !only.has(i) ? colours.pale : colours[kinds[kind[i]]]);
    context.globalAlpha = 1;
  };
  if (only !== null) draw((i) => !only.has(i), 1);
  const coloured = (i) => only === null || only.has(i);
  const alpha = Math.max(0.15, Math.min(1, 1500 / (only === null ? arrows.length : only.size)));
  draw((i) => coloured(i) && kind[i] !== 5, alpha);
  draw((i) => coloured(i) && kind[i] === 5, Math.max(alpha, 0.5));
}

function paintMessage(view, context, i, colour) {
  const { start, left, kind } = view.record.messages;
  const [x1, y1, x2, y2] = view.arrow(i);
  const lost = kind[i] === 5;
  context.strokeStyle = context.fillStyle = colour;
  context.setLineDash(lost ? [4, 3] : []);
  context.beginPath();
  if (start[i] < left[i]) {
    context.moveTo(Math.max(-9, view.x(start[i])), y1); // while its bytes leave
    context.lineTo(x1, y1);
  }
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
  if (lost) {
    context.setLineDash([]);
    context.beginPath();
    for (const way of [1, -1]) {
      context.moveTo(x2 - 3, y2 - 3 * way);
      context.lineTo(x2 + 3, y2 + 3 * way);
    }
    context.stroke();
    return;
  }
  const angle = Math.atan2(y2 - y1, x2 - x1);
  context.beginPath();
  context.moveTo(x2, y2);
  context.lineTo(x2 - 7 * Math.cos(angle - 0.35), y2 - 7 * Math.sin(angle - 0.35));
  context.lineTo(x2 - 7 * Math.cos(angle + 0.35), y2 - 7 * Math.sin(angle + 0.35));
  context.fill();
}

function paintOutputs(view, context) {
  const { outputs } = view.record;
  const [from, to] = view.x.domain();
  const size = view.rowHeight < 12 ? 2 : 4;
  for (let i = byDate(outputs, from); i < outputs.length && outputs[i].date <= to; i++) {
    const row = view.rows.of(outputs[i].at);
    if (row < 0) continue;
    context.fillStyle = outputs[i].stream === "stderr" ? colours.error : colours.output;
    context.fillRect(view.x(outputs[i].date) - size / 2, view.y(row) + view.rowHeight * 0.22 - size / 2, size, size);
  }
}

const undoing = new Set(["heal", "restart", "resume", "link up", "restore"]);

/** What it is and, unless its row says so or what it undoes has said so, of whom: as much of that as there is room for, in pixels. */
function labelOf(context, fault, room) {
  const label = `⚡ ${fault.kind}`;
  if (fault.at !== undefined || undoing.has(fault.kind)) return label;
  for (let length = Math.min(60, fault.subject.length); length > 5; length--) {
    const longer = `${label} ${fault.subject.slice(0, length)}${length < fault.subject.length ? "…" : ""}`;
    if (context.measureText(longer).width <= room) return longer;
  }
  return label;
}

/** Where the next fault is drawn in the same row, or the picture ends. */
function nextIn(view, faults, i) {
  for (let next = i + 1; next < faults.length; next++)
    if (faults[next].at === faults[i].at && faults[next].date > faults[i].date) return Math.min(view.width, view.x(faults[next].date));
  return view.width;
}

function paintFaults(view, context) {
  const free = new Map(); // where labels may be, by row: they do not overlap
  const [from, to] = view.x.domain();
  context.font = small;
  context.textAlign = "left";
  const { faults } = view.record;
  for (const [i, fault] of faults.entries()) {
    const row = view.rows.of(fault.at);
    if (fault.date < from || fault.date > to || (fault.at !== undefined && row < 0)) continue;
    const x = view.x(fault.date);
    const [top, bottom] = fault.at === undefined ? [0, view.height] : [view.y(row) - view.rowHeight / 2, view.y(row) + view.rowHeight / 2];
    context.strokeStyle = colours.fault;
    context.setLineDash([2, 2]);
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    context.stroke();
    context.setLineDash([]);
    if ((fault.at !== undefined && view.rowHeight < 14) || x < (free.get(fault.at) ?? -Infinity)) continue;
    const label = labelOf(context, fault, nextIn(view, faults, i) - x - 8);
    const width = context.measureText(label).width;
    const at = x + 3 + width > view.width ? x - 3 - width : x + 3;
    context.fillStyle = colours.paper;
    context.globalAlpha = 0.8;
    context.fillRect(at - 1, top + 1, width + 2, 12);
    context.globalAlpha = 1;
    context.fillStyle = colours.fault;
    context.fillText(label, at, top + 10);
    free.set(fault.at, x + width + 8);
  }
}

function paintSelected(view, context) {
  const thing = view.selected;
  if (thing === null || thing.type === "spot") return;
  if (thing.type === "message") {
    if (view.rows.of(thing.index < 0 ? -1 : view.record.messages.from[thing.index]) < 0 && view.rows.of(view.record.messages.to[thing.index]) < 0) return;
    context.lineWidth = 2.5;
    paintMessage(view, context, thing.index, colours.chosen);
    context.lineWidth = 1;
    return;
  }
  const row = view.rows.of(thing.at);
  if (thing.date === undefined || (thing.at !== undefined && row < 0)) return;
  context.strokeStyle = colours.chosen;
  const [top, height] = thing.at === undefined ? [0, view.height] : [view.y(row) - view.rowHeight / 2, view.rowHeight];
  context.strokeRect(view.x(thing.date) - 4, top, 8, height);
}
