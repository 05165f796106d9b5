# large.py HOSTS MESSAGES: a record as large as the page must bear (docs/record.md). Each host sends to another in turn; host 7 is
# off from 50 s to 60 s, and what is sent to it meanwhile is lost.
import base64
import json
import sys

HOSTS, MESSAGES = int(sys.argv[1]), int(sys.argv[2])


def line(**fields):
    print(json.dumps(fields))


line(type="run", version=1, seed=1, payload=16)
for i in range(HOSTS):
    line(type="host", host=f"node-{i}", ipv4=f"10.0.{i // 250}.{i % 250 + 1}", ipv6=f"fd00::{i + 1}", speed=1e9, cores=1)
for i in range(HOSTS):
    line(type="process", date=0, phase="started", host=f"node-{i}", pid=2, parent=0, label="peer.2", program="/peer")
    line(type="output", date=i / HOSTS, host=f"node-{i}", pid=2, file="peer.2.stdout", stream="stdout", text=f"number {i} is here")
line(type="fault", date=50, kind="host off", subject="node-7", host="node-7")
line(type="fault", date=60, kind="host on", subject="node-7", host="node-7")
for i in range(MESSAGES):
    data = b"needle in a hay." if i == 4711 else b"hay, hay and hay"
    left = i / MESSAGES * 99
    over = left + 0.02 + i % 7 / 100
    to = i * 13 % HOSTS
    end = {"lost": over, "why": "host off"} if to == 7 and 50 <= over < 60 else {"arrived": over}
    line(type="message", id=i, protocol="udp", source="10.0.0.1:1", destination="10.0.0.2:2", left=left, size=len(data),
         data=base64.b64encode(data).decode(), **end, **{"from": f"node-{i * 7 % HOSTS}", "to": f"node-{to}"})
line(type="end", date=100)
