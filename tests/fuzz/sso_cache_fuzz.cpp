// The AWS CLI's cache of sign-ins and the answers of IAM Identity Center, of any bytes: a
// token that is read can be written and is the same then, and a refreshed one keeps what it does
// not know.
#include "auth/sso_response.hpp"
#include "auth/sso_token.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace dynamo::auth;

void require(bool condition) {
  if (!condition) std::abort();
}

void require_same(const sso_token& a, const sso_token& b) {
  require(a.access_token == b.access_token && a.expires_at == b.expires_at);
  require(a.refresh_token == b.refresh_token && a.client_id == b.client_id);
  require(a.client_secret == b.client_secret && a.members.size() == b.members.size());
  require(a.registration_expires_at == b.registration_expires_at);
}

void check_token(std::string_view text, std::string_view answer) {
  const auto token = read_sso_token(text);
  if (!token) return;
  require(!token->access_token.empty());
  const auto again = read_sso_token(write_sso_token(*token));
  require(again.has_value());
  require_same(*token, *again);
  const std::chrono::sys_days now = std::chrono::January / 1 / 2026;
  const auto fresh = refreshed_sso_token(*token, answer, now);
  if (!fresh) return;
  const auto kept = read_sso_token(write_sso_token(*fresh));
  require(kept.has_value());
  require_same(*fresh, *kept);
  for (const auto& [name, member] : token->members) require(kept->members.contains(name));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A cache file, and behind a NUL the answer that refreshes it.
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = text.find('\0');
  const std::string_view answer =
      end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  check_token(text.substr(0, end), answer);
  if (const auto keys = read_role_credentials(text))
    require(!keys->access_key_id.empty() && !keys->secret_access_key.empty() &&
            !keys->session_token.empty() && keys->expiration.has_value());
  (void)read_sso_fault(text);
  return 0;
}
