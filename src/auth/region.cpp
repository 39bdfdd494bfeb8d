#include "auth/region.hpp"

#include "auth/endpoint.hpp"
#include "auth/fault.hpp"

#include <fmt/format.h>

namespace dynamo::auth {
namespace {

std::optional<found_setting> find_setting(const std::optional<std::string>& option,
                                          const environment& variables, const shared_files& files,
                                          std::string_view profile) {
  if (option) return found_setting{.value = *option, .source = "the option region"};
  for (const char* variable : {"AWS_REGION", "AWS_DEFAULT_REGION"})
    if (std::optional<std::string> value = variables.get(variable))
      return found_setting{.value = *std::move(value), .source = variable};
  return files.find(profile, "region");
}

}  // namespace

result<void> check_region(const found_setting& setting) {
  // The region becomes part of a host name: other text could address another server.
  if (is_host_label(setting.value)) return {};
  return configuration_fault(
      fmt::format("'{}' in {} is not the name of a region: it must look like us-east-1",
                  setting.value, setting.source));
}

result<std::optional<std::string>> find_region(const std::optional<std::string>& option,
                                               const environment& variables,
                                               const shared_files& files,
                                               std::string_view profile) {
  std::optional<found_setting> found = find_setting(option, variables, files, profile);
  if (!found) return std::optional<std::string>();
  if (auto checked = check_region(*found); !checked) return std::move(checked).error();
  return std::optional<std::string>(std::move(found->value));
}

result<std::string> resolve_region(const std::optional<std::string>& option,
                                   const environment& variables, const shared_files& files,
                                   std::string_view profile) {
  result<std::optional<std::string>> found = find_region(option, variables, files, profile);
  if (!found) return std::move(found).error();
  if (!*found) return missing_region();
  return **std::move(found);
}

}  // namespace dynamo::auth
