"""Checks how a program was compiled and linked: what SECURITY.md says of release builds and can be
seen in a program.

usage: hardening.py PROGRAM

Prints one line for each protection that is missing, and ends with 1 if there is one.
"""

import subprocess
import sys
from pathlib import Path

import report


def read(program: Path, *what: str) -> str:
    return subprocess.run(
        ["readelf", "--wide", *what, program], check=True, capture_output=True, text=True
    ).stdout


def missing(program: Path) -> list[str]:
    head = read(program, "--file-header")
    segments = read(program, "--program-headers")
    dynamic = read(program, "--dynamic")
    symbols = read(program, "--symbols", "--dyn-syms")
    stack = [line for line in segments.splitlines() if "GNU_STACK" in line]
    checks = {
        "is not position-independent": "Type:" in head and "DYN " in head,
        "has relocations that stay writable": "GNU_RELRO" in segments and "BIND_NOW" in dynamic,
        "has a stack that may be executed": bool(stack) and "E" not in stack[0].split()[-2],
        "has no stack protector": "__stack_chk_fail" in symbols,
    }
    return [f"{program} {sentence}" for sentence, holds in checks.items() if not holds]


if __name__ == "__main__":
    sys.exit(report.run(__doc__, missing, "All protections are on."))
