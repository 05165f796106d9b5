"""What Chromium's own importer makes of a timeline: the engine behind the Performance panel of its DevTools, which has Chromium
take it as a trace of something else than Chromium. Prints the threads with the slices that it has found, and the arrows."""
import json
import sys

from browser import Browser

SCRIPT = """
import('devtools://devtools/bundled/models/trace/trace.js').then(async ({TraceModel}) => {
  const model = TraceModel.Model.createWithAllHandlers();
  await model.parse(JSON.parse(timeline).traceEvents, {});
  const {Meta, Renderer, Flows} = model.parsedTrace(0).data;
  return JSON.stringify({
    generic: Meta.traceIsGeneric,
    threads: [...Renderer.processes].flatMap(([pid, {threads}]) => [...threads].map(([tid, thread]) => [pid, tid, thread.name, thread.entries.length])),
    flows: Flows.flows.length,
  });
})
"""

browser = Browser()
try:
    browser.go("devtools://devtools/bundled/devtools_app.html", "location.protocol === 'devtools:' && document.readyState === 'complete'")
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    browser.value(f"window.timeline = {json.dumps(text)}; 0")
    found = json.loads(browser.value(SCRIPT))
finally:
    browser.close()
assert found["generic"]
events = json.loads(text)["traceEvents"]
slices = {}
for event in events:
    if event["ph"] == "X":
        slices[event["pid"], event["tid"]] = slices.get((event["pid"], event["tid"]), 0) + 1
names = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
for pid, tid, name, count in found["threads"]:
    assert names[pid, tid] == name and count >= slices.get((pid, tid), 0), (pid, tid, name, count)
assert {(pid, tid) for pid, tid, *_ in found["threads"]} >= slices.keys()
arrived = {e["id"] for e in events if e["ph"] == "f"}
print("threads:", len(found["threads"]), "arrows:", found["flows"], "of", len(arrived))
