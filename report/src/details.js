// The panel beside the diagram: what was clicked, in full.
import { payload } from "./record.js";
import { bytes, date, dump, duration, element, ending, kind, lasts } from "./words.js";

const mostPeers = 12;

function facts(pairs) {
  const list = element("dl");
  for (const [name, value] of pairs) if (value !== undefined && value !== null && value !== "") list.append(element("dt", {}, name), element("dd", {}, String(value)));
  return list;
}

const button = (text, onclick) => element("button", { type: "button", onclick }, text);

function ofMessage(message, actions) {
  const data = payload(message);
  const parts = [
    element("h2", {}, message.lost === undefined ? kind(message) : `Lost: ${kind(message)}`),
    facts([
      ["from", `${message.from ?? "—"} ${message.source}`],
      ["to", `${message.to ?? "—"} ${message.destination}`],
      ["began to leave", message.begin === undefined ? undefined : date(message.begin)],
      ["left", date(message.left)],
      ["arrived", message.arrived === undefined ? undefined : date(message.arrived)],
      ["lost", message.lost === undefined ? undefined : `${date(message.lost)}: ${message.why}`],
      ["under way", duration(message.over - message.left)],
      ["segment", message.kind],
      ["offset", message.offset],
      ["connection", message.connection],
      ["message", message.id],
    ]),
  ];
  if (message.connection !== undefined)
    parts.push(
      element("p", { class: "buttons" }, button("◀ previous", () => actions.step(message, -1)), button("next ▶", () => actions.step(message, 1)),
        button("colour only this connection", () => actions.follow(message.connection))));
  if (data.length > 0) {
    const cut = data.length < message.size ? ` (the first ${data.length} of ${bytes(message.size)})` : "";
    parts.push(element("h3", {}, `Bytes${cut}`), element("pre", { class: "bytes" }, dump(data)));
  }
  return parts;
}

const ofOutput = (output) => [
  element("h2", {}, output.stream === "stderr" ? "Standard error" : "Standard output"),
  facts([["host", output.host], ["file", output.file], ["date", date(output.date)]]),
  element("pre", {}, output.text),
];

const ofFault = (fault) => [
  element("h2", {}, `⚡ ${fault.kind}`),
  facts([["of", fault.subject], ["date", date(fault.date)], ["until", lasts(fault)], ["detail", fault.detail === fault.subject ? undefined : fault.detail]]),
];

/** With whom a host has exchanged messages: most first. */
function peersOf(host, record) {
  const { messages } = record;
  const peers = new Map();
  const all = { sent: [0, 0], received: [0, 0], lost: 0 };
  for (let i = 0; i < messages.count; i++) {
    const out = messages.from[i] === host.at;
    if (!out && messages.to[i] !== host.at) continue;
    const peer = out ? messages.to[i] : messages.from[i];
    const one = peers.get(peer) ?? peers.set(peer, { at: peer, sent: 0, received: 0 }).get(peer);
    one[out ? "sent" : "received"]++;
    const sum = all[out ? "sent" : "received"];
    sum[0]++;
    sum[1] += messages.size[i];
    if (messages.kind[i] === 5 && out) all.lost++;
  }
  return { ...all, peers: [...peers.values()].sort((a, b) => b.sent + b.received - a.sent - a.received || a.at - b.at) };
}

function ofHost({ host }, actions) {
  const { record } = actions;
  const { sent, received, lost, peers } = peersOf(host, record);
  const named = peers.filter((p) => p.at >= 0 && p.at !== host.at);
  const own = record.processes.filter((p) => p.at === host.at);
  return [
    element("h2", {}, host.name),
    facts([
      ["addresses", [host.ipv4, host.ipv6].filter(Boolean).join(" ")],
      ["cores", host.cores === undefined ? undefined : `${host.cores}, each ${(host.speed / 1e9).toPrecision(3)} Gflop/s`],
      ["sent", `${sent[0]} messages, ${bytes(sent[1])}${lost > 0 ? `, ${lost} lost` : ""}`],
      ["received", `${received[0]} messages, ${bytes(received[1])}`],
    ]),
    element("p", { class: "buttons" }, button("only this host", () => actions.hosts(host.name)),
      button("with all it talks to", () => actions.hosts([host, ...named.map((p) => record.hosts[p.at])].map((h) => h.name).join(" "))),
      button("all hosts", () => actions.hosts(""))),
    element("h3", {}, "Processes"),
    facts(own.map((p) => [p.label, `${ending(p)}${p.over === null ? "" : `, ${date(p.over)}`}`])),
    element("h3", {}, "Messages to and from"),
    facts([...named.slice(0, mostPeers).map((p) => [record.hosts[p.at].name, `${p.sent} sent, ${p.received} received`]),
      ...(named.length > mostPeers ? [["…", `${named.length - mostPeers} more hosts`]] : [])]),
  ];
}

const ofSpot = (spot, actions) => [
  element("h2", {}, spot.hosts.length === 1 ? spot.hosts[0].name : `${spot.hosts[0].name} to ${spot.hosts[spot.hosts.length - 1].name}`),
  facts([["date", `about ${date(spot.date, 1e-3)}`], ["messages", spot.number], ["of them lost", spot.lost || undefined]]),
  element("p", { class: "buttons" }, button("zoom in here", () => actions.zoom(spot)),
    button("only here", () => actions.hosts(spot.hosts.map((h) => h.name).join(" ")))),
];

const help = () => [
  element("h2", {}, "How to read it"),
  element("p", {}, "A row is a host, time goes to the right. Arrows are messages: click one to see its bytes. Squares are lines of output, and bars processes. Red areas are faults, as long as they last."),
  element("p", {}, "The wheel zooms; with Shift, or over the names, it goes through the hosts. Dragging moves. A name shows what a host has done; the legend below turns kinds of messages off and on."),
  element("p", {}, "Keys, in the diagram: ← → ↑ ↓ + − Home; everywhere: / looks for a text, Esc goes back."),
];

/** Shows a message, an output line, a fault, a host, a spot of the shades, or (null) how to use the page. */
export function details(thing, actions) {
  const show = { message: ofMessage, output: ofOutput, fault: ofFault, host: ofHost, spot: ofSpot };
  document.getElementById("details").replaceChildren(...(thing === null ? help() : show[thing.type](thing, actions)));
}
