// Tables below the diagram: links, processes, faults.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { colours } from "./colours.js";
import { bytes, cells, date, duration, element, ending, failed, lasts, table } from "./words.js";

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

const plotColours = ["#1f6fb4", "#2a8a4a", "#c62828", "#b8860b", "#6a3fa0", "#00838f", "#ad1457", "#8d6e63"];

/** Utilisation over time of the links that carried most, and a table of all that carried anything. */
export function links(record) {
  const used = record.links.filter((l) => l.bytes > 0).sort((a, b) => b.bytes - a.bytes);
  if (used.length === 0) return [element("p", {}, "No link has carried anything.")];
  const most = used.slice(0, plotColours.length);
  const data = uPlot.join(most.map(utilisation));
  const place = element("div", { class: "plot" });
  const axis = { stroke: colours.text, grid: { stroke: colours.line }, ticks: { stroke: colours.line } };
  requestAnimationFrame(() => {
    new uPlot({
      width: Math.max(400, place.clientWidth - 10),
      height: 220,
      scales: { x: { time: false, range: [0, record.last] }, y: { range: (_, low, high) => [0, Math.max(high * 1.05, 0.01)] } },
      axes: [{ ...axis, label: "seconds" }, { ...axis, label: "% of the bandwidth" }],
      series: [{ label: "s" }, ...most.map((l, i) => ({ label: l.link, stroke: plotColours[i], width: 1.5, paths: uPlot.paths.stepped({ align: 1 }), spanGaps: true, value: (_, y) => (y == null ? "" : `${y.toFixed(1)} %`) }))],
    }, data, place);
  });
  const rows = used.map((l) =>
    element("tr", {}, ...cells(l.link, `${bytes(l.bandwidth)}/s`, duration(l.latency), bytes(l.bytes),
      `${((l.bytes / l.bandwidth / record.end) * 100).toFixed(1)} %`, `${utilisation(l)[1].reduce((most, y) => Math.max(most, y), 0).toFixed(1)} %`)));
  const which = used.length > most.length ? element("p", {}, `The ${most.length} of ${used.length} links that carried most:`) : "";
  return [which, place, table(["link", "bandwidth", "latency", "carried", "used, on the average", "at most"], rows)];
}

export function processes(record, hosts, jump) {
  const shown = record.processes.filter((p) => hosts.of(p.at) >= 0);
  const rows = shown.map((p) =>
    element("tr", { class: failed(p) ? "failed" : "", tabindex: 0, onclick: () => jump({ date: p.begin, at: p.at }) },
      ...cells(p.host, p.label, p.pid, p.parent || "", date(p.begin), p.over === null ? "" : date(p.over), ending(p), p.cpu === undefined ? "" : duration(p.cpu))));
  return [table(["host", "process", "pid", "parent", "start", "end", "how", "CPU time"], rows)];
}

export function faults(record, jump) {
  if (record.faults.length === 0) return [element("p", {}, "No faults were made in this run.")];
  const rows = record.faults.map((f) =>
    element("tr", { tabindex: 0, onclick: () => jump(f) },
      ...cells(date(f.date), f.kind, f.subject, lasts(f), f.detail === f.subject ? "" : f.detail)));
  return [table(["date", "fault", "of", "until", ""], rows)];
}
