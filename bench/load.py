"""Loads: what they cost emulated, as a ratio to the same by SimGrid alone (yardsticks.c). Part of bench/run.

Times are CPU times of whole runs less those of runs that do next to nothing else but start, the least of several
that alternate.

What a program writes at once is one message of SimGrid. As many are on their way as fit into a send buffer of
Linux's, 4 MiB, so that both keep the link busy and hold as many bytes; only tiny ones go one by one, as SimGrid's
cost grows with the number of those under way."""

import os, pathlib, re, subprocess, sys

here = pathlib.Path(__file__).resolve().parent
MEGABYTE = 1 << 20
SEND_BUFFER = 4 * MEGABYTE
# 100,000 actors need small stacks, without guard pages.
SMALL_STACKS = ["--cfg=contexts/stack-size:16", "--cfg=contexts/guard-size:0"]


def cluster(backbone=""):
    return ('<?xml version="1.0"?>\n<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">\n<platform version="4.1">\n'
            '  <cluster id="all" prefix="node-" suffix="" radical="0-999" speed="1Gf" bw="1Gbps" lat="500us"\n'
            f'           {backbone} sharing_policy="SPLITDUPLEX"/>\n</platform>\n')


class Loads:
    def __init__(self, simterpose, work, row):
        self.simterpose, self.work, self.row = simterpose, work, row
        (work / "star.xml").write_text(cluster())
        (work / "bottleneck.xml").write_text(cluster('bb_bw="10Gbps" bb_lat="1us"'))

    def run(self, *command):
        """CPU seconds and virtual seconds of a run."""
        errors = self.work / "load.stderr"
        with open(errors, "w") as file:
            process = subprocess.Popen([str(c) for c in command], stdout=file, stderr=file)
            _, status, usage = os.wait4(process.pid, 0)
        said = errors.read_text()
        if status != 0:
            sys.exit(f"bench: {' '.join(str(c) for c in command)}: status {status}\n{said[-1000:]}")
        return usage.ru_utime + usage.ru_stime, float(re.search(r"([\d.]+) s of virtual time", said)[1])

    def measure(self, platform, nothing, load, runs=3):
        """Emulated CPU time, SimGrid's, and the emulated virtual time, of `load` less `nothing`: arguments."""
        kinds = {
            "emulated": [self.simterpose, "run", "-o", self.work / "load", "-p", platform],
            "simgrid": [self.work / "yardsticks", platform],
        }
        best = {}
        for _ in range(runs):
            for kind, start in kinds.items():
                for what in nothing, load:
                    program = [self.work / what[0]] if kind == "emulated" else [what[0], *SMALL_STACKS]
                    found = self.run(*start, *program, *what[1:])
                    best[kind, what] = min(found, best.get((kind, what), found))
        cpu = {kind: best[kind, load][0] - best[kind, nothing][0] for kind in kinds}
        return cpu["emulated"], cpu["simgrid"], best["emulated", load][1] - best["emulated", nothing][1]

    def compare(self, name, platform, nothing, load, budget=1.5):
        emulated, simgrid, virtual = self.measure(platform, nothing, load)
        self.row(f"{name}, emulated / SimGrid", emulated / simgrid, budget)
        self.row(f"{name}, real / virtual time", emulated / virtual, None)
        return emulated

    def stream(self, name, platform, hosts, streams, total, write, budget=1.5):
        flight = SEND_BUFFER // write if write >= 16384 else 1
        return self.compare(name, platform, ("streams", hosts, streams, write, write, flight),
                            ("streams", hosts, streams, total, write, flight), budget)

    def bulk(self):
        """One stream between two hosts. How it is cut into writes costs the calls, and nothing else."""
        for size, name, total in (1, "1 B", MEGABYTE), (1024, "1 KiB", 256 * MEGABYTE), \
                (65536, "64 KiB", 4096 * MEGABYTE), (MEGABYTE, "1 MiB", 4096 * MEGABYTE):
            seconds = self.stream(f"bulk transfer, writes of {name}", here / "two-hosts.xml", 2, 1, total, size)
            self.row(f"bulk transfer, writes of {name}, simulated", total / 1e9 / seconds, None, "GB/s")

    def streams(self):
        for name, platform in ("on a star", "star"), ("through one bottleneck", "bottleneck"):
            self.stream(f"1,000 streams {name}", self.work / f"{platform}.xml", 1000, 1000, 2 * MEGABYTE, 65536)

    def idle(self):
        self.compare("messages beside 10,000 idle connections", here / "two-hosts.xml", ("idle", 10000, 1), ("idle", 10000, 50000))

    def timers(self):
        self.compare("100,000 timers / sleeping actors", here / "two-hosts.xml", ("timers", 100000, 1), ("timers", 100000, 3))


def measure(simterpose, work, row):
    loads = Loads(simterpose, work, row)
    loads.bulk()
    loads.streams()
    loads.idle()
    loads.timers()
