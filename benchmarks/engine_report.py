#!/usr/bin/env python3
"""Checks the runs of scripts/bench --engine and prints how they compare with DynamoDB Local.

usage: engine_report.py RESULTS

Each line of the results is: server, work, lanes, JSON line of the run; separated by tabs. Exits with
1 if runs disagree on the items, or if the engine in memory is less than ten times as fast as DynamoDB
Local with one writer or in scans of one or eight segments. Eight writers are only reported.
"""

import json
import sys

from report import print_table

LOCAL, MEMORY, LEAST = "DynamoDB Local", "dynamo serve", 10
DEMANDED = {("load", 1), ("scan", 1), ("scan", 8)}


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    runs = {}
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in lines:
            server, work, lanes, text = line.rstrip("\n").split("\t", 3)
            runs.setdefault((work, int(lanes)), {}).setdefault(server, []).append(json.loads(text))
    found = {(run["items"], run["age_sum"]) for by in runs.values() for each in by.values() for run in each}
    if len(found) != 1:
        print(f"WRONG RESULT: the runs found {sorted(found)}", file=sys.stderr)
        return 1

    rows = [["work", "lanes", "server", "wall s", "server CPU s", "wall", "CPU"]]
    slow = []
    for (work, lanes), by_server in runs.items():
        # The lowest, because other work and just-in-time compilation only add to it.
        lowest = {
            server: tuple(min(run[of] for run in group) for of in ("wall_seconds", "total_cpu_seconds"))
            for server, group in by_server.items()
        }
        for server, (wall, cpu) in lowest.items():
            # The kernel counts in hundredths of a second.
            ratios = [lowest[LOCAL][0] / wall, lowest[LOCAL][1] / max(cpu, 0.01)]
            rows.append([work, str(lanes), server, f"{wall:.3f}", f"{cpu:.2f}", *(f"{r:.1f} x" for r in ratios)])
            if server == MEMORY and (work, lanes) in DEMANDED and min(ratios) < LEAST:
                slow.append(f"{work} with {lanes} lane(s)")
    print_table(rows)
    print()
    print("Lowest of the runs; wall time of the client, CPU time of the server. All found the same items.")
    for each in slow:
        print(f"TOO SLOW: {each} is less than {LEAST} times as fast", file=sys.stderr)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
