"""The cases that test/accuracy/run compares: their platforms, what runs there, by whom it is simulated.

Each function returns rows as tuples of strings, in the order of its columns in COLUMNS; ns3.cpp prints the same."""

import pathlib, statistics, subprocess

inputs = pathlib.Path(__file__).resolve().parent / "Inputs"

COLUMNS = {
    "transfers": "mbps,ms,bytes,connected,received",
    "messages": "case,mbps,ms,bytes,queue_bytes,one_way,round_trip,round_trip_max",
    "loss": "control,mbps,ms,loss,goodput_mbps,lowest,highest",
    "sharing": "control,case,stream,ms,goodput_mbps",
}
BANDWIDTHS, LATENCIES, SIZES = (10, 100, 1000), (1, 10, 100), (10000, 100000, 1000000, 10000000)
LOSSES = (0, 0.001, 0.01, 0.05)
SHARES = {"equal-2": [10] * 2, "equal-4": [10] * 4, "equal-8": [10] * 8,
          "unequal-10-40": [10, 40], "unequal-10-20-40-80": [10, 20, 40, 80]}
GAP = 60  # seconds between the transfers of a pair of hosts
ASK = (10, 0.0537, 60)  # first, pause, last
MARK, UNTIL = 30, 150  # a stream is measured between these seconds


