#include "auth/environment.hpp"

#include <cstdlib>

namespace dynamo::auth {
namespace {

class process_variables final : public environment {
 public:
  std::optional<std::string> get(const char* name) const override {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  }
};

}  // namespace

std::shared_ptr<const environment> process_environment() {
  return std::make_shared<process_variables>();
}

}  // namespace dynamo::auth
