"""Checks that guide and dashboard know exactly the metrics and events that exist.

usage: observing.py PROJECT_FOLDER

The tables of docs/guide/observing.md list all metrics of include/dynamo/core/metrics.hpp with their kind and
labels, and all events of src/core/log.cpp with their level, in the same order; docs/grafana-dashboard.json asks
for metrics that exist, by labels that they have. Prints one line for each mistake, and ends with 1 if there is one.
"""

import json
import re
import sys
from pathlib import Path

import report

DEFINITION = re.compile(
    r'define_metric\(\s*metric::(\w+),\s*"(\w+)",\s*(\w+),\s*"(?:[^"]|"\s*")*",\s*([\w,\s]+)\)'
)
EVENT = re.compile(r'described_event\{log_event::(\w+), "(\w+)", log_level::(\w+)\}')
METRIC_ROW = re.compile(r"^\| `(dynamo_\w+)` \| (\w+) \| ([\w, ]*) \|", re.MULTILINE)
EVENT_ROW = re.compile(r"^\| `(\w+)` \| (error|warn|info|debug|trace) \|", re.MULTILINE)
MEMBER = re.compile(r"^  (\w+),", re.MULTILINE)
SELECTOR = re.compile(r"\b(dynamo_\w+)(?:\{([^}]*)\})?")
GROUPING = re.compile(r"\b(?:by|without)\s*\(([^)]*)\)")


def enumerators(source: str, name: str):
    body = re.search(rf"enum class {name} : std::uint8_t \{{(.*?)\}};", source, re.DOTALL)
    return MEMBER.findall(body[1]) if body else []


def metrics_of(project: Path):
    """Name, kind and labels of each metric, as the code defines it."""
    source = (project / "include/dynamo/core/metrics.hpp").read_text(encoding="utf-8")
    found = DEFINITION.findall(source)
    names = [what for what, *_ in found]
    if names != enumerators(source, "metric"):
        raise SystemExit("metrics.hpp: the definitions are not read as they stand: mend observing.py")
    return [(name, kind, tuple(re.split(r",\s*", labels.strip()))) for _, name, kind, labels in found]


def events_of(project: Path):
    """Name and level of each event."""
    found = EVENT.findall((project / "src/core/log.cpp").read_text(encoding="utf-8"))
    header = (project / "include/dynamo/core/log.hpp").read_text(encoding="utf-8")
    if [event for event, *_ in found] != enumerators(header, "log_event"):
        raise SystemExit("log.cpp: the events are not read as they stand: mend observing.py")
    return [(name, level) for _, name, level in found]


def differences(kind, documented, defined):
    for each in defined:
        if each not in documented:
            yield f"the guide has no row for the {kind} {each}"
    for each in documented:
        if each not in defined:
            yield f"the guide has a row for {each}, which is no {kind}"
    if not set(documented) ^ set(defined) and documented != defined:
        yield f"the guide lists each {kind} in another order"


def expressions(dashboard):
    """Every query of a dashboard: of its panels and its variables."""
    if isinstance(dashboard, dict):
        for key, value in dashboard.items():
            if key in ("expr", "definition", "query") and isinstance(value, str):
                yield value
            else:
                yield from expressions(value)
    elif isinstance(dashboard, list):
        for each in dashboard:
            yield from expressions(each)


def series_of(metrics):
    """The names that Prometheus stores, with their labels."""
    series = {}
    for name, kind, labels in metrics:
        if kind == "histogram":
            series |= {f"{name}_bucket": {*labels, "le"}, f"{name}_sum": {*labels}, f"{name}_count": {*labels}}
        else:
            series[name] = {*labels}
    return series


def mistakes_of_dashboard(dashboard, metrics):
    series = series_of(metrics)
    # What Prometheus itself adds to each.
    everywhere = {"job", "instance"}
    asked = set()
    for query in expressions(dashboard):
        known = set(everywhere)
        for name, matchers in SELECTOR.findall(query):
            asked.add(name)
            if name not in series:
                yield f"the dashboard asks for {name}, which does not exist"
                continue
            known |= series[name]
            for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", matchers):
                if label not in series[name] | everywhere:
                    yield f"the dashboard asks {name} for the label {label}, which it does not have"
        for labels in GROUPING.findall(query):
            for label in re.split(r",\s*", labels):
                if label not in known:
                    yield f"the dashboard groups by {label}, which none of its metrics has: {query}"
    for name, kind, _ in metrics:
        if not asked & {name, f"{name}_bucket", f"{name}_sum", f"{name}_count"}:
            yield f"the dashboard does not show {name}"


def mistakes(project: Path):
    metrics = metrics_of(project)
    guide = (project / "docs/guide/observing.md").read_text(encoding="utf-8")
    documented = [
        (name, kind, tuple(re.split(r",\s*", labels))) for name, kind, labels in METRIC_ROW.findall(guide)
    ]
    yield from differences("metric", documented, metrics)
    yield from differences("event", EVENT_ROW.findall(guide), events_of(project))
    dashboard = json.loads((project / "docs/grafana-dashboard.json").read_text(encoding="utf-8"))
    yield from mistakes_of_dashboard(dashboard, metrics)


if __name__ == "__main__":
    sys.exit(report.run(__doc__, mistakes, "The guide and the dashboard know the metrics and events that there are."))
