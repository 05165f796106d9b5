"""The tables of docs/accuracy.md, from those in results/."""

import re


def line(cells):
    return "| " + " | ".join(cells) + " |\n"


def table(head, rows):
    return line(head) + "|" + "---|" * len(head) + "\n" + "".join(line(row) for row in rows)


def seconds(text):
    value = float(text)
    return f"{value:.3f} s" if value >= 1 else f"{1000 * value:.3g} ms" if value < 0.1 else f"{1000 * value:.0f} ms"


def bytes_of(text):
    value = float(text)
    return f"{value / 1e6:g} MB" if value >= 1e6 else f"{value / 1e3:g} KB"


def off(value, reference):
    """How much longer or shorter, in percent; a factor if it is far off."""
    ratio = float(value) / float(reference)
    if ratio > 1.995:
        return f"{ratio:.1f} x"
    return f"{100 * (ratio - 1):+.1f} %".replace("-0.0", "0.0").replace("+0.0", "0.0")


def transfers(load):
    models = [load(model, "transfers") for model in ("emulated", "lv08", "formula")]
    rows = []
    for reference, *others in zip(load("ns3", "transfers"), *models):
        link = f"{reference['mbps']} Mbit/s, {reference['ms']} ms" if reference["bytes"] == "10000" else ""
        rows.append([link, bytes_of(reference["bytes"]), seconds(reference["received"])] +
                    [off(other["received"], reference["received"]) for other in others])
    return table(["link", "bytes", "ns-3", "Simterpose", "LV08", "3 L + S / B"], rows)


def worst(load):
    """The farthest from ns-3, of all 72 dates."""
    found = []
    for ours, theirs in zip(load("emulated", "transfers"), load("ns3", "transfers")):
        found += [float(ours[what]) / float(theirs[what]) - 1 for what in ("connected", "received")]
    return f"The farthest of the 72 dates is off by {max(100 * abs(f) for f in found):.1f} %, the mean by " \
           f"{100 * sum(abs(f) for f in found) / len(found):.1f} %.\n"


def messages(load):
    rows = []
    by_case = {model: {(r["case"], r["ms"], r["bytes"], r["queue_bytes"]): r for r in load(model, "messages")}
               for model in ("ns3", "emulated", "lv08")}
    for key, reference in by_case["ns3"].items():
        case, ms, size, queue = key
        ours, lv08 = (by_case[model][case, ms, size, "0"] for model in ("emulated", "lv08"))
        what = "idle" if case == "idle" else f"busy, queue of {float(queue) / 1000:g} KB"
        rows.append([what, f"{ms} ms", size] + [f"{1000 * float(r[column]):.3f}" for column in ("one_way", "round_trip")
                                                for r in (reference, ours, lv08)])
    return table(["link", "L", "bytes", "one way: ns-3", "Simterpose", "LV08", "and back: ns-3", "Simterpose", "LV08"], rows)


def sharing(load):
    def rates(model, case, control=""):
        return ", ".join(f"{float(r['goodput_mbps']):.1f}" for r in load(model, "sharing")
                         if r["case"] == case and r["control"] == control)
    rows, ours = [], load("emulated", "sharing")
    for case in dict.fromkeys(r["case"] for r in ours):
        trips = [f"{2 * float(r['ms']):g}" for r in ours if r["case"] == case]
        what = f"{len(trips)} of 20 ms" if len(set(trips)) == 1 else ", ".join(trips) + " ms"
        rows.append([what, rates("emulated", case), rates("lv08", case), rates("ns3", case, "cubic"), rates("ns3", case, "reno")])
    return table(["round trips", "Simterpose", "LV08", "ns-3, CUBIC", "ns-3, Reno"], rows)


def loss(load):
    rows = []
    for ours in load("emulated", "loss"):
        others = {r["control"]: r["goodput_mbps"] for r in load("ns3", "loss") if r["loss"] == ours["loss"]}
        rows.append([f"{100 * float(ours['loss']):g} %"] + [f"{float(r):.1f}" for r in (
            ours["goodput_mbps"], others["reno"], others["cubic"])])
    return table(["packets lost", "Simterpose", "ns-3, Reno", "ns-3, CUBIC"], rows)


def write(load, page):
    """Replaces what is between <!-- NAME --> and <!-- end --> in the page."""
    text = page.read_text()
    for make in transfers, worst, messages, sharing, loss:
        text = re.sub(f"(<!-- {make.__name__} -->\n).*?(<!-- end -->)", lambda m: m[1] + make(load) + m[2], text, flags=re.S)
    page.write_text(text)
