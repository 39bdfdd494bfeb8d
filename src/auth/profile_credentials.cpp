#include "auth/profile_credentials.hpp"

#include "auth/fault.hpp"
#include "auth/shared_files.hpp"

#include <fmt/format.h>

#include <utility>

namespace dynamo::auth {
namespace {

std::string text_of(const config_section& section, std::string_view key) {
  const config_setting* setting = section.find(key);
  return setting == nullptr ? std::string() : setting->value;
}

// The keys that one file has for the profile.
credential_source::answer keys_in(const std::optional<config_file>& file,
                                  std::string_view profile) {
  const config_section* section = file ? file->profile(profile) : nullptr;
  if (section == nullptr) return std::nullopt;
  constexpr std::string_view key_id_name = "aws_access_key_id";
  constexpr std::string_view secret_name = "aws_secret_access_key";
  credentials found;
  found.access_key_id = text_of(*section, key_id_name);
  found.secret_access_key = text_of(*section, secret_name);
  const bool has_key_id = !found.access_key_id.empty();
  const bool has_secret = !found.secret_access_key.empty();
  if (!has_key_id && !has_secret) return std::nullopt;
  if (!has_key_id || !has_secret)
    return configuration_fault(fmt::format(
        "The profile '{}' in {} has {}, but no {}: set both", profile, file->path,
        has_key_id ? key_id_name : secret_name, has_key_id ? secret_name : key_id_name));
  found.session_token = text_of(*section, "aws_session_token");
  if (found.session_token.empty()) found.session_token = text_of(*section, "aws_security_token");
  return found;
}

class profile_source final : public credential_source {
 public:
  profile_source(std::shared_ptr<const environment> variables, std::optional<std::string> profile)
      : variables_(std::move(variables)), option_(std::move(profile)) {}

  void find(handler done) override { done(read()); }

  std::string place() const override {
    return fmt::format("the profile '{}' of {}", choose_profile(option_, *variables_).name,
                       locate_shared_files(*variables_).paths());
  }

 private:
  answer read() const {
    const result<shared_files> files = load_shared_files(*variables_);
    if (!files) return files.error();
    const profile_choice profile = choose_profile(option_, *variables_);
    if (const result<void> present = files->require(profile); !present) return present.error();

    // The order is that of the AWS CLI. What is not supported yet is an error instead of a step to
    // the next place, so that no request is signed by another identity than the profile's.
    if (auto fault = unsupported(*files, profile.name,
                                 {"role_arn", "sso_session", "sso_start_url", "sso_account_id"}))
      return *std::move(fault);
    answer found = keys_in(files->credentials, profile.name);
    if (found && !*found) {
      if (auto fault = unsupported(*files, profile.name, {"credential_process", "login_session"}))
        return *std::move(fault);
      found = keys_in(files->config, profile.name);
    }
    if (!found) return found;
    if (*found) {
      if (auto account = files->find(profile.name, "aws_account_id"))
        (*found)->account_id = std::move(account->value);
    } else if (option_) {
      return credentials_fault(
          fmt::format("The profile '{}' of {} has no credentials: add aws_access_key_id and "
                      "aws_secret_access_key to it, or choose another profile",
                      profile.name, files->paths()));
    }
    return found;
  }

  static std::optional<error> unsupported(const shared_files& files, const std::string& profile,
                                          std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys)
      if (const auto setting = files.find(profile, key))
        return credentials_fault(fmt::format(
            "The setting {} is not supported yet: run 'aws configure export-credentials --profile "
            "{} --format env' and set the variables it prints, or choose a profile with access "
            "keys",
            setting->source, profile));
    return std::nullopt;
  }

  const std::shared_ptr<const environment> variables_;
  const std::optional<std::string> option_;
};

}  // namespace

std::unique_ptr<credential_source> profile_credentials(std::shared_ptr<const environment> variables,
                                                       std::optional<std::string> profile) {
  return std::make_unique<profile_source>(std::move(variables), std::move(profile));
}

}  // namespace dynamo::auth
