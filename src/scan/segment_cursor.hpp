// Where one segment of a scan stands: a state machine without I/O.
#pragma once

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
      : state_(from.complete ? state::complete : state::ready), start_key_(from.start_key) {}

  [[nodiscard]] state current() const noexcept { return state_; }
  /// JSON text of the key to go on from; empty at the beginning.
  [[nodiscard]] const std::string& start_key() const noexcept { return start_key_; }

  /// A request leaves. Requires `ready`.
  void ask() noexcept { state_ = state::asked; }
  /// Whether a page with this LastEvaluatedKey, for which so many items were evaluated, leads on. A
  /// server that answers with the key it was given, though it has read items, or again and again
  /// though it has read none, would be asked for ever. Requires `asked`.
  [[nodiscard]] bool leads_on(std::string_view last_evaluated_key, std::uint64_t evaluated) {
    if (last_evaluated_key.empty() || last_evaluated_key != start_key_) return true;
    return evaluated == 0 && ++standstills_ <= most_standstills;
  }
  /// A page came with this LastEvaluatedKey, empty at the end. Requires `asked`.
  void advance(std::string_view last_evaluated_key) {
    if (last_evaluated_key != start_key_) standstills_ = 0;
    start_key_ = last_evaluated_key;
    state_ = last_evaluated_key.empty() ? state::complete : state::ready;
  }

 private:
  static constexpr unsigned most_standstills = 1000;

  state state_ = state::ready;
  std::string start_key_;
  unsigned standstills_ = 0;  // empty pages in a row that lead back to their own key
};

}  // namespace dynamo::scan
