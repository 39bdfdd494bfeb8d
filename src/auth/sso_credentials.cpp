#include "auth/sso_credentials.hpp"

#include "auth/fault.hpp"
#include "auth/foreign_text.hpp"
#include "auth/loaded_profile.hpp"
#include "auth/settings.hpp"
#include "auth/sigv4.hpp"
#include "auth/small_file.hpp"
#include "auth/sso_plan.hpp"
#include "auth/sso_response.hpp"
#include "auth/sso_token.hpp"
#include "auth/timestamp.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace dynamo::auth {
namespace {

constexpr std::size_t longest_cache_file = std::size_t{1} << 20;
constexpr int unauthorized = 401;
constexpr int forbidden = 403;
constexpr int not_found = 404;

std::string below(const endpoint& at, std::string_view path) {
  std::string url = at.url;
  if (!url.ends_with('/')) url += '/';
  return url.append(path);
}

std::string sign_in(const sso_login& login) {
  return fmt::format("run 'aws sso login --profile {}'", login.profile);
}

// The error for a refusal of one of the services, without the secrets of the token.
error refusal(const endpoint& at, const net::http_response& response, const sso_token& token) {
  const auto fault = read_sso_fault(response.body.text());
  if (!fault) return unexpected_response(at.host, response.status);
  const auto shown = [&](const std::string& text) {
    return shown_line(text, {token.access_token, token.refresh_token, token.client_secret});
  };
  error reason =
      credentials_fault(fmt::format("{} answered with status {}{}{}{}{}", at.host, response.status,
                                    fault->code.empty() ? "" : ", ", shown(fault->code),
                                    fault->message.empty() ? "" : ": ", shown(fault->message)));
  reason.code = shown(fault->code);
  reason.http_status = response.status;
  reason.request_id = response.request_id;
  return reason;
}

class sso_source final : public credential_source {
 public:
  sso_source(source_context context, std::optional<std::string> profile)
      : context_(std::move(context)), profile_(std::move(profile)) {}

  void find(handler done) override {
    auto ready = prepare();
    if (!ready) return done(std::move(ready).error());
    if (!*ready) return done(std::nullopt);
    // The caller of `find` keeps this object alive until the handler runs.
    const auto now = context_.time->wall_time();
    if (token_.expires_at - now >= sso_refresh_margin) return ask_portal(std::move(done));
    if (token_.can_be_refreshed(now)) return refresh(std::move(done));
    if (token_.expires_at > now) return ask_portal(std::move(done));
    done(credentials_fault(fmt::format("{} expired at {}: {}", sign_in_name(),
                                       format_timestamp(token_.expires_at), sign_in(login_))));
  }

  std::string place() const override { return describe_profile(*context_.variables, profile_); }

 private:
  [[nodiscard]] std::string sign_in_name() const {
    return fmt::format("The sign-in of profile '{}' to {}", login_.profile, login_.start_url);
  }

  // Returns whether the profile has single sign-on; if so, sets the members of the search.
  result<bool> prepare() {
    const auto loaded = load_profile(*context_.variables, profile_);
    if (!loaded) return loaded.error();
    auto login = plan_sso(loaded->files, loaded->choice.name);
    if (!login) return std::move(login).error();
    if (!*login) return false;
    login_ = **std::move(login);
    for (const auto& [target, place] :
         {std::pair(service::sso, &portal_), std::pair(service::sso_oidc, &tokens_)}) {
      auto at = identity_endpoint({.target = target, .region = login_.region}, *context_.variables,
                                  *loaded);
      if (!at) return std::move(at).error();
      *place = *std::move(at);
    }
    const auto home = context_.variables->get("HOME");
    if (!home)
      return configuration_fault(
          "HOME is not set, so the cache of 'aws sso login' cannot be found: set it");
    const auto file = sso_cache_file(login_.cache_name);
    if (!file) return file.error();
    cache_path_ = *home + *file;
    return load_token();
  }

  result<bool> load_token() {
    const auto text = read_small_file(cache_path_, longest_cache_file);
    if (!text) return text.error();
    if (!*text)
      return credentials_fault(
          fmt::format("{} was not found in {}: {}", sign_in_name(), cache_path_, sign_in(login_)));
    auto token = read_sso_token(**text);
    if (!token)
      return credentials_fault(fmt::format("The file {} is not a sign-in of the AWS CLI: {}",
                                           cache_path_, sign_in(login_)));
    const bool kept_is_newer =
        kept_ && kept_path_ == cache_path_ && kept_->expires_at > token->expires_at;
    token_ = kept_is_newer ? *kept_ : *std::move(token);
    return true;
  }

