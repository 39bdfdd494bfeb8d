#include "auth/instance_metadata.hpp"

#include "auth/fault.hpp"
#include "core/ascii.hpp"

#include <fmt/format.h>

#include <utility>

namespace dynamo::auth {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view token_path = "/latest/api/token";
constexpr std::chrono::seconds token_life = 6h;
// A token that is about to expire could do so during the request.
constexpr std::chrono::seconds token_margin = 1min;
constexpr std::size_t longest_token = 1024;

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= longest_token && ascii::is_visible(text);
}

metadata_response absent(std::string why) {
  return {.outcome = metadata_response::kind::absent, .why = std::move(why)};
}

metadata_response failed(error failure) {
  return {.outcome = metadata_response::kind::failed, .failure = std::move(failure)};
}

metadata_response failed(const metadata_settings& settings, std::string_view how) {
  return failed(credentials_fault(fmt::format("{} {}", describe_service(settings), how)));
}

// The result for a request without a response.
metadata_response lost(const metadata_settings& settings, error failure) {
  if (failure.kind == errc::credentials)
    failure.message = fmt::format(
        "{} did not answer: {}; try again, or raise AWS_METADATA_SERVICE_TIMEOUT and "
        "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
        describe_service(settings), failure.message);
  return failed(std::move(failure));
}

}  // namespace

std::string describe_service(const metadata_settings& settings) {
  return fmt::format("The instance metadata service at {}", settings.url);
}

credential_request instance_metadata::to(const question& of, std::string_view path) const {
  return {.url = of.settings.url + std::string(path),
          .local = true,
          .timeout = of.settings.timeout,
          .attempts = of.settings.attempts};
}

void instance_metadata::get(const metadata_settings& settings, std::string path, handler done) {
  question of{.settings = settings, .path = std::move(path), .done = std::move(done)};
  if (token_ && token_url_ == settings.url && context_.time->now() < token_until_)
    ask_path(std::move(of), token_);
  else
    ask_token(std::move(of));
}

void instance_metadata::ask_token(question of) {
  credential_request asked = to(of, token_path);
  asked.method = "PUT";
  asked.headers.push_back(
      fmt::format("X-aws-ec2-metadata-token-ttl-seconds: {}", token_life.count()));
  of.token_is_new = true;
  context_.http->ask(std::move(asked), [this, of = std::move(of)](auto answered) mutable {
    take_token(std::move(of), std::move(answered));
  });
}

void instance_metadata::take_token(question of, result<net::http_response> answered) {
  token_.reset();
  if (!answered) {
    error reason = std::move(answered).error();
    // Most machines have no such service.
    return of.done(reason.kind == errc::credentials ? absent(std::move(reason.message))
                                                    : failed(std::move(reason)));
  }
  const int status = answered->status;
  if (status == 200) {
    if (!is_token(answered->body.text()))
      return of.done(absent("it returned an invalid session token"));
    token_ = std::string(answered->body.text());
    token_url_ = of.settings.url;
    token_until_ = context_.time->now() + token_life - token_margin;
    return ask_path(std::move(of), token_);
  }
  if (status != 403 && status != 404 && status != 405)
    return of.done(absent(
        fmt::format("it answered with HTTP status {} to the request for a session token", status)));
  if (of.settings.version_1) return ask_path(std::move(of), std::nullopt);
  of.done(
      absent(fmt::format("it returned no session token, HTTP status {}, and version 1 is used "
                         "only if AWS_EC2_METADATA_V1_DISABLED is false",
                         status)));
}

void instance_metadata::ask_path(question of, std::optional<std::string> token) {
  credential_request asked = to(of, of.path);
  const bool with_token = token.has_value();
  if (token) asked.headers.push_back("X-aws-ec2-metadata-token: " + *token);
  context_.http->ask(std::move(asked),
                     [this, with_token, of = std::move(of)](auto answered) mutable {
                       take(std::move(of), with_token, std::move(answered));
                     });
}

void instance_metadata::take(question of, bool with_token, result<net::http_response> answered) {
  if (!answered) return of.done(lost(of.settings, std::move(answered).error()));
  const int status = answered->status;
  if (status == 401 && with_token && !of.token_is_new) return ask_token(std::move(of));
  if (status == 404)
    return of.done({.outcome = metadata_response::kind::missing, .date = answered->date});
  if (status != 200)
    return of.done(failed(
        of.settings,
        fmt::format("answered with HTTP status {} to {}: {}", status, of.path,
                    status == 401 || status == 403 ? "enable it in the instance's metadata options"
                                                   : "try again in some minutes")));
  of.done({.outcome = metadata_response::kind::document,
           .text = std::string(answered->body.text()),
           .date = answered->date});
}

}  // namespace dynamo::auth
