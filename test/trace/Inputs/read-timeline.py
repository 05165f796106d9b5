"""Checks a timeline in Chrome's format, and prints what there is in it."""
import collections, json, sys

trace = json.load(open(sys.argv[1], encoding="utf-8"))
events = trace["traceEvents"]
needed = {"M": {"name", "pid", "tid", "args"}, "X": {"name", "cat", "pid", "tid", "ts", "dur"}, "i": {"name", "s", "pid", "tid", "ts"},
          "s": {"id", "pid", "tid", "ts"}, "f": {"id", "pid", "tid", "ts", "bp"}}
for event in events:
    assert needed[event["ph"]] <= event.keys(), event
    assert event.get("ts", 0) >= 0 and event.get("dur", 0) >= 0, event
# Slices of one track lie one after the other, or one in the other.
tracks = collections.defaultdict(list)
for event in events:
    if event["ph"] == "X":
        tracks[event["pid"], event["tid"]].append((event["ts"], -event["dur"], event["name"]))
for slices in tracks.values():
    open_ends = []
    for begin, negative, name in sorted(slices):
        end = begin - negative
        while open_ends and open_ends[-1] <= begin + 1e-3:
            open_ends.pop()
        assert not open_ends or end <= open_ends[-1] + 2e-3, (name, begin, end, open_ends)
        open_ends.append(end)
starts = {e["id"]: e["ts"] for e in events if e["ph"] == "s"}
ends = {e["id"]: e["ts"] for e in events if e["ph"] == "f"}
assert ends.keys() <= starts.keys() and all(starts[i] <= ends[i] for i in ends)
print("arrows:", len(starts), "lost:", len(starts.keys() - ends.keys()))
for event in events:
    if event["ph"] == "M":
        print(event["name"], event["pid"], event["tid"], event["args"]["name"])
print("waits:", *sorted({e["name"] for e in events if e.get("cat") == "wait"}))
print("faults:", *(e["name"] for e in events if e.get("cat") == "fault"))
