// Where one segment of a scan stands: a state machine without I/O.
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
  /// JSON text of the key to go on from; empty at the beginning.
  [[nodiscard]] const std::string& start_key() const noexcept { return start_key_; }

  /// A request leaves. Requires `ready`.
  void ask() noexcept { state_ = state::asked; }
  /// Whether a page with this LastEvaluatedKey, for which so many items were evaluated, leads on:
  /// a service that repeats a key would be asked for ever (`page_chain`). Requires `asked`; once
  /// for each page, before `advance`.
  [[nodiscard]] bool leads_on(std::string_view last_evaluated_key, std::uint64_t evaluated) {
    return chain_.leads_on(start_key_, last_evaluated_key, evaluated);
  }
  /// A page came with this LastEvaluatedKey, empty at the end. Requires `asked`.
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
