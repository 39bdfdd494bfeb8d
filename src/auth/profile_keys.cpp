#include "auth/profile_keys.hpp"

#include "auth/fault.hpp"
#include "auth/loaded_profile.hpp"

#include <fmt/format.h>

#include <utility>

namespace dynamo::auth {
namespace {

std::string text_of(const config_section& section, std::string_view key) {
  const config_setting* setting = section.find(key);
  return setting == nullptr ? std::string() : setting->value;
}

class keys_source final : public credential_source {
 public:
  keys_source(source_context context, std::optional<std::string> profile, config_syntax file)
      : context_(std::move(context)), profile_(std::move(profile)), file_(file) {}

  void find(handler done) override { done(read()); }

  std::string place() const override { return describe_profile(*context_.variables, profile_); }

 private:
  answer read() const {
    const result<loaded_profile> loaded = load_profile(*context_.variables, profile_);
    if (!loaded) return loaded.error();
    const shared_files& files = loaded->files;
    answer found = keys_in(file_ == config_syntax::config ? files.config : files.credentials,
                           loaded->choice.name);
    if (!found || !*found) return found;
    if (auto account = loaded->find("aws_account_id"))
      (*found)->account_id = std::move(account->value);
    return found;
  }

  const source_context context_;
  const std::optional<std::string> profile_;
  const config_syntax file_;
};

class empty_profile final : public credential_source {
 public:
  empty_profile(source_context context, std::string profile)
      : context_(std::move(context)), profile_(std::move(profile)) {}

  void find(handler done) override {
    done(credentials_fault(fmt::format(
        "The profile '{}' of {} has no credentials: add aws_access_key_id and "
        "aws_secret_access_key, a role, or the settings of single sign-on to it, or choose another "
        "profile",
        profile_, locate_shared_files(*context_.variables).paths())));
  }
  std::string place() const override { return describe_profile(*context_.variables, profile_); }

 private:
  const source_context context_;
  const std::string profile_;
};

}  // namespace

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
  found.provider = fmt::format("the keys of profile '{}' in {}", profile, file->path);
  return found;
}

std::unique_ptr<credential_source> profile_keys(source_context context,
                                                std::optional<std::string> profile,
                                                config_syntax file) {
  return std::make_unique<keys_source>(std::move(context), std::move(profile), file);
}

std::unique_ptr<credential_source> no_credentials_in_profile(source_context context,
                                                             std::string profile) {
  return std::make_unique<empty_profile>(std::move(context), std::move(profile));
}

}  // namespace dynamo::auth
