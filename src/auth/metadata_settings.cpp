#include "auth/metadata_settings.hpp"

#include "auth/endpoint_url.hpp"
#include "auth/fault.hpp"
#include "core/ascii.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace dynamo::auth {
namespace {

constexpr std::string_view ipv4_url = "http://169.254.169.254";
constexpr std::string_view ipv6_url = "http://[fd00:ec2::254]";

result<std::string> read_url(const setting_reader& settings) {
  if (const auto custom =
          settings.text("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint")) {
    result<endpoint_url> url = parse_endpoint_url(custom->value, custom->source);
    if (!url) return std::move(url).error();
    std::string text = url->to_string();
    while (text.ends_with('/')) text.pop_back();
    return text;
  }
  const auto mode =
      settings.text("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
  if (!mode || ascii::equal_ignoring_case(mode->value, "ipv4")) return std::string(ipv4_url);
  if (ascii::equal_ignoring_case(mode->value, "ipv6")) return std::string(ipv6_url);
  return configuration_fault(
      fmt::format("'{}' in {} must be IPv4 or IPv6", mode->value, mode->source));
}

// Returns 1 if it is not set.
result<unsigned> read_number(const setting_reader& settings, const char* variable,
                             std::string_view key, unsigned most) {
  const auto found = settings.text(variable, key);
  if (!found) return 1U;
  const auto number = ascii::number_in<unsigned>(found->value);
  if (!number || *number < 1 || *number > most)
    return configuration_fault(fmt::format("'{}' in {} must be a whole number from 1 to {}",
                                           found->value, found->source, most));
  return *number;
}

}  // namespace

result<metadata_settings> read_metadata_settings(const setting_reader& settings) {
  constexpr unsigned longest_seconds = 300;
  constexpr unsigned most_attempts = 100;
  metadata_settings read;
  // Only a variable, not a profile setting, as in the AWS CLI.
  const result<bool> disabled = settings.flag("AWS_EC2_METADATA_DISABLED", "");
  if (!disabled) return disabled.error();
  read.disabled = *disabled;
  if (read.disabled) return read;

  result<std::string> url = read_url(settings);
  if (!url) return std::move(url).error();
  read.url = *std::move(url);
  const auto version_1_off =
      settings.choice("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled");
  if (!version_1_off) return version_1_off.error();
  read.version_1 = !version_1_off->value_or(true);
  const result<unsigned> seconds = read_number(settings, "AWS_METADATA_SERVICE_TIMEOUT",
                                               "metadata_service_timeout", longest_seconds);
  if (!seconds) return seconds.error();
  read.timeout = std::chrono::seconds(*seconds);
  const result<unsigned> attempts = read_number(settings, "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
                                                "metadata_service_num_attempts", most_attempts);
  if (!attempts) return attempts.error();
  read.attempts = *attempts;
  return read;
}

}  // namespace dynamo::auth
