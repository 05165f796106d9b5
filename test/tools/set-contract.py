"""set-contract.py PROGRAM VERSION: makes an instrumented program look built for another version of
the contract, by overwriting the first field of the descriptor that its note points to."""
import struct
import sys


def sections(image):
    offset, size, count, names = (struct.unpack_from("<Q", image, 0x28)[0],
                                  *struct.unpack_from("<HHH", image, 0x3A))
    headers = [struct.unpack_from("<IIQQQQ", image, offset + i * size) for i in range(count)]
    strings = headers[names][4]
    for name, _, _, address, start, length in headers:
        end = image.index(b"\0", strings + name)
        yield image[strings + name:end].decode(), address, start, length


path, version = sys.argv[1], int(sys.argv[2])
image = bytearray(open(path, "rb").read())
table = list(sections(image))
_, address, start, length = next(s for s in table if s[0] == ".note.simterpose")
name_size = struct.unpack_from("<I", image, start)[0]
distance_at = 12 + (name_size + 3) // 4 * 4
target = address + distance_at + struct.unpack_from("<q", image, start + distance_at)[0]
_, address, start, length = next(s for s in table if s[1] and s[1] <= target < s[1] + s[3])
struct.pack_into("<I", image, start + target - address, version)
open(path, "wb").write(image)
