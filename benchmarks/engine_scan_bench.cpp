// The cost of a scan of the embedded engine in the process, compared with decoding its pages alone.
#include "cli/sample_users.hpp"
#include "measure.hpp"
#include "users.hpp"

#include <dynamo/dynamo.hpp>
#include <dynamo/scan/page_reader.hpp>

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <exception>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace dynamo;
using user = bench::user_of<std::string>;

struct figures {
  std::uint64_t items = 0;
  std::int64_t ages = 0;
  double cpu_seconds = 0;
  double wall_seconds = 0;
  double peak_mb = 0;  // in addition to the memory before
};

void fill(const client& db, std::uint64_t items) {
  if (const auto known = db.try_describe_table("users")) {
    if (known->item_count == items) return;
    db.delete_table("users");
  }
  db.create_table(
      {.table = "users", .key = {.partition_key = {"id"}, .sort_key = key_attribute{"email"}}});
  constexpr std::uint64_t at_once = 10'000;
  for (std::uint64_t begin = 0; begin < items; begin += at_once) {
    std::vector<write_request> writes;
    for (std::uint64_t i = begin; i < std::min(items, begin + at_once); ++i) {
      std::string json;
      cli::append_dynamodb_json(cli::sample_user_at(1, i), json);
      writes.emplace_back(put_request{"users", encoded_item::from_json(std::move(json))});
    }
    db.batch_write(writes);
  }
}

figures read_all(const client& db, std::uint32_t segments) {
  figures seen;
  const bench::measurement run;
  const table<user> users(db);
  auto stream =
      segments == 1 ? users.stream_scan() : users.stream_parallel_scan({.segments = segments});
  for (const user& each : stream) {
    ++seen.items;
    seen.ages += each.age.value_or(0);
  }
  const bench::cost cost = run.finish();
  seen.cpu_seconds = cost.cpu_seconds;
  seen.wall_seconds = cost.wall_seconds;
  seen.peak_mb = cost.peak_rss_mb - cost.idle_rss_mb;
  return seen;
}

// Reads the pages of the table one after the other.
class page_walk {
 public:
  explicit page_walk(const client& db) : backend_(db.shared_backend()) {}

  // Returns the next pages, at most `count`; none at the end.
  std::vector<page> next(std::size_t count) {
    std::vector<page> pages;
    while (pages.size() < count && !ended_) {
      std::promise<result<backend_response>> told;
      backend_->submit({.op = operation::scan, .body = R"({"TableName":"users")" + start_ + "}"},
                       [&](result<backend_response> answer) { told.set_value(std::move(answer)); });
      pages.push_back(page::open(std::move(told.get_future().get().value().body)).value());
      const std::string_view last = pages.back().last_evaluated_key();
      ended_ = last.empty();
      start_ = R"(,"ExclusiveStartKey":)" + std::string(last);
    }
    return pages;
  }

 private:
  std::shared_ptr<backend> backend_;
  std::string start_;
  bool ended_ = false;
};

// Only decodes: every item of the table once, as the scan does, from pages in memory.
figures decode(const client& db) {
  figures seen;
  detail::arena memory;
  detail::page_reader<user> reader(memory);
  user each;
  page_walk walk(db);
  for (auto pages = walk.next(64); !pages.empty(); pages = walk.next(64)) {
    const bench::measurement run;
    for (const page& opened : pages) {
      memory.clear();
      reader.open(opened);
      while (reader.next(each, "users").value()) {
        ++seen.items;
        seen.ages += each.age.value_or(0);
      }
    }
    seen.cpu_seconds += run.finish().cpu_seconds;
  }
  return seen;
}

struct measured {
  figures scanned;
  figures decoded;
};

// Returns the lowest cost of each, because other work on the machine only adds to it. The memory is
// that of the first scan, before decoding holds many pages.
measured measure(const client& db, std::uint64_t items, std::uint32_t segments, int rounds) {
  std::int64_t ages = 0;
  for (std::uint64_t i = 0; i < items; ++i) ages += cli::sample_user_at(1, i).age.value_or(0);
  const auto keep_lower = [](figures& lowest, const figures& of) {
    if (lowest.items == 0) lowest = of;
    lowest.cpu_seconds = std::min(lowest.cpu_seconds, of.cpu_seconds);
    lowest.wall_seconds = std::min(lowest.wall_seconds, of.wall_seconds);
  };
  measured found;
  for (int round = 0; round < rounds; ++round) {
    const figures scanned = read_all(db, segments);
    const figures decoded = decode(db);
    for (const figures& each : {scanned, decoded}) {
      if (each.items != items || each.ages != ages)
        throw std::runtime_error("the scan did not find the items written");
    }
    keep_lower(found.scanned, scanned);
    keep_lower(found.decoded, decoded);
  }
  return found;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Scans a table in the process, and decodes its pages alone; prints the cost of each");
  std::string file;
  std::uint64_t items = 1'000'000;
  std::uint32_t segments = 1;
  int rounds = 3;
  double limit = 0;
  double limit_mb = 0;
  bool compact = false;
  app.add_option("--file", file, "database file, filled if it is empty (default: in memory)");
  app.add_flag("--compact", compact, "compact the database first");
  app.add_option("--items", items);
  app.add_option("--segments", segments);
  app.add_option("--rounds", rounds)->check(CLI::NonNegativeNumber);
  app.add_option("--limit", limit, "fail if the scan costs more than this times the decoding");
  app.add_option("--limit-mb", limit_mb, "fail if the scan takes more memory than this, in MB");
  CLI11_PARSE(app, argc, argv);
  try {
    const embedded_engine engine =
        file.empty() ? embedded_engine::in_memory()
                     : embedded_engine::open(file, {.durable = durability::process_crash});
    const client db(engine);
    fill(db, items);
    if (compact) engine.compact();
    if (rounds == 0) return 0;
    const auto [scanned, decoded] = measure(db, items, segments, rounds);
    const double each_scanned = scanned.cpu_seconds / static_cast<double>(items);
    const double each_decoded = decoded.cpu_seconds / static_cast<double>(items);
    const double ratio = each_scanned / each_decoded;
    fmt::print(
        "{} items {}{}, {} segment(s): {:.3f} us CPU an item, {:.3f} us decoding alone ({:.2f} "
        "times),\n"
        "  {:.0f} items/s, {:.1f} MB over what was there before\n",
        items, file.empty() ? "in memory" : "in a file", compact ? ", compacted" : "", segments,
        each_scanned * 1e6, each_decoded * 1e6, ratio,
        static_cast<double>(items) / scanned.wall_seconds, scanned.peak_mb);
    if (limit != 0 && ratio > limit) throw std::runtime_error("the scan costs too much");
    if (limit_mb != 0 && scanned.peak_mb > limit_mb)
      throw std::runtime_error("the scan takes too much memory");
  } catch (const std::exception& failure) {
    fmt::print(stderr, "engine_scan_bench: {}\n", failure.what());
    return 1;
  }
  return 0;
}
