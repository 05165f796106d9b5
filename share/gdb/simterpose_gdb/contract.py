"""The memory of the simulator, read by the names of its table (runtime/trace/debug.h)."""

import socket
import struct

import gdb

VERSION = 1

_fields = {}
_roots = {}
_address = None


class NotRunning(gdb.GdbError):
    def __init__(self):
        gdb.GdbError.__init__(self, "simterpose: nothing runs yet")


def read(address, size):
    return bytes(gdb.selected_inferior().read_memory(address, size))


def word(address):
    return struct.unpack("<Q", read(address, 8))[0]


def double(address):
    return struct.unpack("<d", read(address, 8))[0]


def text(address):
    if address == 0:
        return ""
    return gdb.Value(address).cast(gdb.lookup_type("char").pointer()).string(errors="replace")


def forget():
    """The inferior has gone."""
    global _address
    _address = None
    _fields.clear()
    _roots.clear()


def symbol(name):
    """The address of something that the command exports."""
    try:
        return int(gdb.parse_and_eval("(unsigned long)&'%s'" % name))
    except gdb.error:
        raise NotRunning() from None


def _load():
    global _address
    if _address is not None:
        return
    if gdb.selected_inferior().pid == 0:
        raise NotRunning()
    address = symbol("simterpose_debug")
    version, field_count, root_count, _, fields, roots = struct.unpack("<IIIIQQ", read(address, 32))
    if version != VERSION:
        raise gdb.GdbError("simterpose: this extension is of another version than the command")
    for i in range(field_count):
        name, offset, size = struct.unpack("<QII", read(fields + 16 * i, 16))
        _fields[text(name)] = (offset, size)
    for i in range(root_count):
        name, value = struct.unpack("<QQ", read(roots + 16 * i, 16))
        _roots[text(name)] = value
    _address = address


def root(name):
    """The address of a variable of the runtime."""
    _load()
    return _roots[name]


def size_of(type_name):
    _load()
    return _fields[type_name][1]


def date():
    _load()
    return double(_address + 32)


def halt_reason():
    _load()
    return struct.unpack("<I", read(_address + 12, 4))[0]


class Record:
    """A struct of the runtime. Its parts are read when they are asked for: numbers, as they are."""

    def __init__(self, type_name, address):
        _load()
        self.type_name, self.address = type_name, address

    def place(self, part):
        return self.address + _fields["%s.%s" % (self.type_name, part)][0]

    def __getitem__(self, part):
        offset, size = _fields["%s.%s" % (self.type_name, part)]
        data = read(self.address + offset, size)
        return int.from_bytes(data, "little") if size in (1, 2, 4, 8) else data

    def number(self, part):
        """A signed one."""
        value, size = self[part], _fields["%s.%s" % (self.type_name, part)][1]
        return value - (1 << 8 * size) if value >> (8 * size - 1) else value

    def double(self, part):
        return double(self.place(part))

    def text(self, part):
        return text(self[part])

    def next(self, part, type_name):
        """What a pointer points to; None for null."""
        address = self[part]
        return Record(type_name, address) if address else None

    def __eq__(self, other):
        return other is not None and self.address == other.address

    def __hash__(self):
        return hash(self.address)


def chain(type_name, address, part="next"):
    while address:
        record = Record(type_name, address)
        yield record
        address = record[part]


def endpoint(data):
    """struct stp_endpoint, as text."""
    address, port = data[:16], struct.unpack(">H", data[16:18])[0]
    if address[:12] == b"\0" * 10 + b"\xff\xff":
        return "%s:%d" % (socket.inet_ntop(socket.AF_INET, address[12:]), port)
    return "[%s]:%d" % (socket.inet_ntop(socket.AF_INET6, address), port)
