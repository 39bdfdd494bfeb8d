"""Shows that observing.py finds what it is there to find."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import observing  # noqa: E402

METRICS = """
enum class metric : std::uint8_t {
  pages,
  latency,
};
inline constexpr auto metric_definitions = [] {
      define_metric(metric::pages, "dynamo_pages_total", counter, "Pages.", table),
      define_metric(metric::latency, "dynamo_latency_seconds", histogram,
                    "Time "
                    "it takes.", table,
                    operation),
"""
LOG_HEADER = """
enum class log_event : std::uint8_t {
  sent,
};
"""
LOG = 'described_event{log_event::sent, "sent", log_level::trace},\n'
GUIDE = """
| metric | kind | labels | what |
|---|---|---|---|
| `dynamo_pages_total` | counter | table | Pages. |
| `dynamo_latency_seconds` | histogram | table, operation | Time. |

| event | level | told |
|---|---|---|
| `sent` | trace | always |
"""
QUERIES = [
    'sum by (table) (rate(dynamo_pages_total{table=~"$table",job="x"}[1m]))',
    "histogram_quantile(0.9, sum by (le, operation) (rate(dynamo_latency_seconds_bucket[1m])))",
]


class Observing(unittest.TestCase):
    """Each test writes a project of two metrics and one event."""

    def check(self, guide=GUIDE, queries=QUERIES, log=LOG):
        with tempfile.TemporaryDirectory() as folder:
            project = Path(folder)
            for path, text in {
                "include/dynamo/core/metrics.hpp": METRICS,
                "include/dynamo/core/log.hpp": LOG_HEADER,
                "src/core/log.cpp": log,
                "docs/guide/observing.md": guide,
                "docs/grafana-dashboard.json": json.dumps({"panels": [{"targets": [{"expr": q}]} for q in queries]}),
            }.items():
                (project / path).parent.mkdir(parents=True, exist_ok=True)
                (project / path).write_text(text, encoding="utf-8")
            return list(observing.mistakes(project))

    def assert_one(self, words, found):
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])

    def test_nothing_is_wrong(self):
        self.assertEqual(self.check(), [])

    def test_a_metric_without_a_row(self):
        found = self.check(guide=GUIDE.replace("| `dynamo_pages_total` | counter | table | Pages. |\n", ""))
        self.assert_one("no row for the metric ('dynamo_pages_total'", found)

    def test_a_row_without_a_metric(self):
        found = self.check(guide=GUIDE + "\n| `dynamo_gone_total` | counter | table | Gone. |\n")
        self.assert_one("dynamo_gone_total", found)

    def test_other_labels_and_kinds(self):
        self.assertEqual(len(self.check(guide=GUIDE.replace("counter | table", "counter | stage"))), 2)
        self.assertEqual(len(self.check(guide=GUIDE.replace("counter | table", "gauge | table"))), 2)

    def test_an_event_of_another_level(self):
        self.assertEqual(len(self.check(guide=GUIDE.replace("| trace |", "| info |"))), 2)

    def test_a_dashboard_with_a_metric_that_does_not_exist(self):
        self.assert_one("dynamo_gone_total", self.check(queries=[*QUERIES, "rate(dynamo_gone_total[1m])"]))
        self.assert_one("dynamo_latency_seconds,", self.check(queries=[*QUERIES, "dynamo_latency_seconds"]))

    def test_a_dashboard_with_labels_that_do_not_exist(self):
        self.assert_one("the label segment", self.check(queries=[*QUERIES, 'dynamo_pages_total{segment="1"}']))
        self.assert_one("groups by segment", self.check(queries=[*QUERIES, "sum by (segment) (dynamo_pages_total)"]))

    def test_a_dashboard_that_leaves_a_metric_out(self):
        self.assert_one("does not show dynamo_latency_seconds", self.check(queries=QUERIES[:1]))

    def test_definitions_that_it_cannot_read_end_it(self):
        with self.assertRaises(SystemExit):
            self.check(log="")


if __name__ == "__main__":
    unittest.main()
