// The record of a run (docs/record.md), as the page has it: compressed text in, tables with numbers out.
import { gunzipSync, strFromU8 } from "fflate";

const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** The lines of the record that `simterpose report` has put into the page: JSON objects, in the order of their ends. */
export function embedded() {
  const text = document.getElementById("record").textContent.trim();
  if (text === "") return [];
  return strFromU8(gunzipSync(bytesOf(text)))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/** The payload of a message as bytes. */
export const payload = (message) => (message.data ? bytesOf(message.data) : new Uint8Array());

/**
 * Hosts with their row, processes with start and end (or the run's end), messages by the date at which they left, output
 * lines and faults by date, links, slices of threads.
 */
export function understand(lines) {
  const record = {
    run: {}, end: 0, hosts: [], processes: [], messages: [], outputs: [], faults: [], links: [], slices: [], connections: new Map(),
  };
  const rows = new Map();
  const alive = new Map();
  const start = (line) => {
    const process = { ...line, begin: line.date, over: null, outputs: [] };
    alive.set(`${line.host}/${line.pid}`, process);
    record.processes.push(process);
  };
  for (const line of lines) {
    switch (line.type) {
      case "run":
        record.run = line;
        break;
      case "host":
        rows.set(line.host, record.hosts.length);
        record.hosts.push({ name: line.host, ...line, row: record.hosts.length });
        break;
      case "process": {
        const process = alive.get(`${line.host}/${line.pid}`);
        if (line.phase === "started" || line.phase === "forked") start(line);
        else if (process === undefined) break;
        else if (line.phase === "replaced") process.label = line.label;
        else Object.assign(process, { over: line.date, exit: line.exit, signal: line.signal, cpu: line.cpu });
        break;
      }
      case "message": {
        const over = line.arrived ?? line.lost;
        record.messages.push({ ...line, over, start: line.begin ?? line.left, row: rows.get(line.from), toRow: rows.get(line.to) });
        break;
      }
      case "output": {
        record.outputs.push({ ...line, row: rows.get(line.host) });
        alive.get(`${line.host}/${line.pid}`)?.outputs.push(line);
        break;
      }
      case "fault":
        record.faults.push({ ...line, row: rows.get(line.host) });
        break;
      case "slices":
        record.slices.push({ ...line, row: rows.get(line.host) });
        break;
      case "link":
        record.links.push(line);
        break;
      case "connection":
        record.connections.set(line.connection, line);
        break;
      case "end":
        record.end = line.date;
        break;
    }
  }
  for (const process of record.processes) process.row = rows.get(process.host);
  record.messages.sort((a, b) => a.start - b.start || a.id - b.id);
  record.outputs.sort((a, b) => a.date - b.date);
  record.end = Math.max(record.end, ...record.faults.map((f) => f.date), 1e-6);
  record.longest = record.messages.reduce((most, m) => Math.max(most, m.over - m.start), 0);
  return record;
}
