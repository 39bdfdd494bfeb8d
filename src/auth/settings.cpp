#include "auth/settings.hpp"

#include "auth/exposed_keys.hpp"
#include "auth/fault.hpp"
#include "auth/region.hpp"
#include "auth/setting_reader.hpp"
#include "core/ascii.hpp"

#include <fmt/format.h>

namespace dynamo::auth {
namespace {

// Names of the endpoint settings of a service. Source: AWS SDKs and Tools Reference Guide,
// "Identifiers for service-specific endpoints".
struct service_id {
  const char* variable;
  std::string_view key;  // key in a services section
};

service_id id_of(service target) {
  switch (target) {
    case service::streams:
      return {"AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "dynamodb_streams"};
    case service::sts:
      return {"AWS_ENDPOINT_URL_STS", "sts"};
    case service::sso:
      return {"AWS_ENDPOINT_URL_SSO", "sso"};
    case service::sso_oidc:
      return {"AWS_ENDPOINT_URL_SSO_OIDC", "sso_oidc"};
    case service::dynamodb:
      break;
  }
  return {"AWS_ENDPOINT_URL_DYNAMODB", "dynamodb"};
}

class endpoint_reader : public setting_reader {
 public:
  using setting_reader::setting_reader;

  result<bool> legacy_global_sts() const {
    const std::optional<found_setting> found =
        text("AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints");
    if (!found || ascii::equal_ignoring_case(found->value, "regional")) return false;
    if (ascii::equal_ignoring_case(found->value, "legacy")) return true;
    return configuration_fault(
        fmt::format("'{}' in {} must be regional or legacy", found->value, found->source));
  }

  result<account_endpoint_mode> account_mode() const {
    const std::optional<found_setting> found =
        text("AWS_ACCOUNT_ID_ENDPOINT_MODE", "account_id_endpoint_mode");
    if (!found || ascii::equal_ignoring_case(found->value, "preferred"))
      return account_endpoint_mode::preferred;
    if (ascii::equal_ignoring_case(found->value, "required"))
      return account_endpoint_mode::required;
    if (ascii::equal_ignoring_case(found->value, "disabled"))
      return account_endpoint_mode::disabled;
    return configuration_fault(fmt::format("'{}' in {} must be preferred, required or disabled",
                                           found->value, found->source));
  }

  result<std::optional<found_setting>> endpoint(service target) const {
    const service_id id = id_of(target);
    for (const char* name : {id.variable, "AWS_ENDPOINT_URL"})
      if (std::optional<found_setting> found = variable(name)) return found;
    auto found = service_endpoint(id.key);
    if (!found || *found) return found;
    return key("endpoint_url");
  }

 private:
  result<std::optional<found_setting>> service_endpoint(std::string_view service_key) const {
    const std::optional<found_setting> name = key("services");
    if (!name) return std::optional<found_setting>();
    const config_section* section =
        files().config ? files().config->find("services", name->value) : nullptr;
    if (section == nullptr)
      return configuration_fault(fmt::format(
          "The section [services {}], which {} names, does not exist", name->value, name->source));
    const config_setting* nested = section->find(service_key);
    if (nested == nullptr) return std::optional<found_setting>();
    const auto url = nested->nested.find("endpoint_url");
    if (url == nested->nested.end() || url->second.empty()) return std::optional<found_setting>();
    return std::optional<found_setting>(
        {.value = url->second,
         .source = fmt::format("endpoint_url of {} in [services {}] in {}", service_key,
                               name->value, files().config->path)});
  }
};

}  // namespace

result<endpoint_params> collect_endpoint_params(const settings_overrides& overrides,
                                                const environment& variables,
                                                const shared_files& files,
                                                const profile_choice& profile) {
  const endpoint_reader settings(variables, files, profile.name);
  endpoint_params params;
  params.target = overrides.target;
  params.account_id = overrides.account_id;

  auto region = find_region(overrides.region, variables, files, profile.name);
  if (!region) return std::move(region).error();
  if (*region) params.region = **std::move(region);

  const auto read_flag = [&](bool& flag, const std::optional<bool>& option, const char* variable,
                             std::string_view key) -> result<void> {
    result<bool> value = option ? result<bool>(*option) : settings.flag(variable, key);
    if (!value) return std::move(value).error();
    flag = *value;
    return {};
  };
  bool ignore_endpoints = false;
  if (auto read = read_flag(params.use_fips, overrides.use_fips, "AWS_USE_FIPS_ENDPOINT",
                            "use_fips_endpoint");
      !read)
    return std::move(read).error();
  if (auto read = read_flag(params.use_dual_stack, overrides.use_dual_stack,
                            "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
      !read)
    return std::move(read).error();
  if (auto read = read_flag(ignore_endpoints, std::nullopt, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
                            "ignore_configured_endpoint_urls");
      !read)
    return std::move(read).error();

  if (params.target == service::sts) {
    const result<bool> legacy = settings.legacy_global_sts();
    if (!legacy) return legacy.error();
    params.use_legacy_global = *legacy;
  }

  auto mode = settings.account_mode();
  if (!mode) return std::move(mode).error();
  params.account_mode = *mode;

  if (overrides.endpoint) {
    params.custom_url = *overrides.endpoint;
    params.custom_source = "the option endpoint";
    if (params.custom_url.empty())
      return configuration_fault("The option endpoint is empty: leave it out, or write a URL");
  } else if (!ignore_endpoints) {
    auto custom = settings.endpoint(params.target);
    if (!custom) return std::move(custom).error();
    if (*custom) {
      params.custom_url = std::move((*custom)->value);
      params.custom_source = std::move((*custom)->source);
    }
  }
  return params;
}

result<endpoint> identity_endpoint(const settings_overrides& overrides,
                                   const environment& variables, const loaded_profile& profile) {
  result<endpoint_params> params =
      collect_endpoint_params(overrides, variables, profile.files, profile.choice);
  if (!params) return std::move(params).error();
  return resolve_endpoint(*params);
}

result<service_settings> read_settings(const settings_overrides& overrides,
                                       const environment& variables) {
  const result<loaded_profile> loaded = load_profile(variables, overrides.profile);
  if (!loaded) return loaded.error();
  const auto& [files, profile] = *loaded;
  result<endpoint_params> params = collect_endpoint_params(overrides, variables, files, profile);
  if (!params) return std::move(params).error();
  const setting_reader settings(variables, files, profile.name);
  return service_settings{.endpoint = *std::move(params),
                          .ca_bundle = overrides.ca_bundle.value_or(settings.ca_bundle()),
                          .profile = profile.name,
                          .exposed_keys = exposed_keys(files)};
}

result<connection_settings> resolve_settings(const settings_overrides& overrides,
                                             const environment& variables) {
  result<service_settings> read = read_settings(overrides, variables);
  if (!read) return std::move(read).error();
  result<endpoint> place = resolve_endpoint(read->endpoint);
  if (!place) return std::move(place).error();
  return connection_settings{.endpoint_url = std::move(place->url),
                             .host = std::move(place->host),
                             .path = std::move(place->path),
                             .signing_region = std::move(place->signing_region),
                             .signing_name = std::move(place->signing_name),
                             .ca_bundle = std::move(read->ca_bundle),
                             .profile = std::move(read->profile),
                             .resolved_from = std::move(read->endpoint)};
}

}  // namespace dynamo::auth
