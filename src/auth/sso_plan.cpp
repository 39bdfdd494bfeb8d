#include "auth/sso_plan.hpp"

#include "auth/aws_names.hpp"
#include "auth/fault.hpp"
#include "auth/region.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace dynamo::auth {
namespace {

// The settings of a profile and of its session.
class sso_settings {
 public:
  sso_settings(const shared_files& files, const std::string& profile)
      : files_(files), profile_(profile), session_(files.find(profile, "sso_session")) {
    if (session_ && files.config) section_ = files.config->find("sso-session", session_->value);
  }

  [[nodiscard]] std::optional<found_setting> of_profile(std::string_view key) const {
    return files_.find(profile_, key);
  }
  [[nodiscard]] const std::optional<found_setting>& session() const { return session_; }

  [[nodiscard]] result<void> check_session() const {
    if (!session_ || section_ != nullptr) return {};
    return configuration_fault(fmt::format(
        "The section [sso-session {}], which {} names, does not exist: run 'aws configure sso'",
        session_->value, session_->source));
  }

  [[nodiscard]] result<found_setting> required(std::string_view key) const {
    const auto own = of_profile(key);
    const config_setting* const shared = section_ == nullptr ? nullptr : section_->find(key);
    if (shared != nullptr && !shared->value.empty()) {
      if (own && own->value != shared->value)
        return configuration_fault(fmt::format(
            "{} differs from that of [sso-session {}]: remove it", own->source, session_->value));
      return found_setting{.value = shared->value,
                           .source = fmt::format("{} of [sso-session {}] in {}", key,
                                                 session_->value, files_.config->path)};
    }
    // A setting that the session does not have may be in the profile.
    if (own) return *own;
    return configuration_fault(
        fmt::format("The profile '{}' of {} signs in with IAM Identity Center, but has no {}: run "
                    "'aws configure sso --profile {}'",
                    profile_, files_.paths(), key, profile_));
  }

 private:
  const shared_files& files_;
  const std::string& profile_;
  const std::optional<found_setting> session_;
  const config_section* section_ = nullptr;
};

}  // namespace

result<std::optional<sso_login>> plan_sso(const shared_files& files, const std::string& profile) {
  const sso_settings settings(files, profile);
  if (!settings.of_profile("sso_account_id") && !settings.of_profile("sso_role_name"))
    return std::optional<sso_login>();
  if (auto session = settings.check_session(); !session) return std::move(session).error();
  sso_login login{.profile = profile};
  const std::pair<std::string_view, std::string*> members[] = {
      {"sso_start_url", &login.start_url},
      {"sso_region", &login.region},
      {"sso_account_id", &login.account_id},
      {"sso_role_name", &login.role_name}};
  for (const auto& [key, member] : members) {
    auto found = settings.required(key);
    if (!found) return std::move(found).error();
    if (key == "sso_region")
      if (auto checked = check_region(*found); !checked) return std::move(checked).error();
    if (key == "sso_account_id" && !is_account_id(found->value))
      return configuration_fault(fmt::format("'{}' in {} must be an account's twelve digits",
                                             found->value, found->source));
    *member = std::move(found->value);
  }
  login.cache_name = settings.session() ? settings.session()->value : login.start_url;
  return std::optional(std::move(login));
}

}  // namespace dynamo::auth
