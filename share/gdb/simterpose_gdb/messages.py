"""What is on its way between hosts."""

import gdb

from . import contract
from .contract import Record

_SEGMENTS = ((1, "SYN"), (2, "SYN+ACK"), (4, "ACK"), (8, "data"), (16, "FIN"), (32, "RST"),
             (64, "probe"))


def _kind(kind):
    return "+".join(name for bit, name in _SEGMENTS if kind & bit)


def _host(address):
    return Record("stp_host", address).text("name")


def _tcp_end(end, peer):
    """Of one direction: (what, when it arrives)."""
    capacity, head = end["segments.capacity"], end["segments.head"]
    size, before = contract.size_of("stp_transit_item"), end["arrived"]
    for i in range(end["segments.count"]):
        place = end["segments.items"] + size * ((head + i) & (capacity - 1))
        item = Record("stp_transit_item", place)
        kind, offset = item.number("kind"), item["offset"]
        text = _kind(kind)
        if kind & 8:
            text += " %d bytes" % (offset - before)
            before = offset
        yield text, "arrives at %.6f" % item.double("date")
    if end["started"] > end["departed"]:
        yield ("data %d bytes" % (end["started"] - end["departed"]),
               "leaves since %.6f" % end.double("flow_date"))
    if end["written"] > end["started"]:
        yield "data %d bytes" % (end["written"] - end["started"]), "waits to be sent"
    if end["arrived"] > end["read"]:
        yield "data %d bytes" % (end["arrived"] - end["read"]), "has arrived, not read"


def _tcp():
    first = contract.word(contract.root("tcp_connections"))
    size = contract.size_of("stp_tcp_end")
    for connection in contract.chain("stp_tcp_connection", first):
        ends = [Record("stp_tcp_end", connection.place("ends") + i * size) for i in (0, 1)]
        for end, peer in (ends, reversed(ends)):
            for what, when in _tcp_end(end, peer):
                yield ("TCP", _host(end["host"]), contract.endpoint(end["local"]),
                       _host(peer["host"]) if peer["host"] else "?",
                       contract.endpoint(end["remote"]), what, when)


def _beginning(datagram):
    data = contract.read(datagram.place("data"), min(datagram["size"], 24))
    text = "".join(chr(b) if 32 <= b < 127 else "." for b in data)
    return "%d bytes \"%s\"%s" % (datagram["size"], text, "..." if datagram["size"] > 24 else "")


def _udp():
    for lane in contract.chain("stp_udp_lane", contract.word(contract.root("udp_lanes"))):
        path = Record("stp_path", lane["path"])
        found = []
        first = int.from_bytes(lane["departed"][:8], "little")
        for datagram in contract.chain("stp_datagram", first):
            found.append((datagram, "arrives at %.6f" % datagram.double("date")))
        if lane["sending"]:
            found.append((Record("stp_datagram", lane["sending"]), "leaves"))
        for part, where in (("queued", "waits in a router"), ("waiting", "waits to be sent")):
            first = int.from_bytes(lane[part][:8], "little")
            found += [(d, where) for d in contract.chain("stp_datagram", first)]
        for datagram, when in found:
            yield ("UDP", _host(path["from"]), contract.endpoint(datagram["from"]),
                   _host(path["to"]), contract.endpoint(datagram["to"]), _beginning(datagram), when)


class InfoMessages(gdb.Command):
    """info messages: what is on its way between hosts by TCP and UDP, and when it arrives."""

    def __init__(self):
        gdb.Command.__init__(self, "info messages", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        found = list(_tcp()) + list(_udp())
        for protocol, sender, source, receiver, destination, what, when in found:
            print("%s  %s %s -> %s %s  %s: %s" % (protocol, sender, source, receiver, destination,
                                                  what, when))
        if not found:
            print("No messages are on their way.")


def define():
    InfoMessages()
