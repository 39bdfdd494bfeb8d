#include "auth/credential_document.hpp"

#include "auth/aws_names.hpp"
#include "auth/clock_skew.hpp"
#include "auth/fault.hpp"
#include "auth/timestamp.hpp"
#include "core/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dynamo::auth {
namespace {

error document_fault(const document_origin& from, std::string_view problem) {
  return credentials_fault(
      fmt::format("{} returned a document {}: {}", from.subject, problem, from.fix));
}

// Reads a member that may be absent; returns false if it is not a string.
bool read_optional(const json_members& members, std::string_view name, std::string& out) {
  const auto found = members.find(name);
  if (found == members.end() || found->second.text == "null") return true;
  if (!found->second.is_string) return false;
  out = found->second.text;
  return true;
}

}  // namespace

bool is_plain_word(std::string_view text) noexcept {
  constexpr std::size_t longest = 64;
  return !text.empty() && text.size() <= longest &&
         std::ranges::all_of(text, ascii::is_alphanumeric);
}

result<json_members> open_credential_document(std::string_view text, const document_origin& from) {
  std::optional<json_members> members = read_json_members(text);
  if (!members) return document_fault(from, "that is not one JSON object");
  return *std::move(members);
}

result<credentials> read_credential_document(const json_members& members,
                                             const document_origin& from) {
  credentials read;
  std::string expiration;
  const std::pair<std::string_view, std::string*> texts[] = {
      {"AccessKeyId", &read.access_key_id},
      {"SecretAccessKey", &read.secret_access_key},
      {from.token_member, &read.session_token},
      {"Expiration", &expiration},
      {"AccountId", &read.account_id}};
  for (const auto& [name, into] : texts)
    if (!read_optional(members, name, *into))
      return document_fault(from, fmt::format("whose {} is not a string", name));
  for (const auto& [name, into] : texts) {
    const bool needed = into == &read.access_key_id || into == &read.secret_access_key ||
                        (from.expires && into != &read.account_id);
    if (needed && into->empty()) return document_fault(from, fmt::format("without {}", name));
  }
  if (!expiration.empty()) {
    read.expiration = parse_timestamp(expiration);
    if (!read.expiration)
      return document_fault(from, "whose Expiration is not a time such as 2030-01-31T12:00:00Z");
  }
  if (!read.account_id.empty() && !is_account_id(read.account_id))
    return document_fault(from, "whose AccountId is not twelve digits");
  return read;
}

std::optional<error> expired_on_arrival(const credentials& fresh, const document_origin& from,
                                        std::chrono::system_clock::time_point now,
                                        std::string_view date) {
  if (!fresh.expiration || *fresh.expiration > now) return std::nullopt;
  const std::string expired = format_timestamp(*fresh.expiration);
  if (const auto skew = describe_clock_skew(date, now))
    return credentials_fault(fmt::format(
        "{} returned credentials that expired at {} by this machine's clock, which is {} "
        "the service's: set this machine's clock",
        from.subject, expired, *skew));
  return credentials_fault(fmt::format("{} returned credentials that expired at {}: {}",
                                       from.subject, expired, from.fixed_time));
}

}  // namespace dynamo::auth
