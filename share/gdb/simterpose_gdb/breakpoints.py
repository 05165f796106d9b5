"""Breakpoints for some hosts and processes."""

import fnmatch
import re

import gdb

from . import model, symbols

_CLAUSE = re.compile(r"\s(host|process|if)\s")


class Limited(gdb.Breakpoint):
    """Stops only in threads of some hosts and processes, where a condition holds for their
    variables."""

    def __init__(self, location, hosts, processes, condition):
        gdb.Breakpoint.__init__(self, location)
        self.hosts, self.processes, self.wanted = hosts, processes, condition

    def stop(self):
        thread = model.running()
        if thread is None or (gdb.selected_frame().name() or "").endswith("@plt"):
            return False  # gdb takes stubs for functions of C++
        if self.hosts and not any(fnmatch.fnmatchcase(thread.process.host, h) for h in self.hosts):
            return False
        if self.processes and thread.process.number not in self.processes:
            return False
        if not self.wanted:
            return True
        try:
            return bool(symbols.evaluate(self.wanted, thread))
        except gdb.error as error:
            print("The condition \"%s\" cannot be evaluated: %s" % (self.wanted, error))
            return True


class Vbreak(gdb.Command):
    """vbreak LOCATION [host NAME...] [process N...] [if CONDITION]: a breakpoint that stops only on
these hosts (patterns like node-* will do) and in these processes (numbers of info processes). The
condition is about the variables of the process that has come there."""

    def __init__(self):
        gdb.Command.__init__(self, "vbreak", gdb.COMMAND_BREAKPOINTS, gdb.COMPLETE_LOCATION)

    def invoke(self, argument, from_tty):
        words = _CLAUSE.split(" " + argument + " ", maxsplit=1)
        location, rest = words[0].strip(), argument[len(words[0]) - 1:]
        hosts, processes, condition = [], [], None
        while rest.strip():
            match = re.match(r"\s*(host|process|if)\s+(.*)", rest, re.S)
            if not match:
                raise gdb.GdbError("vbreak LOCATION [host NAME...] [process N...] [if CONDITION]")
            if match[1] == "if":
                condition, rest = match[2].strip(), ""
                continue
            end = _CLAUSE.search(match[2])
            values = match[2][:end.start()] if end else match[2]
            rest = match[2][end.start():] if end else ""
            values = values.replace(",", " ").split()
            if match[1] == "host":
                hosts += values
            else:
                processes += [int(value) for value in values]
        Limited(location, hosts, processes, condition)


def define():
    Vbreak()
