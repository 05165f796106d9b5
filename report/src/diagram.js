// The space-time diagram (Lamport 1978): a row for each host, time from left to right, messages as arrows. On a canvas as large
// as what is seen of it: an SVG of 100,000 arrows would not move, nor would a canvas of 1,000 rows. This file knows what is in
// view and what is under the mouse; paint.js draws it.
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { zoom, zoomIdentity } from "d3-zoom";
import { Heat } from "./heat.js";
import { kinds } from "./messages.js";
import { axisHeight, paint, paintAxis } from "./paint.js";

const mostArrows = 12000; // in one picture: more cannot be told apart, and become shades,
const mostInk = 3; // and when they would cover the picture so many times
const near = 5; // pixels
const lowRow = 4; // pixels: in lower rows no arrow can be told from another

export class Diagram {
  /** `chosen` is told what was clicked, or null; `hovered` what is under the mouse; `moved` the dates that are shown; `named` a host whose name was clicked. */
  constructor(record, rows, told) {
    this.record = record;
    this.rows = rows;
    this.told = told;
    this.fit = false; // whether all rows are to be in view, however low
    this.plane = document.getElementById("plane");
    this.canvas = document.getElementById("canvas");
    this.axis = document.getElementById("axis");
    this.full = scaleLinear().domain([0, record.last * 1.02]);
    this.x = this.full;
    this.only = null; // numbers of messages: the others are pale
    this.hidden = new Set(); // kinds of messages that are not drawn
    this.selected = null;
    this.heat = new Heat();
    this.zoom = zoom()
      .scaleExtent([1, 1e9])
      .filter((event) => !event.button && !(event.type === "wheel" && event.shiftKey))
      .on("zoom", ({ transform, sourceEvent }) => {
        this.x = transform.rescaleX(this.full);
        if (sourceEvent?.type === "mousemove") this.plane.scrollTop -= sourceEvent.movementY;
        this.draw();
        this.told.moved(...this.x.domain());
      });
    select(this.canvas).call(this.zoom);
    this.canvas.addEventListener("click", (event) => this.told.chosen(this.under(event)));
    this.canvas.addEventListener("mousemove", (event) => this.told.hovered(event.buttons ? null : this.under(event), event));
    this.canvas.addEventListener("mouseleave", () => this.told.hovered(null));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    for (const place of [this.canvas, document.getElementById("names")])
      place.addEventListener("wheel", (event) => {
        if (place === this.canvas && !event.shiftKey) return;
        event.preventDefault();
        this.plane.scrollTop += event.deltaY || event.deltaX;
      });
    this.plane.addEventListener("scroll", () => this.draw());
    new ResizeObserver(() => this.resize()).observe(this.plane);
    this.resize();
  }

  resize() {
    const count = this.rows.count;
    const least = this.fit ? 0.2 : 14;
    const seen = Math.max(1, this.plane.clientHeight);
    this.rowHeight = Math.max(least, Math.min(110, (seen - 2) / count));
    const whole = Math.ceil(this.rowHeight * count);
    document.getElementById("tall").style.height = `${Math.max(0, whole - seen)}px`;
    this.width = Math.max(1, this.plane.clientWidth); // after the scroll bar has come or gone
    this.height = seen;
    const dots = window.devicePixelRatio || 1;
    for (const [canvas, h] of [[this.canvas, this.height], [this.axis, axisHeight]]) {
      canvas.width = this.width * dots;
      canvas.height = h * dots;
      canvas.style.width = `${this.width}px`;
      canvas.style.height = `${h}px`;
      canvas.getContext("2d").setTransform(dots, 0, 0, dots, 0, 0);
    }
    const shown = this.x.domain();
    this.full.range([0, this.width]);
    this.zoom.extent([[0, 0], [this.width, this.height]]).translateExtent([[0, -1e9], [this.width, 1e9]]);
    this.show(...shown);
    this.paint(); // at once: a canvas that is resized is empty
  }

