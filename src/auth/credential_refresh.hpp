// When credentials are used, renewed ahead of their end, or waited for.
#pragma once

#include <dynamo/auth/credentials.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace dynamo::auth {

/// The decisions of the chain, without I/O. Not thread-safe.
///
/// Credentials that expire are renewed 15 minutes ahead, while callers go on with the old ones, and
/// 10 minutes ahead callers wait for the new ones, as the AWS SDKs have it. Short-lived ones have
/// less: at most half and a quarter of the time that they had left when they came. When renewing
/// fails, the old ones go on until they expire, and the next try comes after a minute, or after a
/// quarter of what they have left, so that no request hammers a service that fails. Expired ones
/// are never used.
class credential_refresh {
 public:
  using time_point = std::chrono::system_clock::time_point;

  enum class action : std::uint8_t {
    use,        ///< what is held
    use_begin,  ///< what is held, and a search begins beside
    wait,       ///< for the search under way
    wait_begin  ///< for a search that begins now
  };

  /// What to do with a caller that comes at `now`. After an action that begins a search, exactly
  /// one of `found`, `failed` and `again` follows.
  [[nodiscard]] action ask(time_point now);
  /// The search brought `fresh`.
  void found(credentials fresh, time_point now);
  /// The search brought an error. Returns whether what is held may be used in its stead.
  [[nodiscard]] bool failed(time_point now);
  /// Whether the search that ends began before the last `forget`: what it brings may be what the
  /// service refused, so it begins again.
  [[nodiscard]] bool outdated();
  /// The service refused what is held.
  void forget();

  /// Set whenever `ask` says `use` or `use_begin`.
  [[nodiscard]] const std::optional<credentials>& held() const noexcept { return held_; }

 private:
  [[nodiscard]] bool expired(time_point now) const;

  std::optional<credentials> held_;
  time_point renew_from_{};  // callers go on with what is held
  time_point wait_from_{};   // callers wait
  time_point next_try_{};    // after a failure
  bool searching_ = false;
  bool forgotten_ = false;  // during the search under way
};

}  // namespace dynamo::auth
