#!/usr/bin/env python3
"""Checks the runs of scripts/bench against each other and prints what they cost.

Each line of the results is: label, segments, check, JSON line of the run; separated by tabs.
`check` is "count" for a run that does not report the sum of ages, "ages" for one that must.
"""

import argparse
import json
import os
import platform
import statistics
import sys
from dataclasses import dataclass

RAW = "raw read"
PEERS = {"JavaScript": "vs JS", "boto3": "vs boto3"}
# Each pattern and the range that does the same work: label and segments.
PATTERNS = {
    ("to-process", 1): ("struct", 1),
    ("stages", 1): ("struct", 1),
    ("flow", 1): ("tenants", 1),
    ("flow, any core", 8): ("tenants, any core", 1),
}


@dataclass
class Candidate:
    """The median of the runs of one program in one mode."""

    name: str
    runs: int
    items: int
    bytes: int | None
    cpu: float
    lowest_cpu: float
    total_cpu: float
    wall: float
    rss: float
    spread: float


def read_runs(path):
    runs = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            label, segments, check, text = line.rstrip("\n").split("\t", 3)
            runs.setdefault((label, int(segments)), []).append((check, json.loads(text)))
    return runs


def mistakes(runs, expected):
    """Yields the errors in the runs, one sentence each."""
    for (label, segments), group in runs.items():
        for check, run in group:
            where = f"{label}, {segments} segment(s)"
            if run["items"] != expected["items"]:
                yield f"{where}: {run['items']} items instead of {expected['items']}"
            if check == "ages" and run["age_sum"] != expected["age_sum"]:
                yield f"{where}: the ages' sum is {run['age_sum']}, not {expected['age_sum']}"


def summary(group):
    runs = [run for _, run in group]

    def median(figure):
        return statistics.median(run[figure] for run in runs)

    cpu = [run["cpu_seconds"] for run in runs]
    return Candidate(
        name=runs[0]["name"],
        runs=len(runs),
        items=runs[0]["items"],
        bytes=runs[0]["bytes"],
        cpu=median("cpu_seconds"),
        lowest_cpu=min(cpu),
        total_cpu=median("total_cpu_seconds") if "total_cpu_seconds" in runs[0] else float("nan"),
        wall=median("wall_seconds"),
        rss=median("peak_rss_mb"),
        spread=(max(cpu) - min(cpu)) / statistics.median(cpu),
    )


def table(candidates):
    raw = candidates[(RAW, 1)]
    peers = {label: candidates[(label, 1)] for label in PEERS if (label, 1) in candidates}
    yield [
        "client", "segments", "CPU s/100k", "lowest", "CPU s/GB", "MB/s", "peak MB", "x raw",
        *(PEERS[label] for label in peers), "start-up s", "spread", "runs",
    ]  # fmt: skip
    for (label, segments), one in candidates.items():
        # A client that does not count bytes read the same pages as the raw read.
        size = one.bytes or candidates.get((RAW, segments), raw).bytes
        yield [
            label,
            str(segments),
            f"{one.cpu / one.items * 1e5:.4f}",
            f"{one.lowest_cpu / one.items * 1e5:.4f}",
            f"{one.cpu / size * 1e9:.3f}",
            f"{size / one.wall / 1e6:,.0f}",
            f"{one.rss:.1f}",
            f"{one.cpu / raw.cpu:.1f}",
            *(f"{peer.cpu / one.cpu:.1f}" for peer in peers.values()),
            f"{one.total_cpu - one.cpu:.3f}",
            f"{one.spread:.0%}",
            str(one.runs),
        ]


def pattern_table(candidates):
    yield ["pattern", "segments", "against the range", "CPU", "lowest CPU", "wall time"]
    for key, against in PATTERNS.items():
        if key not in candidates:
            continue
        one, plain = candidates[key], candidates[against]
        yield [
            key[0],
            str(key[1]),
            against[0],
            f"{one.cpu / plain.cpu:.2f} x",
            f"{one.lowest_cpu / plain.lowest_cpu:.2f} x",
            f"{one.wall / plain.wall:.2f} x",
        ]


def print_table(rows):
    rows = list(rows)
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        first = row[0].ljust(widths[0])
        print("  ".join([first, *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]))


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--expected", required=True, help="output of replay_server --print-expected")
    parser.add_argument("results")
    arguments = parser.parse_args()
    expected = json.loads(arguments.expected)
    runs = read_runs(arguments.results)

    wrong = list(mistakes(runs, expected))
    for mistake in wrong:
        print(f"WRONG RESULT: {mistake}", file=sys.stderr)
    if wrong:
        return 1

    candidates = {
        key: summary(group)
        for key, group in sorted(
            runs.items(), key=lambda entry: (entry[0][0] in PEERS, list(runs).index(entry[0]))
        )
    }
    print_table(table(candidates))
    print()
    print_table(pattern_table(candidates))
    megabytes = candidates[(RAW, 1)].bytes / 1e6
    print()
    print(
        f"{expected['items']:,} items in {megabytes:.1f} MB of pages; every client found the same. "
        "Medians;"
    )
    print("CPU is user and system time of the client from its first to its last line of work,")
    print('"start-up" the rest of its process. "x raw": CPU relative to the raw read with one')
    print('segment; "vs": how many times less CPU than that peer. "spread": highest minus lowest CPU')
    print("time, relative to the median: if it is large, other work disturbed the runs, and")
    print('"lowest" is more accurate.')
    for label in PEERS:
        if (label, 1) in candidates:
            print(f"{label}: {candidates[(label, 1)].name}")
    print(f"{processor()}, {platform.system()} {platform.release()}", end="")
    print(f", load average {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
