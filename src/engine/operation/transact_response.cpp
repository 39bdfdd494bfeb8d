#include "engine/operation/transact_response.hpp"

#include <dynamo/value/json_writer.hpp>

#include <algorithm>

namespace dynamo::engine {

namespace {

// Limit for the JSON of items in reasons: there may be a hundred, of megabytes each.
constexpr std::size_t most_item_bytes = 16 * 1024 * 1024;

}  // namespace

void refuse_payload(std::uint64_t bytes) {
  refuse_invalid("Transaction payload size cannot exceed 4MB. Payload Size: " +
                 std::to_string(bytes));
}

void cancellation_reasons::note(std::size_t action, const refusal& refused) {
  item_bytes_ += refused.members().size();
  if (item_bytes_ <= most_item_bytes) {
    reasons_[action] = refused;
  } else {
    reasons_[action].emplace(refused.type(), refused.message());
  }
}

std::string_view cancellation_reasons::code_of(const refusal& refused) {
  if (refused.type() == "ConditionalCheckFailedException") return "ConditionalCheckFailed";
  if (refused.type() == "ValidationException") return "ValidationError";
  if (refused.type() == "ProvisionedThroughputExceededException") {
    return "ProvisionedThroughputExceeded";
  }
  return {};
}

void cancellation_reasons::require_none() const {
  std::string codes;
  std::string members = ",\"CancellationReasons\":[";
  bool cancelled = false;
  for (const auto& reason : reasons_) {
    if (!codes.empty()) {
      codes += ", ";
      members += ',';
    }
    const std::string_view code = reason ? code_of(*reason) : "None";
    codes += code;
    members += '{';
    detail::append_json_text(members, "Code", code);
    if (reason) {
      cancelled = true;
      detail::append_json_text(members, "Message", reason->message());
      members += reason->members();
    }
    members += '}';
  }
  if (!cancelled) return;
  throw refusal("TransactionCanceledException",
                "Transaction cancelled, please refer cancellation reasons for specific reasons [" +
                    codes + "]")
      .with(members + "]");
}

void require_distinct(std::vector<std::pair<row_set, std::string_view>> items) {
  std::ranges::sort(items);
  if (std::ranges::adjacent_find(items) == items.end()) return;
  refuse_invalid("Transaction request cannot include multiple operations on one item");
}

}  // namespace dynamo::engine
