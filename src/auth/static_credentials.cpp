#include "auth/fault.hpp"

#include <dynamo/auth/credentials.hpp>

#include <utility>

namespace dynamo {
namespace {

class fixed_credentials final : public credential_provider {
 public:
  explicit fixed_credentials(credentials fixed) : fixed_(std::move(fixed)) {
    if (fixed_.provider.empty()) fixed_.provider = "the program itself";
  }

  void resolve(handler done) override {
    if (fixed_.access_key_id.empty() || fixed_.secret_access_key.empty())
      done(auth::credentials_fault(
          "The credentials given to static_credentials have no access key id or no secret access "
          "key: give both"));
    else
      done(fixed_);
  }

 private:
  credentials fixed_;
};

}  // namespace

std::shared_ptr<credential_provider> static_credentials(credentials fixed) {
  return std::make_shared<fixed_credentials>(std::move(fixed));
}

}  // namespace dynamo
