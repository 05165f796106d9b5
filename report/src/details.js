// The panel beside the diagram: what was clicked, in full.
import { payload } from "./record.js";
import { bytes, date, dump, duration, element, kind } from "./words.js";

function facts(pairs) {
  const list = element("dl");
  for (const [name, value] of pairs) if (value !== undefined && value !== null) list.append(element("dt", {}, name), element("dd", {}, String(value)));
  return list;
}

function ofMessage(message, actions) {
  const data = payload(message);
  const parts = [
    element("h2", {}, kind(message)),
    facts([
      ["from", `${message.from} ${message.source}`],
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
      element("p", { class: "buttons" },
        element("button", { type: "button", onclick: () => actions.step(message, -1) }, "◀ previous"),
        element("button", { type: "button", onclick: () => actions.step(message, 1) }, "next ▶"),
        element("button", { type: "button", onclick: () => actions.follow(message.connection) }, "only this connection")),
    );
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
  facts([["what", fault.subject], ["date", date(fault.date)], ["detail", fault.detail]]),
];

const help = [
  element("h2", {}, "How to read it"),
  element("p", {}, "A row is a host, time goes to the right. Arrows are messages: click one to see its bytes. Squares are lines of output."),
  element("p", {}, "The wheel zooms, dragging moves, + − and the arrow keys as well. Results of a search can be clicked."),
];

/** Shows a message, an output line, a fault, or (null) how to use the page. */
export function details(thing, actions) {
  const panel = document.getElementById("details");
  const show = { message: ofMessage, output: ofOutput, fault: ofFault };
  panel.replaceChildren(...(thing === null ? help : show[thing.type](thing, actions)));
}
