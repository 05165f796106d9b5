// The space-time diagram (Lamport 1978): a row for each host, time from left to right, messages as arrows. On canvas: an
// SVG of 100,000 arrows would not move.
import { bisector } from "d3-array";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { zoom, zoomIdentity } from "d3-zoom";

export const colours = {
  data: "#1f6fb4", control: "#8a94a0", udp: "#2a8a4a", icmp: "#b8860b", lost: "#c62828", reset: "#c62828",
  life: "#dfe5ec", cpu: "#5c6f85", output: "#222", error: "#c62828", fault: "#c62828", chosen: "#e65100",
};

const axisHeight = 22;
const mostDrawn = 20000; // arrows in one picture: more cannot be told apart
const mostOnLowRows = 300; // nor more than these on rows that nobody can tell apart
const near = 5; // pixels
const lowRow = 4; // pixels: lower rows are a texture

const colourOf = (message) => {
  if (message.lost !== undefined) return colours.lost;
  if (message.protocol === "udp") return colours.udp;
  if (message.protocol === "icmp") return colours.icmp;
  if (message.kind.includes("RST")) return colours.reset;
  return message.size > 0 ? colours.data : colours.control;
};

export class Diagram {
  /** `chosen` is told the message, output line or fault that was clicked, or null; `moved` the dates that are shown. */
  constructor(record, { chosen, moved, hovered }) {
    this.record = record;
    this.fit = false; // whether all hosts are to be in view, however small
    this.told = { chosen, moved, hovered };
    this.plane = document.getElementById("plane");
    this.canvas = document.getElementById("canvas");
    this.axis = document.getElementById("axis");
    this.full = scaleLinear().domain([0, record.end * 1.02]);
    this.x = this.full;
    this.filter = null;
    this.selected = null;
    this.bisect = bisector((message) => message.start).left;
    this.zoom = zoom()
      .scaleExtent([1, 1e9])
      .on("zoom", ({ transform }) => {
        this.x = transform.rescaleX(this.full);
        this.draw();
        this.told.moved(...this.x.domain());
      });
    select(this.canvas).call(this.zoom);
    this.canvas.addEventListener("click", (event) => this.told.chosen(this.under(event)));
    this.canvas.addEventListener("mousemove", (event) => this.told.hovered(this.under(event), event));
    this.canvas.addEventListener("mouseleave", () => this.told.hovered(null));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.plane.addEventListener("scroll", () => (document.getElementById("names").scrollTop = this.plane.scrollTop));
    new ResizeObserver(() => this.resize()).observe(this.plane);
    this.resize();
  }

