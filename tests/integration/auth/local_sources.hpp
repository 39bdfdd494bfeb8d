// Places for credentials on this machine, asked over real sockets and by real processes.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/source_context.hpp"
#include "auth/timestamp.hpp"
#include "support/loopback_server.hpp"
#include "support/planted.hpp"
#include "support/watchdog.hpp"
#include "unit/auth/fake_dependencies.hpp"

#include <fmt/chrono.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::test {

/// The machine's clock, its time of day off by so much.
class shifted_clock final : public clock {
 public:
  explicit shifted_clock(std::chrono::minutes ahead = {}) : ahead_(ahead) {}
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override {
    return std::chrono::steady_clock::now();
  }
  [[nodiscard]] std::chrono::system_clock::time_point wall_time() const override {
    return std::chrono::system_clock::now() + ahead_;
  }
  bool sleep_until(std::chrono::steady_clock::time_point, std::stop_token) override {
    throw std::logic_error("nothing in this layer sleeps");
  }

 private:
  const std::chrono::minutes ahead_;
};

/// 2030-01-31T12:00:00Z, so much from now by the right clock.
inline std::string timestamp_in(std::chrono::seconds from_now) {
  return auth::format_timestamp(std::chrono::system_clock::now() + from_now);
}

/// The header that every server sends.
inline std::string date_header() {
  return fmt::format(
      "Date: {:%a, %d %b %Y %H:%M:%S} GMT",
      fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

/// What containers' agents answer; instances' services, too, with a code.
inline std::string key_document(std::string_view expiration, std::string_view key = "AKLOCAL") {
  return fmt::format(
      R"({{"Code":"Success","AccessKeyId":"{}","SecretAccessKey":"{}","Token":"tok","Expiration":"{}"}})",
      key, planted_secret, expiration);
}

inline script answer(int status, std::string_view body) {
  return respond(status, body, {date_header()});
}

/// Blocks until `source` has answered.
inline auth::credential_source::answer ask(auth::credential_source& source) {
  const auto promise = std::make_shared<std::promise<auth::credential_source::answer>>();
  source.find(
      [promise](auth::credential_source::answer found) { promise->set_value(std::move(found)); });
  return promise->get_future().get();
}

/// Blocks until `provider` has answered.
inline result<credentials> ask(credential_provider& provider) {
  const auto promise = std::make_shared<std::promise<result<credentials>>>();
  provider.resolve([promise](result<credentials> found) { promise->set_value(std::move(found)); });
  return promise->get_future().get();
}

class LocalSources : public testing::Test {
 protected:
  LocalSources() { variables_->set("HOME", home_.path()); }
  ~LocalSources() override { context_.close(); }

  auth::source_context context_at(std::shared_ptr<const clock> time) const {
    return auth::make_source_context(variables_, std::move(time), &net::make_curl_transport,
                                     std::nullopt);
  }
  /// The error of an answer that must be one.
  static error failure(const auth::credential_source::answer& got) {
    if (got) {
      ADD_FAILURE() << (*got ? "credentials were found" : "nothing was found");
      return {};
    }
    EXPECT_EQ(got.error().to_string().find(planted_secret), std::string::npos);
    return got.error();
  }
  static credentials found(const auth::credential_source::answer& got) {
    if (got && *got) return **got;
    ADD_FAILURE() << (got ? "nothing was found" : got.error().to_string());
    return {};
  }

  watchdog dog_{"LocalSources"};
  auth::temporary_home home_;
  std::shared_ptr<auth::fake_environment> variables_ = std::make_shared<auth::fake_environment>();
  auth::source_context context_ = context_at(std::make_shared<shifted_clock>());
};

}  // namespace dynamo::test
