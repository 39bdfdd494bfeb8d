#include "auth/unsupported_setting.hpp"

#include "auth/fault.hpp"
#include "auth/loaded_profile.hpp"

#include <fmt/format.h>

#include <utility>

namespace dynamo::auth {
namespace {

class unsupported_source final : public credential_source {
 public:
  unsupported_source(source_context context, std::optional<std::string> profile, std::string key)
      : context_(std::move(context)), profile_(std::move(profile)), key_(std::move(key)) {}

  void find(handler done) override { done(read()); }
  std::string place() const override { return describe_profile(*context_.variables, profile_); }

 private:
  answer read() const {
    const result<loaded_profile> loaded = load_profile(*context_.variables, profile_);
    if (!loaded) return loaded.error();
    if (const auto setting = loaded->find(key_))
      return credentials_fault(fmt::format(
          "The setting {} is not supported: run 'aws configure export-credentials --profile {} "
          "--format env' and set the variables it prints, or choose another profile",
          setting->source, loaded->choice.name));
    return std::nullopt;
  }

  const source_context context_;
  const std::optional<std::string> profile_;
  const std::string key_;
};

}  // namespace

std::unique_ptr<credential_source> unsupported_setting(source_context context,
                                                       std::optional<std::string> profile,
                                                       std::string key) {
  return std::make_unique<unsupported_source>(std::move(context), std::move(profile),
                                              std::move(key));
}

}  // namespace dynamo::auth
