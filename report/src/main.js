// The report of a run. What is shown is in the address, after the #: from, to, message, tab, find, hosts, fit (all rows in view).
// So a view can be linked to. With picture there is the diagram alone, for a screenshot.
import "./style.css";
import { colours, watch } from "./colours.js";
import { consoles, log, mark } from "./consoles.js";
import { details } from "./details.js";
import { Diagram } from "./diagram.js";
import { kinds } from "./messages.js";
import { faults, links, processes } from "./panels.js";
import { read } from "./record.js";
import { Rows } from "./rows.js";
import { search } from "./search.js";
import { split } from "./splitter.js";
import { bytes, date, element, failed, kind } from "./words.js";

const byId = (id) => document.getElementById(id);
const state = { tab: "consoles", query: "" };
let record, rows, diagram;

function remember(changes) {
  const address = new URLSearchParams(location.hash.slice(1));
  for (const [key, value] of Object.entries(changes)) value === null ? address.delete(key) : address.set(key, value);
  history.replaceState(null, "", `#${address}`);
}

function summarise() {
  const { hosts, processes: all, messages, end, run } = record;
  const bad = all.filter(failed).length;
  const count = (number, what) => `${number} ${what}${number === 1 ? "" : what.endsWith("s") ? "es" : "s"}`;
  byId("summary").textContent =
    `${count(hosts.length, "host")}, ${count(all.length, "process")}${bad ? ` (${bad} failed)` : ""}, ${count(messages.count, "message")} with ${bytes(messages.sum)}, ` +
    `${date(end)} of virtual time, seed ${run.seed ?? 1}`;
}

/* ---- the diagram and what is chosen in it ---- */

const actions = {
  step(message, by) {
    const next = record.messages.next(message.index, by);
    if (next >= 0) jump(next);
  },
  follow(connection) {
    const { messages } = record;
    const own = new Set();
    for (let i = 0; i < messages.count; i++) if (messages.connection[i] === connection) own.add(i);
    colourOnly(own, `connection ${connection}`);
  },
  hosts: chooseHosts,
  zoom(spot) {
    const [from, to] = diagram.x.domain();
    diagram.show(spot.date - (to - from) / 40, spot.date + (to - from) / 40);
  },
};

function choose(thing) {
  diagram.select(thing);
  details(thing, actions);
  remember({ message: thing?.type === "message" ? thing.id : null });
}

/** Goes to a thing with a date and a host, or to a message, by its number. */
function jump(thing) {
  if (typeof thing === "number") thing = record.messages.get(thing);
  diagram.reveal(thing.date, thing.type === "message" ? record.messages.from[thing.index] : thing.at);
  if (thing.type in { message: 0, output: 0, fault: 0 }) choose(thing);
}

function colourOnly(numbers, name) {
  diagram.colourOnly(numbers);
  byId("only").hidden = numbers === null;
  byId("only").textContent = `Only ${name} ✕`;
}

function chooseHosts(words) {
  const found = rows.choose(words);
  byId("hosts").value = words;
  byId("hosts").setAttribute("aria-invalid", String(!found));
  diagram.plane.scrollTop = 0;
  diagram.resize();
  open(state.tab);
  remember({ hosts: words || null });
}

const tip = element("div", { id: "tip" });
tip.hidden = true;
document.body.append(tip);

const tips = {
  message: (m) => `${m.from ?? "—"} → ${m.to ?? "—"}: ${kind(m)}, ${date(m.left)}${m.lost === undefined ? "" : `, lost: ${m.why}`}`,
  output: (o) => `${date(o.date)} ${o.text}`,
  fault: (f) => `${date(f.date)} ${f.kind} ${f.subject}`,
  spot: (s) => `${s.hosts[0].name}${s.hosts.length > 1 ? ` …` : ""}, ${date(s.date, 1e-3)}: ${s.number} messages${s.lost ? `, ${s.lost} lost` : ""}`,
};

function hover(thing, event) {
  tip.hidden = thing === null;
  if (thing === null) return;
  tip.textContent = tips[thing.type](thing);
  tip.style.left = `${Math.min(event.clientX + 12, innerWidth - 330)}px`;
  tip.style.top = `${Math.min(event.clientY + 14, innerHeight - 40)}px`;
}

function moved(from, to) {
  tip.hidden = true;
  byId("shown").textContent = `${date(from, (to - from) / 100)} to ${date(to, (to - from) / 100)}`;
  clearTimeout(moved.later);
  moved.later = setTimeout(() => {
    remember({ from: from.toPrecision(12), to: to.toPrecision(12) });
    if (state.tab === "log") open("log");
    mark(from, to);
  }, 200);
}

/* ---- panels ---- */

const panels = {
  consoles: ["Consoles", () => consoles(record, rows, state, jump)],
  log: ["Log", () => log(record, rows, diagram.x.domain(), jump)],
  links: ["Links", () => links(record)],
  processes: ["Processes", () => processes(record, rows, jump)],
  faults: ["Faults", () => faults(record, jump)],
  find: ["Search", () => [element("p", {}, "Nothing was looked for.")]],
};

