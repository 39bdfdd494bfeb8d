#include "auth/role_plan.hpp"

#include "auth/aws_names.hpp"
#include "auth/fault.hpp"
#include "core/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace dynamo::auth {
namespace {

// AWS STS API Reference, AssumeRole, RoleSessionName.
bool is_session_name(std::string_view text) {
  constexpr std::size_t shortest = 2;
  return text.size() >= shortest && is_iam_name(text);
}

result<std::chrono::seconds> read_duration(const found_setting& setting) {
  // AWS STS API Reference, AssumeRole, DurationSeconds.
  constexpr int shortest = 900;
  constexpr int longest = 43'200;
  const auto seconds = ascii::number_in<int>(setting.value);
  if (!seconds || *seconds < shortest || *seconds > longest)
    return configuration_fault(fmt::format("'{}' in {} must be a number of seconds from {} to {}",
                                           setting.value, setting.source, shortest, longest));
  return std::chrono::seconds(*seconds);
}

result<role_base> read_base(const found_setting& setting) {
  if (setting.value == "Environment") return role_base::environment;
  if (setting.value == "EcsContainer") return role_base::container;
  if (setting.value == "Ec2InstanceMetadata") return role_base::instance;
  return configuration_fault(
      fmt::format("'{}' in {} must be Environment, EcsContainer or Ec2InstanceMetadata",
                  setting.value, setting.source));
}

std::string joined(const std::vector<std::string>& profiles) {
  std::string text;
  for (const std::string& profile : profiles) (text += profile) += " -> ";
  return text;
}

// Follows the source profiles from the given profile to the first credentials.
class planner {
 public:
  planner(const shared_files& files, const std::string& session_name)
      : files_(files), session_name_(session_name) {}

  result<std::optional<role_plan>> plan(const std::string& profile) {
    if (!has_role(profile)) return std::optional<role_plan>();
    std::string at = profile;
    for (;;) {
      visited_.push_back(at);
      if (auto added = add_step(at); !added) return std::move(added).error();
      const auto source = files_.find(at, "source_profile");
      const auto place = files_.find(at, "credential_source");
      if (source && place)
        return configuration_fault(fmt::format("{} and {} exclude each other: remove one of them",
                                               source->source, place->source));
      if (place) {
        const auto base = read_base(*place);
        if (!base) return base.error();
        plan_.base = *base;
        break;
      }
      if (!source)
        return configuration_fault(
            fmt::format("{} names a role without source credentials: add source_profile or "
                        "credential_source to the profile",
                        files_.find(at, "role_arn")->source));
      auto next = next_of(at, *source);
      if (!next) return std::move(next).error();
      if (!*next) {
        plan_.base_profile = source->value;
        break;
      }
      at = source->value;
    }
    std::ranges::reverse(plan_.steps);
    return std::optional<role_plan>(std::move(plan_));
  }

 private:
  bool has_role(const std::string& profile) const {
    return files_.find(profile, "role_arn") && !files_.find(profile, "web_identity_token_file");
  }
  bool has_keys(const std::string& profile) const {
    return files_.find(profile, "aws_access_key_id") ||
           files_.find(profile, "aws_secret_access_key");
  }

  // Returns whether the source profile has a role to assume first.
  result<bool> next_of(const std::string& at, const found_setting& source) const {
    if (!files_.has_profile(source.value))
      return configuration_fault(
          fmt::format("The profile '{}', which {} names, was not found in {}", source.value,
                      source.source, files_.paths()));
    const bool known = std::ranges::find(visited_, source.value) != visited_.end();
    const bool itself = source.value == at;
    if (known && !(itself && has_keys(at)))
      return configuration_fault(
          fmt::format("The profiles {}{} name each other as source_profile: give one of them its "
                      "own credentials",
                      joined(visited_), source.value));
    return !has_keys(source.value) && has_role(source.value);
  }

  result<void> add_step(const std::string& profile) {
    if (const auto mfa = files_.find(profile, "mfa_serial"))
      return configuration_fault(fmt::format(
          "{} requires a one-time code, which cannot be entered here: run 'aws configure "
          "export-credentials --profile {} --format env', set the variables it prints, and choose "
          "no profile",
          mfa->source, profile));
    auto role = checked_role(*files_.find(profile, "role_arn"),
                             files_.find(profile, "role_session_name"), session_name_);
    if (!role) return std::move(role).error();
    if (auto id = files_.find(profile, "external_id")) role->external_id = std::move(id->value);
    if (const auto duration = files_.find(profile, "duration_seconds")) {
      const auto seconds = read_duration(*duration);
      if (!seconds) return seconds.error();
      role->duration = *seconds;
    }
    plan_.steps.push_back({.profile = profile, .role = *std::move(role)});
    return {};
  }

  const shared_files& files_;
  const std::string& session_name_;
  std::vector<std::string> visited_;
  role_plan plan_;
};

}  // namespace

result<std::optional<role_plan>> plan_role(const shared_files& files, const std::string& profile,
                                           const std::string& session_name) {
  return planner(files, session_name).plan(profile);
}

result<role_request> checked_role(const found_setting& arn,
                                  const std::optional<found_setting>& session,
                                  const std::string& session_name) {
  if (account_in_arn(arn.value).empty() || arn.value.find(":role/") == std::string::npos)
    return configuration_fault(
        fmt::format("'{}' in {} is not the ARN of a role: it must look like "
                    "arn:aws:iam::123456789012:role/name",
                    arn.value, arn.source));
  if (session && !is_session_name(session->value))
    return configuration_fault(
        fmt::format("'{}' in {} must be 2 to 64 letters, digits and characters of _+=,.@-",
                    session->value, session->source));
  role_request role;
  role.role_arn = arn.value;
  role.session_name = session ? session->value : session_name;
  return role;
}

std::string generated_session_name(std::chrono::system_clock::time_point now) {
  return fmt::format(
      "dynamo-{}",
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
}

}  // namespace dynamo::auth