  /** All rows in view, or high enough to be read. */
  setFit(fit) {
    this.fit = fit;
    this.resize();
  }

  names() {
    const every = Math.ceil(13 / this.rowHeight); // of rows that are too low for letters, some have names
    const [first, last] = this.rowsInView();
    const made = [];
    let free = -Infinity; // they do not overlap
    for (let row = Math.ceil(first / every) * every; row <= last; row += every) {
      const top = Math.max(0, this.y(row) - 9);
      if (top < free) continue;
      free = top + 12;
      const host = this.rows.shown[row];
      const name = document.createElement("button");
      name.type = "button";
      name.textContent = host.name;
      name.title = `${host.name}  ${host.ipv4 ?? ""}`;
      name.style.top = `${top}px`;
      name.onclick = () => this.told.named(host);
      made.push(name);
    }
    document.getElementById("names").replaceChildren(...made);
  }

  /** The first and the last row of which something is seen. */
  rowsInView() {
    const top = this.plane.scrollTop;
    return [Math.max(0, Math.floor(top / this.rowHeight)), Math.min(this.rows.count - 1, Math.floor((top + this.height) / this.rowHeight))];
  }

  y(row) {
    return (row + 0.5) * this.rowHeight - this.plane.scrollTop;
  }

  /** Shows the time from one date to another. */
  show(from, to) {
    const [first, last] = this.full.domain();
    from = Math.max(first, Math.min(from, last - (last - first) * 1e-9));
    to = Math.min(last, Math.max(to, from + (last - first) * 1e-9));
    const transform = zoomIdentity.scale((last - first) / (to - from)).translate(-this.full(from), 0);
    select(this.canvas).call(this.zoom.transform, transform);
  }

  /** Brings a date into view, and the row of a host. */
  reveal(date, at) {
    const [from, to] = this.x.domain();
    if (date < from || date > to) {
      const half = (to - from) / 2;
      this.show(date - half, date + half);
    }
    const row = this.rows.of(at);
    if (row >= 0 && (this.y(row) < 0 || this.y(row) > this.height)) this.plane.scrollTop += this.y(row) - this.height / 2;
  }

  select(thing) {
    this.selected = thing;
    this.draw();
  }

  /** Only these messages are drawn in colour, a set of their numbers; null: all. */
  colourOnly(numbers) {
    this.only = numbers;
    this.draw();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [from, to] = this.x.domain();
    const span = to - from;
    const moves = { ArrowLeft: [-0.2, -0.2], ArrowRight: [0.2, 0.2], "+": [0.2, -0.2], "=": [0.2, -0.2], "-": [-0.3, 0.3] };
    const scrolls = { ArrowUp: -3 * this.rowHeight, ArrowDown: 3 * this.rowHeight, PageUp: -0.9 * this.height, PageDown: 0.9 * this.height };
    if (event.key in moves) {
      const [left, right] = moves[event.key];
      // At an end of the run it stops, and does not shrink.
      const by = left === right ? Math.max(-from, Math.min(left * span, this.full.domain()[1] - to)) : 0;
      if (left === right) this.show(from + by, to + by);
      else this.show(from + left * span, to + right * span);
    } else if (event.key in scrolls) this.plane.scrollTop += scrolls[event.key];
    else if (event.key === "Home") this.show(0, this.full.domain()[1]);
    else return;
    event.preventDefault();
  }

