# A record as large as the page must bear (docs/record.md).
import base64
import json

HOSTS, MESSAGES = 100, 100000


def line(**fields):
    print(json.dumps(fields))


line(type="run", version=1, seed=1, payload=16)
for i in range(HOSTS):
    line(type="host", host=f"node-{i}", ipv4=f"10.0.0.{i + 1}", ipv6=f"fd00::{i + 1}", speed=1e9, cores=1)
    line(type="process", date=0, phase="started", host=f"node-{i}", pid=2, parent=0, label="peer.2", program="/peer")
for i in range(MESSAGES):
    data = b"needle in a hay." if i == 4711 else b"hay, hay and hay"
    left = i / MESSAGES * 99
    line(type="message", id=i, protocol="udp", source="10.0.0.1:1", destination="10.0.0.2:2", left=left, arrived=left + 0.02 + i % 7 / 100,
         size=len(data), data=base64.b64encode(data).decode(), **{"from": f"node-{i * 7 % HOSTS}", "to": f"node-{i * 13 % HOSTS}"})
line(type="end", date=100)
