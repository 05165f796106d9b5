// Looking for a text in all that a run has done. A million messages take seconds: the page breathes meanwhile.
import { breathe } from "./load.js";
import { cells, date, element, kind, table } from "./words.js";

const mostShown = 500;

const has = (wanted, ...texts) => texts.some((text) => text !== undefined && text !== null && String(text).toLowerCase().includes(wanted));

/**
 * Everything in which a text occurs, by date: { date, thing, what, text }, where thing is what can be jumped to, or the number of
 * a message. tell(part) says how far it is; when it returns false, the search is given up and there is no result (null).
 */
async function find(record, query, tell) {
  const wanted = query.toLowerCase();
  const found = [
    ...record.outputs.filter((o) => has(wanted, o.text, o.file)).map((o) => ({ date: o.date, thing: o, what: `${o.host} wrote`, text: o.text })),
    ...record.faults.filter((f) => has(wanted, f.kind, f.subject, f.detail)).map((f) => ({ date: f.date, thing: f, what: f.kind, text: f.subject })),
    ...record.processes.filter((p) => has(wanted, p.label, p.host, p.program)).map((p) => ({ date: p.begin, thing: { date: p.begin, at: p.at }, what: `${p.host} starts`, text: p.label })),
  ];
  const look = (message, i) => {
    const text = message.data === undefined ? "" : atob(message.data);
    if (has(wanted, text, message.kind, message.source, message.destination, message.why))
      found.push({
        date: message.left, thing: i, what: `${message.from ?? "—"} → ${message.to ?? "—"}`,
        text: `${kind(message)}  ${text.slice(0, 80).replace(/[^\x20-\x7e]/g, "·")}`,
      });
  };
  for (const part of record.messages.all(look)) {
    if (!tell(part)) return null;
    await breathe();
  }
  return found.sort((a, b) => a.date - b.date);
}

/** Shows in `place` what was found. jump(thing) goes there; colour(numbers) is for all messages among it. */
export async function search(record, query, place, { jump, colour }) {
  const said = element("p", { id: "found" }, `“${query}”: looking…`);
  place.replaceChildren(said);
  const found = await find(record, query, (part) => {
    said.textContent = `“${query}”: looking… ${Math.round(100 * part)} %`;
    return said.isConnected;
  });
  if (found === null) return;
  const rows = found.slice(0, mostShown).map((f) => element("tr", { tabindex: 0, onclick: () => jump(f.thing) }, ...cells(date(f.date), f.what, f.text)));
  const more = found.length > mostShown ? `, of which the first ${mostShown} are shown` : "";
  said.textContent = `“${query}”: ${found.length} found${more} `;
  const numbers = found.map((f) => f.thing).filter((thing) => typeof thing === "number");
  if (numbers.length > 0) said.append(element("button", { type: "button", onclick: () => colour(new Set(numbers), `“${query}”`) }, "colour only these messages"));
  if (rows.length > 0) place.append(table(["date", "", ""], rows));
}
