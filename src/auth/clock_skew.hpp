// The difference between this machine's clock and that of a service.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// Returns the difference between this machine's clock, which shows `local`, and that of a response
/// with the HTTP Date header `date`, as text for a message: "20 minutes ahead of". Returns nothing
/// if the difference is at most five minutes, which signatures permit, or if `date` is invalid.
[[nodiscard]] std::optional<std::string> describe_clock_skew(
    std::string_view date, std::chrono::system_clock::time_point local);

}  // namespace dynamo::auth
