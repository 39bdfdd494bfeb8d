#include "cli/output_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dynamo::cli {
namespace {

constexpr std::array<std::string_view, 14> compressions = {"gz",     "gzip", "tgz",  "bz2", "xz",
                                                           "lzma",   "zst",  "zstd", "lz4", "sz",
                                                           "snappy", "br",   "zip",  "7z"};

// In lower case, without the dot; empty if there is none. A leading dot marks a hidden file.
std::string extension_of(const std::string& file) {
  const std::string name = file.substr(file.rfind('/') + 1);
  const auto dot = name.rfind('.');
  if (dot == std::string::npos || dot == 0) return "";
  std::string extension = name.substr(dot + 1);
  std::ranges::transform(extension, extension.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return extension;
}

error refused(std::string message) {
  error failure;
  failure.kind = errc::invalid_argument;
  failure.message = std::move(message);
  return failure;
}

}  // namespace

item_format format_named(std::string_view name) {
  if (name == "csv") return item_format::csv;
  return name == "json" ? item_format::json : item_format::dynamodb_json;
}

std::string compression_problem(const std::string& file) {
  if (std::ranges::find(compressions, extension_of(file)) == compressions.end()) return "";
  return fmt::format("cannot write '{}': compressed files are not supported", file);
}

result<item_format> format_for(const std::string& file, std::string_view format) {
  if (const std::string problem = compression_problem(file); !problem.empty()) {
    return refused(problem + "; write to standard output and compress that: -o - | gzip > FILE.gz");
  }
  if (!format.empty()) return format_named(format);
  const std::string extension = extension_of(file);
  if (extension == "csv") return item_format::csv;
  if (extension.empty() || extension == "jsonl" || extension == "ndjson") {
    return item_format::dynamodb_json;
  }
  return refused(
      fmt::format("cannot determine the format of '{}': its extension is not .jsonl, .ndjson or "
                  ".csv; use one of these, or --format",
                  file));
}

bool is_standard_output(std::string_view file) {
  constexpr std::array<std::string_view, 4> names = {"-", "/dev/stdout", "/dev/fd/1",
                                                     "/proc/self/fd/1"};
  return std::ranges::find(names, file) != names.end();
}

}  // namespace dynamo::cli
