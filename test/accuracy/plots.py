"""The plots of docs/accuracy.md, from the tables in results/ (python3-matplotlib)."""

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({
    "svg.fonttype": "none", "svg.hashsalt": "simterpose", "font.family": "sans-serif", "font.size": 10,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "#555555", "axes.titlesize": 10,
    "grid.color": "#dddddd", "legend.frameon": False, "figure.facecolor": "white",
})
import matplotlib.pyplot as plt

# ns-3 is what the others are measured by: black. The colours differ for the colour-blind as well.
MODELS = {
    "ns3": ("ns-3, packet level", dict(color="black", marker="o", markersize=5, linestyle="none", zorder=5)),
    "emulated": ("Simterpose", dict(color="#0072b2", linewidth=2, marker="s", markersize=3.5)),
    "lv08": ("SimGrid alone (LV08)", dict(color="#d55e00", linestyle="--", marker="^", markersize=4)),
    "formula": ("3 L + S / B", dict(color="#888888", linestyle=":", marker="v", markersize=4)),
}
SIZE_NAMES = {1e4: "10 KB", 1e5: "100 KB", 1e6: "1 MB", 1e7: "10 MB"}


def seconds(value, _=None):
    return f"{value:g} s" if value >= 1 else f"{1000 * value:g} ms"


def legend_above(figure, axis, height, reverse=False):
    """One legend for all axes, in the top `height` (a part of 1) of the figure."""
    handles, names = axis.get_legend_handles_labels()
    step = -1 if reverse else 1
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - height))
    figure.legend(handles[::step], names[::step], loc="upper center", ncols=len(names))


def save(figure, path):
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None, dpi=80)
    plt.close(figure)


def transfers(load, path):
    """A panel for each link: the date of the last byte, by size."""
    tables = {model: load(model, "transfers") for model in MODELS}
    figure, axes = plt.subplots(3, 3, figsize=(10, 8.2), sharex=True, sharey="col", layout="constrained")
    for row, mbps in enumerate(("10", "100", "1000")):
        for column, ms in enumerate(("1", "10", "100")):
            axis = axes[row, column]
            for model, (name, style) in reversed(MODELS.items()):
                found = [r for r in tables[model] if r["mbps"] == mbps and r["ms"] == ms]
                axis.plot([float(r["bytes"]) for r in found], [float(r["received"]) for r in found], label=name, **style)
            axis.set(xscale="log", yscale="log", title=f"{mbps} Mbit/s, {ms} ms")
            axis.set_xticks(list(SIZE_NAMES), SIZE_NAMES.values())
            axis.minorticks_off()
            axis.yaxis.set_major_formatter(seconds)
            axis.grid(axis="y")
    legend_above(figure, axes[0, 0], 0.04, reverse=True)
    save(figure, path)


def ratios(load, path):
    """All transfers: how much longer than on ns-3, with the ten percent that are required."""
    reference = [float(r["received"]) for r in load("ns3", "transfers")]
    rows = load("ns3", "transfers")
    figure, axis = plt.subplots(figsize=(10, 4.4), layout="constrained")
    axis.axhspan(1 / 1.1, 1.1, color="#e3eef6", zorder=0)
    axis.axhline(1, color="black", linewidth=1)
    for model in ("formula", "lv08", "emulated"):
        name, style = MODELS[model]
        values = [float(r["received"]) / other for r, other in zip(load(model, "transfers"), reference)]
        axis.plot(range(len(values)), values, label=name, **{**style, "linestyle": "none", "markersize": 6})
    axis.set(yscale="log", ylabel="time / ns-3's", xlim=(-0.7, len(rows) - 0.3))
    axis.set_yticks([0.3, 0.5, 0.9, 1.1, 2, 4], ["0.3", "0.5", "0.9", "1.1", "2", "4"])
    axis.minorticks_off()
    for edge in range(4, len(rows), 4):
        axis.axvline(edge - 0.5, color="#cccccc" if edge % 12 else "#777777", linewidth=0.8)
    axis.set_xticks([4 * i + 1.5 for i in range(9)], [f"{r['mbps']} Mbit/s\n{r['ms']} ms" for r in rows[::4]])
    axis.tick_params(axis="x", length=0)
    legend_above(figure, axis, 0.08, reverse=True)
    save(figure, path)


