// What processes have written: the consoles of some side by side, and one log of all.
import { element } from "./words.js";

const mostLines = 3000; // of one console
const mostLogged = 1000;
const consolesAtFirst = 6;

const lineOf = (line, jump, ...before) =>
  element("div", { class: `line ${line.stream}`, tabindex: 0, "data-date": line.date, onclick: () => jump(line) },
    element("time", {}, line.date.toFixed(6)), ...before, element("span", {}, line.text));

/** The consoles of processes of the hosts that are shown. `state.open` keeps which. */
export function consoles(record, rows, state, jump) {
  const talkers = record.processes.filter((p) => p.outputs.length > 0 && rows.of(p.at) >= 0);
  state.open ??= new Set();
  if (!talkers.some((p) => state.open.has(p))) for (const process of talkers.slice(0, consolesAtFirst)) state.open.add(process);
  const chooser = element("div", { class: "chooser" });
  const columns = element("div", { class: "consoles" });
  const fill = () =>
    columns.replaceChildren(
      ...talkers.filter((p) => state.open.has(p)).map((process) => {
        const lines = process.outputs.slice(0, mostLines).map((line) => lineOf(line, jump));
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

/** The lines of all hosts that are shown, by date: those in view. */
export function log(record, rows, [from, to], jump) {
  const lines = record.outputs.filter((line) => rows.of(line.at) >= 0 && line.date >= from && line.date <= to);
  const said = lines.length > mostLogged ? `${lines.length} lines, of which the first ${mostLogged} are here` : `${lines.length} lines`;
  return [
    element("p", {}, `${said}, between the dates that the diagram shows.`),
    element("div", { class: "log" }, ...lines.slice(0, mostLogged).map((line) => lineOf(line, jump, element("b", {}, line.host)))),
  ];
}

/** Lines outside the dates that the diagram shows are pale. */
export function mark(from, to) {
  for (const line of document.querySelectorAll(".line[data-date]")) {
    const at = Number(line.dataset.date);
    line.classList.toggle("outside", at < from || at > to);
  }
}
