"""Checks a timeline in Chrome's format as strictly as those who import it, and prints what there is in it. The rules are those
of the Trace Event Format, and of Perfetto's trace processor where it is stricter (json_trace_tokenizer, slice_tracker and
flow_tracker say which): dates are whole nanoseconds, decimal fractions are cut off; events are taken by their dates, longer
slices first; a slice that begins in another and ends after it is dropped; an arrow belongs to the slice that is open where it
ends; a thread is found by its `tid` alone."""
import collections
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    trace = json.load(file, parse_float=str)  # as it is written: see both ways to read it
events = trace["traceEvents"]
assert trace["displayTimeUnit"] == "ns" and trace.keys() == {"traceEvents", "displayTimeUnit"}

needed = {"M": {"name", "pid", "tid", "args"}, "X": {"name", "cat", "pid", "tid", "ts", "dur"}, "i": {"name", "s", "pid", "tid", "ts"},
          "s": {"id", "cat", "name", "pid", "tid", "ts"}, "f": {"id", "cat", "name", "pid", "tid", "ts", "bp"}}
for event in events:
    assert needed[event["ph"]] <= event.keys(), event
    assert isinstance(event["pid"], int) and isinstance(event["tid"], int) and 0 <= event["tid"] < 1 << 32, event
    assert event["ph"] != "i" or event["s"] in ("g", "p", "t"), event
    assert "name" not in event or isinstance(event["name"], str), event


def digits(text):
    """Nanoseconds, as who reads the digits before and behind the point sees them."""
    whole, _, fraction = str(text).partition(".")
    return int(whole) * 1000 + int(float("0." + (fraction or "0")) * 1000)


def number(text):
    """The same, as who makes a number of it."""
    return int(float(text) * 1000)


# Processes and threads: each has a name, once or again after exec, and threads are of one process.
processes, threads, owners = {}, {}, {}
for event in events:
    assert owners.setdefault(event["tid"], event["pid"]) == event["pid"], ("a tid in two processes", event)
    if event["ph"] == "M":
        (processes if event["name"] == "process_name" else threads)[event["pid" if event["name"] == "process_name" else "tid"]] = event["args"]["name"]
assert {e["pid"] for e in events} <= processes.keys(), "a process without a name"
assert {e["tid"] for e in events} <= threads.keys(), "a thread without a name"


def take(read):
    """Slices and arrows, as an importer takes them. Returns the arrows: the slices that they join."""
    timed = [e for e in events if "ts" in e]
    for event in timed:
        assert read(event["ts"]) >= 0 and ("dur" not in event or read(event["dur"]) > 0), event
    order = sorted(range(len(timed)), key=lambda i: (read(timed[i]["ts"]), -read(timed[i]["dur"]) if "dur" in timed[i] else 1, i))
    stacks, started, joined = collections.defaultdict(list), {}, collections.defaultdict(list)
    for i in order:
        event = timed[i]
        ts, stack = read(event["ts"]), stacks[event["tid"]]
        if event["ph"] == "X":
            while stack and read(stack[-1]["ts"]) + read(stack[-1]["dur"]) <= ts:
                stack.pop()
            end = ts + read(event["dur"])
            assert not stack or end <= read(stack[-1]["ts"]) + read(stack[-1]["dur"]), ("dropped: it overlaps", stack[-1], event)
            stack.append(event)
        elif event["ph"] in "sf":
            assert stack and read(stack[-1]["ts"]) <= ts < read(stack[-1]["ts"]) + read(stack[-1]["dur"]), ("an arrow without a slice", event)
            assert stack[-1]["cat"] == "message" and stack[-1]["args"]["id"] == event["id"], ("an arrow in a strange slice", stack[-1], event)
            if event["ph"] == "s":
                assert event["id"] not in started, ("an arrow that starts twice", event)
                started[event["id"]] = stack[-1]
            else:
                assert event["bp"] == "e" and event["id"] in started, ("an arrow without a start", event)
                joined[event["id"]].append((started[event["id"]], stack[-1]))
    for pairs in joined.values():
        for start, end in pairs:
            assert read(start["ts"]) < read(end["ts"]), ("an arrow back in time", start, end)
            assert {**start["args"]} == {**end["args"]}, (start, end)
    return started, joined


assert take(digits) == take(number)
started, joined = take(digits)
print("arrows:", len(started), "lost:", len(started.keys() - joined.keys()))
losses = sum(1 for e in events if e.get("cat") == "loss")
assert losses >= len(started.keys() - joined.keys()), (losses, started.keys() - joined.keys())
for pid in sorted(processes):
    print("process:", processes[pid], "threads:", *(threads[tid] for tid in sorted(owners) if owners[tid] == pid))
print("waits:", *sorted({e["name"] for e in events if e.get("cat") == "wait"}))
print("faults:", *(e["name"] for e in events if e.get("cat") == "fault"))
