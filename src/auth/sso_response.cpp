#include "auth/sso_response.hpp"

#include "auth/json_members.hpp"

#include <chrono>
#include <cstdint>
#include <utility>

namespace dynamo::auth {
namespace {

std::optional<std::chrono::system_clock::time_point> read_milliseconds(const json_members& members,
                                                                       std::string_view name) {
  const auto count = integer_member(members, name);
  constexpr std::uint64_t year_2199 = 7'258'118'400'000;
  if (!count || *count > year_2199) return std::nullopt;
  return std::chrono::system_clock::time_point(
      std::chrono::milliseconds(static_cast<std::int64_t>(*count)));
}

}  // namespace

std::optional<credentials> read_role_credentials(std::string_view text) {
  const auto members = read_json_members(text);
  const auto inner = members ? members->find("roleCredentials") : json_members::const_iterator();
  if (!members || inner == members->end() || inner->second.is_string) return std::nullopt;
  const auto keys = read_json_members(inner->second.text);
  if (!keys) return std::nullopt;
  auto key_id = string_member(*keys, "accessKeyId");
  auto secret = string_member(*keys, "secretAccessKey");
  auto token = string_member(*keys, "sessionToken");
  const auto expiration = read_milliseconds(*keys, "expiration");
  if (!key_id || !secret || !token || !expiration) return std::nullopt;
  return credentials{.access_key_id = *std::move(key_id),
                     .secret_access_key = *std::move(secret),
                     .session_token = *std::move(token),
                     .expiration = expiration};
}

std::optional<sso_fault> read_sso_fault(std::string_view text) {
  const auto members = read_json_members(text);
  if (!members) return std::nullopt;
  sso_fault fault;
  for (const char* name : {"error", "__type", "code"})
    if (fault.code.empty()) fault.code = string_member(*members, name).value_or("");
  fault.code.erase(0, fault.code.find('#') + 1);  // com.amazonaws.switchboard.portal#Code
  for (const char* name : {"error_description", "message", "Message"})
    if (fault.message.empty()) fault.message = string_member(*members, name).value_or("");
  return fault;
}

}  // namespace dynamo::auth
