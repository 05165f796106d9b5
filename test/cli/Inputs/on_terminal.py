"""on_terminal.py PATTERN COMMAND...: runs COMMAND on a pseudo-terminal, writes what it says, and ends
it once that matches PATTERN (-: lets it end by itself)."""
import os
import pty
import re
import signal
import sys

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
said = b""
try:
    while data := os.read(terminal, 4096):
        said += data
        if sys.argv[1] != "-" and re.search(sys.argv[1].encode(), said):
            os.kill(pid, signal.SIGKILL)
            break
except OSError:  # the last one has closed it
    pass
os.waitpid(pid, 0)
sys.stdout.buffer.write(said)
