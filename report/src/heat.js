// Where there are too many messages for arrows: how many leave and arrive, for each row and some pixels of time, as shades. The
// colour is that of most of them; what is lost counts for more, so that it is not overlooked.
import { colours, parts } from "./colours.js";
import { kinds } from "./messages.js";

const wide = 3; // pixels of a spot
const lostCounts = 3;

export class Heat {
  count(view, visible) {
    const { from, to, left, over, kind } = view.record.messages;
    const { row } = view.rows;
    [this.first, this.lastRow] = view.rowsInView();
    this.per = Math.max(1, Math.ceil(1 / view.rowHeight)); // rows in a spot
    this.columns = Math.ceil(view.width / wide);
    this.lines = Math.floor((this.lastRow - this.first) / this.per) + 1;
    const size = this.columns * this.lines;
    this.number = new Uint32Array(size);
    this.lost = new Uint32Array(size);
    const weight = new Float32Array(size), sums = [new Float32Array(size), new Float32Array(size), new Float32Array(size)];
    const palette = kinds.map((name) => parts(colours[name]));
    const add = (at, date, i) => {
      const r = at < 0 ? -1 : row[at];
      const column = Math.floor(view.x(date) / wide);
      if (r < this.first || r > this.lastRow || column < 0 || column >= this.columns) return;
      const spot = Math.floor((r - this.first) / this.per) * this.columns + column;
      const isLost = kind[i] === 5;
      const counts = isLost ? lostCounts : 1;
      this.number[spot]++;
      if (isLost) this.lost[spot]++;
      weight[spot] += counts;
      for (let c = 0; c < 3; c++) sums[c][spot] += palette[kind[i]][c] * counts;
    };
    for (const i of visible) {
      add(from[i], left[i], i);
      add(to[i], over[i], i);
    }
    this.most = this.number.reduce((most, n) => Math.max(most, n), 1);
    this.image = new OffscreenCanvas(this.columns, this.lines);
    const context = this.image.getContext("2d");
    const data = context.createImageData(this.columns, this.lines);
    for (let spot = 0; spot < size; spot++) {
      if (this.number[spot] === 0) continue;
      for (let c = 0; c < 3; c++) data.data[4 * spot + c] = sums[c][spot] / weight[spot];
      data.data[4 * spot + 3] = 50 + (205 * Math.log1p(this.number[spot])) / Math.log1p(this.most);
    }
    context.putImageData(data, 0, 0);
  }

  paint(view, context) {
    const top = view.y(this.first) - view.rowHeight / 2;
    context.imageSmoothingEnabled = false;
    context.drawImage(this.image, 0, top, this.columns * wide, this.lines * this.per * view.rowHeight);
    if (view.rowHeight < 6) return;
    context.fillStyle = colours.paper;
    for (let row = this.first; row <= this.lastRow; row++) context.fillRect(0, view.y(row) + view.rowHeight / 2 - 1, view.width, 1);
  }

  /** What a point stands for: so many messages of a host. */
  at(view, px, py) {
    const line = Math.floor((py + view.plane.scrollTop - this.first * view.rowHeight) / view.rowHeight / this.per);
    const column = Math.floor(px / wide);
    const spot = line * this.columns + column;
    if (line < 0 || line >= this.lines || column < 0 || column >= this.columns || this.number[spot] === 0) return null;
    const hosts = view.rows.shown.slice(this.first + line * this.per, this.first + (line + 1) * this.per);
    return { type: "spot", hosts, number: this.number[spot], lost: this.lost[spot], date: view.x.invert(px), at: hosts[0].at };
  }
}
