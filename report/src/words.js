// Numbers and things, as people read them.

/** A date in seconds, with as many digits as tell apart dates that are `step` seconds apart. */
export function date(seconds, step = 1e-6) {
  const digits = Math.max(0, Math.min(9, Math.ceil(-Math.log10(step))));
  return `${seconds.toFixed(digits)} s`;
}

export function duration(seconds) {
  if (seconds === 0) return "0 s";
  if (seconds < 1e-3) return `${(seconds * 1e6).toPrecision(4)} µs`;
  if (seconds < 1) return `${(seconds * 1e3).toPrecision(4)} ms`;
  return `${Number(seconds.toPrecision(5))} s`;
}

export function bytes(count) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (count >= 1000 && unit < units.length - 1) {
    count /= 1000;
    unit++;
  }
  return unit === 0 ? `${count} B` : `${count.toPrecision(3)} ${units[unit]}`;
}

/** What a message is, in a few words. */
export function kind(message) {
  if (message.protocol === "tcp") return message.size > 0 ? `TCP, ${bytes(message.size)}` : `TCP ${message.kind}`;
  return `${message.protocol.toUpperCase()}, ${bytes(message.size)}`;
}

export function ending(process) {
  if (process.over === null) return "still runs at the end";
  if (process.signal !== undefined) return `${process.stopped ? "stopped" : "killed"} by SIG${process.signal}`;
  if (process.stopped) return `stopped, exited with ${process.exit}`;
  return `exited with ${process.exit}`;
}

/** Whether it ended badly, and not because it was stopped as planned. */
export function failed(process) {
  return !process.stopped && Boolean(process.exit || process.signal);
}

/** Until when a fault lasts, if it does. */
export const lasts = (fault) => (fault.until === undefined ? "" : fault.undone ? date(fault.until) : "the end");

/** Bytes as hexdump -C shows them. */
export function dump(data) {
  const lines = [];
  for (let at = 0; at < data.length; at += 16) {
    const row = [...data.subarray(at, at + 16)];
    const hex = row.map((b) => b.toString(16).padStart(2, "0")).join(" ");
    const text = row.map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : ".")).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${hex.padEnd(47)}  ${text}`);
  }
  return lines.join("\n");
}

/** An element with children: text or elements. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function table(headings, rows) {
  return element("table", {},
    element("thead", {}, element("tr", {}, ...headings.map((h) => element("th", {}, h)))),
    element("tbody", {}, ...rows));
}

export const cells = (...values) => values.map((value) => element("td", {}, value instanceof Node ? value : String(value ?? "")));
