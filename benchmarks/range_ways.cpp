// The ways of scanning on one thread.
#include "users.hpp"
#include "ways.hpp"

#include <dynamo/dynamo.hpp>
#include <dynamo/scan/raw_items.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dynamo::bench {
namespace {

dynamo::page_source pages_of(const dynamo::client& db, const dynamo::scan_options& options) {
  return dynamo::table<dynamo::item>(db, "users").pages(options);
}

template <class T>
dynamo::scan_stream<T> stream_of(const dynamo::table<T>& users,
                                 const dynamo::scan_options& options) {
  return options.segments == 1U ? users.stream_scan(options) : users.stream_parallel_scan(options);
}

void write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0) throw std::runtime_error("writing failed");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Writes each item unchanged to a file, one per line.
outcome pass_through(const dynamo::client& db, const dynamo::scan_options& options) {
  outcome seen;
  const int file = open("/dev/null", O_WRONLY | O_CLOEXEC);
  std::string lines;
  auto source = pages_of(db, options);
  while (auto arrived = source.next().value()) {
    dynamo::raw_items items(*arrived);
    for (std::string_view item; items.next(item);) {
      lines.append(item).append(1, '\n');
      ++seen.items;
      if (lines.size() >= std::size_t{256} << 10) {
        write_all(file, lines);
        lines.clear();
      }
    }
  }
  write_all(file, lines);
  close(file);
  seen.bytes = source.progress().bytes;
  return seen;
}

outcome generic_items(const dynamo::client& db, const dynamo::scan_options& options) {
  outcome seen;
  seen.age_sum = 0;
  auto stream = stream_of(dynamo::table<dynamo::item>(db, "users"), options);
  for (const dynamo::item& item : stream) {
    ++seen.items;
    if (const auto* age = item.find("age")) *seen.age_sum += age->to<int>();
  }
  seen.bytes = stream.progress().bytes;
  return seen;
}

template <class Text>
outcome structs(const dynamo::client& db, const dynamo::scan_options& options) {
  outcome seen;
  seen.age_sum = 0;
  auto stream = stream_of(dynamo::table<user_of<Text>>(db), options);
  for (const auto& user : stream) {
    ++seen.items;
    *seen.age_sum += user.age.value_or(0);
  }
  seen.bytes = stream.progress().bytes;
  return seen;
}

template <class Items>
outcome in_memory(const Items& items) {
  outcome seen;
  seen.items = items.size();
  seen.age_sum = 0;
  for (const auto& user : items) *seen.age_sum += user.age.value_or(0);
  return seen;
}

outcome eager(const dynamo::client& db, const dynamo::scan_options& options) {
  const dynamo::table<user_of<std::string>> users(db);
  return in_memory(options.segments == 1U ? users.scan(options) : users.parallel_scan(options));
}

}  // namespace

std::map<std::string, way> range_ways() {
  return {{"pass-through", &pass_through},
          {"item", &generic_items},
          {"struct", &structs<std::string>},
          {"struct-view", &structs<std::string_view>},
          {"eager", &eager}};
}

}  // namespace dynamo::bench
