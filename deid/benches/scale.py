#!/usr/bin/env python3
"""What `deid plan` costs from 10,000 to 10,000,000 rows: makes the tables, runs, draws docs/cost.svg.

    python3 deid/benches/scale.py --deid target/release/deid

Only the standard library is needed. Six quasi-identifiers, skewed and not, from a fixed seed; k = 5, at most 2 %
suppressed. The largest table has 330 MB; everything lies in --dir (default /tmp/deid-scale). See docs/benchmarks.md.
"""

import argparse
import math
import os
import random
import statistics
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEAVES = (100, 2, 50, 40, 12, 7)
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


def hierarchy(leaves: int) -> str:
    """Bands of ten, a hundred, … up to `*`."""
    widths = [w for w in (10, 100) if w < leaves]
    return "".join(
        ";".join([f"v{v:02d}", *(f"{v // w * w}-{v // w * w + w - 1}" for w in widths), "*"]) + "\n"
        for v in range(leaves)
    )


def make(folder: Path, rows: int) -> int:
    """Writes table, hierarchies and recipe once; returns the number of distinct tuples."""
    counted = folder / "distinct"
    if counted.exists():
        return int(counted.read_text())
    (folder / "data").mkdir(parents=True, exist_ok=True)
    recipe = (
        'recipe = 1\nid = "scale"\ntitle = "Scale"\nexchange = "bench"\nrecipient = "bench"\n'
        'legal_form = "安全管理加工"\nmaker = "city"\ndemo = true\nfollows = "none"\n'
        "[privacy]\nk = 5\nsuppression = 0.02\n"
    )
    for i, leaves in enumerate(LEAVES):
        (folder / f"h{i}.csv").write_text(hierarchy(leaves))
        recipe += f'[hierarchy.h{i}]\ncsv = "h{i}.csv"\n'
    recipe += '[table.t]\nfile = "t.csv"\nencoding = "utf-8"\n[table.t.columns]\n'
    for i in range(len(LEAVES)):
        recipe += f'a{i} = {{ role = "quasi", item = "iP03", treatment = {{ generalize = "h{i}" }} }}\n'
    (folder / "recipe.toml").write_text(recipe)
    draw, seen = random.Random(7).random, set()
    with (folder / "data/t.csv").open("w") as file:
        file.write(",".join(f"a{i}" for i in range(len(LEAVES))) + "\n")
        for _ in range(rows):
            row = (
                int(draw() * 100), int(draw() * 2), int(draw() ** 3 * 50),
                int(40 ** draw()) - 1, int(draw() ** 2 * 12), int(7 ** draw()) - 1,
            )  # fmt: skip
            seen.add(row)
            file.write("v%02d,v%02d,v%02d,v%02d,v%02d,v%02d\n" % row)
    counted.write_text(str(len(seen)))
    return len(seen)


def measure(deid: str, folder: Path, runs: int) -> tuple[float, float]:
    """Median CPU milliseconds and peak MiB of the whole process."""
    cpu, peak = [], []
    for _ in range(runs):
        line = [deid, "plan", str(folder / "recipe.toml"), "--data", str(folder / "data"), "--quiet"]
        child = subprocess.Popen(line, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = status
        if status:
            raise SystemExit(f"{' '.join(line)}: status {status}")
        cpu.append((used.ru_utime + used.ru_stime) * 1000)
        peak.append(used.ru_maxrss / 1024)
    return statistics.median(cpu), max(peak)


def svg(points: list[tuple[int, int, float, float]]) -> str:
    """Both axes logarithmic; dashed: n log n through the first point."""
    left, top, width, height = 70, 20, 520, 300
    lowest, highest = 1.0, 5.0

    def place(rows: float, value: float) -> tuple[float, float]:
        x = left + (math.log10(rows) - 4) / 3 * width
        y = top + height - (math.log10(value) - lowest) / (highest - lowest) * height
        return round(x, 1), round(y, 1)

    def line(values: list[tuple[float, float]], style: str) -> str:
        at = " ".join(f"{x},{y}" for x, y in (place(*v) for v in values))
        return f'<polyline points="{at}" fill="none" stroke="#222" {style}/>'

    def dots(values: list[tuple[float, float]]) -> str:
        return "".join(f'<circle cx="{x}" cy="{y}" r="3.5"/>' for x, y in (place(*v) for v in values))

    cpu, memory = [(p[0], p[2]) for p in points], [(p[0], p[3]) for p in points]
    rows, first = points[0][0], points[0][2]
    expected = [(n, first * n * math.log(n) / (rows * math.log(rows))) for n in SIZES]
    out = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 380" font-family="sans-serif" font-size="13">',
        "<title>CPU time and memory of deid plan by rows</title>",
        '<rect width="700" height="380" fill="#fff"/>',
    ]
    for n in SIZES:
        x, y = place(n, 10**lowest)
        out.append(f'<path d="M{x} {top}V{y}" stroke="#ddd"/><text x="{x}" y="{y + 20}" text-anchor="middle">{n:,}</text>')
    for e in range(int(lowest), int(highest) + 1):
        x, y = place(SIZES[0], 10**e)
        out.append(f'<path d="M{x} {y}H{left + width}" stroke="#ddd"/><text x="{x - 8}" y="{y + 4}" text-anchor="end">{10**e:,}</text>')
    out += [line(expected, 'stroke-dasharray="6 5"'), line(cpu, 'stroke-width="2"'), dots(cpu)]
    out += [line(memory, 'stroke-width="2" stroke-dasharray="2 3"'), dots(memory)]
    for values, text in ((expected, "n log n"), (cpu, "CPU ms"), (memory, "MiB")):
        x, y = place(*values[-1])
        out.append(f'<text x="{x + 8}" y="{y + 4}">{text}</text>')
    out.append(f'<text x="{left + width / 2}" y="{top + height + 45}" text-anchor="middle">行数 · rows</text></svg>')
    return "\n".join(out) + "\n"


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--deid", default=str(ROOT / "target/release/deid"))
    p.add_argument("--dir", type=Path, default=Path("/tmp/deid-scale"))
    p.add_argument("--runs", type=int, default=3)
    a = p.parse_args()
    points = []
    print("| rows | distinct tuples | CPU ms | peak MiB |\n|---|---|---|---|")
    for rows in SIZES:
        folder = a.dir / str(rows)
        distinct = make(folder, rows)
        cpu, peak = measure(a.deid, folder, a.runs)
        points.append((rows, distinct, cpu, peak))
        print(f"| {rows:,} | {distinct:,} | {cpu:.0f} | {peak:.0f} |", flush=True)
    (ROOT / "docs/cost.svg").write_text(svg(points))


if __name__ == "__main__":
    main()
