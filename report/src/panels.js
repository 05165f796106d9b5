// What stands below the diagram: consoles, links, processes, faults, results of a search.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { payload } from "./record.js";
import { bytes, date, duration, element, ending, kind } from "./words.js";

const mostLines = 3000; // of one console
const mostFound = 500;
const consolesAtFirst = 6;

function table(headings, rows) {
  return element("table", {},
    element("thead", {}, element("tr", {}, ...headings.map((h) => element("th", {}, h)))),
    element("tbody", {}, ...rows));
}

const cells = (...values) => values.map((value) => element("td", {}, value instanceof Node ? value : String(value ?? "")));

/** The consoles of processes, side by side. `state.open` keeps which. */
export function consoles(record, state, jump) {
  const talkers = record.processes.filter((p) => p.outputs.length > 0);
  state.open ??= new Set(talkers.slice(0, consolesAtFirst));
  const chooser = element("div", { class: "chooser" });
  const columns = element("div", { class: "consoles" });
  const fill = () =>
    columns.replaceChildren(
      ...talkers.filter((p) => state.open.has(p)).map((process) => {
        const lines = process.outputs.slice(0, mostLines).map((line) =>
          element("div", { class: `line ${line.stream}`, "data-date": line.date, onclick: () => jump(line) },
            element("time", {}, line.date.toFixed(6)), element("span", {}, line.text)));
        if (process.outputs.length > mostLines) lines.push(element("div", { class: "line" }, `… ${process.outputs.length - mostLines} more lines: see the file`));
        return element("article", { class: "console" }, element("h3", {}, `${process.host}: ${process.label}`), element("div", { class: "lines" }, ...lines));
      }));
  for (const process of talkers) {
    const box = element("input", { type: "checkbox" });
    box.checked = state.open.has(process);
    box.addEventListener("change", () => {
      state.open[box.checked ? "add" : "delete"](process);
      fill();
    });
    chooser.append(element("label", {}, box, `${process.host} ${process.label}`));
  }
  fill();
  return [talkers.length > 0 ? chooser : element("p", {}, "No process has written anything."), columns];
}

/** Lines outside the dates that the diagram shows are pale. */
export function mark(from, to) {
  for (const line of document.querySelectorAll(".line[data-date]")) {
    const at = Number(line.dataset.date);
    line.classList.toggle("outside", at < from || at > to);
  }
}

const utilisation = (link) => {
  const shares = new Map(link.spans);
  const count = link.spans.length > 0 ? link.spans[link.spans.length - 1][0] + 1 : 0;
  const xs = [], ys = [];
  for (let i = 0; i <= count; i++) {
    xs.push(i * link.span);
    ys.push(((shares.get(i) ?? 0) / link.span / link.bandwidth) * 100);
  }
  return [xs, ys];
};

const plotColours = ["#1f6fb4", "#2a8a4a", "#c62828", "#b8860b", "#6a3fa0", "#00838f", "#ad1457", "#5d4037"];

/** Utilisation over time of the links that carried most, and a table of all that carried anything. */
export function links(record) {
  const used = record.links.filter((l) => l.bytes > 0).sort((a, b) => b.bytes - a.bytes);
  if (used.length === 0) return [element("p", {}, "No link has carried anything.")];
  const most = used.slice(0, plotColours.length);
  const data = uPlot.join(most.map(utilisation));
  const place = element("div", { class: "plot" });
  requestAnimationFrame(() => {
    new uPlot({
      width: Math.max(400, place.clientWidth - 10),
      height: 220,
      scales: { x: { time: false }, y: { range: (_, low, high) => [0, Math.max(high, 1)] } },
      axes: [{ label: "s" }, { label: "% of the bandwidth" }],
      series: [{ label: "s" }, ...most.map((l, i) => ({ label: l.link, stroke: plotColours[i], width: 1.5, paths: uPlot.paths.stepped({ align: 1 }), spanGaps: true }))],
    }, data, place);
  });
  const rows = used.map((l) =>
    element("tr", {}, ...cells(l.link, `${bytes(l.bandwidth)}/s`, duration(l.latency), bytes(l.bytes),
      `${((l.bytes / l.bandwidth / record.end) * 100).toFixed(1)} %`, `${Math.max(...utilisation(l)[1]).toFixed(1)} %`)));
  return [place, table(["link", "bandwidth", "latency", "carried", "used, on the average", "at most"], rows)];
}

export function processes(record, jump) {
  const rows = record.processes.map((p) =>
    element("tr", { class: p.exit || p.signal ? "failed" : "", onclick: () => jump({ date: p.begin, row: p.row }) },
      ...cells(p.host, p.label, p.pid, p.parent || "", date(p.begin), p.over === null ? "" : date(p.over), ending(p), p.cpu === undefined ? "" : duration(p.cpu))));
  return [table(["host", "process", "pid", "parent", "start", "end", "how", "CPU time"], rows)];
}

export function faults(record, jump) {
  if (record.faults.length === 0) return [element("p", {}, "Nothing went wrong in this run.")];
  const rows = record.faults.map((f) => element("tr", { onclick: () => jump(f) }, ...cells(date(f.date), f.kind, f.subject, f.detail)));
  return [table(["date", "fault", "of", ""], rows)];
}

const textOf = new TextDecoder("latin1");

/** Everything in which a text occurs, by date. */
export function find(record, query) {
  const wanted = query.toLowerCase();
  const has = (...texts) => texts.some((text) => text !== undefined && text !== null && String(text).toLowerCase().includes(wanted));
  const found = [
    ...record.outputs.filter((o) => has(o.text, o.file)).map((o) => ({ date: o.date, thing: o, what: `${o.host} wrote`, text: o.text })),
    ...record.faults.filter((f) => has(f.kind, f.subject, f.detail)).map((f) => ({ date: f.date, thing: f, what: f.kind, text: f.subject })),
    ...record.processes.filter((p) => has(p.label, p.host, p.program)).map((p) => ({ date: p.begin, thing: { date: p.begin, row: p.row }, what: `${p.host} starts`, text: p.label })),
  ];
  for (const message of record.messages) {
    const text = message.data === undefined ? "" : textOf.decode(payload(message));
    if (has(text, message.kind, message.source, message.destination, message.why))
      found.push({ date: message.left, thing: message, what: `${message.from} → ${message.to ?? "—"}`, text: `${kind(message)}  ${text.slice(0, 80).replace(/[^\x20-\x7e]/g, "·")}` });
  }
  return found.sort((a, b) => a.date - b.date);
}

export function results(record, query, jump) {
  const found = find(record, query);
  const rows = found.slice(0, mostFound).map((f) => element("tr", { onclick: () => jump(f.thing) }, ...cells(date(f.date), f.what, f.text)));
  const more = found.length > mostFound ? `, of which the first ${mostFound} are shown` : "";
  return [element("p", { id: "found" }, `“${query}”: ${found.length} found${more}`), table(["date", "", ""], rows)];
}