  void refresh(handler done) {
    credential_request request{.method = "POST",
                               .url = below(tokens_, "token"),
                               .headers = {"Content-Type: application/json"},
                               .body = refresh_request(token_)};
    request.is_transient = &is_throttled;
    context_.http->ask(std::move(request), [this, done = std::move(done)](
                                               result<net::http_response> response) mutable {
      auto fresh = refreshed(std::move(response));
      const auto now = context_.time->wall_time();
      if (fresh) {
        const std::string sent = std::exchange(token_, *std::move(fresh)).refresh_token;
        keep(sent);
        ask_portal(std::move(done));
      } else if (token_.expires_at > now && fresh.error().kind != errc::cancelled) {
        ask_portal(std::move(done));  // not expired yet; a later `find` tries again
      } else {
        done(failed_source(fmt::format("{} has expired and could not be refreshed", sign_in_name()),
                           std::move(fresh).error(), sign_in(login_) + unsaved_));
      }
    });
  }

  result<sso_token> refreshed(result<net::http_response> response) const {
    if (!response) return std::move(response).error();
    if (response->status >= first_failure) return refusal(tokens_, *response, token_);
    auto fresh = refreshed_sso_token(token_, response->body.text(), context_.time->wall_time());
    if (!fresh) return unexpected_response(tokens_.host, response->status);
    return *std::move(fresh);
  }

  // A token that cannot be written back still serves this program; the next error says why the
  // cache has none.
  void keep(std::string_view sent) {
    kept_.reset();
    unsaved_.clear();
    // Do not overwrite the cache if the user signed out or in again during the request.
    const auto text = read_small_file(cache_path_, longest_cache_file);
    const bool gone = text && !*text;
    const auto there = text && *text ? read_sso_token(**text) : std::nullopt;
    if (there && there->refresh_token != sent) return;
    result<void> saved;
    if (!gone) saved = replace_private_file(cache_path_, write_sso_token(token_));
    if (saved && !gone) return;
    kept_ = token_;
    kept_path_ = cache_path_;
    unsaved_ = fmt::format(" (an earlier refresh was not saved: {})",
                           gone ? cache_path_ + " does not exist" : saved.error().message);
  }

  void ask_portal(handler done) {
    std::string path = "federation/credentials?role_name=";
    append_percent_encoded(path, login_.role_name);
    path += "&account_id=";
    append_percent_encoded(path, login_.account_id);
    credential_request request{.url = below(portal_, path),
                               .headers = {"x-amz-sso_bearer_token: " + token_.access_token}};
    request.is_transient = &is_throttled;
    context_.http->ask(std::move(request),
                       [this, done = std::move(done)](result<net::http_response> response) {
                         done(taken(std::move(response)));
                       });
  }

  answer taken(result<net::http_response> response) const {
    const std::string what = fmt::format(
        "Could not get credentials of role {} in account {} for "
        "profile '{}'",
        login_.role_name, login_.account_id, login_.profile);
    if (!response) return failed_source(what, std::move(response).error(), "");
    if (response->status >= first_failure)
      return failed_source(what, refusal(portal_, *response, token_), advice(response->status));
    auto keys = read_role_credentials(response->body.text());
    if (!keys) return failed_source(what, unexpected_response(portal_.host, response->status), "");
    if (*keys->expiration <= context_.time->wall_time())
      return credentials_fault(
          fmt::format("{}: {} returned some that expired at {}: check this machine's clock", what,
                      portal_.host, format_timestamp(*keys->expiration)));
    keys->account_id = login_.account_id;
    keys->provider = fmt::format("the role {} in account {} by the single sign-on of profile '{}'",
                                 login_.role_name, login_.account_id, login_.profile);
    return *std::move(keys);
  }

  [[nodiscard]] std::string advice(int status) const {
    if (status == unauthorized) return sign_in(login_) + unsaved_;
    if (status == forbidden || status == not_found)
      return "the signed-in user must be assigned this role in this account: check "
             "sso_account_id and sso_role_name of the profile";
    return "check sso_account_id, sso_role_name and sso_region of the profile, or try again later";
  }

  const source_context context_;
  const std::optional<std::string> profile_;
  // Of the search in progress.
  sso_login login_;
  endpoint portal_;
  endpoint tokens_;
  std::string cache_path_;
  sso_token token_;
  // The last refreshed token, if it could not be written back.
  std::optional<sso_token> kept_;
  std::string kept_path_;
  std::string unsaved_;
};

}  // namespace

std::unique_ptr<credential_source> sso_credentials(source_context context,
                                                   std::optional<std::string> profile) {
  return std::make_unique<sso_source>(std::move(context), std::move(profile));
}

}  // namespace dynamo::auth
