// STS and IAM Identity Center on sockets of this machine, and who asks them.
#pragma once

#include "integration/auth/local_sources.hpp"
#include "support/hostile.hpp"
#include "unit/auth/source_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
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

class IdentityServices : public LocalSources {
 protected:
  IdentityServices() { set_clock(std::chrono::seconds(0)); }

  void set_clock(std::chrono::seconds off) {
    context_.close();
    time_ = std::make_shared<machine_clock>(off);
    context_ = context_at(time_);
  }
  [[nodiscard]] const auth::source_context& context() const { return context_; }

  static error failure(auth::credential_source::answer got) {
    if (got) {
      ADD_FAILURE() << "no failure";
      return {};
    }
    auth::expect_no_secret(got.error());
    EXPECT_EQ(got.error().kind, errc::credentials) << got.error().to_string();
    return std::move(got).error();
  }

  std::shared_ptr<machine_clock> time_;
};

}  // namespace dynamo::test
