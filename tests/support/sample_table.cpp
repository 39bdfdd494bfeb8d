#include "support/sample_table.hpp"

#include <charconv>
#include <chrono>
#include <exception>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo::test {
namespace {

using namespace std::chrono_literals;

// Written behind the last item, so that nobody reads a table that is being filled.
constexpr std::string_view filled_mark = "scan-samples-1-filled";

owned_item make_sample(std::size_t number) {
  owned_item made{{"id", sample_id(number)}, {"number", number}, {"text", sample_text(number)}};
  if (number % rare_every == 0) made.emplace("rare", "r" + std::to_string(number));
  return made;
}

void fill(const client& db) {
  auto half = [&](std::size_t begin, std::size_t end) {
    std::vector<write_request> writes;
    for (std::size_t number = begin; number < end; ++number) {
      writes.emplace_back(put_request{std::string(sample_table_name), make_sample(number)});
    }
    db.batch_write(writes);
  };
  auto second = std::async(std::launch::async, half, sample_items / 2, sample_items);
  half(0, sample_items / 2);
  second.get();
}

void make_table(const client& db) {
  create_table_request request;
  request.table = sample_table_name;
  request.key.partition_key.name = "id";
  request.global_indexes.push_back({.name = "by_rare", .key = {.partition_key = {.name = "rare"}}});
  auto created = db.try_create_table(request);
  create_table_request mark;
  mark.table = filled_mark;
  mark.key.partition_key.name = "id";
  if (created) {
    db.wait_until_active(request.table, 30s);
    fill(db);
    db.create_table(mark);
  } else if (created.error().kind != errc::conflict) {
    throw exception(created.error());
  }
  // Asks until the mark is there.
  db.wait_until_active(mark.table, 240s);
}

}  // namespace

std::string sample_id(std::size_t number) {
  return "sample-" + std::to_string(number);
}

std::string sample_text(std::size_t number) {
  return std::string(60 + number * 37 % 400, static_cast<char>('a' + number % 26));
}

void sample_scan::SetUp() {
  try {
    const client direct = endpoint_client();
    if (!direct.try_describe_table(std::string(filled_mark))) make_table(direct);
    counted_ = std::make_shared<counting_backend>(direct.shared_backend());
    db_.emplace(counted_);
  } catch (const std::exception& failure) {
    FAIL() << failure.what();
  }
}

void roll_call::came(std::string_view id) {
  std::size_t number = sample_items;
  if (id.starts_with("sample-")) {
    std::from_chars(id.data() + 7, id.data() + id.size(), number);
  }
  ASSERT_LT(number, sample_items) << "an item that was never written: " << id;
  ASSERT_FALSE(seen_[number]) << id << " came twice";
  seen_[number] = true;
  ++count_;
}

}  // namespace dynamo::test
