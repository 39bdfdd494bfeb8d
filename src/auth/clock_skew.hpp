// This machine's clock against a service's.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// How far this machine's clock, which shows `local`, is from that of an answer dated `date` (an
/// HTTP Date header), for a message: "20 minutes ahead of". Nothing if they agree to five minutes,
/// which is what signatures may be off, or if `date` is none.
[[nodiscard]] std::optional<std::string> describe_clock_skew(
    std::string_view date, std::chrono::system_clock::time_point local);

}  // namespace dynamo::auth
