#include "auth/instance_credentials.hpp"

#include "auth/aws_names.hpp"
#include "auth/credential_document.hpp"
#include "auth/endpoint.hpp"
#include "auth/fault.hpp"
#include "auth/instance_metadata.hpp"
#include "core/ascii.hpp"

#include <fmt/format.h>

#include <utility>

namespace dynamo::auth {
namespace {

constexpr std::string_view role_path = "/latest/meta-data/iam/security-credentials/";
constexpr std::string_view region_path = "/latest/meta-data/placement/region";

result<metadata_settings> load_settings(const environment& variables,
                                        const std::optional<std::string>& profile) {
  const result<shared_files> files = load_shared_files(variables);
  if (!files) return files.error();
  const profile_choice chosen = choose_profile(profile, variables);
  return read_metadata_settings(setting_reader(variables, *files, chosen.name));
}

class instance_source final : public credential_source {
 public:
  instance_source(source_context context, std::optional<std::string> profile)
      : context_(std::move(context)), profile_(std::move(profile)), service_(context_) {}

  // The handler passed on keeps the chain, and so this object, alive.
  void find(handler done) override {
    result<metadata_settings> settings = load_settings(*context_.variables, profile_);
    if (!settings) return done(std::move(settings).error());
    settings_ = *std::move(settings);
    if (settings_.disabled) {
      remark_ = "AWS_EC2_METADATA_DISABLED is true";
      return done(std::nullopt);
    }
    service_.get(
        settings_, std::string(role_path),
        [this, done = std::move(done)](const metadata_response& got) { take_role(got, done); });
  }

  std::string place() const override {
    if (remark_.empty()) return "the instance metadata service";
    return fmt::format("the instance metadata service ({})", remark_);
  }

 private:
  using kind = metadata_response::kind;

  [[nodiscard]] document_origin origin() const {
    return {.subject = describe_service(settings_),
            .fix =
                "check that AWS_EC2_METADATA_SERVICE_ENDPOINT is right if it is set, and try "
                "again in some minutes",
            .expires = true,
            .fixed_time = "the service does not renew them; try again later"};
  }
  [[nodiscard]] error fault(std::string_view what) const {
    return credentials_fault(fmt::format("{} {}", describe_service(settings_), what));
  }

  // Reports no credentials; an error if there were credentials before.
  void nothing(std::string why, const handler& done) {
    if (answered_before_) return done(fault(fmt::format("has no credentials any more: {}", why)));
    remark_ = std::move(why);
    done(std::nullopt);
  }

  void take_role(const metadata_response& got, const handler& done) {
    if (got.outcome == kind::failed) return done(got.failure);
    if (got.outcome == kind::absent) return nothing(got.why, done);
    if (got.outcome == kind::missing)
      return nothing("the instance has no role: attach an instance profile to it", done);
    const std::string role(ascii::first_line(got.text));
    // The name becomes part of a path.
    if (!is_iam_name(role))
      return done(fault("returned something other than the name of a role: " + origin().fix));
    service_.get(settings_, std::string(role_path) + role,
                 [this, role, done](const metadata_response& document) {
                   done(take_document(role, document));
                 });
  }

  answer take_document(const std::string& role, const metadata_response& got) {
    if (got.outcome == kind::failed) return got.failure;
    if (got.outcome != kind::document)
      return fault(
          fmt::format("has no credentials for the role '{}' that it names: check that the "
                      "role exists and may be assumed by ec2.amazonaws.com",
                      role));
    const document_origin from = origin();
    const result<json_members> members = open_credential_document(got.text, from);
    if (!members) return members.error();
    const auto code = string_member(*members, "Code");
    if (code && *code != "Success")
      return fault(
          fmt::format("has no credentials for the role '{}', {}: check that the role exists "
                      "and may be assumed by ec2.amazonaws.com",
                      role,
                      is_plain_word(*code) ? "code " + *code
                                           : "with a code other than "
                                             "Success"));
    result<credentials> read = read_credential_document(*members, from);
    if (!read) return std::move(read).error();
    if (auto expired = expired_on_arrival(*read, from, context_.time->wall_time(), got.date))
      return *std::move(expired);
    answered_before_ = true;
    remark_.clear();
    read->provider = fmt::format("the instance's role '{}'", role);
    return *std::move(read);
  }

  const source_context context_;
  const std::optional<std::string> profile_;
  instance_metadata service_;
  metadata_settings settings_;  // of the search in progress
  std::string remark_;          // why there were no credentials
  bool answered_before_ = false;
};

}  // namespace

std::unique_ptr<credential_source> instance_credentials(source_context context,
                                                        std::optional<std::string> profile) {
  return std::make_unique<instance_source>(std::move(context), std::move(profile));
}

void find_instance_region(const source_context& context, const std::optional<std::string>& profile,
                          std::function<void(std::optional<std::string>)> done) {
  const result<metadata_settings> settings = load_settings(*context.variables, profile);
  if (!settings || settings->disabled) return done(std::nullopt);
  const auto service = std::make_shared<instance_metadata>(context);
  service->get(*settings, std::string(region_path),
               [service, done = std::move(done)](const metadata_response& got) {
                 const std::string_view region = ascii::first_line(got.text);
                 if (got.outcome == metadata_response::kind::document && is_host_label(region))
                   done(std::string(region));
                 else
                   done(std::nullopt);
               });
}

}  // namespace dynamo::auth
