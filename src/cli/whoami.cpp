#include "cli/whoami.hpp"

#include "cli/commands.hpp"

#include <dynamo/value/json_writer.hpp>

#include <fmt/format.h>

#include <string_view>

namespace dynamo::cli {
namespace {

bool is_confirmed(const identity& who) {
  return !who.arn.empty() && !who.unconfirmed;
}

}  // namespace

std::string identity_text(const identity& who, bool offline) {
  std::string text;
  const auto line = [&](std::string_view name, std::string_view value, std::string_view otherwise) {
    text += fmt::format("{:<9} {}\n", name, value.empty() ? otherwise : one_line(value));
  };
  const std::string_view unknown = offline ? "unknown: STS was not asked" : "unknown";
  line("Provider", who.provider, "unknown");
  line("Key", who.access_key_end.empty() ? "" : "****" + who.access_key_end, "too short to show");
  line("Account", who.account, unknown);
  line("ARN", who.arn, unknown);
  line("Region", who.region, "not set: set AWS_REGION, or region of the profile");
  line("Endpoint", who.endpoint, "unknown without a region");
  line("Expires", who.expiration ? time_text(*who.expiration) : "", "never");
  return text;
}

std::string identity_json(const identity& who) {
  std::string out = "{";
  const auto member = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) detail::append_json_text(out, name, value);
  };
  member("provider", who.provider);
  member("access_key_end", who.access_key_end);
  member("account", who.account);
  member("arn", who.arn);
  member("user_id", who.user_id);
  member("region", who.region);
  member("endpoint", who.endpoint);
  if (who.expiration) member("expires", time_text(*who.expiration));
  detail::append_json_key(out, "confirmed");
  out += is_confirmed(who) ? "true}\n" : "false}\n";
  return out;
}

result<void> run(const whoami_command& what, const client& db, const console& on) {
  const auto who = try_who_am_i(
      db.config(), {.offline = what.offline, .stop = on.stop, .deadline = std::nullopt});
  if (!who) return who.error();
  if (auto printed = print(on, what.json ? identity_json(*who) : identity_text(*who, what.offline));
      !printed)
    return printed;
  if (who->unconfirmed) return *who->unconfirmed;
  return {};
}

}  // namespace dynamo::cli
