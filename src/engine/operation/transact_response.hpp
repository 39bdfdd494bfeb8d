// Shared by transactions: cancellation reasons.
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

/// Limit for the total bytes of the actions of a TransactWriteItems, as `item_write::payload`
/// counts them, and of the items that a TransactGetItems finds (API reference).
inline constexpr std::uint64_t largest_transaction = 4 * 1024 * 1024;

/// Refuses a transaction larger than the limit.
[[noreturn]] void refuse_payload(std::uint64_t bytes);

/// The reason for each action that could not be executed, in the order of the request.
class cancellation_reasons {
 public:
  explicit cancellation_reasons(std::size_t actions) : reasons_(actions) {}

  /// Calls `step()` for the action. A refusal becomes the action's reason; a refusal that has no
  /// reason code is passed on. Not called for an action that has a reason.
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
  /// Refuses with TransactionCanceledException if an action has a reason. Reasons contain the
  /// requested items up to 16 MiB in total; later reasons have no item.
  void require_none() const;

 private:
  // The reason code of a refusal; empty if it has none.
  static std::string_view code_of(const refusal& refused);
  void note(std::size_t action, const refusal& refused);

  std::vector<std::optional<refusal>> reasons_;
  std::size_t item_bytes_ = 0;
};

/// Refuses two actions on one item; each is a row set and a key.
void require_distinct(std::vector<std::pair<row_set, std::string_view>> items);

}  // namespace dynamo::engine
