"""Plants one misnamed test or namespace after the other: test_names.py must find each."""

import tempfile
import unittest
from pathlib import Path

import test_names

CLEAN = {
    "tests/unit/auth/sso_test.cpp": "namespace auth_sso_test {\nTEST(sso, asks_once) {}\n}\n",
    "tests/unit/value/mapping_test.cpp": "namespace {\n}\ntemplate <>\nTEST(mapping, reads_2_fields) {}\n",
    "tests/ends/ways.cpp": "namespace {\n}\n",
    "tests/differential/chapter_test.cpp": "namespace {\nTEST_F(chapter, ends) {}\n}\n",
}


class TestNames(unittest.TestCase):
    def check(self, changes: dict[str, str]) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in (CLEAN | changes).items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            return test_names.check(root)

    def expect(self, name: str, text: str, problem: str) -> None:
        self.assertEqual(self.check({name: text}), [f"{name}{problem}"])

    def test_accepts_the_clean_tree(self) -> None:
        self.assertEqual(self.check({}), [])

    def test_finds_a_suite_in_camel_case(self) -> None:
        self.expect("tests/ends/early_test.cpp", "\nTEST(EarlyEnd, ends) {}\n",
                    ":2: 'EarlyEnd.ends' is not in snake_case")

    def test_finds_a_test_in_camel_case(self) -> None:
        self.expect("tests/ends/early_test.cpp", "TEST_F(early_end,\n       NeverHangs) {}\n",
                    ":1: 'early_end.NeverHangs' is not in snake_case")

    def test_finds_the_namespace_of_another_path(self) -> None:
        self.expect("tests/contract/batch_test.cpp", "namespace batches_test {\nTEST(batch, ends) {}\n}\n",
                    ": has no 'namespace batch_test {'")

    def test_finds_an_unnamed_namespace(self) -> None:
        self.expect("tests/unit/auth/sso_test.cpp",
                    "namespace auth_sso_test {\nTEST(sso, ends) {}\n}\nnamespace {\n}\n",
                    ": has an unnamed namespace: another file of its group sees it")


if __name__ == "__main__":
    unittest.main()