  /** The numbers of messages of which something lies between the dates shown and that leave or reach a row in view. */
  visible() {
    const [from, to] = this.x.domain();
    const [top, bottom] = this.rowsInView();
    const { messages } = this.record;
    const { over, from: senders, to: receivers, kind } = messages;
    const { row } = this.rows;
    const hidden = Array.from(kinds, (_, i) => this.hidden.has(i));
    const [first, end] = messages.range(from, to);
    const found = [];
    this.ink = 0; // pixels that their arrows would have in view
    for (let i = first; i < end; i++) {
      if (over[i] < from || hidden[kind[i]]) continue;
      const sender = senders[i] < 0 ? -1 : row[senders[i]], receiver = receivers[i] < 0 ? -1 : row[receivers[i]];
      if ((sender >= top && sender <= bottom) || (receiver >= top && receiver <= bottom)) {
        found.push(i);
        if (sender >= 0 && receiver >= 0) this.ink += this.rowHeight * Math.abs(Math.max(top, Math.min(bottom, sender)) - Math.max(top, Math.min(bottom, receiver)));
      }
    }
    return found;
  }

  /** Where a message's arrow begins and ends: in its own row when it goes to its own host, to nobody known, or to a host without row. */
  arrow(i) {
    const { left, over, from, to, kind } = this.record.messages;
    const sender = this.rows.of(from[i]), receiver = this.rows.of(to[i]);
    const x1 = this.x(left[i]), x2 = this.x(over[i]);
    if (sender >= 0 && receiver >= 0 && sender !== receiver) {
      const y1 = this.y(sender), y2 = this.y(receiver);
      return [x1, y1, x2, kind[i] === 5 ? y1 + (y2 - y1) * 0.6 : y2];
    }
    const up = to[i] < 0 || from[i] < 0 || to[i] <= from[i] ? -1 : 1;
    const short = this.rowHeight * 0.35 * up;
    return sender >= 0 ? [x1, this.y(sender), x2, this.y(sender) + short] : [x1, this.y(receiver) - short, x2, this.y(receiver)];
  }

  draw() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = null;
      this.paint();
    });
  }

  paint() {
    const visible = this.visible();
    this.arrows = visible;
    this.shaded = visible.length > mostArrows || this.ink > mostInk * this.width * this.height || (this.rowHeight < lowRow && visible.length > 0);
    if (this.shaded) {
      this.heat.count(this, visible);
      this.arrows = this.only === null ? [] : visible.filter((i) => this.only.has(i)).slice(0, mostArrows);
    }
    const hint = document.getElementById("hint");
    hint.hidden = !this.shaded;
    hint.textContent = `${visible.length} messages: shades show where many leave and arrive. Zoom in, or choose hosts, to see arrows.`;
    this.names();
    paintAxis(this);
    paint(this);
  }

  /** What lies under the mouse. */
  under(event) {
    const box = this.canvas.getBoundingClientRect();
    return this.at(event.clientX - box.left, event.clientY - box.top);
  }

  /** A message, an output line, a fault, or, where there are shades, a spot: so many messages. Null: nothing. */
  at(px, py) {
    let best = null, distance = near;
    const consider = (thing, far) => {
      if (far < distance) [best, distance] = [thing, far];
    };
    for (const fault of this.record.faults) {
      const row = this.rows.of(fault.at);
      if (fault.at === undefined || (row >= 0 && Math.abs(py - this.y(row)) < this.rowHeight / 2))
        consider(fault, Math.abs(px - this.x(fault.date)) + 1);
    }
    for (const output of this.record.outputs) {
      const row = this.rows.of(output.at);
      if (row < 0) continue;
      const dy = py - this.y(row) - this.rowHeight * 0.22;
      if (Math.abs(dy) <= near) consider(output, Math.hypot(px - this.x(output.date), dy));
    }
    for (const i of this.arrows) {
      if (this.only !== null && !this.only.has(i)) continue;
      const [x1, y1, x2, y2] = this.arrow(i);
      const dx = x2 - x1, dy = y2 - y1;
      const part = Math.max(0, Math.min(1, ((px - x1) * dx + (py - y1) * dy) / (dx * dx + dy * dy || 1)));
      consider(i, Math.hypot(px - x1 - part * dx, py - y1 - part * dy));
    }
    if (typeof best === "number") return this.record.messages.get(best);
    return best ?? (this.shaded ? this.heat.at(this, px, py) : null);
  }
}
