#include "auth/shared_files.hpp"

#include "auth/fault.hpp"

#include <fmt/format.h>

namespace dynamo::auth {
namespace {

std::string path_of(const environment& variables, const char* variable, std::string_view file) {
  const std::optional<std::string> home = variables.get("HOME");
  const std::optional<std::string> set = variables.get(variable);
  if (set && set->starts_with("~/") && home) return *home + set->substr(1);
  if (set) return *set;
  return home ? fmt::format("{}/.aws/{}", *home, file) : std::string();
}

result<std::optional<config_file>> load_if_named(const std::string& path, config_syntax syntax) {
  if (path.empty()) return std::optional<config_file>();
  return load_config_file(path, syntax);
}

}  // namespace

profile_choice choose_profile(const std::optional<std::string>& option,
                              const environment& variables) {
  if (option) return {.name = *option, .source = "the option profile"};
  if (std::optional<std::string> name = variables.get("AWS_PROFILE"))
    return {.name = *std::move(name), .source = "AWS_PROFILE"};
  return {};
}

std::optional<found_setting> shared_files::find(std::string_view profile,
                                                std::string_view key) const {
  for (const std::optional<config_file>* file : {&credentials, &config}) {
    if (!file->has_value()) continue;
    const config_section* section = (*file)->profile(profile);
    const config_setting* setting = section == nullptr ? nullptr : section->find(key);
    if (setting == nullptr || setting->value.empty()) continue;
    return found_setting{
        .value = setting->value,
        .source = fmt::format("{} of profile '{}' in {}", key, profile, (*file)->path)};
  }
  return std::nullopt;
}

bool shared_files::has_profile(std::string_view name) const {
  return (credentials && credentials->profile(name) != nullptr) ||
         (config && config->profile(name) != nullptr);
}

result<void> shared_files::require(const profile_choice& profile) const {
  if (profile.source.empty() || has_profile(profile.name)) return {};
  if (config && config->find("", profile.name) != nullptr)
    return configuration_fault(fmt::format(
        "The profile '{}' (from {}) is written [{}] in {}: that file requires [profile {}]",
        profile.name, profile.source, profile.name, config_path, profile.name));
  return configuration_fault(fmt::format("The profile '{}' (from {}) was not found in {}",
                                         profile.name, profile.source, paths()));
}

std::string shared_files::paths() const {
  if (credentials_path.empty() && config_path.empty())
    return "~/.aws/credentials and ~/.aws/config (HOME is not set)";
  if (credentials_path.empty()) return config_path;
  if (config_path.empty()) return credentials_path;
  return fmt::format("{} and {}", credentials_path, config_path);
}

shared_files locate_shared_files(const environment& variables) {
  shared_files files;
  files.credentials_path = path_of(variables, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
  files.config_path = path_of(variables, "AWS_CONFIG_FILE", "config");
  return files;
}

result<shared_files> load_shared_files(const environment& variables) {
  shared_files files = locate_shared_files(variables);
  auto credentials = load_if_named(files.credentials_path, config_syntax::credentials);
  if (!credentials) return std::move(credentials).error();
  files.credentials = *std::move(credentials);
  auto config = load_if_named(files.config_path, config_syntax::config);
  if (!config) return std::move(config).error();
  files.config = *std::move(config);
  return files;
}

}  // namespace dynamo::auth
