#include "auth/role_credentials.hpp"

#include "auth/environment_credentials.hpp"
#include "auth/fault.hpp"
#include "auth/first_of.hpp"
#include "auth/loaded_profile.hpp"
#include "auth/role_plan.hpp"
#include "auth/settings.hpp"
#include "auth/sts.hpp"
#include "auth/timestamp.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

namespace dynamo::auth {
namespace {

std::string name_of(const role_step& step) {
  return fmt::format("the role {} of profile '{}'", step.role.role_arn, step.profile);
}

class role_source final : public credential_source {
 public:
  role_source(source_context context, std::optional<std::string> profile, profile_places places)
      : context_(std::move(context)),
        profile_(std::move(profile)),
        places_(std::move(places)),
        sts_(std::make_shared<sts_client>(context_.http, context_.time)) {}

  void find(handler done) override {
    const auto loaded = load_profile(*context_.variables, profile_);
    if (!loaded) return done(loaded.error());
    auto plan = plan_role(loaded->files, loaded->choice.name,
                          generated_session_name(context_.time->wall_time()));
    if (!plan) return done(std::move(plan).error());
    if (!*plan) return done(std::nullopt);
    auto at = identity_endpoint({.target = service::sts}, *context_.variables, *loaded);
    if (!at) return done(std::move(at).error());
    plan_ = **std::move(plan);
    at_ = *std::move(at);
    base_ = make_base();
    if (!base_)
      return done(configuration_fault(
          fmt::format("The credential_source of profile '{}' is not supported here: use "
                      "source_profile",
                      plan_.steps.front().profile)));
    // The caller of `find` keeps this object alive until the handler runs.
    base_->find([this, done = std::move(done)](answer found) { begin(std::move(found), done); });
  }

  std::string place() const override { return describe_profile(*context_.variables, profile_); }

 private:
  std::unique_ptr<credential_source> make_base() const {
    switch (plan_.base) {
      case role_base::environment:
        return environment_credentials(context_.variables);
      case role_base::container:
        return places_.container ? places_.container() : nullptr;
      case role_base::instance:
        return places_.instance ? places_.instance() : nullptr;
      case role_base::profile:
        break;
    }
    return first_of(profile_sources_without_role(context_, plan_.base_profile, places_),
                    describe_profile(*context_.variables, plan_.base_profile));
  }

  void begin(answer found, const handler& done) {
    const std::string what = name_of(plan_.steps.front());
    if (!found)
      return done(failed_source(fmt::format("No credentials to assume {}", what),
                                std::move(found).error(), ""));
    if (!*found)
      return done(credentials_fault(
          fmt::format("There are no credentials to assume {} in {}: set them there, or name "
                      "another source_profile or credential_source",
                      what, base_->place())));
    if (const auto& until = (*found)->expiration; until && *until <= context_.time->wall_time())
      return done(credentials_fault(
          fmt::format("The credentials in {} for assuming {} expired at {}: renew them",
                      base_->place(), what, format_timestamp(*until))));
    assume(0, **std::move(found), done);
  }

  void assume(std::size_t index, credentials as, const handler& done) {
    if (as.provider.empty()) as.provider = base_->place();
    const role_request& role = plan_.steps[index].role;
    sts_->assume_role(at_, as, role,
                      [this, index, source = as.provider, done](result<assumed_role> outcome) {
                        assumed(index, source, std::move(outcome), done);
                      });
  }

  void assumed(std::size_t index, const std::string& source, result<assumed_role> outcome,
               const handler& done) {
    const std::string what = name_of(plan_.steps[index]);
    if (!outcome) {
      error reason = std::move(outcome).error();
      const std::string advice = reason.code.empty() ? "" : sts_advice(reason.code, source);
      return done(failed_source(fmt::format("Could not assume {} with {}", what, source),
                                std::move(reason), advice));
    }
    credentials keys = std::move(outcome->keys);
    keys.provider = what;
    if (index + 1 < plan_.steps.size()) return assume(index + 1, std::move(keys), done);
    done(std::move(keys));
  }

  const source_context context_;
  const std::optional<std::string> profile_;
  const profile_places places_;
  const std::shared_ptr<sts_client> sts_;
  // Of the search in progress.
  role_plan plan_;
  endpoint at_;
  std::unique_ptr<credential_source> base_;
};

}  // namespace

std::unique_ptr<credential_source> role_credentials(source_context context,
                                                    std::optional<std::string> profile,
                                                    profile_places places) {
  return std::make_unique<role_source>(std::move(context), std::move(profile), std::move(places));
}

}  // namespace dynamo::auth
