#include <dynamo/sink/prometheus.hpp>

#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace dynamo {
namespace {

std::string_view type_name(metric_kind kind) {
  switch (kind) {
    case metric_kind::counter:
      return "counter";
    case metric_kind::gauge:
      return "gauge";
    case metric_kind::histogram:
      return "histogram";
  }
  return "untyped";
}

// In quotation marks a backslash, a line's end and a quotation mark are escaped, and nothing else
// (Prometheus, exposition formats, text-based format).
std::string escaped(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

// `bound`: of a bucket; empty for none.
void append_line(std::string& text, const metric_sample& of, std::string_view suffix,
                 std::string_view bound, double value) {
  const metric_definition& defined = definition_of(of.what);
  text.append(defined.name).append(suffix);
  char before = '{';
  auto append_label = [&](std::string_view name, std::string_view is) {
    text.append(1, before).append(name).append("=\"").append(escaped(is)).append(1, '"');
    before = ',';
  };
  for (std::size_t i = 0; i < of.labels.size(); ++i) {
    append_label(metric_label_names[static_cast<std::size_t>(defined.label_list[i])], of.labels[i]);
  }
  if (!bound.empty()) append_label("le", bound);
  if (before == ',') text += '}';
  // The shortest text that is read as the same number.
  fmt::format_to(std::back_inserter(text), " {}\n", value);
}

void append_histogram(std::string& text, const metric_sample& of) {
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < of.buckets.size(); ++i) {
    so_far += of.buckets[i];
    const std::string bound =
        i < histogram_bounds.size() ? fmt::format("{}", histogram_bounds[i]) : "+Inf";
    append_line(text, of, "_bucket", bound, static_cast<double>(so_far));
  }
  append_line(text, of, "_sum", {}, of.value);
  append_line(text, of, "_count", {}, static_cast<double>(so_far));
}

}  // namespace

std::string prometheus_text(const metrics_snapshot& of) {
  std::string text;
  for (const metric_definition& defined : metric_definitions) {
    bool has_head = false;
    for (const metric_sample& sample : of.samples) {
      if (sample.what != defined.what) continue;
      if (!has_head) {
        fmt::format_to(std::back_inserter(text), "# HELP {0} {1}\n# TYPE {0} {2}\n", defined.name,
                       defined.help, type_name(defined.kind));
        has_head = true;
      }
      if (defined.kind == metric_kind::histogram) {
        append_histogram(text, sample);
      } else {
        append_line(text, sample, {}, {}, sample.value);
      }
    }
  }
  return text;
}

}  // namespace dynamo
