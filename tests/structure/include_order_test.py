"""Plants one violation after the other into a small tree: include_order.py must find each."""

import tempfile
import unittest
from pathlib import Path

import include_order

CLEAN = {
    "include/dynamo/dynamo.hpp": "#include <dynamo/table/table.hpp>\n",
    "include/dynamo/core/error.hpp": "#include <string>\n",
    "include/dynamo/table/table.hpp": "#include <dynamo/core/error.hpp>\n#include <vector>\n",
    "include/dynamo/stage/producer.hpp": "#include <dynamo/core/error.hpp>\n",
    "src/net/multi.hpp": "#include <curl/curl.h>\n#include <dynamo/core/error.hpp>\n",
    "src/client/client.cpp": '#include "net/multi.hpp"\n\n#include <unistd.h>\n',
    "src/client/retry.hpp": "",
    "src/engine/store.hpp": "",
    "src/scan/cursor.cpp": '#include "client/retry.hpp"\n#include "engine/store.hpp"\n',
    "src/cli/options.hpp": "#include <CLI/CLI.hpp>\n",
    "src/cli/main.cpp": '#include "cli/options.hpp"\n#include <dynamo/dynamo.hpp>\n',
}


class IncludeOrder(unittest.TestCase):
    def check(self, changes: dict[str, str]) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in (CLEAN | changes).items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            return include_order.check(root)

    def expect(self, name: str, text: str, sentence: str) -> None:
        problems = self.check({name: text})
        self.assertEqual(len(problems), 1, problems)
        self.assertTrue(problems[0].startswith(f"{name}:"), problems)
        self.assertIn(sentence, problems[0])

    def test_accepts_the_clean_tree(self) -> None:
        self.assertEqual(self.check({}), [])

    def test_finds_an_upward_include(self) -> None:
        self.expect("src/net/up.cpp", '#include "client/retry.hpp"\n', "net must not include client")

    def test_finds_an_upward_include_of_a_public_header(self) -> None:
        self.expect("include/dynamo/core/up.hpp", "#include <dynamo/table/table.hpp>\n",
                    "core must not include table")

    def test_finds_an_include_of_a_neighbour_of_the_same_rank(self) -> None:
        self.expect("src/engine/side.cpp", '#include "client/retry.hpp"\n',
                    "engine must not include client")

    def test_finds_an_include_of_the_collection_below_the_tool(self) -> None:
        self.expect("src/sink/all.cpp", "#include <dynamo/dynamo.hpp>\n", "sink must not include")

    def test_finds_a_library_in_a_public_header(self) -> None:
        self.expect("include/dynamo/core/log.hpp", "#include <fmt/format.h>\n",
                    "only the standard library")

    def test_finds_a_system_header_in_a_public_header(self) -> None:
        self.expect("include/dynamo/core/fd.hpp", "#include <unistd.h>\n",
                    "only the standard library")

    def test_finds_a_private_header_in_a_public_one(self) -> None:
        self.expect("include/dynamo/table/leak.hpp", '#include "net/multi.hpp"\n',
                    "as <dynamo/...>")

    def test_finds_a_private_header_of_another_layer_in_the_tool(self) -> None:
        self.expect("src/cli/deep.cpp", '#include "net/multi.hpp"\n', "cli includes only public")

    def test_finds_a_public_header_in_quotes(self) -> None:
        self.expect("src/scan/quoted.cpp", '#include "dynamo/core/error.hpp"\n',
                    "as <dynamo/...>")

    def test_finds_an_include_relative_to_the_file(self) -> None:
        self.expect("src/client/near.cpp", '#include "retry.hpp"\n', "there is no src/retry.hpp")

    def test_sees_through_spaces(self) -> None:
        self.expect("src/net/spaces.cpp", '  #  include "client/retry.hpp"\n',
                    "net must not include client")

    def test_finds_a_file_outside_the_layers(self) -> None:
        self.expect("src/utils/strings.cpp", "#include <string>\n", "is in no layer")

    def test_finds_a_file_in_no_folder(self) -> None:
        self.expect("src/loose.cpp", "#include <string>\n", "is in no layer")

    def test_refuses_an_empty_tree(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(len(include_order.check(Path(folder))), 2)


if __name__ == "__main__":
    unittest.main()
