"""Shows that guides.py finds what it is there to find."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import guides  # noqa: E402

EXAMPLE = """int main() {
  // [loop]
  for (;;) {
    use();
  }
  // [loop]
}
"""


class Guides(unittest.TestCase):
    """Each test writes a project of one example, one test and one page."""

    def check(self, page):
        with tempfile.TemporaryDirectory() as folder:
            project = Path(folder)
            (project / "docs" / "guide").mkdir(parents=True)
            (project / "examples").mkdir()
            (project / "examples" / "a.cpp").write_text(EXAMPLE, encoding="utf-8")
            (project / "tests").mkdir()
            (project / "tests" / "a_test.cpp").write_text("TEST(One, Holds) {}\n", encoding="utf-8")
            (project / "README.md").write_text(page, encoding="utf-8")
            return list(guides.mistakes(project))

    def test_a_part_is_found_without_its_indentation(self):
        page = "<!-- examples/a.cpp: loop -->\n```cpp\nfor (;;) {\n  use();\n}\n```\n"
        self.assertEqual(self.check(page), [])

    def test_a_whole_file_is_compared_without_marks(self):
        page = "<!-- examples/a.cpp -->\n```cpp\nint main() {\n  for (;;) {\n    use();\n  }\n}\n```\n"
        self.assertEqual(self.check(page), [])

    def test_other_languages_are_of_no_interest(self):
        self.assertEqual(self.check("```sh\nls\n```\n"), [])

    def test_a_difference_is_told(self):
        page = "<!-- examples/a.cpp: loop -->\n```cpp\nfor (;;) {\n}\n```\n"
        self.assertEqual(self.check(page), ["README.md:2: differs from examples/a.cpp, part 'loop'"])

    def test_a_snippet_without_an_example_is_told(self):
        self.assertIn("does not name an example", self.check("text\n```cpp\nint i;\n```\n")[0])

    def test_a_missing_file_or_part_is_told(self):
        self.assertIn("no examples/b.cpp", self.check("<!-- examples/b.cpp -->\n```cpp\n```\n")[0])
        self.assertIn(
            "no part 'other'", self.check("<!-- examples/a.cpp: other -->\n```cpp\n```\n")[0]
        )

    def test_a_table_names_tests_that_exist(self):
        table = "| rule | test |\n|---|---|\n| this | `One.Holds`, `All/One.H*` |\n| not | |\n"
        self.assertEqual(self.check(table), [])
        self.assertEqual(
            self.check(table + "| that | `One.Fails` |\n| those | a `b` |\n| none | tested |\n"),
            [
                "README.md:5: there is no test One.Fails",
                "README.md:6: there is no test b",
                "README.md:7: names no test",
            ],
        )

    def test_other_tables_are_of_no_interest(self):
        self.assertEqual(self.check("| rule | here |\n|---|---|\n| this | `One.Fails` |\n"), [])


if __name__ == "__main__":
    unittest.main()
