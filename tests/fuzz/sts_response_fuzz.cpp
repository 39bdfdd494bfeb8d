// STS's XML, of any bytes: reading it ends, what is taken is complete, and what is shown of a
// refusal is one short line without what was sent.
#include "auth/foreign_text.hpp"
#include "auth/sts_response.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_account(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

void check_shown(const std::string& text) {
  constexpr std::string_view secret = "SECRET";
  constexpr std::size_t longest = 303;
  const std::string line = dynamo::auth::shown_line(text, {secret});
  require(line.size() <= longest);
  require(line.find(secret) == std::string::npos);
  require(std::ranges::all_of(
      line, [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynamo::auth;
  const std::string_view xml(reinterpret_cast<const char*>(data), size);
  for (const std::string_view action : {"AssumeRole", "AssumeRoleWithWebIdentity"}) {
    const auto role = read_assumed_role(xml, action);
    if (!role) continue;
    require(!role->keys.access_key_id.empty() && !role->keys.secret_access_key.empty());
    require(!role->keys.session_token.empty() && role->keys.expiration.has_value());
    require(is_account(role->keys.account_id) &&
            account_in_arn(role->arn) == role->keys.account_id);
  }
  if (const auto who = read_caller_identity(xml))
    require(!who->account.empty() && !who->arn.empty());
  if (const auto fault = read_sts_fault(xml)) {
    require(!fault->code.empty());
    check_shown(fault->code);
    check_shown(fault->message);
  }
  check_shown(std::string(xml));
  return 0;
}
