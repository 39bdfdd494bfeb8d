// Streams of people from a backend that serves what a test gives it.
#pragma once

#include "support/manual_backend.hpp"
#include "unit/scan/sample_items.hpp"

#include <dynamo/stream/scan_stream.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::test::stream {

using people = scan_stream<person>;
using strings = std::vector<std::string>;

inline const std::string more = R"({"id":{"S":"k"}})";
inline const std::string still_more = R"({"id":{"S":"l"}})";

// Serves the given bodies one by one, within submit; a body that is an errc fails instead.
class scan_stream_test : public testing::Test {
 protected:
  void serve(std::vector<result<std::string>> answers) {
    script = std::move(answers);
    backend = std::make_shared<manual_backend>(
        [this, next = std::size_t{0}](const backend_request&) mutable {
          return next < script.size() ? script[next++]
                                      : result<std::string>(failure_of(errc::unavailable, "over"));
        });
  }
  // Pages of two people each, named by page and place: "00", "01", "10", ...
  void serve_pages(int pages) {
    std::vector<result<std::string>> answers;
    for (int i = 0; i < pages; ++i) {
      const std::string page = std::to_string(i);
      answers.emplace_back(page_of({person_json(page + "0"), person_json(page + "1")},
                                   i + 1 < pages ? R"({"id":{"S":")" + page + R"("}})" : ""));
    }
    serve(std::move(answers));
  }
  template <class T = person>
  scan_stream<T> stream(bool ahead = false) {
    return {page_source(backend, "people", options, ahead), "people"};
  }
  std::size_t sent() const { return backend->count(); }

  std::vector<result<std::string>> script;
  std::shared_ptr<manual_backend> backend;
  scan_options options;
};

template <class Range>
strings ids_of(Range&& range) {
  strings ids;
  for (auto&& each : range) ids.emplace_back(each.id);
  return ids;
}

}  // namespace dynamo::test::stream
