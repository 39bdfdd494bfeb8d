#include "client/throttling.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace dynamo::wire {
namespace {

using detail::json_cursor;
using detail::raw_string;

struct limit {
  std::string_view suffix;
  std::string_view advice;
};

// A reason is {Table|Index}{Read|Write} and one of these (DynamoDB API reference,
// ThrottlingReason).
constexpr std::array limits = {
    limit{"ProvisionedThroughputExceeded", "raise the provisioned capacity, or go slower"},
    limit{"AccountLimitExceeded", "ask for a higher quota of the account, or go slower"},
    limit{"KeyRangeThroughputExceeded",
          "one partition is at its limit: spread the requests over more segments, or go slower"},
    limit{"MaxOnDemandThroughputExceeded",
          "raise the maximum that is set for on-demand requests, or go slower"},
};
constexpr std::array<std::string_view, 4> subjects = {"TableRead", "TableWrite", "IndexRead",
                                                      "IndexWrite"};

std::string_view advice_for(std::string_view reason) {
  const auto* const known = std::ranges::find_if(
      limits, [&](const limit& each) { return reason.ends_with(each.suffix); });
  return known == limits.end() ? std::string_view() : known->advice;
}

// What an ARN ends with: "table/users/index/by_age". The account in front of it is nobody's
// business in a log.
std::string_view without_account(std::string_view arn) {
  for (int colons = 0; colons < 5; ++colons) {
    const auto at = arn.find(':');
    if (at == std::string_view::npos) break;
    arn.remove_prefix(at + 1);
  }
  return arn;
}

// Names and ARNs have no blanks and no line breaks.
bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

bool read_reason(json_cursor& cursor, std::vector<throttling_reason>& out) {
  if (cursor.peek() != '{') return cursor.skip_value();
  throttling_reason read;
  const bool whole = cursor.object([&](const raw_string& key) {
    const bool is_reason = key.text == "reason" || key.text == "Reason";
    const bool is_resource = key.text == "resource" || key.text == "Resource";
    if ((!is_reason && !is_resource) || cursor.peek() != '"') return cursor.skip_value();
    raw_string raw;
    return cursor.string(raw) && detail::text_of(raw, is_reason ? read.reason : read.resource);
  });
  if (!is_printable(read.resource)) read.resource.clear();
  if (whole && !read.reason.empty() && is_printable(read.reason)) out.push_back(std::move(read));
  return whole;
}

}  // namespace

bool names_throttling_reasons(std::string_view member) {
  return member == "throttlingReasons" || member == "ThrottlingReasons";
}

bool read_throttling_reasons(json_cursor& cursor, std::vector<throttling_reason>& out) {
  if (cursor.peek() != '[') return cursor.skip_value();
  return cursor.array([&] { return read_reason(cursor, out); });
}

std::vector<throttling_reason> reasons_in(std::string_view message) {
  std::vector<throttling_reason> found;
  for (const limit& each : limits) {
    for (std::size_t at = message.find(each.suffix); at != std::string_view::npos;
         at = message.find(each.suffix, at + 1)) {
      for (const std::string_view subject : subjects) {
        if (!message.substr(0, at).ends_with(subject)) continue;
        throttling_reason one{std::string(subject) + std::string(each.suffix), {}};
        if (std::ranges::find(found, one) == found.end()) found.push_back(std::move(one));
      }
    }
  }
  return found;
}

std::string explained(const std::vector<throttling_reason>& reasons) {
  std::string text;
  for (const throttling_reason& each : reasons) {
    text += text.empty() ? " (" : "; ";
    text += each.reason;
    if (!each.resource.empty()) text.append(" of ").append(without_account(each.resource));
    if (const std::string_view advice = advice_for(each.reason); !advice.empty())
      text.append(": ").append(advice);
  }
  if (!text.empty()) text += ')';
  return text;
}

}  // namespace dynamo::wire
