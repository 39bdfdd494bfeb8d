// Detects page keys that go in a circle.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo::detail {

/// Detects that the keys of a chain of pages go in a circle, however long it is, so that following
/// the chain would never end. A service never returns a key twice in one chain: a chain that ends
/// is never taken for a circle. Brent's algorithm: each key is compared with an earlier one, which
/// is replaced after 1, 2, 4, 8, ... keys. Stores one key. No I/O.
class page_chain {
 public:
  page_chain() = default;
  /// `start`: the key that the chain resumes from; empty: the beginning.
  explicit page_chain(std::string_view start) : met_(start) {}

  /// Returns whether a page continues the chain: it was requested with `from`, names `to` for the
  /// next page, and `evaluated` items were evaluated for it. Empty keys are the beginning and the
  /// end. Only a page without evaluated items may name its own key again, as DynamoDB-compatible
  /// services that ran out of time do, and at most 1000 times in a row. Call it once for each page,
  /// in order.
  [[nodiscard]] bool leads_on(std::string_view from, std::string_view to, std::uint64_t evaluated) {
    if (to.empty()) return true;
    if (to == from) return evaluated == 0 && ++standstills_ <= most_standstills;
    if (to == met_) return false;
    standstills_ = 0;
    if (++steps_ < lap_) return true;
    met_ = to;
    steps_ = 0;
    lap_ *= 2;
    return true;
  }

 private:
  static constexpr unsigned most_standstills = 1000;

  std::string met_;
  std::uint64_t steps_ = 0;   // since `met_` was stored
  std::uint64_t lap_ = 1;     // after this many steps another key is stored
  unsigned standstills_ = 0;  // pages in a row that name their own key
};

}  // namespace dynamo::detail
