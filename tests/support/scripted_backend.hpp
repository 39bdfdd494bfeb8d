// A backend that answers as a test tells it, without a network.
#pragma once

#include <dynamo/model/backend.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::test {

/// The members of a request that tests look at.
struct seen_request {
  operation op = operation::scan;
  std::string body;  ///< JSON, as sent
  std::uint32_t segment = 0;
  std::uint32_t total_segments = 1;
  std::optional<std::uint64_t> limit{};
  bool counts_only = false;  ///< Select is COUNT
};

/// Body of a Scan's response: `items` are DynamoDB JSON, `last_key` is JSON or empty.
[[nodiscard]] std::string page_body(const std::vector<std::string>& items,
                                    std::string_view last_key = {});

/// Answers scans with the pages that it was given, in order, segment by segment, and every other
/// operation as it was told. Completes within submit(), on the caller's thread. Thread-safe.
///
/// Keys between pages are {"page":{"N":"i"}}: a scan may be resumed anywhere. A request's Limit
/// cuts a page; the rest of that page is then lost to the scan. Filters are not applied.
class scripted_backend final : public backend {
 public:
  using request_handler = std::function<result<std::string>(const seen_request&)>;

  /// Pages of the only segment, each a list of items in DynamoDB JSON.
  void add_page(std::vector<std::string> items) { add_page(0, std::move(items)); }
  void add_page(std::uint32_t segment, std::vector<std::string> items);
  /// What a scan of a segment without pages, and other operations, are answered with.
  void answer(operation op, std::string body);
  void answer(operation op, error failure);
  void answer(operation op, request_handler with);
  /// Answers request `number` of all, counted from 0, with `failure`.
  void fail_at(std::size_t number, error failure);
  /// Called on each request before it is answered, without a lock.
  void on_request(std::function<void(const seen_request&)> observer);

  void submit(backend_request request, backend_completion done) override;

  [[nodiscard]] std::vector<seen_request> requests() const;
  [[nodiscard]] std::size_t count(operation op) const;

 private:
  result<std::string> answer_to(const seen_request& request, std::size_t number);
  result<std::string> scan_page(const seen_request& request) const;

  mutable std::mutex mutex_;
  std::map<std::uint32_t, std::vector<std::vector<std::string>>> pages_;
  std::map<operation, request_handler> answers_;
  std::map<std::size_t, error> failures_;
  std::function<void(const seen_request&)> observer_;
  std::vector<seen_request> requests_;
};

}  // namespace dynamo::test
