"""Checks that the guides show code that compiles, and name tests that exist.

usage: guides.py PROJECT_FOLDER

A snippet in docs/guide/*.md or README.md stands behind a line `<!-- examples/x.cpp: part -->` and is,
but for its indentation, what stands in that file between two lines `// [part]`; without `: part` it
is the whole file. In a table whose last column is headed "test", that column names tests, with `*` for
any text, or is empty for what does not exist here. Prints one line for each mistake, and ends with 1
if there is one.
"""

import fnmatch
import re
import sys
import textwrap
from pathlib import Path

import report

MARK = re.compile(r"<!-- (examples/[\w/]+\.[ch]pp)(?:: ([\w-]+))? -->")
FENCE = "```"
TEST = re.compile(r"\b(?:TYPED_TEST|TEST(?:_[FP])?|RC_GTEST(?:_FIXTURE)?_PROP)\(\s*(\w+),\s*(\w+)")


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


def all_tests(project: Path):
    """The names of all tests that are written in C++."""
    names = {f"compile_fail.{case.stem}" for case in (project / "tests/compile_fail").glob("*.cpp")}
    for source in (project / "tests").rglob("*.cpp"):
        names |= {".".join(name) for name in TEST.findall(source.read_text(encoding="utf-8"))}
    return names


def named_tests(text: str):
    """Line number and names of each row that has to name a test."""
    in_table = False
    for number, line in enumerate(text.split("\n"), start=1):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            in_table = False
        elif cells[-1] == "test":
            in_table = True
        elif in_table and not re.fullmatch("[-:]*", cells[-1]):
            # The name of an instantiation stands before that of the suite.
            yield number, re.findall(r"`(?:\w+/)?([\w.*]+)`", cells[-1])


def mistakes(project: Path):
    """One sentence for each snippet that is not in its example, and each test that is not there."""
    tests = all_tests(project)
    pages = sorted([*(project / "docs" / "guide").glob("*.md"), project / "README.md"])
    for page in pages:
        for number, names in named_tests(page.read_text(encoding="utf-8")):
            where = f"{page.relative_to(project)}:{number}"
            if not names:
                yield f"{where}: names no test"
            for name in names:
                if not fnmatch.filter(tests, name):
                    yield f"{where}: there is no test {name}"
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


if __name__ == "__main__":
    sys.exit(report.run(__doc__, mistakes, "Every snippet is a part of its example, and every test that is named exists."))
