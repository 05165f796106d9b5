"""The state of a debugging session: which virtual thread is looked at, and what has to be undone
before the run goes on."""

import os
import struct

import gdb

from . import contract, elf, model, symbols

# The runtime's own names are hidden: `break main` is the program's.
_RUN_COMMANDS = ("continue", "step", "next", "stepi", "nexti", "finish", "until", "advance", "jump",
                 "signal", "queue-signal", "run", "start", "starti", "kill", "detach")


class _Selection:
    def __init__(self, thread, registers, place):
        self.thread, self.registers = thread, registers
        self.place = place  # the program counter and stack pointer of what really stands there
        self.displaced = None  # the region whose place was given to the thread's process


_selection = None
_reason = None  # why the run halted
_first_date = None  # at which it is to halt, once it has begun
_command = None


def begin(command, arguments):
    global _command
    if command is None:
        raise gdb.GdbError("start this with `simterpose gdb`")
    _command = command
    for setting in ("breakpoint pending on", "auto-solib-add off", "unwindonsignal on"):
        gdb.execute("set " + setting)
    gdb.execute("handle SIG37 nostop noprint pass", to_string=True)  # time/preempt.c
    gdb.execute("exec-file '%s'" % command, to_string=True)
    _load_runtime(command)
    gdb.execute("set args " + " ".join(_quoted(a) for a in ["run"] + arguments))
    for name in ("SIMTERPOSE_GDB_COMMAND", "SIMTERPOSE_GDB_ARGUMENTS", "LINES", "COLUMNS"):
        gdb.execute("unset environment " + name)
    _Loaded("*simterpose_debug_loaded", internal=True)
    _Halted("*simterpose_debug_halted")
    for name in _RUN_COMMANDS:
        gdb.execute("define hook-%s\npython simterpose_gdb.session.release()\nend" % name,
                    to_string=True)
    gdb.execute("python import simterpose_gdb.session")
    gdb.events.stop.connect(_stopped)
    gdb.events.exited.connect(_exited)


def command():
    return _command


def _quoted(word):
    return "'" + word.replace("'", "'\\''") + "'"


def _load_runtime(command):
    if os.environ.get("SIMTERPOSE_GDB_RUNTIME"):  # for those who work on it
        gdb.execute("symbol-file '%s'" % command, to_string=True)
        return
    copy = os.memfd_create("simterpose")  # gdb opens and closes files as it likes: it stays open
    os.write(copy, elf.File(command).without_names())
    gdb.execute("symbol-file /proc/%d/fd/%d" % (os.getpid(), copy), to_string=True)


# ---- breakpoints of ours ----

class _Loaded(gdb.Breakpoint):
    def stop(self):
        global _first_date
        symbols.loaded()
        if _first_date is not None:
            halt_at(_first_date)
            _first_date = None
        return False


class _Halted(gdb.Breakpoint):
    def __init__(self, location):
        gdb.Breakpoint.__init__(self, location, internal=True)
        self.silent = True

    def stop(self):
        global _reason
        _reason = {0: "the date has come", 1: "the process aborts",
                   2: "deadlock: nothing can happen any more"}.get(contract.halt_reason())
        return True


# ---- stops ----

def _stopped(event):
    global _reason
    drop()
    reason, _reason = _reason, None
    if isinstance(event, gdb.BreakpointEvent) and isinstance(event.breakpoints[0], _Halted):
        reason = reason or "halted"
    try:
        thread = model.running()
        if thread is not None:
            symbols.show(thread.process)
        date = contract.date()
    except (contract.NotRunning, gdb.error):
        return
    where = thread.describe() if thread else "the simulator"
    print("[%.6f s] %s%s" % (date, where, ": " + reason if reason else ""))
    if isinstance(event, gdb.SignalEvent) and _is_probe(gdb.newest_frame().pc()):
        print("A call of the program has been given a bad address, which the runtime tries; it "
              "will fail with EFAULT. Go on.")


def _is_probe(pc):
    return contract.root("probe_read") <= pc < contract.root("probe_failed")


def _exited(event):
    drop()
    symbols.forget()
    contract.forget()


# ---- looking at a virtual thread ----

def current():
    """The thread that is looked at: the one selected, or the one that runs; or None."""
    return _selection.thread if _selection else model.running()


def selection():
    return _selection


def _registers(address):
    names = ("r15", "r14", "r13", "r12", "rbx", "rbp", "rip")
    registers = {name: contract.word(address + 8 * i) for i, name in enumerate(names)}
    registers["rsp"] = address + 8 * len(names)
    return registers


def _call(function, argument):
    """Calls a function of the runtime, on the stack that is for this."""
    pointer = gdb.parse_and_eval("$rsp")
    gdb.execute("set $rsp = %d" % contract.root("debug_stack"))
    try:
        gdb.parse_and_eval("((void (*)(unsigned long))%d)(%d)" % (contract.symbol(function), argument))
    finally:
        gdb.execute("set $rsp = %d" % int(pointer))


def _put_in_place(process):
    """The region that had to give way, or None."""
    if process.in_place():
        return None
    family = process.record.next("region.family", "stp_family")
    before = family["in_place"]
    if before == 0:
        raise gdb.GdbError("simterpose: the memory of this process is being moved; step on a little")
    gdb.execute("frame level 0", to_string=True)
    _call("simterpose_debug_place", process.record.place("region"))
    return before


def select(thread):
    """From now on frames and names are those of this thread, until it or another is released."""
    global _selection
    release()
    if thread.runs():
        symbols.show(thread.process)
        gdb.execute("frame level 0", to_string=True)
        return
    left = thread.left()
    if left is None:
        raise gdb.GdbError("simterpose: vthread %d has not begun to run" % thread.number)
    frame = gdb.newest_frame()
    place = (frame.pc(), int(frame.read_register("rsp")))
    displaced = _put_in_place(thread.process)
    symbols.show(thread.process)
    _selection = _Selection(thread, _registers(left), place)
    _selection.displaced = displaced
    gdb.invalidate_cached_frames()
    frame = first_frame()
    if frame is not None:
        frame.select()


def first_frame():
    """The innermost one of the selected thread in code of the program; else any; None if there is
    none."""
    from . import frames
    frame, last = gdb.newest_frame(), None
    while frame is not None:
        if not is_hidden(frame):
            last = last or frame
            if not frames.is_runtime(frame.pc()):
                return frame
        frame = frame.older()
    return last


def is_hidden(frame):
    """Whether a frame is what really stands there while another thread is looked at."""
    if _selection is None:
        return False
    return (frame.pc(), int(frame.read_register("rsp"))) == _selection.place


def drop():
    global _selection
    _selection = None


def release():
    """Before the run goes on: the running thread is the one looked at, all memory in place."""
    if _selection is None:
        return
    displaced = _selection.displaced
    drop()
    gdb.invalidate_cached_frames()
    if displaced:
        gdb.execute("frame level 0", to_string=True)
        _call("simterpose_debug_place", displaced)
    thread = model.running()
    if thread is not None:
        symbols.show(thread.process)


def halt_at(date):
    """A date at which the run is to halt."""
    gdb.selected_inferior().write_memory(contract.root("halt_date"), struct.pack("<d", date))


def start_until(date):
    """Begins the run, which is to halt at a date."""
    global _first_date
    _first_date = date
    gdb.execute("run")
