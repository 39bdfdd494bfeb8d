// Decides when credentials are used, renewed before they expire, or waited for.
#pragma once

#include <dynamo/auth/credentials.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace dynamo::auth {

/// The decisions of the chain, without I/O.
///
/// Renewal starts 15 minutes before credentials expire, while callers still get the old ones; from
/// 10 minutes before, callers wait for the new ones, as in the AWS SDKs. For short-lived
/// credentials the times are at most half and a quarter of the time that remained when they
/// arrived. If renewal fails, the old credentials stay in use until they expire, and the next
/// attempt follows after a minute, or after a quarter of their remaining time, so that a failing
/// service is not flooded with requests. Expired credentials are never used.
///
/// Thread safety: none.
class credential_refresh {
 public:
  using time_point = std::chrono::system_clock::time_point;

  enum class action : std::uint8_t {
    use,        ///< use the cached credentials
    use_begin,  ///< use the cached credentials, and start a search
    wait,       ///< wait for the search in progress
    wait_begin  ///< start a search and wait for it
  };

  /// Returns the action for a caller at `now`. After an action that starts a search, exactly one of
  /// `found`, `failed` and `again` must follow.
  [[nodiscard]] action ask(time_point now);
  /// The search found `fresh`.
  void found(credentials fresh, time_point now);
  /// The search failed. Returns whether the cached credentials may still be used.
  [[nodiscard]] bool failed(time_point now);
  /// Returns whether the search that ended had started before the last `forget`. It must then be
  /// repeated: its result may be the credentials that the service refused.
  [[nodiscard]] bool outdated();
  /// The service refused the cached credentials.
  void forget();

  /// Set whenever `ask` returns `use` or `use_begin`.
  [[nodiscard]] const std::optional<credentials>& held() const noexcept { return held_; }

 private:
  [[nodiscard]] bool expired(time_point now) const;

  std::optional<credentials> held_;
  time_point renew_from_{};  // a search starts, callers use the cached ones
  time_point wait_from_{};   // callers wait for the search
  time_point next_try_{};    // earliest search after a failure
  bool searching_ = false;
  bool forgotten_ = false;  // `forget` was called during the search in progress
};

}  // namespace dynamo::auth
