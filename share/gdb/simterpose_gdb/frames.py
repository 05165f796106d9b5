"""Backtraces: of threads that wait, from the registers with which they left their stacks; and
without the frames of the runtime, of which one says which call of the program it serves."""

import bisect
import os

import gdb
from gdb.FrameDecorator import FrameDecorator
from gdb.unwinder import Unwinder, register_unwinder

from . import elf, session


class _FrameId:
    def __init__(self, sp, pc):
        self.sp, self.pc = sp, pc


class _WaitingThreads(Unwinder):
    """While a thread is looked at that does not run, what called the innermost frame is taken to be
    the place where that thread left its stack. The real registers are never changed."""

    def __init__(self):
        Unwinder.__init__(self, "simterpose")

    def __call__(self, pending):
        selection = session.selection()
        if selection is None:
            return None
        pc, sp = int(pending.read_register("rip")), int(pending.read_register("rsp"))
        if (pc, sp) != selection.place:
            return None
        # Inner to what follows, as a frame has to be.
        found = pending.create_unwind_info(_FrameId(gdb.Value(selection.registers["rsp"] - 64),
                                                    gdb.Value(pc)))
        for name, value in selection.registers.items():
            found.add_saved_register(name, gdb.Value(value))
        return found


class _RuntimeFrames(gdb.Parameter):
    """Whether backtraces show the frames of the runtime."""

    set_doc = show_doc = "Whether backtraces show the frames of the runtime"

    def __init__(self):
        gdb.Parameter.__init__(self, "simterpose runtime-frames", gdb.COMMAND_STACK,
                               gdb.PARAM_BOOLEAN)
        self.value = False

    def get_set_string(self):
        return ""

    def get_show_string(self, value):
        return "Backtraces show the frames of the runtime: %s." % value


_parameter = None
_range = None  # of the command's code: (process, start, end)
_functions = None  # of the command, if it is not stripped


def _find_range():
    global _range
    pid = gdb.selected_inferior().pid
    if _range is None or _range[0] != pid:
        starts, ends = [], []
        exe = os.readlink("/proc/%d/exe" % pid)
        with open("/proc/%d/maps" % pid) as maps:
            for line in maps:
                words = line.split(None, 5)
                if len(words) > 5 and words[5].rstrip("\n") == exe:
                    start, end = words[0].split("-")
                    starts.append(int(start, 16))
                    ends.append(int(end, 16))
        _range = (pid, min(starts, default=0), max(ends, default=0))
    return _range[1:]


def is_runtime(pc):
    start, end = _find_range()
    return start <= pc < end


def _call_at(pc):
    """The mediated call that is served by code of the runtime; None if that cannot be told."""
    global _functions
    if _functions is None:
        _functions = elf.File(session.command()).functions()
    at = bisect.bisect_right(_functions, (pc - 1 - _find_range()[0], "\xff")) - 1
    name = _functions[at][1] if at >= 0 else ""
    return name[len("simterpose_"):] if name.startswith("simterpose_") else None


class _Call(FrameDecorator):
    """Stands for all frames of the runtime that serve a call."""

    def __init__(self, frame, call):
        FrameDecorator.__init__(self, frame)
        self.call = call

    def function(self):
        return self.call

    def address(self):
        return None

    def filename(self):
        return None

    def line(self):
        return None

    def frame_args(self):
        return None

    def frame_locals(self):
        return None


class _Filter:
    name, priority, enabled = "simterpose", 100, True

    def __init__(self):
        gdb.frame_filters[self.name] = self

    def filter(self, frames):
        if _parameter.value or gdb.selected_inferior().pid == 0:
            return frames
        return self._shorter(frames)

    @staticmethod
    def _shorter(frames):
        thread = session.current()
        runtime, shown = [], False
        for frame in frames:
            inferior = frame.inferior_frame()
            if session.is_hidden(inferior):
                continue
            if is_runtime(inferior.pc()):
                runtime.append(frame)
                continue
            if runtime:
                call = _call_at(runtime[-1].inferior_frame().pc())
                if call is None and thread is not None and not shown and not thread.runs():
                    call = thread.call
                yield _Call(runtime[-1], "<simterpose: %s>" % call if call else "<simterpose>")
            runtime, shown = [], True
            yield frame
        if not shown:
            yield from runtime


def define():
    global _parameter
    for kind in ("set", "show"):
        _prefix(kind)
    _parameter = _RuntimeFrames()
    register_unwinder(None, _WaitingThreads(), replace=True)
    _Filter()


def _prefix(kind):
    class Prefix(gdb.Command):
        """Settings of simterpose."""

        def __init__(self):
            gdb.Command.__init__(self, kind + " simterpose", gdb.COMMAND_STACK,
                                 gdb.COMPLETE_NONE, True)
    Prefix()
