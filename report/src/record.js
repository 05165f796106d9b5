// The record of a run (docs/record.md), as the page has it.
import { load } from "./load.js";
import { Messages } from "./messages.js";

/** The payload of a message as bytes. */
export const payload = (message) => Uint8Array.from(atob(message.data ?? ""), (c) => c.charCodeAt(0));

/** What begins with a fault, by the kind of the fault that ends it. */
const endings = new Map([
  ["host on", "host off"], ["resume", "pause"], ["heal", "partition"], ["link up", "link down"], ["restore", "degrade"],
]);

/** Faults that last: `until` becomes the date at which another has undone it (`undone`), else the end. */
function pair(faults, end) {
  const open = new Map(); // by kind and subject
  for (const fault of faults) {
    const begun = open.get(`${endings.get(fault.kind)} ${fault.subject}`);
    if (begun !== undefined) Object.assign(begun, { until: fault.date, undone: true });
    if (fault.kind === "heal" && fault.subject === "") for (const other of faults) if (other.kind === "partition" && other.date <= fault.date) other.until = Math.min(other.until ?? Infinity, fault.date);
    open.set(`${fault.kind} ${fault.subject}`, fault);
  }
  const lasting = new Set(endings.values());
  for (const fault of faults) if (lasting.has(fault.kind)) fault.until ??= end;
}

/**
 * Reads the record: hosts, processes with start and end (`over`, null: it runs on), messages (messages.js), output lines and
 * faults by date, links, slices of threads. `at` is the number of a host. `end` is when the run was over, `last` when
 * nothing more happened.
 */
export async function read(tell) {
  const record = { run: {}, end: 0, hosts: [], processes: [], outputs: [], faults: [], links: [], slices: [], messages: new Messages() };
  const numbers = new Map();
  const alive = new Map();
  const ended = (line) => {
    const process = alive.get(`${line.host}/${line.pid}`);
    if (line.phase === "replaced") process.label = line.label;
    else Object.assign(process, { over: line.date, exit: line.exit, signal: line.signal, stopped: line.stopped, cpu: line.cpu });
  };
  const took = {
    run: (line) => (record.run = line),
    host: (line) => {
      numbers.set(line.host, record.hosts.length);
      record.hosts.push({ ...line, name: line.host, at: record.hosts.length });
    },
    process: (line) => {
      if (line.phase !== "started" && line.phase !== "forked") return ended(line);
      const process = { ...line, at: numbers.get(line.host), begin: line.date, over: null, outputs: [] };
      alive.set(`${line.host}/${line.pid}`, process);
      record.processes.push(process);
    },
    message: (line, begin, end) => record.messages.take(line, begin, end, numbers),
    output: (line) => {
      line.at = numbers.get(line.host);
      record.outputs.push(line);
      alive.get(`${line.host}/${line.pid}`)?.outputs.push(line);
    },
    fault: (line) => record.faults.push({ ...line, at: numbers.get(line.host) }),
    slices: (line) => record.slices.push({ ...line, at: numbers.get(line.host) }),
    link: (line) => record.links.push(line),
    end: (line) => (record.end = line.date),
  };
  const bytes = await load((line, begin, end) => took[line.type]?.(line, begin, end), tell);
  record.messages.close(bytes);
  record.outputs.sort((a, b) => a.date - b.date);
  record.end = Math.max(record.end, 1e-6);
  record.last = Math.max(record.end, record.messages.last, ...record.faults.map((f) => f.date));
  pair(record.faults, record.end);
  return record;
}
