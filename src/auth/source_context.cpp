#include "auth/source_context.hpp"

#include "auth/setting_reader.hpp"
#include "auth/shared_files.hpp"

#include <utility>

namespace dynamo::auth {
namespace {

// A response with credentials has a few hundred bytes; an error may be the page of a proxy.
constexpr std::size_t max_answer_bytes = std::size_t{1} << 20;

std::string find_ca_bundle(const environment& variables,
                           const std::optional<std::string>& profile) {
  // Errors in the profile are reported by the sources that use it.
  const result<shared_files> files = load_shared_files(variables);
  const shared_files none;
  const profile_choice chosen = choose_profile(profile, variables);
  const setting_reader settings(variables, files ? *files : none, chosen.name);
  return settings.ca_bundle();
}

}  // namespace

source_context make_source_context(
    std::shared_ptr<const environment> variables, std::shared_ptr<const clock> time,
    std::function<std::unique_ptr<net::transport>(net::transport_options)> make_transport,
    std::optional<std::string> profile, std::optional<std::string> ca_bundle) {
  auto make = [variables, time, make_transport = std::move(make_transport),
               profile = std::move(profile), ca_bundle = std::move(ca_bundle)] {
    net::transport_options options;
    options.ca_bundle = ca_bundle ? *ca_bundle : find_ca_bundle(*variables, profile);
    options.user_agent = net::user_agent;
    options.max_response_bytes = max_answer_bytes;
    options.time = time;
    return make_transport(std::move(options));
  };
  auto http = std::make_shared<http_exchange>(std::move(make), time);
  return {.variables = std::move(variables), .time = std::move(time), .http = std::move(http)};
}

}  // namespace dynamo::auth
