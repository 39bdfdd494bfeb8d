// Requests as tests write them, and what decoders make of them.
#pragma once

#include "engine/refusal.hpp"
#include "engine/request/decode.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace dynamo::test {

/// With ' in the place of ", which no request of a test contains otherwise.
inline body_buffer body(std::string_view request) {
  std::string json(request);
  std::ranges::replace(json, '\'', '"');
  return body_buffer(json);
}

/// "ValidationException: sentence"; a failure of the test if the request is not refused.
template <class Call>
std::string refused(Call (*decode)(const body_buffer&), std::string_view request) {
  try {
    static_cast<void>(decode(body(request)));
  } catch (const engine::refusal& refusal) {
    return refusal.type() + ": " + refusal.message();
  }
  ADD_FAILURE() << "not refused: " << request;
  return {};
}

/// What "1 validation error detected: " tells behind it.
template <class Call>
std::string broken(Call (*decode)(const body_buffer&), std::string_view request) {
  constexpr std::string_view one = "ValidationException: 1 validation error detected: ";
  std::string text = refused(decode, request);
  if (!text.starts_with(one)) {
    ADD_FAILURE() << text;
    return text;
  }
  return text.substr(one.size());
}

}  // namespace dynamo::test
