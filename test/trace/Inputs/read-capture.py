"""Has tshark read captures: read-capture.py DIRECTORY HOST... prints, for each host, what tshark has to complain of (anything
that it calls a warning or worse, checksums verified), then whether the streams are what traffic.c has sent."""
import collections, pathlib, re, subprocess, sys

directory, hosts = pathlib.Path(sys.argv[1]), sys.argv[2:]
SIZE = 300000


def tshark(host, *arguments):
    checks = [a for p in ("tcp", "udp", "ip") for a in ("-o", f"{p}.check_checksum:TRUE")]
    result = subprocess.run(["tshark", "-r", directory / f"{host}.pcap", "-n", *checks, *arguments], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert result.returncode == 0, result.stderr
    return result.stdout


def sent_by(rank):
    return b"first" + bytes([ord("a") + rank]) * (SIZE - 9) + b"last"


names = ["frame.time_epoch", "frame.protocols", "tcp.stream", "tcp.len", "_ws.expert.message", "_ws.expert.severity"]
for host in hosts:
    complaints, protocols, lengths, dates = set(), set(), collections.Counter(), []
    for line in tshark(host, "-T", "fields", "-E", "aggregator=|", *(a for n in names for a in ("-e", n))).splitlines():
        date, layers, stream, length, messages, severities = line.split("\t")
        dates.append(float(date))
        protocols |= set(layers.split("|")[0].split(":"))
        if stream:
            lengths[int(stream.split("|")[0])] += int(length.split("|")[0])
        for message, severity in zip(messages.split("|"), severities.split("|")):
            if severity and int(severity) >= 0x600000:
                complaints.add(re.sub(r"\d+", "N", message))
    assert dates == sorted(dates) and (not dates or dates[0] >= 1577836800), host
    print(host, "packets" if dates else "no packets")
    for message in sorted(complaints):
        print(" ", message)
    print("  protocols:", *sorted(protocols & {"ip", "ipv6", "tcp", "udp", "icmp", "icmpv6"}))
    for number in sorted(stream for stream in lengths if lengths[stream] > 0):
        both = {"": b"", "\t": b""}
        for line in tshark(host, "-q", "-z", f"follow,tcp,raw,{number}").splitlines():
            match = re.fullmatch(r"(\t?)([0-9a-f]+)", line)
            if match:
                both[match[1]] += bytes.fromhex(match[2])
        there, back = both[""], both["\t"]
        print(f"  stream {number}: {len(there)} bytes, as sent: {there in map(sent_by, (1, 2, 3))}, answered: {back == there}")
