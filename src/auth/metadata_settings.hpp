// Settings of the instance metadata service.
#pragma once

#include "auth/setting_reader.hpp"

#include <dynamo/core/result.hpp>

#include <chrono>
#include <string>

namespace dynamo::auth {

struct metadata_settings {
  bool disabled = false;   ///< AWS_EC2_METADATA_DISABLED
  std::string url{};       ///< without a trailing slash
  bool version_1 = false;  ///< requests without a session token are allowed
  std::chrono::milliseconds timeout{1000};
  unsigned attempts = 1;
};

/// Reads AWS_EC2_METADATA_DISABLED, and the other settings each from its variable, else from the
/// profile: AWS_EC2_METADATA_SERVICE_ENDPOINT, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE (IPv4, IPv6),
/// AWS_EC2_METADATA_V1_DISABLED (default: true), AWS_METADATA_SERVICE_TIMEOUT (1 to 300 seconds)
/// and AWS_METADATA_SERVICE_NUM_ATTEMPTS (1 to 100). Errors are of kind errc::configuration and
/// name the setting.
[[nodiscard]] result<metadata_settings> read_metadata_settings(const setting_reader& settings);

}  // namespace dynamo::auth
