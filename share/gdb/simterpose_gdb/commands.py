"""The commands about hosts, processes and threads."""

import re

import gdb

from . import contract, model, session, symbols

_UNITS = {"": 1, "s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "m": 60, "h": 3600}


class Simterpose(gdb.Command):
    """simterpose: the commands for emulated systems.

info hosts, info processes, info vthreads, info messages
                       what there is at this date
vthread N              look at a thread, whatever it does: bt, up, info locals, print ... are
                       about it, and names of variables mean those of its process
vthread apply all|N... COMMAND
                       a command for each of them
vprocess N             the same for the first thread of a process
vprint EXPRESSION      like print, thread-locals included
vbreak LOCATION [host NAME...] [process N...] [if CONDITION]
                       a breakpoint for some processes
until-date DATE        go on to that date
set simterpose runtime-frames on
                       show what lies between the program and the simulator

All ordinary commands are about the thread that runs, or the one selected, until the run goes on."""

    def __init__(self):
        gdb.Command.__init__(self, "simterpose", gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        print(self.__doc__)


def _table(rows):
    """Left-aligned columns; the first row is the header."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def _mark(thread):
    current = session.current()
    return "*" if current is not None and thread.record == current.record else " "


class InfoHosts(gdb.Command):
    """The hosts of the platform: name, address, and what runs there."""

    def __init__(self):
        gdb.Command.__init__(self, "info hosts", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        by_host = {}
        for process in model.processes():
            by_host.setdefault(process.host, []).append("%d (%s)" % (process.number, process.label))
        rows = [("Host", "Address", "Processes")]
        for host in model.hosts():
            rows.append((host.name, host.address,
                         ", ".join(by_host.get(host.name, [])) if host.on else "is off"))
        _table(rows)


class InfoProcesses(gdb.Command):
    """The processes of all hosts. The first column is the number that vbreak and vprocess take."""

    def __init__(self):
        gdb.Command.__init__(self, "info processes", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        current = session.current()
        rows = [(" ", "Num", "Host", "Pid", "Parent", "Threads", "Program", "")]
        for process in model.processes():
            here = current is not None and current.process.record == process.record
            rows.append(("*" if here else " ", "%d" % process.number, process.host,
                         "%d" % process.pid, "%d" % process.parent(),
                         "%d" % len(process.threads()), process.program.text("path"),
                         process.state()))
        _table(rows)


class InfoVthreads(gdb.Command):
    """The threads of all processes, and what they do."""

    def __init__(self):
        gdb.Command.__init__(self, "info vthreads", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        rows = [(" ", "Num", "Host", "Process", "Tid", "Name", "State")]
        for thread in model.threads():
            rows.append((_mark(thread), "%d" % thread.number, thread.process.host,
                         "%d (%s)" % (thread.process.number, thread.process.label),
                         "%d" % thread.tid, thread.name, thread.state()))
        _table(rows)


def _find_thread(text):
    for thread in model.threads():
        if text == "%d" % thread.number:
            return thread
    raise gdb.GdbError("There is no vthread %s; info vthreads lists them." % text)


def _select(thread):
    session.select(thread)
    print("[%.6f s] %s: %s" % (contract.date(), thread.describe(), thread.state()))


class Vthread(gdb.Command):
    """vthread [N]: looks at thread N, or says which is looked at.
vthread apply all COMMAND, vthread apply N... COMMAND: a command for each of them."""

    def __init__(self):
        gdb.Command.__init__(self, "vthread", gdb.COMMAND_STACK, prefix=True)

    def invoke(self, argument, from_tty):
        if argument:
            _select(_find_thread(argument.strip()))
            gdb.execute("frame")
            return
        thread = session.current()
        print("[%.6f s] %s" % (contract.date(), "%s: %s" % (thread.describe(), thread.state())
                               if thread else "the simulator"))


class VthreadApply(gdb.Command):
    """vthread apply all COMMAND, vthread apply N... COMMAND: a command for each thread."""

    def __init__(self):
        gdb.Command.__init__(self, "vthread apply", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        match = re.match(r"\s*(all|\d+(?:\s+\d+)*)\s+(\D.*)", argument)
        if not match:
            raise gdb.GdbError("vthread apply all COMMAND, or vthread apply N... COMMAND")
        before = session.current()
        chosen = model.threads() if match[1] == "all" else [_find_thread(n) for n in match[1].split()]
        for thread in chosen:
            print()
            try:
                _select(thread)
                gdb.execute(match[2])
            except gdb.error as error:
                print(error)
        session.release()
        if before is not None:
            session.select(before)


class Vprocess(gdb.Command):
    """vprocess N: looks at the first thread of process N."""

    def __init__(self):
        gdb.Command.__init__(self, "vprocess", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        for process in model.processes():
            if argument.strip() == "%d" % process.number and process.threads():
                _select(process.threads()[0])
                gdb.execute("frame")
                return
        raise gdb.GdbError("There is no process %s; info processes lists them." % argument)


class Vprint(gdb.Command):
    """vprint[/FORMAT] EXPRESSION: like print; thread-locals are those of the thread looked at."""

    def __init__(self):
        gdb.Command.__init__(self, "vprint", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        match = re.match(r"\s*(/\w+\s)?\s*(.*)", argument, re.S)
        value = symbols.evaluate(match[2], symbols.current_thread())
        gdb.set_convenience_variable("_simterpose_value", value)
        gdb.execute("print %s $_simterpose_value" % (match[1] or ""))


class UntilDate(gdb.Command):
    """until-date DATE: goes on to that virtual date (1.5, 1.5s, 20ms), unless something else stops
the run before. Starts the run if there is none."""

    def __init__(self):
        gdb.Command.__init__(self, "until-date", gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        match = re.fullmatch(r"\s*(\d+\.?\d*(?:e-?\d+)?)\s*([a-z]*)\s*", argument)
        if not match or match[2] not in _UNITS:
            raise gdb.GdbError("until-date needs a date, like 1.5s or 20ms")
        date = float(match[1]) * _UNITS[match[2]]
        if gdb.selected_inferior().pid == 0:
            session.start_until(date)
            return
        if date <= contract.date():
            raise gdb.GdbError("It is %.6f s already." % contract.date())
        session.halt_at(date)
        gdb.execute("continue")


def define():
    for command in (Simterpose, InfoHosts, InfoProcesses, InfoVthreads, Vthread, VthreadApply,
                    Vprocess, Vprint, UntilDate):
        command()
