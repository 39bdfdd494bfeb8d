// A source of credentials over a network and files that a test controls.
#pragma once

#include "unit/auth/fake_context.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::auth {

class source_fixture : public SourceSurroundings {
 protected:
  void TearDown() override {
    ++searches_;
    SourceSurroundings::TearDown();
  }

  [[nodiscard]] const source_context& context() const { return context_; }

  /// Begins a search; its answer is `outcome_`. An earlier one that is still under way counts no
  /// more.
  void find(std::unique_ptr<credential_source> source) {
    sources_.push_back(std::move(source));
    find_again();
  }
  void find_again() {
    outcome_.reset();
    sources_.back()->find([this, search = ++searches_](credential_source::answer found) {
      if (search != searches_) return;
      EXPECT_FALSE(outcome_.has_value()) << "answered twice";
      outcome_ = std::move(found);
    });
  }
  [[nodiscard]] credentials found() const {
    if (!outcome_ || !*outcome_ || !**outcome_) {
      ADD_FAILURE() << (!outcome_    ? "no answer"
                        : !*outcome_ ? outcome_->error().to_string()
                                     : "nothing");
      return {};
    }
    return ***outcome_;
  }
  [[nodiscard]] error failure() const {
    if (!outcome_ || *outcome_) {
      ADD_FAILURE() << (outcome_ ? "no failure" : "no answer");
      return {};
    }
    expect_no_secret(outcome_->error());
    return outcome_->error();
  }
  [[nodiscard]] bool found_nothing() const { return outcome_ && *outcome_ && !**outcome_; }

  static net::http_response dated(net::http_response response, std::string_view date) {
    response.date = date;
    return response;
  }

  std::vector<std::unique_ptr<credential_source>> sources_;  // in use until they have answered
  int searches_ = 0;
  std::optional<credential_source::answer> outcome_;
};

/// STS's answer for a role.
inline std::string role_answer(std::string_view action, std::string_view account,
                               std::string_view key_id = "ASIAROLE",
                               std::string_view expiration = "2026-01-01T13:00:00Z") {
  std::string text =
      "<ACTIONResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n"
      "  <ACTIONResult>\n    <AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId>"
      "<Arn>arn:aws:sts::ACCOUNT:assumed-role/reader/s</Arn></AssumedRoleUser>\n"
      "    <Credentials><AccessKeyId>KEYID</AccessKeyId>"
      "<SecretAccessKey>pLaNtEd-ROLE-SECRET</SecretAccessKey>"
      "<SessionToken>pLaNtEd-ROLE-TOKEN</SessionToken>"
      "<Expiration>EXPIRATION</Expiration></Credentials>\n  </ACTIONResult>\n"
      "  <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>\n"
      "</ACTIONResponse>\n";
  const std::pair<std::string_view, std::string_view> words[] = {
      {"ACTION", action}, {"ACCOUNT", account}, {"KEYID", key_id}, {"EXPIRATION", expiration}};
  for (const auto& [word, value] : words)
    for (auto at = text.find(word); at != std::string::npos;
         at = text.find(word, at + value.size()))
      text.replace(at, word.size(), value);
  return text;
}

/// STS's refusal.
inline std::string sts_refusal(std::string_view code, std::string_view message) {
  return "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>"
         "<Type>Sender</Type><Code>" +
         std::string(code) + "</Code><Message>" + std::string(message) +
         "</Message></Error><RequestId>1</RequestId></ErrorResponse>";
}

}  // namespace dynamo::auth
