"""tcp-shares.py test/accuracy SIMTERPOSE DIRECTORY: see ../tcp-shares.test."""

import itertools, pathlib, sys

accuracy, command, directory = sys.argv[1:]
sys.path.insert(0, accuracy)
sys.dont_write_bytecode = True
import cases  # noqa: E402

work = pathlib.Path(directory)
ours = cases.sharing_emulated(cases.Emulator(command, work / "traffic", work))
theirs = cases.sharing_lv08(cases.LV08(work / "lv08", work))
bad = 0
for name, rows in itertools.groupby(zip(ours, theirs, strict=True), key=lambda pair: pair[0][1]):
    rows = list(rows)
    total, expected_total = (sum(float(pair[k][-1]) for pair in rows) for k in (0, 1))
    for our, their in rows:
        share, expected = float(our[-1]) / total, float(their[-1]) / expected_total
        off = share / expected - 1
        bad += abs(off) > 0.02
        print(f"{name} {our[3]} ms: {our[-1]} Mbit/s, {share:.4f}; LV08 {their[-1]} Mbit/s, {expected:.4f}; {100 * off:+.2f} %")
    if not 0.96 * 100 < total < 0.97 * 100:
        print(f"{name}: {total} Mbit/s in all")
        bad += 1
sys.exit(bad > 0)
