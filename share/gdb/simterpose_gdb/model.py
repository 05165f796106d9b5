"""Hosts, processes and threads as the user numbers them."""

import struct

from . import contract
from .contract import Record


class Host:
    def __init__(self, record):
        self.record = record
        self.name = record.text("name")
        self.address = ".".join(str(b) for b in struct.unpack("4B", record["ipv4"].to_bytes(4, "little")))
        self.on = bool(record["on"])


class Process:
    def __init__(self, record):
        self.record = record
        self.pid = record.number("pid")
        self.label = record.text("label")
        self.host = Record("stp_host", record["host"]).text("name")
        self.program = Record("stp_program", record["program"])
        self.number = record["number"]

    def parent(self):
        parent = self.record.next("parent", "stp_process")
        return parent.number("pid") if parent else 1

    def displacement(self):
        """From the program's variables as loaded to those of the process."""
        return self.record["region.stack_top"] - self.program["state"]

    def in_place(self):
        """Whether its memory lies where its addresses say (runtime/process/family.h)."""
        family = self.record.next("region.family", "stp_family")
        return family is None or family["in_place"] == self.record.place("region")

    def state(self):
        if self.record["zombie"]:
            return "zombie"
        if self.record["ending"]:
            return "ends"
        return "stopped" if self.record["stop_signal"] else ""

    def threads(self):
        return [Thread(t, self) for t in contract.chain("stp_thread", self.record["threads"])]


class Thread:
    def __init__(self, record, process=None):
        self.record = record
        self.process = process or Process(Record("stp_process", record["process"]))
        self.tid = record.number("tid")
        self.name = record["name"].split(b"\0")[0].decode("utf-8", "replace")
        call = record.text("call")
        self.call = call[len("simterpose_"):] if call.startswith("simterpose_") else call
        self.number = record["number"]

    def runs(self):
        return contract.word(contract.root("self")) == self.record.address

    def state(self):
        if self.runs():
            return "runs"
        if self.process.record["stop_signal"]:
            return "stopped"
        if not self.record["kernel_sp"]:
            return "is about to start"
        return "waits in " + self.call if self.record["parked"] else "can run, in " + self.call

    def left(self):
        """Where the registers lie with which it goes on: r15, r14, r13, r12, rbx, rbp, rip; None if
        it has none yet."""
        kernel_sp = self.record["kernel_sp"]
        if kernel_sp:
            return contract.word((kernel_sp & ~15) - 8) - 40
        return self.record["resume_sp"] or None

    def describe(self):
        return "%s, process %d (%s), vthread %d" % (self.process.host, self.process.number,
                                                   self.process.label, self.number)


def hosts():
    first, count, distance = struct.unpack("<QQQ", contract.read(contract.root("hosts"), 24))
    return [Host(Record("stp_host", first + i * distance)) for i in range(count)]


def processes():
    found = contract.chain("stp_process", contract.word(contract.root("processes")))
    return [Process(record) for record in found]


def threads():
    return [thread for process in processes() for thread in process.threads()]


def running():
    """The thread whose code runs, or None: the simulator does."""
    address = contract.word(contract.root("self"))
    return Thread(Record("stp_thread", address)) if address else None
