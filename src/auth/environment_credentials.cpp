#include "auth/environment_credentials.hpp"

#include "auth/fault.hpp"
#include "auth/timestamp.hpp"

#include <fmt/format.h>

#include <utility>

namespace dynamo::auth {
namespace {

constexpr const char* key_id_variable = "AWS_ACCESS_KEY_ID";
constexpr const char* secret_variable = "AWS_SECRET_ACCESS_KEY";

class environment_source final : public credential_source {
 public:
  explicit environment_source(std::shared_ptr<const environment> variables)
      : variables_(std::move(variables)) {}

  void find(handler done) override { done(read()); }
  std::string place() const override { return "the environment variables"; }

 private:
  answer read() const {
    std::optional<std::string> key_id = variables_->get(key_id_variable);
    std::optional<std::string> secret = variables_->get(secret_variable);
    if (!key_id && !secret) return std::nullopt;
    if (!key_id || !secret)
      return configuration_fault(fmt::format("{} is set, but {} is not: set both or neither",
                                             key_id ? key_id_variable : secret_variable,
                                             key_id ? secret_variable : key_id_variable));
    credentials found;
    found.provider = place();
    found.access_key_id = *std::move(key_id);
    found.secret_access_key = *std::move(secret);
    for (const char* variable : {"AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"})
      if (found.session_token.empty())
        found.session_token = variables_->get(variable).value_or(std::string());
    found.account_id = variables_->get("AWS_ACCOUNT_ID").value_or(std::string());
    if (const auto expiration = variables_->get("AWS_CREDENTIAL_EXPIRATION")) {
      found.expiration = parse_timestamp(*expiration);
      if (!found.expiration)
        return configuration_fault(fmt::format(
            "'{}' in AWS_CREDENTIAL_EXPIRATION is not a time such as 2030-01-31T12:00:00Z",
            *expiration));
    }
    return found;
  }

  const std::shared_ptr<const environment> variables_;
};

}  // namespace

std::unique_ptr<credential_source> environment_credentials(
    std::shared_ptr<const environment> variables) {
  return std::make_unique<environment_source>(std::move(variables));
}

}  // namespace dynamo::auth