  resize() {
    const width = this.plane.clientWidth;
    const count = Math.max(1, this.record.hosts.length);
    const least = this.fit ? 0.5 : count > 200 ? 8 : 16;
    this.rowHeight = Math.max(least, Math.min(56, (this.plane.clientHeight - 2) / count));
    const height = Math.ceil(this.rowHeight * count);
    const dots = Math.min(window.devicePixelRatio || 1, 30000 / height);
    for (const [canvas, h] of [[this.canvas, height], [this.axis, axisHeight]]) {
      canvas.width = width * dots;
      canvas.height = h * dots;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${h}px`;
      canvas.getContext("2d").setTransform(dots, 0, 0, dots, 0, 0);
    }
    const shown = this.x.domain();
    this.width = width;
    this.height = height;
    this.full.range([0, width]);
    this.zoom.extent([[0, 0], [width, height]]).translateExtent([[0, -1e9], [width, 1e9]]);
    this.names();
    this.show(...shown);
    this.paint(); // at once: a canvas that is resized is empty
  }

  /** All hosts in view, or rows high enough to be read. */
  setFit(fit) {
    this.fit = fit;
    this.resize();
  }

  names() {
    const list = document.getElementById("names");
    const every = Math.ceil(8 / this.rowHeight); // of rows that are too low for letters, some have names
    list.replaceChildren(
      ...this.record.hosts.filter((host) => host.row % every === 0).map((host) => {
        const name = document.createElement("div");
        name.textContent = host.name;
        name.title = `${host.name}  ${host.ipv4 ?? ""}`;
        name.style.height = name.style.lineHeight = `${this.rowHeight * every}px`;
        if (this.rowHeight < 12) name.style.fontSize = "8px";
        return name;
      }),
    );
  }

  y(row) {
    return (row + 0.5) * this.rowHeight;
  }

  /** Shows the time from one date to another. */
  show(from, to) {
    const [first, last] = this.full.domain();
    from = Math.max(first, from);
    to = Math.min(last, Math.max(to, from + (last - first) * 1e-9));
    const scale = (last - first) / (to - from);
    const transform = zoomIdentity.scale(scale).translate(-this.full(from), 0);
    select(this.canvas).call(this.zoom.transform, transform);
  }

  /** Brings a date into view, and a row. */
  reveal(date, row) {
    const [from, to] = this.x.domain();
    if (date < from || date > to) {
      const half = (to - from) / 2;
      this.show(date - half, date + half);
    }
    if (row !== undefined) {
      const y = this.y(row);
      if (y < this.plane.scrollTop || y > this.plane.scrollTop + this.plane.clientHeight)
        this.plane.scrollTop = y - this.plane.clientHeight / 2;
    }
  }

  select(thing) {
    this.selected = thing;
    this.draw();
  }

  /** Only messages for which this holds are drawn in colour; null: all. */
  only(filter) {
    this.filter = filter;
    this.draw();
  }

  key(event) {
    const [from, to] = this.x.domain();
    const span = to - from;
    const moves = { ArrowLeft: [-0.2, -0.2], ArrowRight: [0.2, 0.2], "+": [0.2, -0.2], "-": [-0.3, 0.3] };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    this.show(from + move[0] * span, to + move[1] * span);
  }

  /** The messages of which something lies between the dates shown. */
  *visible() {
    const [from, to] = this.x.domain();
    const { messages, longest } = this.record;
    for (let i = this.bisect(messages, from - longest); i < messages.length && messages[i].start <= to; i++)
      if (messages[i].over >= from && messages[i].row !== undefined) yield messages[i];
  }

  /** Where a message's arrow begins and ends. */
  arrow(message) {
    const x1 = this.x(message.left), y1 = this.y(message.row);
    const toRow = message.toRow ?? message.row;
    let x2 = this.x(message.over), y2 = this.y(toRow);
    if (toRow === message.row) y2 -= this.rowHeight * 0.35; // inside a host, or to nobody known
    else if (message.lost !== undefined) {
      const way = message.arrived === undefined ? 0.6 : 1;
      y2 = y1 + (y2 - y1) * way;
    }
    return [x1, y1, x2, y2];
  }

  draw() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = null;
      this.paint();
    });
  }

  paint() {
    const context = this.canvas.getContext("2d");
    const { width, height, rowHeight } = this;
    const [from, to] = this.x.domain();
    context.clearRect(0, 0, width, height);
    this.paintAxis();
    this.paintHosts(context);
    this.paintWork(context, from, to);

    const all = [...this.visible()];
    const step = Math.ceil(all.length / (rowHeight < lowRow ? mostOnLowRows : mostDrawn));
    const hint = document.getElementById("hint");
    hint.hidden = step <= 1;
    hint.textContent = `${all.length} messages: one of ${step} is drawn. Zoom in to see all.`;
    context.globalAlpha = Math.max(0.15, Math.min(1, (rowHeight < lowRow ? 300 : 1500) / (all.length / step)));
    for (let i = 0; i < all.length; i += step) this.paintMessage(context, all[i]);
    context.globalAlpha = 1;
    this.paintOutputs(context, from, to);
    this.paintFaults(context, from, to);
    if (this.selected?.type === "message") {
      context.lineWidth = 2.5;
      this.paintMessage(context, this.selected, colours.chosen);
      context.lineWidth = 1;
    } else if (this.selected) {
      context.strokeStyle = colours.chosen;
      context.strokeRect(this.x(this.selected.date) - 4, this.selected.row === undefined ? 0 : this.y(this.selected.row) - rowHeight / 2, 8,
        this.selected.row === undefined ? height : rowHeight);
    }
  }

  paintAxis() {
    const context = this.axis.getContext("2d");
    const ticks = this.x.ticks(Math.max(2, this.width / 110));
    const format = this.x.tickFormat(ticks.length);
    const [from, to] = this.x.domain();
    const digits = Math.max(0, Math.ceil(-Math.log10((to - from) / 10)));
    context.clearRect(0, 0, this.width, axisHeight);
    context.fillStyle = context.strokeStyle = "#667";
    context.font = "11px system-ui, sans-serif";
    context.textAlign = "center";
    for (const tick of ticks) {
      const text = `${digits > 3 ? tick.toFixed(Math.min(9, digits)) : format(tick)} s`;
      const half = context.measureText(text).width / 2;
      context.fillText(text, Math.max(half, Math.min(this.width - half, this.x(tick))), 12);
      context.fillRect(this.x(tick), 16, 1, 6);
    }
  }

  paintHosts(context) {
    const bar = Math.max(Math.min(3, this.rowHeight * 0.6), this.rowHeight * 0.3);
    context.fillStyle = "#eef1f4";
    if (this.rowHeight >= lowRow) for (const host of this.record.hosts) context.fillRect(0, this.y(host.row), this.width, 1);
    context.fillStyle = colours.life;
    for (const process of this.record.processes) {
      const x1 = this.x(process.begin), x2 = this.x(process.over ?? this.record.end);
      if (x2 >= 0 && x1 <= this.width) context.fillRect(x1, this.y(process.row) - bar / 2, Math.max(1, x2 - x1), bar);
    }
  }

  paintWork(context, from, to) {
    if (this.rowHeight < lowRow) return; // a dust of points
    const bar = Math.max(Math.min(2, this.rowHeight * 0.5), this.rowHeight * 0.15);
    context.fillStyle = colours.cpu;
    for (const thread of this.record.slices)
      for (const [begin, end, time, , what] of thread.slices) {
        if (what !== "cpu" || end < from || begin > to) continue;
        const x1 = this.x(begin);
        context.globalAlpha = Math.max(0.25, Math.min(1, time / Math.max(end - begin, 1e-12)));
        context.fillRect(x1, this.y(thread.row) - bar / 2, Math.max(0.5, this.x(end) - x1), bar);
      }
    context.globalAlpha = 1;
  }

  paintMessage(context, message, colour) {
    const [x1, y1, x2, y2] = this.arrow(message);
    const grey = this.filter !== null && !this.filter(message) && !colour;
    context.strokeStyle = context.fillStyle = grey ? "#e3e7eb" : (colour ?? colourOf(message));
    context.setLineDash(message.lost !== undefined ? [4, 3] : []);
    context.beginPath();
    if (message.start < message.left) {
      context.moveTo(this.x(message.start), y1); // while its bytes leave
      context.lineTo(x1, y1);
    }
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
    context.setLineDash([]);
    if (message.lost !== undefined) {
      context.fillText("×", x2 - 3, y2 + 3);
      return;
    }
    const angle = Math.atan2(y2 - y1, x2 - x1);
    context.beginPath();
    context.moveTo(x2, y2);
    context.lineTo(x2 - 7 * Math.cos(angle - 0.35), y2 - 7 * Math.sin(angle - 0.35));
    context.lineTo(x2 - 7 * Math.cos(angle + 0.35), y2 - 7 * Math.sin(angle + 0.35));
    context.fill();
  }

  paintOutputs(context, from, to) {
    const { outputs } = this.record;
    const size = this.rowHeight < 12 ? 2 : 4;
    for (let i = bisector((o) => o.date).left(outputs, from); i < outputs.length && outputs[i].date <= to; i++) {
      context.fillStyle = outputs[i].stream === "stderr" ? colours.error : colours.output;
      context.fillRect(this.x(outputs[i].date) - size / 2, this.y(outputs[i].row) + this.rowHeight * 0.22, size, size);
    }
  }

  paintFaults(context, from, to) {
    const free = new Map(); // where labels may be, by row: they do not overlap
    context.fillStyle = context.strokeStyle = colours.fault;
    context.font = "10px system-ui, sans-serif";
    context.textAlign = "left";
    for (const fault of this.record.faults) {
      if (fault.date < from || fault.date > to) continue;
      const x = this.x(fault.date);
      const [top, bottom] = fault.row === undefined ? [0, this.height] : [this.y(fault.row) - this.rowHeight / 2, this.y(fault.row) + this.rowHeight / 2];
      context.setLineDash([2, 2]);
      context.beginPath();
      context.moveTo(x, top);
      context.lineTo(x, bottom);
      context.stroke();
      context.setLineDash([]);
      const label = `⚡ ${fault.kind}`;
      if ((fault.row !== undefined && this.rowHeight < 14) || x < (free.get(fault.row) ?? -Infinity)) continue;
      context.fillText(label, x + 3, top + 10);
      free.set(fault.row, x + context.measureText(label).width + 8);
    }
  }

  /** What lies under the mouse: a message, an output line, a fault, or null. */
  under(event) {
    const box = this.canvas.getBoundingClientRect();
    return this.at(event.clientX - box.left, event.clientY - box.top);
  }

  at(px, py) {
    let best = null, distance = near;
    const consider = (thing, far) => {
      if (far < distance) [best, distance] = [thing, far];
    };
    for (const fault of this.record.faults)
      if (fault.row === undefined || Math.abs(py - this.y(fault.row)) < this.rowHeight / 2)
        consider(fault, Math.abs(px - this.x(fault.date)) + 1);
    for (const output of this.record.outputs) {
      const dy = py - this.y(output.row) - this.rowHeight * 0.22;
      if (Math.abs(dy) <= near) consider(output, Math.hypot(px - this.x(output.date), dy));
    }
    for (const message of this.visible()) {
      if (this.filter !== null && !this.filter(message)) continue;
      const [x1, y1, x2, y2] = this.arrow(message);
      const dx = x2 - x1, dy = y2 - y1;
      const part = Math.max(0, Math.min(1, ((px - x1) * dx + (py - y1) * dy) / (dx * dx + dy * dy || 1)));
      consider(message, Math.hypot(px - x1 - part * dx, py - y1 - part * dy));
    }
    return best;
  }
}