def command(*words, **options):
    done = subprocess.run([str(w) for w in words], text=True, capture_output=True, timeout=600, **options)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(str(w) for w in words)}: status {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


def xml(body):
    return f'<?xml version="1.0"?>\n<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">\n<platform version="4.1">\n{body}</platform>\n'


class Pairs:
    """A platform of pairs of hosts, left-I and right-I, each with links of its own; `shared` is one for all."""

    def __init__(self):
        self.hosts, self.links, self.routes, self.pairs, self.shared = [], [], [], 0, None

    def link(self, name, mbps, ms, loss=0):
        prop = f'<prop id="loss" value="{loss}"/>' if loss else ""
        self.links.append(f'<link id="{name}" bandwidth="{mbps}Mbps" latency="{ms}ms" sharing_policy="SPLITDUPLEX">{prop}</link>\n')
        return name

    def share(self, mbps, ms, loss=0):
        self.shared = self.link("shared", mbps, ms, loss)

    def pair(self, mbps, ms):
        """Links of `mbps` and, in all, `ms`."""
        i = self.pairs
        self.pairs += 1
        ways = [self.link(f"link-{i}", mbps, ms)] + ([self.shared] if self.shared else [])
        self.hosts += [f'<host id="{side}-{i}" speed="1Gf"/>\n' for side in ("left", "right")]
        self.routes.append(f'<route src="left-{i}" dst="right-{i}">' + "".join(
            f'<link_ctn id="{way}" direction="UP"/>' for way in ways) + "</route>\n")
        return i

    def text(self):
        # Any two hosts need a route; nothing uses those between the pairs.
        names = [f"{side}-{i}" for i in range(self.pairs) for side in ("left", "right")]
        unused = ['<link id="unused" bandwidth="1Gbps" latency="1ms"/>\n']
        others = [
            f'<route src="{a}" dst="{b}"><link_ctn id="unused"/></route>\n'
            for k, a in enumerate(names) for b in names[k + 1:] if a.split("-")[1] != b.split("-")[1]]
        return xml('<zone id="all" routing="Full">\n' + "".join(self.hosts + self.links + unused + self.routes + others) + "</zone>\n")


class Emulator:
    """Runs Inputs/traffic.c on a platform."""

    def __init__(self, simterpose, traffic, work):
        self.simterpose, self.traffic, self.work, self.runs = simterpose, traffic, work, 0

    def run(self, platform, processes):
        """processes: (host, arguments) each. Returns the lines of each as [(what, number)]."""
        self.runs += 1
        base = self.work / f"run-{self.runs}"
        base.mkdir()
        (base / "platform.xml").write_text(platform.text())
        (base / "deployment.xml").write_text(xml("".join(
            f'<actor host="{host}" function="{self.traffic}">' +
            "".join(f'<argument value="{a}"/>' for a in arguments) + "</actor>\n" for host, arguments in processes)))
        command(self.simterpose, "run", "--quiet", "-o", base / "out", "-p", base / "platform.xml", "-d", base / "deployment.xml")
        return [read_lines(self.output(base / "out" / host, [h for h, _ in processes[:i]].count(host)))
                for i, (host, _) in enumerate(processes)]

    @staticmethod
    def output(directory, nth):
        """What the nth process of a host has written, if anything: the first one is number 2."""
        return "".join(file.read_text() for file in directory.glob(f"*.{nth + 2}.stdout"))


def read_lines(text):
    return [(line.split()[0], float(line.split()[1])) for line in text.splitlines()]


def numbers(lines, what):
    return [number for name, number in lines if name == what]


class LV08:
    """Runs Inputs/lv08.cpp on a platform."""

    def __init__(self, program, work):
        self.program, self.work = program, work

    def run(self, platform, cases):
        path = self.work / "lv08.xml"
        path.write_text(platform.text())
        text = command(self.program, path, "--log=root.thres:error", input="".join(case + "\n" for case in cases))
        found = [[] for _ in cases]
        for line in text.splitlines():
            number, rest = line.split(maxsplit=1)
            found[int(number)] += read_lines(rest)
        return found


# ---- transfers ----

def transfers_platform():
    platform = Pairs()
    links = [(mbps, ms) for mbps in BANDWIDTHS for ms in LATENCIES]
    return platform, [(platform.pair(mbps, ms), mbps, ms) for mbps, ms in links]


def transfers_emulated(emulator):
    platform, pairs = transfers_platform()
    processes = []
    for i, _, _ in pairs:
        processes.append((f"right-{i}", ["receive", 7000, *SIZES]))
        processes.append((f"left-{i}", ["send", f"right-{i}", 7000, GAP, *SIZES]))
    found = emulator.run(platform, processes)
    return [(mbps, ms, size, f"{connected - start:.6f}", f"{received - start:.6f}")
            for i, mbps, ms in pairs
            for size, start, connected, received in zip(
                SIZES, range(1, 1000, GAP), numbers(found[2 * i + 1], "connected"), numbers(found[2 * i], "received"))]


def transfers_lv08(lv08):
    platform, pairs = transfers_platform()
    cases = [(i, mbps, ms, size, 1 + GAP * k) for i, mbps, ms in pairs for k, size in enumerate(SIZES)]
    found = lv08.run(platform, [f"transfer left-{i} right-{i} {start} {size}" for i, _, _, size, start in cases])
    return [(mbps, ms, size, "0", f"{numbers(lines, 'received')[0] - start:.6f}")
            for (i, mbps, ms, size, start), lines in zip(cases, found)]


def transfers_formula():
    """A round trip to connect, a latency, and the bytes at the rate of the link."""
    return [(mbps, ms, size, f"{ms / 500:.6f}", f"{3 * ms / 1000 + size * 8e-6 / mbps:.6f}")
            for mbps in BANDWIDTHS for ms in LATENCIES for size in SIZES]


# ---- messages ----

def message_cases():
    idle = [("idle", 100, ms, size) for size in (1, 100) for ms in LATENCIES]
    return idle + [("busy", 100, 10, 100)]


def messages_row(case, asked, heard, answered):
    trips = [b - a for a, b in zip(asked, answered)]
    name, mbps, ms, size = case
    return (name, mbps, ms, size, 0, f"{statistics.median(b - a for a, b in zip(asked, heard)):.6f}",
            f"{statistics.median(trips):.6f}", f"{max(trips):.6f}")


def messages_emulated(emulator):
    platform, processes = Pairs(), []
    for i, (name, mbps, ms, size) in enumerate(message_cases()):
        platform.pair(mbps, ms)
        processes += [(f"right-{i}", ["answer", 7000, size]), (f"left-{i}", ["ask", f"right-{i}", 7000, size, *ASK])]
    asked = len(processes)
    processes += [(f"right-{i}", ["drain", 7001, MARK, 60]), (f"left-{i}", ["stream", f"right-{i}", 7001, 1])]
    found = emulator.run(platform, processes)[:asked]
    return [messages_row(case, numbers(a, "asked"), numbers(b, "heard"), numbers(a, "answered"))
            for case, b, a in zip(message_cases(), found[::2], found[1::2])]


def messages_lv08(lv08):
    platform, lines = Pairs(), []
    for i, (name, mbps, ms, size) in enumerate(message_cases()):
        platform.pair(mbps, ms)
        lines.append(f"ask left-{i} right-{i} {size} " + " ".join(str(a) for a in ASK))
    found = lv08.run(platform, lines + [f"stream left-{i} right-{i} 1 {MARK} 60"])
    return [messages_row(case, *(numbers(f, what) for what in ("asked", "heard", "answered")))
            for case, f in zip(message_cases(), found)]


# ---- streams: loss and sharing of a bottleneck ----

def streams_platform(latencies, loss=0):
    platform = Pairs()
    platform.share(100, 0.5, loss)
    for ms in latencies:
        platform.pair(1000, ms - 0.5)
    return platform


def streams_emulated(emulator, latencies, loss=0):
    processes = []
    for i, _ in enumerate(latencies):
        processes += [(f"right-{i}", ["drain", 7000, MARK, UNTIL]),
                      (f"left-{i}", ["stream", f"right-{i}", 7000, f"{1 + 0.137 * i:.3f}"])]
    found = emulator.run(streams_platform(latencies, loss), processes)
    return [numbers(lines, "goodput")[0] for lines in found[::2]]


def sharing_emulated(emulator):
    return [("", name, i, ms, f"{rate:.3f}") for name, latencies in SHARES.items()
            for i, (ms, rate) in enumerate(zip(latencies, streams_emulated(emulator, latencies)))]


def sharing_lv08(lv08):
    rows = []
    for name, latencies in SHARES.items():
        found = lv08.run(streams_platform(latencies), [
            f"stream left-{i} right-{i} {1 + 0.137 * i:.3f} {MARK} {UNTIL}" for i, _ in enumerate(latencies)])
        rows += [("", name, i, ms, f"{numbers(lines, 'goodput')[0]:.3f}") for i, (ms, lines) in enumerate(zip(latencies, found))]
    return rows


def loss_emulated(emulator):
    return [("", 100, 10, loss, *(f"{streams_emulated(emulator, [10], loss)[0]:.3f}",) * 3) for loss in LOSSES]
