"""What `simterpose gdb` loads into gdb: prepares it for the run whose arguments the command has
handed on, and defines the commands. Works with gdb 13 and later, whose Python is all it needs."""

import os
import sys

import gdb

sys.dont_write_bytecode = True  # the place may be anybody's
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from simterpose_gdb import breakpoints, commands, frames, messages, session  # noqa: E402

commands.define()
breakpoints.define()
messages.define()
frames.define()
session.begin(os.environ.get("SIMTERPOSE_GDB_COMMAND"),
              os.environ.get("SIMTERPOSE_GDB_ARGUMENTS", "").split("\n"))
