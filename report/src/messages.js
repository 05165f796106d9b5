// The messages of a run, a column for each thing that the diagram asks of all of them; everything else is read from the record
// when somebody wants to see it: a million objects would need gigabytes.
import { bisector } from "d3-array";
import { parse } from "./load.js";

/** What a message is drawn as, by the number in the column `kind`; keys of colours.js. */
export const kinds = ["data", "control", "udp", "icmp", "reset", "lost"];

const kindOf = (line) => {
  if (line.lost !== undefined) return 5;
  if (line.protocol === "udp") return 2;
  if (line.protocol === "icmp") return 3;
  if (line.kind.includes("RST")) return 4;
  return line.size > 0 ? 0 : 1;
};

/** Rows of numbers that grow. */
class Table {
  constructor(columns) {
    this.columns = columns;
    this.count = 0;
    this.room = 1024;
    for (const [name, Type] of Object.entries(columns)) this[name] = new Type(this.room);
  }

  add(values) {
    if (this.count === this.room) {
      this.room *= 2;
      for (const [name, Type] of Object.entries(this.columns)) {
        const grown = new Type(this.room);
        grown.set(this[name]);
        this[name] = grown;
      }
    }
    for (const name of Object.keys(this.columns)) this[name][this.count] = values[name];
    this.count++;
  }

  /** Puts the rows into an order of their numbers. */
  permute(order) {
    for (const [name, Type] of Object.entries(this.columns)) this[name] = Type.from(order, (i) => this[name][i]);
    this.room = this.count;
  }
}

export class Messages extends Table {
  constructor() {
    super({
      start: Float64Array, left: Float64Array, over: Float64Array, // dates: its first byte leaves, its last, it arrives or is lost
      from: Int32Array, to: Int32Array, // numbers of hosts, -1: none
      size: Float64Array, kind: Uint8Array, id: Float64Array, connection: Float64Array, // 0: none
      begin: Float64Array, end: Float64Array, // where its line is
    });
    this.last = -Infinity;
    this.sum = 0;
  }

  /** A line of the record that stands from `begin` to `end`. */
  take(line, begin, end, numbers) {
    const over = line.arrived ?? line.lost;
    this.add({
      start: line.begin ?? line.left, left: line.left, over, from: numbers.get(line.from) ?? -1, to: numbers.get(line.to) ?? -1,
      size: line.size, kind: kindOf(line), id: line.id, connection: line.connection ?? 0, begin, end,
    });
    this.sum += line.size;
    this.last = Math.max(this.last, over);
  }

  /** All are there: sorts them by their first dates. */
  close(bytes) {
    this.bytes = bytes;
    const order = Uint32Array.from({ length: this.count }, (_, i) => i);
    const { start, id } = this;
    this.permute(order.sort((a, b) => start[a] - start[b] || id[a] - id[b]));
    this.places = new Uint32Array(this.count); // numbers here, by the order in the record
    order.forEach((place, index) => (this.places[place] = index));
    this.longest = 0;
    for (let i = 0; i < this.count; i++) this.longest = Math.max(this.longest, this.over[i] - this.start[i]);
    this.bisect = bisector((date) => date).left;
    this.decoder = new TextDecoder();
  }

  /** The numbers of the first message that may be seen from a date on, and of the first that cannot be seen up to another. */
  range(from, to) {
    return [this.bisect(this.start, from - this.longest, 0, this.count), this.bisect(this.start, to + Number.EPSILON, 0, this.count)];
  }

  /** All that the record says of it, and its number here. */
  get(index) {
    const line = JSON.parse(this.decoder.decode(this.bytes.subarray(this.begin[index], this.end[index])));
    return { ...line, index, over: this.over[index], start: this.start[index], date: this.left[index] };
  }

  /** Calls seen(line, number) for all, in the order of the record, some at a time: a generator of the part that is done. */
  *all(seen) {
    const { bytes } = this;
    let place = 0;
    for (let from = 0, to; from < bytes.length; from = to) {
      to = bytes.indexOf(10, Math.min(from + (1 << 20), bytes.length - 1)) + 1;
      parse(bytes, from, to, (line) => {
        if (line.type === "message") seen(line, this.places[place++]);
      });
      yield to / bytes.length;
    }
  }

  /** The number of the one with an id, or -1. */
  find(id) {
    return this.id.indexOf(id);
  }

  /** The next of a connection, or the one before (`by` is 1 or -1); -1: there is none. */
  next(index, by) {
    const connection = this.connection[index];
    let i = index + by;
    while (i >= 0 && i < this.count && this.connection[i] !== connection) i += by;
    return i < this.count ? i : -1;
  }
}
