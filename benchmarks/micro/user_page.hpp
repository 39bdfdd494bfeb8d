// The page for comparing decoders, and its decoded users.
#pragma once

#include "cli/sample_users.hpp"
#include "users.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace dynamo::bench {

inline constexpr std::size_t users_in_page = 1400;

/// Returns a full page of Scan, about 1 MB.
inline std::string user_page() {
  std::string text = R"({"Count":)" + std::to_string(users_in_page) + R"(,"Items":[)";
  for (std::size_t i = 0; i < users_in_page; ++i) {
    if (i != 0) text += ',';
    cli::append_dynamodb_json(cli::sample_user_at(1, i), text);
  }
  text += R"(],"LastEvaluatedKey":)";
  cli::append_dynamodb_key_json(cli::sample_user_at(1, users_in_page - 1), text);
  return text + R"(,"ScannedCount":)" + std::to_string(users_in_page) + "}";
}

/// Returns the users of the page as this project decodes them; all decoders must return the same.
template <class Text>
const std::vector<user_of<Text>>& expected_users();

}  // namespace dynamo::bench
