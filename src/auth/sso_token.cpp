#include "auth/sso_token.hpp"

#include "auth/fault.hpp"
#include "auth/timestamp.hpp"
#include "core/ascii.hpp"

#include <dynamo/value/json_writer.hpp>

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <utility>

namespace dynamo::auth {
namespace {

// Older versions of the AWS CLI wrote "UTC" instead of "Z".
std::optional<sso_token::time_point> read_time(const json_members& members, std::string_view name) {
  std::optional<std::string> text = string_member(members, name);
  if (!text) return std::nullopt;
  if (text->ends_with("UTC")) text->replace(text->size() - 3, 3, "Z");
  return parse_timestamp(*text);
}

std::optional<std::chrono::seconds> read_seconds(const json_members& members,
                                                 std::string_view name) {
  // A year: longer lifetimes are invalid, and adding them to the time could overflow.
  constexpr std::uint64_t longest = 366 * 86'400;
  const auto seconds = integer_member(members, name);
  if (!seconds || *seconds > longest) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

}  // namespace

bool sso_token::can_be_refreshed(time_point now) const {
  return !refresh_token.empty() && !client_id.empty() && !client_secret.empty() &&
         registration_expires_at && *registration_expires_at > now;
}

std::optional<sso_token> read_sso_token(std::string_view text) {
  auto members = read_json_members(text);
  if (!members) return std::nullopt;
  const auto access = string_member(*members, "accessToken");
  const auto expires = read_time(*members, "expiresAt");
  // The token is sent in a header.
  if (!access || !expires || !ascii::is_visible(*access)) return std::nullopt;
  sso_token token{.access_token = *access, .expires_at = *expires};
  token.refresh_token = string_member(*members, "refreshToken").value_or("");
  token.client_id = string_member(*members, "clientId").value_or("");
  token.client_secret = string_member(*members, "clientSecret").value_or("");
  token.registration_expires_at = read_time(*members, "registrationExpiresAt");
  token.members = *std::move(members);
  return token;
}

std::optional<sso_token> refreshed_sso_token(const sso_token& old, std::string_view answer,
                                             sso_token::time_point now) {
  const auto members = read_json_members(answer);
  if (!members) return std::nullopt;
  auto access = string_member(*members, "accessToken");
  const auto lifetime = read_seconds(*members, "expiresIn");
  if (!access || !lifetime || !ascii::is_visible(*access)) return std::nullopt;
  sso_token fresh = old;
  fresh.access_token = *std::move(access);
  fresh.expires_at = now + *lifetime;
  if (auto refresh = string_member(*members, "refreshToken"))
    fresh.refresh_token = *std::move(refresh);
  const auto put = [&](std::string_view name, const std::string& value) {
    fresh.members.insert_or_assign(std::string(name),
                                   json_member{.text = value, .is_string = true});
  };
  put("accessToken", fresh.access_token);
  put("expiresAt", format_timestamp(fresh.expires_at));
  put("refreshToken", fresh.refresh_token);
  return fresh;
}

std::string write_sso_token(const sso_token& token) {
  std::string text = "{";
  for (const auto& [name, member] : token.members) {
    if (member.is_string) {
      detail::append_json_text(text, name, member.text);
    } else {
      detail::append_json_key(text, name);
      text += member.text;
    }
  }
  text += "}\n";
  return text;
}

std::string refresh_request(const sso_token& token) {
  std::string body = "{";
  detail::append_json_text(body, "clientId", token.client_id);
  detail::append_json_text(body, "clientSecret", token.client_secret);
  detail::append_json_text(body, "grantType", "refresh_token");
  detail::append_json_text(body, "refreshToken", token.refresh_token);
  body += '}';
  return body;
}

result<std::string> sso_cache_file(std::string_view cache_name) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  std::size_t size = 0;
  if (EVP_Q_digest(nullptr, "SHA1", nullptr, cache_name.data(), cache_name.size(), digest.data(),
                   &size) != 1)
    return configuration_fault(
        "OpenSSL provides no SHA-1, which the file names of AWS CLI sign-ins require: check the "
        "providers that its configuration file (openssl.cnf) activates");
  std::string path = "/.aws/sso/cache/";
  for (std::size_t i = 0; i < size; ++i) path += fmt::format("{:02x}", digest[i]);
  return path + ".json";
}

}  // namespace dynamo::auth
