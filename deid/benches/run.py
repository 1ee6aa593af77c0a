#!/usr/bin/env python3
"""End-to-end benchmark of deid: makes the data, builds, runs each case, prints a table.

    python3 deid/benches/run.py                  # everything, 5 M rows, data in /tmp/deid-bench
    python3 deid/benches/run.py --rows 500000    # a smaller file
    python3 deid/benches/run.py --cases a,c      # some cases only
    python3 deid/benches/run.py --save FILE      # also writes the figures as JSON

Figures are CPU seconds (user + system, all threads and child processes), the median of `--runs`;
wall time and peak resident memory stand beside them. Only Python's standard library is needed.
Nothing is left in the repository: data and outputs go to `--dir`.
"""

import argparse
import datetime
import gzip
import hashlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SEED = 20260401
PEOPLE = 1_450_000
FULL = 5_000_000

# (case, recipe, deid command); `copy` parses and writes everything unchanged: the floor.
CASES = {
    "copy": ("copy.toml", "run"),
    "a": ("a-pseudonym.toml", "run"),
    "b": ("b-row-local.toml", "run"),
    "c": ("c-gated.toml", "run"),
    "c-day": ("c-gated-day.toml", "run"),
    "d": ("d-adult.toml", "plan"),
    "d-local": ("d-adult-local.toml", "plan"),
    "d-local-k10": ("d-adult-local-k10.toml", "plan"),
    "d-local-l3": ("d-adult-local-l3.toml", "plan"),
    "arx-adult": ("d-arx-adult.toml", "run"),
    "arx-atus": ("d-arx-atus.toml", "run"),
}


def make_data(path: Path, rows: int) -> None:
    """id (10 digits), name, date of birth, postal code, short text; some people have many rows."""
    rng = random.Random(SEED)
    family = "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水 長谷川 五十嵐".split()
    given = "太郎 花子 一郎 美咲 健 陽菜 大輔 結衣 誠 さくら 翔太 恵子 浩 真由美 拓也 由美子 直樹 愛 龍之介 千代子".split()
    names = [f"{f}　{g}" for f in family for g in given]
    first = datetime.date(1924, 4, 1)
    days = [(first + datetime.timedelta(d)).isoformat() for d in range(100 * 365)]
    postal = [f"{300 + i % 7:03}-{(i * 37) % 10_000:04}" for i in range(120)]
    place = "内科 外科 眼科 歯科 救急".split()
    what = "定期受診 経過良好 検査待ち 再来予約 処方のみ 紹介状あり 家族同伴 救急搬送".split()
    texts = [f"{p}　{w}・特記なし" for p in place for w in what]
    people = max(1, rows * PEOPLE // FULL)

    def person(i: int) -> str:
        own = random.Random(SEED * 1_000_003 + i)
        return f"{1_000_000_000 + i * 6_007 % 8_999_999_993:010},{own.choice(names)},{own.choice(days)},{own.choice(postal)},"

    prefixes = [person(i) for i in range(people)]
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write("id,name,birth,postal,text\n")
        left = rows
        while left > 0:
            n = min(left, 100_000)
            block = zip(rng.choices(prefixes, k=n), rng.choices(texts, k=n))
            out.write("".join(f"{p}{t}\n" for p, t in block))
            left -= n


def measured(command: list, log: Path) -> dict:
    """Runs a command; CPU seconds of it and all its children, wall seconds, peak MiB."""
    with log.open("wb") as out:
        start = datetime.datetime.now()
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        wall = (datetime.datetime.now() - start).total_seconds()
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"failed: {' '.join(map(str, command))}\n{log.read_text(errors='replace')}")
    return {
        "cpu": usage.ru_utime + usage.ru_stime,
        "user": usage.ru_utime,
        "system": usage.ru_stime,
        "wall": wall,
        "mib": usage.ru_maxrss / 1024,
    }


def digest(path: Path) -> str:
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            sha.update(block)
    return sha.hexdigest()


