// STS and IAM Identity Center on sockets of this machine, and who asks them.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/source_context.hpp"
#include "auth/timestamp.hpp"
#include "support/hostile.hpp"
#include "support/loopback_server.hpp"
#include "support/watchdog.hpp"
#include "unit/auth/fake_surroundings.hpp"
#include "unit/auth/source_fixture.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace dynamo::test {

/// This machine's clock, wrong by `off`. Waits for answers of five seconds end after a third of
/// one, and pauses at once.
class machine_clock final : public clock {
 public:
  explicit machine_clock(std::chrono::seconds off = {}) : off_(off) {}
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override {
    constexpr std::chrono::milliseconds impatience(4667);
    return std::chrono::steady_clock::now() - impatience;
  }
  [[nodiscard]] std::chrono::system_clock::time_point wall_time() const override {
    return std::chrono::system_clock::now() + off_;
  }
  bool sleep_until(std::chrono::steady_clock::time_point, std::stop_token) override {
    throw std::logic_error("no source of credentials sleeps");
  }

 private:
  const std::chrono::seconds off_;
};

/// In so much time from now, as AWS writes it.
inline std::string timestamp_from_now(std::chrono::seconds by) {
  return auth::format_timestamp(std::chrono::system_clock::now() + by);
}

/// The header Date, right now.
inline std::string date_header() {
  return fmt::format(
      "Date: {:%a, %d %b %Y %H:%M:%S} GMT",
      fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

class IdentityServices : public testing::Test {
 protected:
  IdentityServices() {
    variables_->set("HOME", home_.path());
    set_clock(std::chrono::seconds(0));
  }
  ~IdentityServices() override { http_->close(); }

  void set_clock(std::chrono::seconds off) {
    if (http_) http_->close();
    time_ = std::make_shared<machine_clock>(off);
    http_ =
        std::make_shared<auth::http_exchange>([] { return net::make_curl_transport({}); }, time_);
  }
  [[nodiscard]] auth::source_context context() const {
    return {.variables = variables_, .time = time_, .http = http_};
  }

  /// Blocks until the source has answered.
  static auth::credential_source::answer ask(auth::credential_source& source) {
    const auto answered = std::make_shared<std::promise<auth::credential_source::answer>>();
    source.find([answered](auth::credential_source::answer found) {
      answered->set_value(std::move(found));
    });
    return answered->get_future().get();
  }
  static credentials found(auth::credential_source::answer got) {
    if (!got || !*got) {
      ADD_FAILURE() << (got ? "nothing was found" : got.error().to_string());
      return {};
    }
    return **std::move(got);
  }
  static error failure(auth::credential_source::answer got) {
    if (got) {
      ADD_FAILURE() << "no failure";
      return {};
    }
    auth::expect_no_secret(got.error());
    EXPECT_EQ(got.error().kind, errc::credentials) << got.error().to_string();
    return std::move(got).error();
  }

  const watchdog limit_{"a test of services for credentials"};
  auth::temporary_home home_;
  std::shared_ptr<auth::fake_environment> variables_ = std::make_shared<auth::fake_environment>();
  std::shared_ptr<machine_clock> time_;
  std::shared_ptr<auth::http_exchange> http_;
};

}  // namespace dynamo::test
