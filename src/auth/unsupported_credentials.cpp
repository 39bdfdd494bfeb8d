#include "auth/unsupported_credentials.hpp"

#include "auth/fault.hpp"

#include <fmt/format.h>

#include <utility>

namespace dynamo::auth {
namespace {

constexpr const char* known_variables[] = {"AWS_WEB_IDENTITY_TOKEN_FILE",
                                           "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                           "AWS_CONTAINER_CREDENTIALS_FULL_URI"};

class unsupported_source final : public credential_source {
 public:
  explicit unsupported_source(std::shared_ptr<const environment> variables)
      : variables_(std::move(variables)) {}

  void find(handler done) override {
    for (const char* variable : known_variables) {
      if (!variables_->get(variable)) continue;
      done(credentials_fault(
          fmt::format("{} is set, but credentials from there are not supported yet: set "
                      "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, with AWS_SESSION_TOKEN for "
                      "temporary ones",
                      variable)));
      return;
    }
    done(std::nullopt);
  }

  std::string place() const override { return "the variables that containers set"; }

 private:
  const std::shared_ptr<const environment> variables_;
};

}  // namespace

std::unique_ptr<credential_source> unsupported_credentials(
    std::shared_ptr<const environment> variables) {
  return std::make_unique<unsupported_source>(std::move(variables));
}

}  // namespace dynamo::auth
