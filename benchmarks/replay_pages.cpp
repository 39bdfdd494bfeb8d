#include "replay_pages.hpp"

#include "cli/sample_users.hpp"

#include <fmt/format.h>
#include <libdeflate.h>

#include <iterator>

namespace dynamo::bench {
namespace {

constexpr std::size_t page_limit = 1'048'576;
// Room for `"Count"`, `"LastEvaluatedKey"` and `"ScannedCount"` around the items.
constexpr std::size_t frame = 512;

// FNV-1a: the segments must be the same with every standard library.
std::uint64_t hash(std::string_view key) {
  std::uint64_t value = 0xcbf29ce484222325ULL;
  for (const char byte : key) {
    value = (value ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
  }
  return value ^ (value >> 32);
}

// In the form of Amazon's: 52 capital letters and digits.
std::string request_id(std::uint64_t serial) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string id;
  std::uint64_t state = serial;
  for (int sign = 0; sign < 52; ++sign) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    id += alphabet[state >> 59];
  }
  return id;
}

}  // namespace

expectation expected(const data_set& users) {
  expectation sums{.items = users.items};
  std::string json;
  for (std::uint64_t index = 0; index < users.items; ++index) {
    const cli::sample_user user = cli::sample_user_at(users.seed, index);
    sums.age_sum += user.age.value_or(0);
    json.clear();
    append_dynamodb_json(user, json);
    sums.item_bytes += json.size();
  }
  return sums;
}

std::string http_response(std::string_view status, std::string_view body, std::uint64_t serial) {
  return fmt::format(
      "HTTP/1.1 {}\r\n"
      "Server: Server\r\n"
      "Content-Type: application/x-amz-json-1.0\r\n"
      "Content-Length: {}\r\n"
      "Connection: keep-alive\r\n"
      "x-amzn-RequestId: {}\r\n"
      "x-amz-crc32: {}\r\n"
      "\r\n{}",
      status, body.size(), request_id(serial), libdeflate_crc32(0, body.data(), body.size()), body);
}

scan_pages::scan_pages(const data_set& users, std::uint32_t total_segments) {
  std::vector<std::vector<std::uint64_t>> segments(total_segments);
  for (std::uint64_t index = 0; index < users.items; ++index) {
    const std::string id = cli::sample_user_at(users.seed, index).id;
    segments[hash(id) % total_segments].push_back(index);
  }
  for (const auto& members : segments) {
    first_.push_back(responses_.size());
    build_segment(users, members);
  }
  first_.push_back(responses_.size());
}

void scan_pages::build_segment(const data_set& users, const std::vector<std::uint64_t>& members) {
  std::string items;
  items.reserve(page_limit);
  std::size_t count = 0;
  std::string last_id;
  std::string last_key;

  const auto close_page = [&](bool more) {
    std::string body;
    body.reserve(items.size() + frame);
    fmt::format_to(std::back_inserter(body), R"({{"Count":{},"Items":[)", count);
    body += items;
    body += ']';
    if (more) {
      (body += R"(,"LastEvaluatedKey":)") += last_key;
      next_.emplace(last_id, responses_.size() + 1);
    }
    fmt::format_to(std::back_inserter(body), R"(,"ScannedCount":{}}})", count);
    responses_.push_back(http_response("200 OK", body, responses_.size()));
    items.clear();
    count = 0;
  };

  std::string json;
  for (const std::uint64_t index : members) {
    const cli::sample_user user = cli::sample_user_at(users.seed, index);
    json.clear();
    append_dynamodb_json(user, json);
    if (items.size() + json.size() + frame > page_limit) close_page(true);
    if (count != 0) items += ',';
    items += json;
    ++count;
    last_id = user.id;
    last_key.clear();
    append_dynamodb_key_json(user, last_key);
  }
  close_page(false);
}

std::optional<std::string_view> scan_pages::page(std::uint32_t segment,
                                                 std::optional<std::string_view> after) const {
  if (segment + 1 >= first_.size()) return std::nullopt;
  if (!after) return responses_[first_[segment]];
  const auto found = next_.find(*after);
  if (found == next_.end() || found->second <= first_[segment] ||
      found->second >= first_[segment + 1]) {
    return std::nullopt;
  }
  return responses_[found->second];
}

}  // namespace dynamo::bench
