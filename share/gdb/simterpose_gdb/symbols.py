"""Symbols of the emulated programs.

A program is loaded from a copy in memory, and each process has variables of its own at a distance
from where they were loaded. gdb is given the program's file with its sections at addresses of their
own: code where it was loaded, variables where those of one process are. Another process is shown by
giving it the file again with other addresses, which costs little (gdb keeps what it has read)."""

import re

import gdb

from . import contract, elf

_modules = {}  # by path


class Module:
    def __init__(self, path, base, span, span_size):
        self.path, self.base = path, base
        self.span, self.span_end = span, span + span_size
        self.file = elf.File(path)
        self.displacement = None  # of the variables, as gdb has them; None: not known to gdb
        self._thread_locals = None

    def holds(self, address):
        return self.span <= address < self.span_end

    def thread_locals(self):
        if self._thread_locals is None:
            self._thread_locals = self.file.thread_locals()
        return self._thread_locals

    def install(self, displacement):
        if self.displacement == displacement:
            return
        sections = [(name, self.base + address) for name, address in self.file.allocated()]
        text = dict(sections).get(".text", sections[0][1])
        if self.displacement is not None:
            gdb.execute("remove-symbol-file -a %d" % text, to_string=True)
        words = ["add-symbol-file", "'%s'" % self.path]
        for name, address in sections:
            words += ["-s", name,
                      "%d" % (address + displacement if self.holds(address) else address)]
        gdb.execute(" ".join(words), to_string=True)
        self.displacement = displacement

    def remove(self):
        if self.displacement is not None:
            sections = dict(self.file.allocated())
            text = sections.get(".text", next(iter(sections.values())))
            gdb.execute("remove-symbol-file -a %d" % (self.base + text), to_string=True)
        self.displacement = None


def forget():
    for module in _modules.values():
        try:
            module.remove()
        except gdb.error:
            pass
    _modules.clear()


# ---- what is loaded ----

def _mappings():
    """(start, end, offset, file) of the inferior; files without a name have their inode."""
    found = []
    with open("/proc/%d/maps" % gdb.selected_inferior().pid) as maps:
        for line in maps:
            words = line.split(None, 5)
            start, end = (int(x, 16) for x in words[0].split("-"))
            if words[4] != "0":
                path = words[5].rstrip("\n") if len(words) > 5 else ""
                found.append((start, end, int(words[2], 16), (words[3], words[4]), path))
    return found


def _add(record, mappings, path=None):
    code = record["code"]
    of_file = next((m for m in mappings if m[0] <= code < m[1]), None)
    if of_file is None:
        return None
    path = path or of_file[4]
    if path not in _modules:
        start = min(m[0] for m in mappings if m[3] == of_file[3] and m[2] == 0)
        module = Module(path, start, record["span"], record["span_size"])
        module.base -= module.file.first_address() & ~4095
        _modules[path] = module
    return _modules[path]


def _of_program(program, mappings):
    """Its modules with the records of them, the executable first."""
    size, first = contract.size_of("stp_module"), program["modules"]
    found = []
    for i in range(program["module_count"]):
        record = contract.Record("stp_module", first + i * size)
        found.append((_add(record, mappings, program.text("path") if i == 0 else None), record))
    return found


def _late(program, mappings):
    for library in contract.chain("stp_late_library", program["late"]):
        record = contract.Record("stp_module", library.place("module"))
        yield library.address, _add(record, mappings), record


def loaded():
    """Programs or libraries have been loaded: lets gdb know them, and what they need."""
    mappings = _mappings()
    for program in contract.chain("stp_program", contract.word(contract.root("programs"))):
        modules = [m for m, _ in _of_program(program, mappings)]
        modules += [m for _, m, _ in _late(program, mappings)]
        for module in modules:
            if module is not None and module.displacement is None:
                module.install(0)
    _load_libraries()


def _load_libraries():
    """Those that are not instrumented; the others are ours to load."""
    ours = {path.rsplit("/", 1)[-1] for path in _modules}
    names = []
    for line in gdb.execute("info sharedlibrary", to_string=True).splitlines():
        found = re.match(r"0x\S+\s+0x\S+\s+No\s+(\(\*\)\s+)?(/.*)", line)
        if found and not found[2].startswith("/proc/") and \
                found[2].rsplit("/", 1)[-1] not in ours:
            names.append(found[2])
    if names and not any(".so" in name for name in ours):
        gdb.execute("sharedlibrary \\.so", to_string=True)
    else:
        for name in names:
            gdb.execute("sharedlibrary ^%s$" % re.escape(name).replace("\\-", "-"), to_string=True)


# ---- of a process ----

def _displacements(process):
    """(module, displacement, record) of all that the process uses."""
    mappings = _mappings()
    program = process.program
    found = [(m, process.displacement(), r) for m, r in _of_program(program, mappings)]
    libraries = {address: (m, r) for address, m, r in _late(program, mappings)}
    for image in contract.chain("stp_late_image", process.record["late"]):
        module, record = libraries[image["library"]]
        found.append((module, image["copy"] - record["span"], record))
    return [f for f in found if f[0] is not None]


def show(process):
    """From now on names of variables mean those of the process."""
    for module, displacement, _ in _displacements(process):
        module.install(displacement)


# ---- expressions about a process that is not shown, and thread-locals ----

_WORD = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')   # literals
                       |((?:\.|->)\s*[A-Za-z_]\w*)              # members
                       |(\$\w+|[0-9]\w*)                        # of gdb, numbers
                       |((?:::)?[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)""", re.X)


def _find(name):
    try:
        found = gdb.lookup_symbol(name)[0]
    except gdb.error:  # no frame
        found = None
    return found or gdb.lookup_static_symbol(name) or gdb.lookup_global_symbol(name)


def _thread_local(name, thread):
    block = thread.record["tls"]
    alignment = thread.process.program["tls_align"]
    start = (block + alignment - 1) & ~(alignment - 1)
    for module, _, record in _displacements(thread.process):
        if block and record["tls_size"] and name in module.thread_locals():
            return start + record["tls_offset"] + module.thread_locals()[name]
    return None


def _address(symbol, thread):
    """Where a variable of the program is for that thread; None: it is something else."""
    if symbol is None or not symbol.is_variable or symbol.needs_frame:
        return None
    if symbol.addr_class == gdb.SYMBOL_LOC_STATIC:
        shown = int(symbol.value().address)
        for module, displacement, _ in _displacements(thread.process):
            if module.displacement is not None and module.holds(shown - module.displacement):
                return shown - module.displacement + displacement
        return None
    return _thread_local(symbol.linkage_name, thread)


def evaluate(expression, thread):
    """The value of an expression, with the variables that the thread has: those of its process,
    whichever is shown, and its own thread-locals."""
    count = 0

    def replace(match):
        nonlocal count
        name = match[4]
        symbol = _find(name) if name else None
        address = _address(symbol, thread)
        if address is None:
            return match[0]
        count += 1
        pointer = gdb.Value(address).cast(symbol.type.pointer())
        gdb.set_convenience_variable("_simterpose%d" % count, pointer)
        return "(*$_simterpose%d)" % count

    return gdb.parse_and_eval(_WORD.sub(replace, expression))


def current_thread():
    from . import session
    thread = session.current()
    if thread is None:
        raise gdb.GdbError("simterpose: no virtual thread is running; select one with vthread N")
    return thread
