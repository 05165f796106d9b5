// The report of a run. What is shown is in the address, after the #: from, to, message, tab, find, fit (all hosts in view). So a
// view can be linked to. With picture there is the diagram alone, for a screenshot.
import "./style.css";
import { details } from "./details.js";
import { Diagram, colours } from "./diagram.js";
import { consoles, faults, links, mark, processes, results } from "./panels.js";
import { embedded, understand } from "./record.js";
import { bytes, date, element, kind } from "./words.js";

const record = understand(embedded());
const state = { tab: "consoles", query: "" };
const byId = (id) => document.getElementById(id);

function remember(changes) {
  const address = new URLSearchParams(location.hash.slice(1));
  for (const [key, value] of Object.entries(changes)) value === null ? address.delete(key) : address.set(key, value);
  history.replaceState(null, "", `#${address}`);
}

function summarise() {
  const { hosts, processes: all, messages, end, run } = record;
  const sum = messages.reduce((total, m) => total + m.size, 0);
  const failed = all.filter((p) => p.exit || (p.signal !== undefined && p.signal !== "KILL" && p.signal !== "TERM")).length;
  byId("summary").textContent =
    `${hosts.length} hosts, ${all.length} processes${failed ? ` (${failed} failed)` : ""}, ${messages.length} messages with ${bytes(sum)}, ` +
    `${date(end)} of virtual time, seed ${run.seed ?? 1}`;
}

/* ---- the diagram and what is chosen in it ---- */

function choose(thing) {
  diagram.select(thing);
  details(thing, { step, follow });
  remember({ message: thing?.type === "message" ? thing.id : null });
}

function jump(thing) {
  if (thing.type === "message") {
    diagram.reveal(thing.left, thing.row);
    choose(thing);
  } else {
    diagram.reveal(thing.date, thing.row);
    if (thing.type !== undefined) choose(thing);
  }
}

function step(message, by) {
  const own = record.messages.filter((m) => m.connection === message.connection);
  const next = own[own.indexOf(message) + by];
  if (next !== undefined) jump(next);
}

function follow(connection) {
  diagram.only(diagram.filter === null ? (m) => m.connection === connection : null);
}

const tip = element("div", { id: "tip" });
tip.hidden = true;
document.body.append(tip);

function hover(thing, event) {
  tip.hidden = thing === null;
  if (thing === null) return;
  tip.textContent = { message: () => `${thing.from} → ${thing.to ?? "—"}: ${kind(thing)}, ${date(thing.left)}`, output: () => `${date(thing.date)} ${thing.text}`, fault: () => `${date(thing.date)} ${thing.kind} ${thing.subject}` }[thing.type]();
  tip.style.left = `${Math.min(event.clientX + 12, innerWidth - 320)}px`;
  tip.style.top = `${event.clientY + 14}px`;
}

function moved(from, to) {
  byId("shown").textContent = `${date(from, (to - from) / 100)} to ${date(to, (to - from) / 100)}`;
  mark(from, to);
  clearTimeout(moved.later);
  moved.later = setTimeout(() => remember({ from: from.toPrecision(12), to: to.toPrecision(12) }), 200);
}

/* ---- panels ---- */

const panels = {
  consoles: ["Consoles", () => consoles(record, state, jump)],
  links: ["Links", () => links(record)],
  processes: ["Processes", () => processes(record, jump)],
  faults: ["Faults", () => faults(record, jump)],
  find: ["Search", () => (state.query ? results(record, state.query, jump) : [element("p", {}, "Nothing was looked for.")])],
};

function open(tab) {
  state.tab = tab in panels ? tab : "consoles";
  byId("tabs").replaceChildren(
    ...Object.entries(panels).map(([name, [title]]) =>
      element("button", { type: "button", role: "tab", "aria-selected": String(name === state.tab), onclick: () => open(name) }, title)));
  byId("panel").replaceChildren(...panels[state.tab][1]());
  mark(...diagram.x.domain());
  remember({ tab: state.tab });
}

function search(query) {
  state.query = query.trim();
  remember({ find: state.query || null });
  const at = /^(\d+(?:\.\d+)?)\s*s?$/.exec(state.query);
  if (at) {
    const half = record.end / 50;
    diagram.show(Number(at[1]) - half, Number(at[1]) + half);
  } else {
    open("find");
  }
}

byId("search").addEventListener("submit", (event) => {
  event.preventDefault();
  search(byId("query").value);
});
byId("out").addEventListener("click", () => {
  diagram.only(null);
  diagram.show(0, record.end * 1.02);
});

function fit(all) {
  diagram.setFit(all);
  byId("fit").setAttribute("aria-pressed", String(all));
  remember({ fit: all ? "" : null });
}
byId("fit").addEventListener("click", () => fit(!diagram.fit));

byId("legend").replaceChildren(
  ...[["data", "TCP data"], ["control", "TCP without data"], ["udp", "UDP"], ["icmp", "ICMP"], ["lost", "lost, or reset"], ["life", "process"], ["cpu", "computing"]].map(([key, name]) =>
    element("span", {}, element("i", { style: `background:${colours[key]}` }), name)));

const address = new URLSearchParams(location.hash.slice(1));
summarise();
document.body.classList.toggle("picture", address.has("picture"));
const diagram = new Diagram(record, { chosen: choose, moved, hovered: hover });
details(null);
if (address.has("fit")) fit(true);
state.query = address.get("find") ?? "";
byId("query").value = state.query;
open(state.query ? "find" : (address.get("tab") ?? "consoles"));
diagram.show(Number(address.get("from") ?? 0), Number(address.get("to") ?? record.end * 1.02));
const linked = record.messages.find((m) => String(m.id) === address.get("message"));
if (linked) jump(linked);
document.body.dataset.ready = "yes";
