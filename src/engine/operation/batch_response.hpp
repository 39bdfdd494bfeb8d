// Shared by batch operations: unprocessed entries, and arrays in responses.
#pragma once

#include "engine/operation/operation_context.hpp"
#include "engine/refusal.hpp"

#include <optional>
#include <string>

namespace dynamo::engine {

/// Appends an array, calling `append(element)` for each element.
template <class List, class Append>
void append_json_list(std::string& out, const List& list, Append&& append) {
  out += '[';
  bool first = true;
  for (const auto& each : list) {
    if (!first) out += ',';
    first = false;
    append(each);
  }
  out += ']';
}

/// Decides which entries of a batch are processed: all but those left out by throughput or, if the
/// options ask for it, at random. At least one is processed, or the batch is refused.
class batch_progress {
 public:
  explicit batch_progress(operation_context& with) : with_(with) {}

  /// `require(limits)` refuses an entry that exceeds the throughput.
  template <class Require>
  [[nodiscard]] bool admits(Require&& require) {
    if (any_ && with_.options.unprocessed_share > 0 &&
        with_.options.random->uniform() < with_.options.unprocessed_share) {
      return false;
    }
    if (with_.limits != nullptr) {
      try {
        require(*with_.limits);
      } catch (const refusal& throttled) {
        throttled_ = throttled;
        return false;
      }
    }
    any_ = true;
    return true;
  }

  /// Refuses as the last entry was refused, if throughput excluded all entries.
  void require_any() const {
    if (!any_ && throttled_) throw refusal(*throttled_);
  }

 private:
  operation_context& with_;
  bool any_ = false;
  std::optional<refusal> throttled_;
};

}  // namespace dynamo::engine