function open(tab) {
  state.tab = tab in panels ? tab : "consoles";
  byId("titles").replaceChildren(
    ...Object.entries(panels).map(([name, [title]]) =>
      element("button", { type: "button", role: "tab", "aria-selected": String(name === state.tab), onclick: () => open(name) }, title)));
  remember({ tab: state.tab });
  if (state.tab === "find" && state.query) return search(record, state.query, byId("panel"), { jump, colour: colourOnly });
  byId("panel").replaceChildren(...panels[state.tab][1]());
  if (state.tab !== "log") mark(...diagram.x.domain());
}

function lookFor(query) {
  state.query = query.trim();
  remember({ find: state.query || null });
  const at = /^(\d+(?:\.\d+)?)\s*s?$/.exec(state.query);
  if (at) {
    const half = record.last / 50;
    diagram.show(Number(at[1]) - half, Number(at[1]) + half);
  } else {
    return open("find");
  }
}

function fit(all) {
  diagram.setFit(all);
  byId("fit").setAttribute("aria-pressed", String(all));
  remember({ fit: all ? "" : null });
}

/* ---- the legend: what there is, to be turned off and on ---- */

function legend() {
  const { messages } = record;
  const there = new Set(messages.kind.subarray(0, messages.count));
  const names = ["TCP data", "TCP without data", "UDP", "ICMP", "reset", "lost"];
  const sign = (colour, shape) => element("i", { class: shape, style: `--colour:${colours[colour]}` });
  const turn = (event, i) => {
    diagram.hidden[diagram.hidden.has(i) ? "delete" : "add"](i);
    event.currentTarget.setAttribute("aria-pressed", String(!diagram.hidden.has(i)));
    diagram.draw();
  };
  const own = (colour, shape, name, has) => (has ? [element("span", {}, sign(colour, shape), name)] : []);
  byId("legend").replaceChildren(
    ...kinds.flatMap((key, i) => (there.has(i) ? [element("button", { type: "button", "aria-pressed": String(!diagram.hidden.has(i)), title: "Hide or show these messages", onclick: (event) => turn(event, i) }, sign(key, key), names[i])] : [])),
    ...own("life", "bar", "process", record.processes.length > 0),
    ...own("cpu", "bar", "computing", record.slices.length > 0),
    ...own("output", "dot", "output", record.outputs.some((o) => o.stream !== "stderr")),
    ...own("error", "dot", "error output", record.outputs.some((o) => o.stream === "stderr")),
    ...own("fault", "area", "fault", record.faults.length > 0),
    ...own("after", "bar", "after the end", record.last > record.end));
}

/* ---- the page ---- */

/** Keys that mean something everywhere; Enter on what can be clicked. */
function keys(event) {
  const writes = event.target.tagName === "INPUT";
  if (event.key === "/" && !writes) {
    event.preventDefault();
    byId("query").focus();
  } else if (event.key === "Escape") {
    if (writes) return event.target.blur();
    if (diagram.selected !== null) choose(null);
    else colourOnly(null);
  } else if (event.key === "Enter" && event.target.matches("tr, .line")) event.target.click();
}

function listen() {
  byId("choose").addEventListener("submit", (event) => event.preventDefault());
  byId("hosts").addEventListener("input", () => {
    clearTimeout(chooseHosts.later);
    chooseHosts.later = setTimeout(() => chooseHosts(byId("hosts").value), 150);
  });
  byId("search").addEventListener("submit", (event) => {
    event.preventDefault();
    lookFor(byId("query").value);
  });
  byId("out").addEventListener("click", () => diagram.show(0, Infinity));
  byId("only").addEventListener("click", () => colourOnly(null));
  byId("fit").addEventListener("click", () => fit(!diagram.fit));
  document.addEventListener("keydown", keys);
  split(byId("splitter"));
  watch(() => {
    legend();
    diagram.draw();
    open(state.tab);
  });
}

async function start() {
  const address = new URLSearchParams(location.hash.slice(1));
  document.body.classList.toggle("picture", address.has("picture"));
  record = await read((part) => (byId("summary").textContent = `reading the record… ${Math.round(100 * part)} %`));
  summarise();
  rows = new Rows(record.hosts);
  const hosts = address.get("hosts") ?? "";
  byId("hosts").value = hosts;
  rows.choose(hosts);
  actions.record = record;
  diagram = new Diagram(record, rows, { chosen: choose, moved, hovered: hover, named: (host) => choose({ type: "host", host, at: host.at }) });
  details(null);
  legend();
  listen();
  if (address.has("fit")) fit(true);
  state.query = address.get("find") ?? "";
  byId("query").value = state.query;
  diagram.show(Number(address.get("from") ?? 0), Number(address.get("to") ?? Infinity));
  const opened = open(state.query ? "find" : (address.get("tab") ?? "consoles"));
  const linked = record.messages.find(Number(address.get("message") ?? NaN));
  if (linked >= 0) jump(linked);
  await opened;
  document.body.dataset.ready = "yes";
}

start().catch((error) => {
  byId("summary").textContent = `This page cannot be shown: ${error}`;
  document.body.dataset.ready = "failed";
  throw error;
});
