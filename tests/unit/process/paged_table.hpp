// A table whose items tell where they stand.
#pragma once

#include "support/manual_backend.hpp"

#include <dynamo/table/table.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::test {

struct seat {
  std::string id;
};

}  // namespace dynamo::test

template <>
inline constexpr auto dynamo::mapping<dynamo::test::seat> =
    dynamo::table_mapping("seats", dynamo::partition_key("id", &dynamo::test::seat::id));

namespace dynamo::test {

/// Answers scans of a table of `segments` parts with `pages` pages each, of `items` items each. An
/// item's id is "segment-page-number".
struct paged_table {
  std::size_t segments = 1;
  std::size_t pages = 1;
  std::size_t items = 1;

  [[nodiscard]] std::size_t size() const { return segments * pages * items; }

  [[nodiscard]] static std::string id(std::size_t segment, std::size_t page, std::size_t number) {
    return std::to_string(segment) + "-" + std::to_string(page) + "-" + std::to_string(number);
  }

  result<std::string> operator()(const backend_request& request) const {
    constexpr std::string_view key = R"("ExclusiveStartKey":{"page":{"N":")";
    const auto at = request.body.find(key);
    const std::size_t page =
        at == std::string::npos ? 0 : std::stoul(request.body.substr(at + key.size()));
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < items; ++i) ids.push_back(id(request.segment.value_or(0), page, i));
    return page + 1 < pages
               ? id_page(ids, R"({"page":{"N":")" + std::to_string(page + 1) + R"("}})")
               : id_page(ids);
  }
};

inline table<seat> seats_of(std::shared_ptr<backend> from) {
  return table<seat>(client(std::move(from)));
}

}  // namespace dynamo::test
