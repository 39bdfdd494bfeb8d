#include "cli/commands.hpp"

#include <dynamo/engine/embedded_engine.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace dynamo::cli {
namespace {

namespace fs = std::filesystem;

// 0 if the file does not exist. If it is not a regular file, the engine reports that.
std::uint64_t size_of(const std::string& file) {
  std::error_code none;
  const std::uint64_t size = fs::file_size(file, none);
  return none ? 0 : size;
}

// Includes the write-ahead log that a crash may have left.
std::uint64_t size_on_disk(const std::string& file) {
  return size_of(file) + size_of(file + "-wal");
}

result<void> compact(const std::string& file, const std::stop_token& stop) {
  // Opening would create a missing file, so a mistyped name would succeed.
  std::error_code failure;
  const fs::file_status about = fs::status(file, failure);
  if (!fs::exists(about)) {
    return error{.kind = errc::io, .message = "cannot open '" + file + "': " + failure.message()};
  }
  if (fs::is_regular_file(about) && size_on_disk(file) == 0) {
    return error{.kind = errc::io,
                 .message = "cannot compact '" + file + "': it is empty; name a database file"};
  }
  auto engine = embedded_engine::try_open(file);
  if (!engine) return std::move(engine).error();
  return engine->try_compact(stop);
}

}  // namespace

result<void> run(const compact_command& what, const console& on) {
  const std::uint64_t before = size_on_disk(what.file);
  // The database is closed when this returns, so all its data is in the file.
  if (auto done = compact(what.file, on.stop); !done) return done;
  // The file is compacted: a stop that came too late must not suppress the result.
  console last = on;
  last.stop = {};
  return print(last, fmt::format("{}: {} -> {}\n", one_line(what.file),
                                 readable_bytes(static_cast<double>(before)),
                                 readable_bytes(static_cast<double>(size_on_disk(what.file)))));
}

}  // namespace dynamo::cli
