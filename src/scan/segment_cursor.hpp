// The position of one segment of a scan: a state machine without I/O.
#pragma once

#include <dynamo/core/page_chain.hpp>
#include <dynamo/scan/segment_position.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo::scan {

/// The position of a segment. `ready` -> `asked` -> `ready` again or `complete`: only an absent
/// LastEvaluatedKey ends a segment (DynamoDB API reference, Scan).
class segment_cursor {
 public:
  enum class state : std::uint8_t { ready, asked, complete };

  segment_cursor() = default;
  explicit segment_cursor(const segment_position& from)
      : state_(from.complete ? state::complete : state::ready),
        start_key_(from.start_key),
        chain_(from.start_key) {}

  [[nodiscard]] state current() const noexcept { return state_; }
  /// JSON text of the key to resume from; empty at the beginning.
  [[nodiscard]] const std::string& start_key() const noexcept { return start_key_; }

  /// A request is sent. Requires `ready`.
  void ask() noexcept { state_ = state::asked; }
  /// Returns whether a page with this LastEvaluatedKey, for which this many items were evaluated,
  /// makes progress: a service that repeats a key would be asked forever (`page_chain`). Requires
  /// `asked`; once per page, before `advance`.
  [[nodiscard]] bool leads_on(std::string_view last_evaluated_key, std::uint64_t evaluated) {
    return chain_.leads_on(start_key_, last_evaluated_key, evaluated);
  }
  /// A page with this LastEvaluatedKey, empty at the end, has arrived. Requires `asked`.
  void advance(std::string_view last_evaluated_key) {
    start_key_ = last_evaluated_key;
    state_ = last_evaluated_key.empty() ? state::complete : state::ready;
  }

 private:
  state state_ = state::ready;
  std::string start_key_;
  dynamo::detail::page_chain chain_;
};

}  // namespace dynamo::scan
