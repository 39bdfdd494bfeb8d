#include "client/identity.hpp"

#include "auth/default_credentials.hpp"
#include "auth/endpoint.hpp"
#include "auth/fault.hpp"
#include "auth/instance_credentials.hpp"
#include "auth/loaded_profile.hpp"
#include "auth/settings.hpp"
#include "auth/source_context.hpp"
#include "auth/sts.hpp"
#include "core/clock_wait.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>

namespace dynamo {
namespace wire {
namespace {

// An answer that comes on some thread, and the one thread that waits for it.
template <class T>
class awaited {
 public:
  void put(result<T> answer) {
    {
      const std::lock_guard lock(mutex_);
      if (!answer_) answer_ = std::move(answer);
    }
    come_.notify_all();
  }

  result<T> wait(const identity_options& options, const clock& time) {
    std::unique_lock lock(mutex_);
    const auto come = [&] { return answer_.has_value(); };
    const auto now = [&] { return time.now(); };
    if (options.deadline)
      (void)detail::wait_until(come_, lock, options.stop, *options.deadline, now, come);
    else
      come_.wait(lock, options.stop, come);
    if (answer_) return *std::move(answer_);
    error ended;
    const bool stopped = options.stop.stop_requested();
    ended.kind = stopped ? errc::cancelled : errc::deadline_exceeded;
    ended.message = stopped ? "the search for the identity was cancelled"
                            : "the identity was not found by the deadline";
    return ended;
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any come_;
  std::optional<result<T>> answer_;
};

// One call of find_identity.
class search {
 public:
  search(const client_config& config, const identity_options& options, const dependencies& uses)
      : config_(config),
        options_(options),
        uses_(uses),
        context_(auth::make_source_context(uses.environment, uses.time, uses.make_transport,
                                           config.profile, config.ca_bundle)) {
    overrides_ = {.region = config.region,
                  .endpoint = config.endpoint,
                  .profile = config.profile,
                  .use_fips = config.use_fips,
                  .use_dual_stack = config.use_dual_stack,
                  .ca_bundle = config.ca_bundle};
  }

  search(const search&) = delete;
  search& operator=(const search&) = delete;
  ~search() { context_.close(); }

  result<identity> run() {
    const auto provider = config_.credentials
                              ? config_.credentials
                              : auth::default_credential_chain(config_.profile, context_);
    auto who = resolve(*provider);
    if (!who) return std::move(who).error();
    found_.provider = who->provider.empty() ? "a provider of the program's own" : who->provider;
    constexpr std::size_t shown = 4;
    if (who->access_key_id.size() >= 2 * shown)
      found_.access_key_end = who->access_key_id.substr(who->access_key_id.size() - shown);
    found_.account = who->account_id;
    found_.expiration = who->expiration;
    if (auto set = settle(who->account_id); !set) return std::move(set).error();
    if (!options_.offline) confirm(*who);
    if (found_.unconfirmed && (found_.unconfirmed->kind == errc::cancelled ||
                               found_.unconfirmed->kind == errc::deadline_exceeded))
      return *std::move(found_.unconfirmed);
    return std::move(found_);
  }

 private:
  result<credentials> resolve(credential_provider& provider) const {
    const auto answer = std::make_shared<awaited<credentials>>();
    provider.resolve([answer](result<credentials> who) { answer->put(std::move(who)); });
    return answer->wait(options_, *uses_.time);
  }

  [[nodiscard]] result<std::optional<std::string>> region_of_instance() const {
    const auto answer = std::make_shared<awaited<std::optional<std::string>>>();
    auth::find_instance_region(context_, config_.profile, [answer](std::optional<std::string> got) {
      answer->put(std::move(got));
    });
    return answer->wait(options_, *uses_.time);
  }

  // Region and endpoint. A region that is not set is no obstacle: one asks because of such things.
  result<void> settle(const std::string& account) {
    overrides_.account_id = account;
    auto settings = auth::resolve_settings(overrides_, *uses_.environment);
    bool no_region = !settings && settings.error() == auth::missing_region();
    if (no_region) {
      const auto region = region_of_instance();
      if (!region) return region.error();
      overrides_.region = *region;
      if (*region) settings = auth::resolve_settings(overrides_, *uses_.environment);
      no_region = !*region;
    }
    if (no_region) {
      auth::settings_overrides any = overrides_;
      any.region = "us-east-1";
      settings = auth::resolve_settings(any, *uses_.environment);
    }
    if (!settings) return std::move(settings).error();
    if (no_region) return {};
    found_.region = settings->resolved_from.region;
    found_.endpoint = settings->endpoint_url;
    return {};
  }

  [[nodiscard]] result<auth::endpoint> sts_endpoint() const {
    const auto loaded = auth::load_profile(*uses_.environment, config_.profile);
    if (!loaded) return loaded.error();
    auth::settings_overrides for_sts = overrides_;
    for_sts.target = auth::service::sts;
    for_sts.endpoint.reset();  // that of DynamoDB
    return auth::identity_endpoint(for_sts, *uses_.environment, *loaded);
  }

  void confirm(const credentials& who) {
    const auto at = sts_endpoint();
    if (!at) {
      found_.unconfirmed = at.error();
      return;
    }
    const auto answer = std::make_shared<awaited<auth::caller_identity>>();
    std::make_shared<auth::sts_client>(context_.http, uses_.time)
        ->get_caller_identity(*at, who, [answer](result<auth::caller_identity> caller) {
          answer->put(std::move(caller));
        });
    auto caller = answer->wait(options_, *uses_.time);
    if (caller)
      take(*caller, who);
    else
      found_.unconfirmed = explain(std::move(caller).error());
  }

  void take(const auth::caller_identity& caller, const credentials& who) {
    found_.account = caller.account;
    found_.arn = caller.arn;
    found_.user_id = caller.user_id;
    if (who.account_id.empty() || who.account_id == caller.account) return;
    found_.unconfirmed = auth::configuration_fault(
        fmt::format("The credentials are of account {} by STS, but of {} by the settings: correct "
                    "AWS_ACCOUNT_ID, or aws_account_id of the profile",
                    caller.account, who.account_id));
  }

  [[nodiscard]] error explain(error reason) const {
    if (reason.kind == errc::cancelled || reason.kind == errc::deadline_exceeded) return reason;
    const bool refused =
        !reason.code.empty() && !auth::is_sts_transient(reason.code, reason.http_status);
    if (reason.kind == errc::credentials && !refused) reason.kind = errc::unavailable;
    const errc kind = reason.kind;
    const std::string advice = refused ? auth::sts_advice(reason.code, found_.provider) : "";
    error told = auth::failed_source(refused ? "STS refused the credentials"
                                             : "STS could not be asked whose the credentials are",
                                     std::move(reason), advice);
    told.kind = kind;
    return told;
  }

  const client_config& config_;
  const identity_options& options_;
  const dependencies& uses_;
  const auth::source_context context_;
  auth::settings_overrides overrides_;
  identity found_;
};

}  // namespace

result<identity> find_identity(const client_config& config, const identity_options& options,
                               const dependencies& uses) {
  return search(config, options, uses).run();
}

}  // namespace wire

result<identity> try_who_am_i(const client_config& config, const identity_options& options) {
  return wire::find_identity(config, options, wire::default_dependencies(config));
}

identity caller_identity(const client_config& config, const identity_options& options) {
  return try_who_am_i(config, options).value();
}

}  // namespace dynamo