def arx_table(folder: Path, recipe: str, to: Path) -> int | None:
    """Puts the table that a recipe of ARX's examples reads into a folder; its rows, None where it is not there."""
    atus = recipe == "d-arx-atus.toml"
    source = folder / ("atus_syn.csv.gz" if atus else "adult.csv")
    if not source.exists():
        return None
    table = to / source.name.removesuffix(".gz")
    # Never whole in memory: a child's peak starts from that of its parent.
    with (gzip.open if atus else open)(source, "rb") as read, table.open("wb") as write:
        shutil.copyfileobj(read, write)
    with table.open("rb") as file:
        return sum(1 for _ in file) - 1


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rows", type=int, default=FULL)
    p.add_argument("--runs", type=int, default=3)
    p.add_argument("--cases", default=",".join(CASES))
    p.add_argument("--dir", type=Path, default=Path("/tmp/deid-bench"))
    p.add_argument("--adult", type=Path, default=ROOT.parent / "shared/data/arx", help="folder of ARX's adult.csv")
    p.add_argument("--deid", type=Path, help="a binary built before; otherwise cargo builds one")
    p.add_argument("--save", type=Path)
    p.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    a = p.parse_args()
    if a.make is not None:
        make_data(a.make, a.rows)
        return

    deid = a.deid
    if deid is None:
        subprocess.run(["cargo", "build", "-p", "deid", "--release"], cwd=ROOT, check=True)
        deid = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/deid"
    data = a.dir / f"data-{a.rows}"
    data.mkdir(parents=True, exist_ok=True)
    table = data / "visits.csv"
    if not table.exists():
        # In a process of its own: a child's peak memory starts from that of its parent.
        part = data / "visits.part"
        subprocess.run([sys.executable, __file__, "--rows", str(a.rows), "--make", part], check=True)
        part.rename(table)
    size = table.stat().st_size
    print(f"{a.rows} rows, {size / 1e6:.0f} MB, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}")
    log, results = a.dir / "log", {}

    def case(name: str, rows: int, once) -> None:
        runs = [once() for _ in range(a.runs)]
        middle = {key: statistics.median(r[key] for r in runs) for key in runs[0]}
        results[name] = middle | {"rows": rows}
        floor = results.get("copy", middle)["cpu"]
        print(
            f"{name:6} {rows / middle['cpu'] / 1e6:6.2f} M rows/CPU-s  CPU {middle['cpu']:6.2f} s"
            f" (user {middle['user']:.2f}, system {middle['system']:.2f})  wall {middle['wall']:6.2f} s"
            f"  peak {middle['mib']:5.0f} MiB  × copy {middle['cpu'] / floor:5.2f}",
            flush=True,
        )

    def cat() -> dict:
        target = a.dir / "cat.csv"
        result = measured(["cp", str(table), str(target)], log)
        target.unlink()
        return result

    case("cp", a.rows, cat)
    for name in a.cases.split(","):
        recipe, command = CASES[name]
        out = a.dir / "out"
        if recipe.startswith("d-"):
            adult = a.dir / "adult"
            shutil.rmtree(adult, ignore_errors=True)
            (adult / "data").mkdir(parents=True)
            rows = arx_table(a.adult, recipe, adult / "data")
            if rows is None:
                print(f"{name:6} skipped: no tables of ARX in {a.adult} (see --adult)")
                continue
            shutil.copytree(a.adult / "hierarchies", adult / "hierarchies")
            shutil.copy(HERE / "recipes" / recipe, adult / recipe)
            line = [deid, command, adult / recipe, "--data", adult / "data", "--quiet"]
            line += ["--demo-key", "--out", out] if command == "run" else []

            def once() -> dict:
                shutil.rmtree(out, ignore_errors=True)
                return measured([str(w) for w in line], log)

            case(name, rows, once)
            continue

        def once() -> dict:
            shutil.rmtree(out, ignore_errors=True)
            line = [deid, "run", HERE / "recipes" / recipe, "--data", data, "--demo-key", "--out", out]
            return measured([str(w) for w in [*line, "--time", "2026-04-01T00:00:00Z", "--quiet"]], log)

        case(name, a.rows, once)
        results[name]["sha256"] = digest(out / "visits.csv")
        shutil.rmtree(out, ignore_errors=True)
    if a.save:
        a.save.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
