"""The end that the checks of this folder share."""

import sys
from pathlib import Path


def run(doc: str, check, nothing_found: str) -> int:
    """Runs `check` on the project that the command line names and prints what it finds."""
    if len(sys.argv) != 2:
        print(doc, file=sys.stderr)
        return 2
    found = list(check(Path(sys.argv[1])))
    print("\n".join(found) or nothing_found)
    return 1 if found else 0
