"""Checks that the guides show code that compiles: every C++ snippet is a part of an example.

usage: snippets.py PROJECT_FOLDER

A snippet in docs/guide/*.md or README.md stands behind a line `<!-- examples/x.cpp: part -->` and is,
but for its indentation, what stands in that file between two lines `// [part]`; without `: part` it
is the whole file. Prints one line for each snippet that is not, and ends with 1 if there is one.
"""

import re
import sys
import textwrap
from pathlib import Path

MARK = re.compile(r"<!-- (examples/[\w/]+\.[ch]pp)(?:: ([\w-]+))? -->")
FENCE = "```"


def region(example: str, name: str) -> "str | None":
    """The text between the two marks of a part, or None if there are not exactly two."""
    parts = re.split(rf"^ *// \[{re.escape(name)}\]\n", example, flags=re.MULTILINE)
    return without_marks(parts[1]) if len(parts) == 3 else None


def without_marks(text: str) -> str:
    """Without the marks of other parts, and without what all lines are indented by."""
    return textwrap.dedent(re.sub(r"^ *// \[[\w-]+\]\n", "", text, flags=re.MULTILINE)).strip("\n")


def snippets(text: str):
    """Line number, line before the fence, and contents of each C++ block."""
    lines = text.split("\n")
    begin = None
    for number, line in enumerate(lines):
        if begin is None and line.strip() == FENCE + "cpp":
            begin = number
        elif begin is not None and line.strip() == FENCE:
            yield begin + 1, lines[begin - 1] if begin else "", "\n".join(lines[begin + 1 : number])
            begin = None


def mistakes(project: Path):
    """One sentence for each snippet that is not in its example."""
    pages = sorted([*(project / "docs" / "guide").glob("*.md"), project / "README.md"])
    for page in pages:
        for number, before, shown in snippets(page.read_text(encoding="utf-8")):
            where = f"{page.relative_to(project)}:{number}"
            mark = MARK.fullmatch(before.strip())
            if not mark:
                yield f"{where}: the line before it does not name an example"
                continue
            file, name = mark.groups()
            example = project / file
            if not example.is_file():
                yield f"{where}: there is no {file}"
                continue
            text = example.read_text(encoding="utf-8")
            expected = region(text, name) if name else without_marks(text)
            if expected is None:
                yield f"{where}: {file} has no part '{name}' between two marks"
            elif textwrap.dedent(shown).strip("\n") != expected:
                yield f"{where}: differs from {file}" + (f", part '{name}'" if name else "")


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    found = list(mistakes(Path(sys.argv[1])))
    for mistake in found:
        print(mistake)
    if not found:
        print("Every snippet is a part of its example.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
