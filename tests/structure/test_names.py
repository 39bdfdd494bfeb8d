"""Checks the names of tests and the namespaces of their files.

usage: test_names.py PROJECT_FOLDER

A test is named `suite.what_it_does_when`, both in snake_case. Unit, integration and contract tests are
compiled in groups of files: each has one namespace, named as its path below the folder
(tests/unit/auth/sso_test.cpp: auth_sso_test), unless it specializes templates of the library and is
compiled alone. Prints one line for each mistake, and ends with 1 if there is one.
"""

import re
import sys
from pathlib import Path

import report

TEST = re.compile(r"^\s*(?:TYPED_TEST|TEST(?:_[FP])?|RC_GTEST(?:_FIXTURE)?_PROP)\(\s*(\w+),\s*(\w+)", re.MULTILINE)
SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
COMPILED_ALONE = re.compile(r"^template <>", re.MULTILINE)
GROUPED = ("unit", "integration", "contract")


def misnamed_tests(text: str):
    """Line number and name of each test that is not in snake_case."""
    for test in TEST.finditer(text):
        if not all(SNAKE_CASE.fullmatch(part) for part in test.groups()):
            yield text.count("\n", 0, test.start(1)) + 1, ".".join(test.groups())


def check(root: Path) -> list[str]:
    """All problems below `root`, each as 'file: sentence' or 'file:line: sentence'."""
    problems = []
    for path in sorted((root / "tests").rglob("*.cpp")):
        place = path.relative_to(root)
        text = path.read_text(encoding="utf-8")
        problems += [f"{place}:{line}: '{name}' is not in snake_case"
                     for line, name in misnamed_tests(text)]
        group, *below = place.with_suffix("").parts[1:]
        if group not in GROUPED or not TEST.search(text) or COMPILED_ALONE.search(text):
            continue
        name = "_".join(below)
        if not re.search(rf"^namespace {name} \{{$", text, re.MULTILINE):
            problems.append(f"{place}: has no 'namespace {name} {{'")
        if re.search(r"^namespace \{$", text, re.MULTILINE):
            problems.append(f"{place}: has an unnamed namespace: another file of its group sees it")
    return problems


if __name__ == "__main__":
    sys.exit(report.run(__doc__, check, "Every test and its namespace are named by the rules."))
