"""Every call of calls.def that is emulated is in strace.def, once; and nothing else is."""
import re
import sys

calls, strace = (open(name).read() for name in sys.argv[1:])
emulated = {m[1] for m in re.finditer(r"^CALL\((\w+),\s*\w+,\s*(\w+)", calls, re.M) if m[2] != "REFUSED"}
by_number = {"futex", "exit_group", "membarrier"}  # syscall() only
traced = re.findall(r"^TRACED\((\w+)", strace, re.M)
untraced = re.findall(r"\w+", re.search(r"^UNTRACED\((.*?)\)", strace, re.M | re.S)[1])
rows = traced + untraced
for name in sorted(emulated - set(rows)):
    print(name, "has no row in strace.def: TRACED, or a place in UNTRACED")
for name in sorted(set(rows) - emulated - by_number):
    print(name, "is in strace.def, but not an emulated call")
for name in sorted({name for name in rows if rows.count(name) > 1}):
    print(name, "is in strace.def more than once")
