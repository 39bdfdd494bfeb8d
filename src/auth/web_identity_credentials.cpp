#include "auth/web_identity_credentials.hpp"

#include "auth/fault.hpp"
#include "auth/loaded_profile.hpp"
#include "auth/role_plan.hpp"
#include "auth/settings.hpp"
#include "auth/small_file.hpp"
#include "auth/sts.hpp"
#include "core/ascii.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>
#include <utility>

namespace dynamo::auth {
namespace {

// STS accepts at most 20,000 characters (AWS STS API Reference, AssumeRoleWithWebIdentity).
constexpr std::size_t longest_web_token = 20'000;

struct token_role {
  found_setting token_file;
  role_request role;
  endpoint at;
};

result<std::string> read_token(const found_setting& file) {
  auto text = read_small_file(file.value, longest_web_token);
  if (!text) return failed_source(file.source, std::move(text).error(), "");
  if (!*text)
    return configuration_fault(
        fmt::format("The file {}, which {} names, does not exist", file.value, file.source));
  std::string token(ascii::trimmed(**text));
  if (token.empty())
    return configuration_fault(
        fmt::format("The file {}, which {} names, is empty", file.value, file.source));
  return token;
}

std::string advice_for(std::string_view code, const std::string& file) {
  if (code == "ExpiredTokenException" || code == "ExpiredToken")
    return fmt::format("the token in {} has expired: renew it", file);
  if (code == "InvalidIdentityToken")
    return fmt::format(
        "the token in {} is not accepted: it may have expired, or its issuer is not an identity "
        "provider of the account",
        file);
  if (code == "IDPCommunicationError")
    return fmt::format("STS cannot reach the issuer of the token in {}: try again later", file);
  if (code == "AccessDenied" || code == "AccessDeniedException")
    return fmt::format("the role must trust the issuer and subject of the token in {}", file);
  return sts_advice(code, file);
}

class web_identity_source final : public credential_source {
 public:
  web_identity_source(source_context context, std::optional<std::string> profile)
      : context_(std::move(context)),
        profile_(std::move(profile)),
        sts_(std::make_shared<sts_client>(context_.http, context_.time)) {}

  void find(handler done) override {
    auto planned = plan();
    if (!planned) return done(std::move(planned).error());
    if (!*planned) return done(std::nullopt);
    const token_role& with = **planned;
    const auto token = read_token(with.token_file);
    if (!token) return done(token.error());
    sts_->assume_role_with_web_identity(
        with.at, with.role, *token,
        [arn = with.role.role_arn, file = with.token_file.value,
         done = std::move(done)](result<assumed_role> outcome) {
          if (outcome) {
            credentials keys = std::move(outcome->keys);
            keys.provider = fmt::format("the role {} with the token in {}", arn, file);
            return done(std::move(keys));
          }
          error reason = std::move(outcome).error();
          const std::string advice = reason.code.empty() ? "" : advice_for(reason.code, file);
          done(failed_source(
              fmt::format("Could not assume the role {} with the token in {}", arn, file),
              std::move(reason), advice));
        });
  }

  std::string place() const override {
    if (!profile_ && context_.variables->get("AWS_WEB_IDENTITY_TOKEN_FILE"))
      return "the file that AWS_WEB_IDENTITY_TOKEN_FILE names";
    return describe_profile(*context_.variables, profile_);
  }

 private:
  result<std::optional<token_role>> plan() const {
    const auto loaded = load_profile(*context_.variables, profile_);
    if (!loaded) return loaded.error();
    const auto text = [&](const char* variable, std::string_view key) {
      if (!profile_)
        if (auto value = context_.variables->get(variable))
          return std::optional(found_setting{.value = *std::move(value), .source = variable});
      return loaded->find(key);
    };
    const auto file = text("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
    if (!file) return std::optional<token_role>();
    const auto arn = text("AWS_ROLE_ARN", "role_arn");
    if (!arn)
      return configuration_fault(fmt::format(
          "{} names a token, but the role is not set: set {}", file->source,
          profile_ ? "role_arn of the profile" : "AWS_ROLE_ARN, or role_arn of the profile"));
    auto role = checked_role(*arn, text("AWS_ROLE_SESSION_NAME", "role_session_name"),
                             generated_session_name(context_.time->wall_time()));
    if (!role) return std::move(role).error();
    auto at = identity_endpoint({.target = service::sts}, *context_.variables, *loaded);
    if (!at) return std::move(at).error();
    return std::optional(
        token_role{.token_file = *file, .role = *std::move(role), .at = *std::move(at)});
  }

  const source_context context_;
  const std::optional<std::string> profile_;
  const std::shared_ptr<sts_client> sts_;
};

}  // namespace

std::unique_ptr<credential_source> web_identity_credentials(source_context context,
                                                            std::optional<std::string> profile) {
  return std::make_unique<web_identity_source>(std::move(context), std::move(profile));
}

}  // namespace dynamo::auth
