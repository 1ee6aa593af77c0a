#!/usr/bin/env python3
"""End-to-end benchmark of pia: makes a large case, builds, runs each command, prints a table.

    python3 pia/benches/run.py                   # everything, the case in /tmp/pia-bench
    python3 pia/benches/run.py --commands check,json  # without the documents: a build of a minute or two
    python3 pia/benches/run.py --pia BINARY      # measures a binary that is there already
    python3 pia/benches/run.py --save FILE       # also writes the figures as JSON

The case is the one that the tests of the rules start from (rules/tests/world), grown to 60 flows and
300 items, the same each time. Figures are medians of `--runs` of the whole process, its start
included. Only Python's standard library is needed. Nothing is left in the repository.
"""

import argparse
import datetime
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WORLD = ROOT / "rules" / "tests" / "world"
FLOWS, ITEMS = 60, 300
COMMANDS = ("check", "json", "report")
DOCUMENTS = "html,pdf,docx,xlsx,json"


def blocks(text):
    """The tables of a file as text: (kind, everything up to the next table at the top)."""
    parts = re.split(r"(?m)^(?=\[\[[a-z_]+\]\]$)", text)
    return parts[0], [(part.split("]]")[0].lstrip("["), part) for part in parts[1:]]


def grown(text, flows, items):
    """Copies of flows and datasets, each with ids of its own, until there are enough."""
    head, all_blocks = blocks(text)

    def copies(kind, count):
        have = [part for name, part in all_blocks if name == kind]
        total, n = sum(count(part) for part in have), 0
        while total < (flows if kind == "flow" else items):
            part = have[n % len(have)]
            n += 1
            part = re.sub(r'(?m)^id = "(.*)"$', rf'id = "\1-x{n}"', part)
            part = re.sub(r"(?m)^(renamed_from|reverse|only_items) = .*\n", "", part)
            all_blocks.append((kind, part))
            total += count(part)

    copies("dataset", lambda part: part.count("[[dataset.items]]"))
    copies("flow", lambda part: 1)
    datasets = [re.search(r'(?m)^id = "(.*)"$', part)[1] for name, part in all_blocks if name == "dataset"]
    seen, out = 0, [head]
    for kind, part in all_blocks:
        if kind == "flow":
            part = re.sub(r"(?m)^only_items = .*\n", "", part)
            part = re.sub(r'(?m)^dataset = ".*"$', f'dataset = "{datasets[seen % len(datasets)]}"', part)
            seen += 1
        out.append(part if part.endswith("\n\n") else part + "\n")
    return "".join(out)


def make_case(folder, flows, items):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(WORLD, folder)
    path = folder / "flows.toml"
    text = grown(path.read_text(encoding="utf-8"), flows, items)
    path.write_text(text, encoding="utf-8")
    return {
        "flows": len(re.findall(r"(?m)^\[\[flow\]\]$", text)),
        "items": len(re.findall(r"(?m)^\[\[dataset\.items\]\]$", text)),
        "rules": len(list((ROOT / "rules" / "checks").glob("*/*.toml"))),
    }


def build(features):
    command = ["cargo", "build", "--release", "--quiet", "-p", "pia", *features]
    subprocess.run(command, cwd=ROOT, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "pia"


def once(command):
    """Wall and CPU milliseconds of one run. Findings (status 1) are no fault."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout.decode()}\n{done.stderr.decode()}")
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return wall * 1000, cpu * 1000, done.stdout


def measure(name, pia, case, folder, runs):
    results, outputs = [], set()
    for _ in range(runs):
        if name == "check":
            command = [pia, "check", case]
        elif name == "json":
            command = [pia, "check", case, "--format", "json"]
        else:
            command = [pia, "report", case, "--out", folder / "report", "--documents", DOCUMENTS, "--replace"]
        wall, cpu, out = once(command)
        results.append((wall, cpu))
        outputs.add(out)
    if len(outputs) != 1:
        sys.exit(f"{name}: the runs do not say the same")
    wall, cpu = (statistics.median(column) for column in zip(*results))
    return {"wall_ms": round(wall, 1), "cpu_ms": round(cpu, 1), "best_wall_ms": round(min(results)[0], 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dir", type=Path, default=Path("/tmp/pia-bench"))
    parser.add_argument("--flows", type=int, default=FLOWS)
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--commands", default=",".join(COMMANDS), help="some of check, json, report")
    parser.add_argument("--pia", type=Path, help="a binary that is there already")
    parser.add_argument("--save", type=Path)
    given = parser.parse_args()
    wanted = [name for name in COMMANDS if name in given.commands.split(",")]
    # Without the documents, the libraries that make them are not needed either.
    pia = given.pia or build([] if "report" in wanted else ["--no-default-features"])
    case = given.dir / "case"
    size = make_case(case, given.flows, given.items)
    print(f"{size['flows']} flows, {size['items']} items, {size['rules']} rules, {given.runs} runs each")
    print(f"{'command':<10}{'wall ms':>10}{'CPU ms':>10}{'best wall':>12}")
    figures = {}
    for name in wanted:
        figures[name] = one = measure(name, pia, case, given.dir, given.runs)
        print(f"{name:<10}{one['wall_ms']:>10}{one['cpu_ms']:>10}{one['best_wall_ms']:>12}")
    if given.save:
        about = {
            "on": datetime.date.today().isoformat(),
            "machine": platform.platform(),
            "cores": os.cpu_count(),
            "load": os.getloadavg()[0],
        }
        given.save.write_text(json.dumps({**about, "case": size, "figures": figures}, indent=1) + "\n")


if __name__ == "__main__":
    main()
