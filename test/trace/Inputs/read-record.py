"""Reads a record, checks what docs/record.md says of it, and prints what tests look at."""
import base64, json, sys

lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
fields = {
    "run": {"version", "seed", "payload"},
    "host": {"host", "ipv4", "ipv6", "speed", "cores"},
    "process": {"date", "phase", "host", "pid", "parent", "label", "program"},
    "thread": {"date", "phase", "host", "pid", "tid"},
    "slices": {"host", "pid", "tid", "slices"},
    "message": {"id", "protocol", "from", "to", "source", "destination", "left", "size"},
    "connection": {"date", "phase", "connection", "accepted", "host", "peer", "local", "remote"},
    "output": {"date", "host", "pid", "file", "stream", "text"},
    "fault": {"date", "kind", "subject"},
    "link": {"link", "bandwidth", "latency", "bytes", "span", "spans"},
    "end": {"date"},
}
assert lines[0]["type"] == "run" and lines[-1]["type"] == "end"
for line in lines:
    assert fields[line["type"]] <= line.keys(), line
messages = [line for line in lines if line["type"] == "message"]
for m in messages:
    assert ("arrived" in m) != ("lost" in m and "why" in m), m
    assert m.get("begin", m["left"]) <= m["left"] <= m.get("arrived", m.get("lost")), m
    kept = len(base64.b64decode(m.get("data", "")))
    assert kept == min(m["size"], lines[0]["payload"]), m
for line in lines:
    if line["type"] == "slices":
        assert len(line["slices"]) <= 512
        last = 0
        for begin, end, time, count, what, *rest in line["slices"]:
            assert last <= begin + 1e-9 and begin < end and count > 0 and time <= end - begin + 1e-9, line
            last = end
    if line["type"] == "link":
        assert abs(sum(b for _, b in line["spans"]) - line["bytes"]) < 1e-3 * line["bytes"]
sent = {}
for m in messages:
    if m.get("kind", "").startswith("DATA") and "arrived" in m:
        key = m["connection"], m["from"]
        assert sent.get(key, 0) == m["offset"], m
        sent[key] = m["offset"] + m["size"]
print("streams:", sorted(sent.items()))
for kind in ("process", "connection", "output", "fault"):
    for line in lines:
        if line["type"] == kind:
            print(kind, *(line[k] for k in line if k not in ("type", "date", "program", "cpu")))
for m in sorted((m for m in messages if "lost" in m), key=lambda m: m["lost"]):
    print("lost", m["protocol"], m.get("kind", ""), m.get("offset", ""), m["size"], m["why"])
for protocol in ("tcp", "udp", "icmp"):
    print(protocol, sum(m["protocol"] == protocol for m in messages), "lost",
          sorted({m["why"] for m in messages if "lost" in m and m["protocol"] == protocol}))
