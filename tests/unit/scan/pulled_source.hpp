// A source of pages over a backend that answers as a test says, and what pulls of it gave.
#pragma once

#include "support/manual_backend.hpp"

#include <dynamo/scan/page_source.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::test {

class page_source_test : public testing::Test {
 protected:
  using outcome = result<std::optional<page>>;
  using strings = std::vector<std::string>;

  static std::string key(std::string_view id) {
    return R"({"id":{"S":")" + std::string(id) + R"("}})";
  }

  // The first item's id, read off the raw text; empty for a page without items.
  static std::string id_of(const page& of) {
    const std::string_view text(of.items_begin(), 40);
    const auto begin = text.find(R"("S":")");
    if (text[1] == ']' || begin == std::string_view::npos) return {};
    return std::string(text.substr(begin + 5, text.find('"', begin + 5) - begin - 5));
  }

  page_source source(bool ahead) { return {backend, "users", options, ahead}; }

  // What a pull gave: the page's id, "end", or the error's kind.
  static std::string told(const outcome& got) {
    if (!got) return std::string(to_string(got.error().kind));
    if (!*got) return "end";
    return id_of(**got);
  }
  page_source::handler note() {
    return [this](const outcome& got) { heard.push_back(told(got)); };
  }
  // Pulls `count` times; the answers come as the test gives them.
  void ask(page_source& from, int count = 1) {
    for (int i = 0; i < count; ++i) from.async_next(note());
  }
  std::uint32_t segment_of(std::size_t request) const {
    return backend->request(request).segment.value_or(0);
  }

  std::shared_ptr<manual_backend> backend = std::make_shared<manual_backend>();
  scan_options options;
  std::vector<std::string> heard;
};

}  // namespace dynamo::test
