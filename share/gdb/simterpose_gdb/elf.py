"""What is needed of ELF files: where their sections are, where their thread-locals lie in a block,
and a copy without names."""

import struct

ALLOC, TLS = 0x2, 0x400
SYMBOLS, NOTE, NOTHING = 2, 7, 0
FUNCTION, THREAD_LOCAL = 2, 6


class File:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        self.headers, = struct.unpack_from("<Q", self.data, 0x28)
        count, names = struct.unpack_from("<HH", self.data, 0x3c)
        raw = [struct.unpack_from("<IIQQQQIIQQ", self.data, self.headers + 64 * i)
               for i in range(count)]
        start = raw[names][4] if raw else 0
        # (name, type, flags, address, offset, size, link)
        self.sections = [(self.string(start + s[0]),) + s[1:7] for s in raw]

    def string(self, offset):
        return self.data[offset:self.data.index(b"\0", offset)].decode("utf-8", "replace")

    def allocated(self):
        """(name, address) of the sections that are loaded."""
        return [(name, address) for name, _, flags, address, *_ in self.sections
                if flags & ALLOC and address]

    def first_address(self):
        """Of the first segment that is loaded."""
        table, = struct.unpack_from("<Q", self.data, 0x20)
        size, count = struct.unpack_from("<HH", self.data, 0x36)
        for i in range(count):
            kind, = struct.unpack_from("<I", self.data, table + size * i)
            if kind == 1:  # PT_LOAD
                return struct.unpack_from("<Q", self.data, table + size * i + 16)[0]
        return 0

    def symbols(self):
        """(name, kind, value) of all that have names."""
        for _, kind, _, _, offset, size, link in self.sections:
            if kind != SYMBOLS:
                continue
            names = self.sections[link][4]
            for at in range(offset, offset + size, 24):
                name, info = struct.unpack_from("<IB", self.data, at)
                value, = struct.unpack_from("<Q", self.data, at + 8)
                yield self.string(names + name), info & 15, value

    def thread_locals(self):
        """The offsets of thread-locals in the module's block, by name."""
        return {name: value for name, kind, value in self.symbols() if kind == THREAD_LOCAL}

    def functions(self):
        """(address, name) of all functions that have names, by address."""
        return sorted((value, name) for name, kind, value in self.symbols() if kind == FUNCTION)

    def without_names(self):
        """A copy that has no symbols but dynamic ones, and no debugging information."""
        copy = bytearray(self.data)
        for i, (name, kind, *_) in enumerate(self.sections):
            if kind in (SYMBOLS, NOTE) or name.startswith((".debug", ".gnu_debug")):
                struct.pack_into("<I", copy, self.headers + 64 * i + 4, NOTHING)
        return copy
