#!/usr/bin/env python3
"""Checks the runs of scripts/bench --memory and prints the memory growth of each.

usage: memory_report.py SMALL LARGE      each without .tsv and .expected

Growth is the peak resident set minus that of the process before its first request. Exits with 1 if a
run found wrong items, or if the memory of a streaming way exceeds its limits.
"""

import json
import sys

from report import mistakes, print_table, read_runs

# Limits of streams in MB over idle: for one segment, for several, and the growth for the large table.
ONE_SEGMENT, SEVERAL_SEGMENTS, MORE_FOR_THE_LARGE = 8, 32, 2
KEEP_EVERYTHING = {"eager"}


def growth(runs):
    return {
        key: max(run["peak_rss_mb"] - run["idle_rss_mb"] for _, run in group)
        for key, group in runs.items()
    }


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    found, counts, failed = [], [], False
    for name in sys.argv[1:]:
        with open(f"{name}.expected", encoding="utf-8") as file:
            expected = json.load(file)
        runs = read_runs(f"{name}.tsv")
        for mistake in mistakes(runs, expected):
            print(f"WRONG RESULT: {mistake}", file=sys.stderr)
            failed = True
        counts.append(expected["items"])
        found.append(growth(runs))
    if failed:
        return 1

    small, large = found
    rows = [["way", "segments", *(f"{count:,} items" for count in counts), "more", "limit", ""]]
    for (label, segments), least in small.items():
        most = large[(label, segments)]
        limit, verdict = "-", "grows with the table"
        if label not in KEEP_EVERYTHING:
            allowed = ONE_SEGMENT if segments == 1 else SEVERAL_SEGMENTS
            holds = max(least, most) <= allowed and most - least <= MORE_FOR_THE_LARGE
            limit, verdict = str(allowed), "ok" if holds else "TOO MUCH"
            failed = failed or not holds
        rows.append(
            [label, str(segments), f"{least:.1f}", f"{most:.1f}", f"{most - least:+.1f}", limit, verdict]
        )
    print_table(rows)
    print()
    print("Peak resident memory above the idle process, in MB (1,000,000 bytes).")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
