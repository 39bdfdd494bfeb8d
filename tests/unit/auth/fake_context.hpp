// What sources use of the world, under a test's control.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/source_context.hpp"
#include "support/fake_transport.hpp"
#include "support/manual_time.hpp"
#include "support/planted.hpp"
#include "unit/auth/fake_dependencies.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::auth {

using test::planted_secret;

/// No message may hold a secret, whatever a service repeats.
inline void expect_no_secret(const error& failure) {
  EXPECT_EQ(failure.to_string().find(test::planted_mark), std::string::npos) << failure.to_string();
}

/// Network, files and time of a source, under the test's control.
class SourceSurroundings : public testing::Test {
 protected:
  SourceSurroundings() { variables_->set("HOME", home_.path()); }
  // Ends the questions while the sources that asked them are still there.
  void TearDown() override { context_.close(); }

  temporary_home home_;
  std::shared_ptr<fake_environment> variables_ = std::make_shared<fake_environment>();
  std::shared_ptr<test::manual_clock> time_ = std::make_shared<test::manual_clock>();
  test::fake_network network_{time_};
  source_context context_ = make_source_context(
      variables_, time_,
      [this](net::transport_options options) { return network_.make(std::move(options)); },
      std::nullopt);
};

/// A source that is asked by hand, answer by answer.
class SourceTest : public SourceSurroundings {
 protected:
  void find(credential_source& source) {
    source.find([this](credential_source::answer found) { answers_.push_back(std::move(found)); });
  }
  void answer(int status, std::string_view body, std::string_view date = {}) {
    net::http_response response = test::http_answer(status, body);
    response.date = date;
    network_.answer(network_.sent() - 1, std::move(response));
  }
  /// The one answer since the last call.
  credential_source::answer only_answer() {
    EXPECT_EQ(answers_.size(), 1U);
    if (answers_.size() != 1) return error{.message = "not one answer"};
    credential_source::answer only = std::move(answers_.front());
    answers_.clear();
    return only;
  }
  /// Its error.
  error failure() {
    const credential_source::answer only = only_answer();
    if (only) ADD_FAILURE() << "no error";
    if (only) return {};
    expect_no_secret(only.error());
    return only.error();
  }
  credentials found() {
    const credential_source::answer only = only_answer();
    if (!only || !*only) ADD_FAILURE() << (only ? "nothing found" : only.error().message);
    return only && *only ? **only : credentials();
  }
  std::string sent_url() const { return network_.request(network_.sent() - 1).url; }

  std::vector<credential_source::answer> answers_;
};

}  // namespace dynamo::auth
