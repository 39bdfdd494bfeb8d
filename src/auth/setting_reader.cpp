#include "auth/setting_reader.hpp"

#include "auth/fault.hpp"
#include "core/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dynamo::auth {

std::optional<found_setting> setting_reader::variable(const char* name) const {
  std::optional<std::string> value = variables_.get(name);
  if (!value) return std::nullopt;
  return found_setting{.value = *std::move(value), .source = name};
}

std::optional<found_setting> setting_reader::text(const char* variable_name,
                                                  std::string_view key_name) const {
  std::optional<found_setting> found = variable(variable_name);
  return found ? found : key(key_name);
}

std::string setting_reader::ca_bundle() const {
  const auto found = text("AWS_CA_BUNDLE", "ca_bundle");
  return found ? found->value : std::string();
}

result<std::optional<bool>> setting_reader::choice(const char* variable_name,
                                                   std::string_view key_name) const {
  const std::optional<found_setting> found = text(variable_name, key_name);
  if (!found) return std::optional<bool>();
  if (ascii::equal_ignoring_case(found->value, "false")) return std::optional<bool>(false);
  if (ascii::equal_ignoring_case(found->value, "true")) return std::optional<bool>(true);
  return configuration_fault(
      fmt::format("'{}' in {} must be true or false", found->value, found->source));
}

result<bool> setting_reader::flag(const char* variable_name, std::string_view key_name) const {
  const result<std::optional<bool>> chosen = choice(variable_name, key_name);
  if (!chosen) return chosen.error();
  return chosen->value_or(false);
}

}  // namespace dynamo::auth
