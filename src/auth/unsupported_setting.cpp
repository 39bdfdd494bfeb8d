#include "auth/unsupported_setting.hpp"

#include "auth/fault.hpp"
#include "auth/loaded_profile.hpp"

#include <fmt/format.h>

#include <utility>

namespace dynamo::auth {
namespace {

class unsupported_source final : public credential_source {
 public:
  unsupported_source(source_context context, std::optional<std::string> profile,
                     std::vector<std::string> keys)
      : context_(std::move(context)), profile_(std::move(profile)), keys_(std::move(keys)) {}

  void find(handler done) override { done(read()); }
  std::string place() const override { return describe_profile(*context_.variables, profile_); }

 private:
  answer read() const {
    const result<loaded_profile> loaded = load_profile(*context_.variables, profile_);
    if (!loaded) return loaded.error();
    for (const std::string& key : keys_)
      if (const auto setting = loaded->find(key))
        return credentials_fault(fmt::format(
            "The setting {} is not supported: run 'aws configure export-credentials --profile {} "
            "--format env' and set the variables it prints, or choose another profile",
            setting->source, loaded->choice.name));
    return std::nullopt;
  }

  const source_context context_;
  const std::optional<std::string> profile_;
  const std::vector<std::string> keys_;
};

}  // namespace

std::unique_ptr<credential_source> unsupported_setting(source_context context,
                                                       std::optional<std::string> profile,
                                                       std::vector<std::string> keys) {
  return std::make_unique<unsupported_source>(std::move(context), std::move(profile),
                                              std::move(keys));
}

}  // namespace dynamo::auth
