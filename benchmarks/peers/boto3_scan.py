"""Scans a table with boto3's table resource, with items as it returns them: numbers are Decimals.

usage: boto3_scan.py ENDPOINT
"""

import json
import re
import resource
import sys
import time

import boto3


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak_rss_mb() -> float:
    with open("/proc/self/status", encoding="ascii") as status:
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read()).group(1)) * 1024 / 1e6


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    cpu_at_start = cpu_seconds()
    start = time.perf_counter()

    table = boto3.resource(
        "dynamodb",
        endpoint_url=sys.argv[1],
        region_name="us-east-1",
        aws_access_key_id="benchmark",
        aws_secret_access_key="benchmark",
    ).Table("users")
    items = 0
    age_sum = 0
    # The paginator of a resource's client returns items as the resource does.
    for page in table.meta.client.get_paginator("scan").paginate(TableName=table.name):
        for user in page["Items"]:
            items += 1
            age_sum += user.get("age", 0)

    wall = time.perf_counter() - start
    cpu = cpu_seconds()
    print(
        json.dumps(
            {
                "name": f"boto3 {boto3.__version__}, Python {sys.version.split()[0]}",
                "items": items,
                "age_sum": int(age_sum),
                "bytes": None,
                "cpu_seconds": cpu - cpu_at_start,
                "total_cpu_seconds": cpu,
                "wall_seconds": wall,
                "peak_rss_mb": peak_rss_mb(),
            }
        )
    )


if __name__ == "__main__":
    main()
