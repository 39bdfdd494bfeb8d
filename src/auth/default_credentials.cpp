#include "auth/default_credentials.hpp"

#include "auth/container_credentials.hpp"
#include "auth/credential_chain.hpp"
#include "auth/environment_credentials.hpp"
#include "auth/instance_credentials.hpp"
#include "auth/process_credentials.hpp"
#include "auth/profile_chain.hpp"

#include <dynamo/core/owned_thread.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace dynamo {
namespace auth {
namespace {

// Owns the chain and the threads of its sources. A search keeps the chain alive, so the chain may
// be destroyed on one of these threads; this object never is.
class owning_provider final : public credential_provider {
 public:
  owning_provider(std::shared_ptr<credential_provider> chain, source_context context)
      : parts_(std::make_unique<parts>(std::move(context), std::move(chain))) {}
  owning_provider(const owning_provider&) = delete;
  owning_provider& operator=(const owning_provider&) = delete;
  ~owning_provider() override {
    if (!parts_->home.is_forked_child())
      parts_->context.close();
    else
      detail::abandon(parts_);
  }

  void resolve(handler done) override {
    if (!parts_->home.is_forked_child()) return parts_->chain->resolve(std::move(done));
    done(detail::made_before_fork("credential provider"));
  }
  void invalidate() override {
    if (!parts_->home.is_forked_child()) parts_->chain->invalidate();
  }

 private:
  struct parts {
    source_context context;
    std::shared_ptr<credential_provider> chain;
    detail::home_process home{};
  };
  std::unique_ptr<parts> parts_;
};

}  // namespace

std::shared_ptr<credential_provider> default_credential_chain(
    const std::optional<std::string>& profile, source_context context,
    renewal_observer renewal_failed) {
  const profile_places places{
      .process =
          [context](const std::optional<std::string>& of) {
            return process_credentials(context, of);
          },
      .container = [context] { return container_credentials(context); },
      .instance = [context, profile] { return instance_credentials(context, profile); }};
  std::vector<std::unique_ptr<credential_source>> sources;
  if (!profile) sources.push_back(environment_credentials(context.variables));
  for (auto& source : profile_sources(context, profile, places))
    sources.push_back(std::move(source));
  sources.push_back(places.container());
  sources.push_back(places.instance());
  auto chain = make_credential_chain(std::move(sources), context.time,
                                     "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
                                     "AWS_PROFILE, or run 'aws configure'",
                                     std::move(renewal_failed));
  return std::make_shared<owning_provider>(std::move(chain), std::move(context));
}

}  // namespace auth

std::shared_ptr<credential_provider> default_credentials(std::optional<std::string> profile) {
  const std::optional<std::string> chosen = std::move(profile);
  return auth::default_credential_chain(
      chosen, auth::make_source_context(auth::process_environment(), system_clock_source(),
                                        &net::make_curl_transport, chosen));
}

}  // namespace dynamo
