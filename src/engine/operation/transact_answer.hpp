// What transactions have in common: why one was cancelled.
#pragma once

#include "engine/refusal.hpp"
#include "engine/table_definition.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::engine {

/// Bytes that the actions of a TransactWriteItems have together, as `item_write::payload` counts
/// them, and the items that a TransactGetItems finds (API reference).
inline constexpr std::uint64_t largest_transaction = 4 * 1024 * 1024;

/// Refuses a transaction of so many bytes.
[[noreturn]] void refuse_payload(std::uint64_t bytes);

/// Why each action of a transaction could not be carried out, in the order of the request.
class cancellation_reasons {
 public:
  explicit cancellation_reasons(std::size_t actions) : reasons_(actions) {}

  /// Calls `step()` for the action. What it refuses becomes the action's reason, unless there is
  /// none for it: that is passed on. Not called for an action that has a reason.
  template <class Step>
  void collect(std::size_t action, Step&& step) {
    if (reasons_[action]) return;
    try {
      step();
    } catch (const refusal& refused) {
      if (code_of(refused).empty()) throw;
      note(action, refused);
    }
  }
  [[nodiscard]] bool has(std::size_t action) const { return reasons_[action].has_value(); }
  /// Refuses with TransactionCanceledException if an action has a reason. Reasons contain the items
  /// that were asked for until these have 16 MiB together; those after that come without.
  void require_none() const;

 private:
  // The code of a reason; empty if the refusal is not one.
  static std::string_view code_of(const refusal& refused);
  void note(std::size_t action, const refusal& refused);

  std::vector<std::optional<refusal>> reasons_;
  std::size_t item_bytes_ = 0;
};

/// Two actions must not be on one item; each is a row set and a key.
void require_distinct(std::vector<std::pair<row_set, std::string_view>> items);

}  // namespace dynamo::engine
