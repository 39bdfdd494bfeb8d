#include "auth/config_file.hpp"
#include "auth/fault.hpp"
#include "auth/profile_keys.hpp"

#include <dynamo/auth/credentials_file.hpp>

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace dynamo {

result<std::vector<credentials>> try_read_credentials_file(const std::string& path) {
  auto file = auth::load_config_file(path, auth::config_syntax::credentials);
  if (!file) return std::move(file).error();
  if (!*file) return auth::configuration_fault(fmt::format("The file {} does not exist", path));
  std::vector<credentials> found;
  for (const auto& [name, section] : (*file)->sections) {
    auto keys = auth::keys_in(*file, name.second);
    if (!keys) return std::move(keys).error();
    if (*keys) found.push_back(**std::move(keys));
  }
  if (found.empty()) {
    return auth::configuration_fault(fmt::format(
        "No profile in {} has aws_access_key_id and aws_secret_access_key: add them", path));
  }
  return found;
}

}  // namespace dynamo
