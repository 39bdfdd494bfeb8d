"""Checks that every file includes only its own layer's folder or lower layers.

usage: include_order.py PROJECT_FOLDER

Prints one line for each #include that breaks a rule, and ends with 1 if there is one.
"""

import re
import sys
from pathlib import Path

import report

# Layers of the same rank do not know each other.
LAYERS = {
    "core": 0,
    "value": 1,
    "model": 2,
    "net": 3,
    "auth": 4,
    "engine": 4,
    "client": 5,
    "server": 5,
    "scan": 6,
    "stream": 7,
    "process": 7,
    "stage": 7,
    "table": 8,
    "flow": 8,
    "sink": 9,
    "cli": 10,
}
# dynamo/dynamo.hpp and its like collect the layers: nothing but the tool may include them.
COLLECTION = "(the public headers as a whole)"

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")')
STANDARD_HEADER = re.compile(r"[a-z_0-9]+")
SOURCES = {".hpp", ".cpp", ".h", ".ipp"}


def may_include(own: str, other: str) -> bool:
    if own == COLLECTION:
        return other != "cli"
    if other == COLLECTION:
        return own == "cli"
    return own == other or LAYERS[other] < LAYERS[own]


def layer_of(path: Path) -> str:
    """The layer of a path below include/dynamo or src."""
    return path.parts[0] if len(path.parts) > 1 else COLLECTION


def problem(root: Path, own: str, public: bool, angled: str | None, quoted: str | None) -> str | None:
    """What is wrong with an #include of a file in layer `own`, or None."""
    if angled is not None and not angled.startswith("dynamo/"):
        if public and not STANDARD_HEADER.fullmatch(angled):
            return "a public header includes only the standard library and <dynamo/...>"
        return None
    if quoted is not None and public:
        return 'a public header includes others as <dynamo/...>, not as "..."'
    if quoted is not None and quoted.startswith("dynamo/"):
        return "public headers are included as <dynamo/...>"

    folder, name = ("include", angled) if angled is not None else ("src", quoted)
    if not (root / folder / name).is_file():
        return f"there is no {folder}/{name}; private headers are named from src/, as layer/file.hpp"
    other = layer_of(Path(name).relative_to("dynamo") if angled is not None else Path(name))
    if other != COLLECTION and other not in LAYERS:
        return f"'{other}' is not a layer"
    if own == "cli" and quoted is not None and other != "cli":
        return "cli includes only public headers and its own folder"
    if not may_include(own, other):
        return f"{own} must not include {other}"
    return None


def check(root: Path) -> list[str]:
    """All problems below `root`, each as 'file:line: #include: sentence'."""
    problems = []
    for base, public in ((root / "include/dynamo", True), (root / "src", False)):
        files = sorted(path for path in base.rglob("*") if path.suffix in SOURCES)
        if not files:
            problems.append(f"{base.relative_to(root)}: no sources found")
        for path in files:
            own = layer_of(path.relative_to(base))
            place = path.relative_to(root)
            if own not in LAYERS and not (public and own == COLLECTION):
                problems.append(f"{place}: is in no layer; the layers are {', '.join(LAYERS)}")
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                sentence = match and problem(root, own, public, match[1], match[2])
                if sentence:
                    problems.append(f"{place}:{number}: {line.strip()}: {sentence}")
    return problems


if __name__ == "__main__":
    sys.exit(report.run(__doc__, check, "Every include follows the order of the layers."))