def bars(axis, groups, values, colors, text="{:.0f}"):
    """groups: labels; values: {label of a series: numbers}."""
    width = 0.8 / len(values)
    for i, ((name, numbers), color) in enumerate(zip(values.items(), colors)):
        places = [k + (i - (len(values) - 1) / 2) * width for k in range(len(groups))]
        drawn = axis.bar(places, numbers, width * 0.92, label=name, color=color)
        axis.bar_label(drawn, [text.format(n) for n in numbers], padding=2, fontsize=8)
    axis.set_xticks(range(len(groups)), groups)
    axis.tick_params(axis="x", length=0)


def sharing(load, path):
    """Streams of different round trips over one bottleneck."""
    figure, axes = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained", gridspec_kw={"width_ratios": (2, 4)})
    for axis, case in zip(axes, ("unequal-10-40", "unequal-10-20-40-80")):
        def rates(model, control=""):
            return [float(r["goodput_mbps"]) for r in load(model, "sharing") if r["case"] == case and r["control"] == control]
        trips = [f"{2 * float(r['ms']):g} ms" for r in load("emulated", "sharing") if r["case"] == case]
        bars(axis, trips, {"Simterpose": rates("emulated"), "SimGrid alone (LV08)": rates("lv08"),
                           "ns-3, CUBIC": rates("ns3", "cubic"), "ns-3, Reno": rates("ns3", "reno")},
             ("#0072b2", "#d55e00", "#222222", "#999999"))
        axis.set_xlabel("round trip of the stream")
    axes[0].set_ylabel("Mbit/s")
    legend_above(figure, axes[0], 0.1)
    save(figure, path)


def busy(load, path):
    """Request and answer of 100 bytes while a stream fills the link."""
    idle = next(r for r in load("ns3", "messages") if r["case"] == "idle" and r["ms"] == "10" and r["bytes"] == "100")
    found = {"idle link (all but LV08)": float(idle["round_trip"])}
    for model, name in ("emulated", "Simterpose"), ("lv08", "SimGrid alone (LV08)"):
        found[name] = float(next(r for r in load(model, "messages") if r["case"] == "busy")["round_trip"])
    for row in load("ns3", "messages"):
        if row["case"] == "busy":
            kilobytes = float(row["queue_bytes"]) / 1000
            found[f"ns-3, router's queue of {kilobytes:.4g} KB"] = float(row["round_trip"])
    colors = {"S": "#0072b2", "i": "#bbbbbb", "n": "#222222"}
    figure, axis = plt.subplots(figsize=(10, 2.6), layout="constrained")
    names = list(found)[::-1]
    drawn = axis.barh(names, [1000 * found[n] for n in names], height=0.7,
                      color=["#d55e00" if "LV08)" in n and n[0] == "S" else colors[n[0]] for n in names])
    axis.bar_label(drawn, [f"{1000 * found[n]:.1f} ms" for n in names], padding=3)
    axis.set(xlabel="round trip of a request, ms (median)")
    axis.tick_params(axis="y", length=0)
    save(figure, path)


def loss(load, path):
    """What a long stream carries over a link that loses packets."""
    figure, axis = plt.subplots(figsize=(8, 4), layout="constrained")
    lines = [("emulated", "", "Simterpose", MODELS["emulated"][1]),
             ("ns3", "reno", "ns-3, Reno", {**MODELS["ns3"][1], "linestyle": "-"}),
             ("ns3", "cubic", "ns-3, CUBIC",
              {**MODELS["ns3"][1], "color": "#888888", "linestyle": "--", "marker": "D", "markersize": 4})]
    for model, control, name, style in lines:
        rows = [r for r in load(model, "loss") if r["control"] == control and float(r["loss"]) > 0]
        axis.plot([100 * float(r["loss"]) for r in rows], [float(r["goodput_mbps"]) for r in rows], label=name, **style)
    rates = (0.001, 0.01, 0.05)
    axis.plot([100 * p for p in rates], [min(96.5, 1448 * 8 / 0.02 * (1.5 / p) ** 0.5 / 1e6) for p in rates],
              label="MSS / RTT x sqrt(1.5 / p)", **MODELS["formula"][1])
    axis.set(xscale="log", yscale="log", xlabel="packets lost", ylabel="Mbit/s")
    axis.set_xticks([0.1, 1, 5], ["0.1 %", "1 %", "5 %"])
    axis.set_yticks([1, 3, 10, 30, 100], ["1", "3", "10", "30", "100"])
    axis.minorticks_off()
    axis.grid(axis="y")
    legend_above(figure, axis, 0.08)
    save(figure, path)


def draw(load, directory, suffix=".svg"):
    for plot in transfers, ratios, sharing, busy, loss:
        plot(load, directory / (plot.__name__ + suffix))
