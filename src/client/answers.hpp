// What the client's functions have in common: from an answer to a value or an error.
#pragma once

#include "model/decode.hpp"

#include <dynamo/client/client_config.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/model/backend.hpp>

#include <memory>
#include <string>
#include <utility>

namespace dynamo::wire {

/// What an answer that cannot be read is reported with.
inline error with_context(error failure, const std::string& table,
                          const backend_response& response) {
  failure.table = table;
  failure.request_id = response.request_id;
  return failure;
}

/// Applies `decode` to an answer that came.
template <class Decode>
auto decoded(result<backend_response> response, const std::string& table, Decode decode)
    -> decltype(decode(response->body)) {
  if (!response) return std::move(response).error();
  auto value = decode(response->body);
  if (!value) return with_context(std::move(value).error(), table, *response);
  return value;
}

/// Whatever answered 200 with something else, a proxy's page say, has written nothing.
inline result<void> without_value(result<backend_response> response, const std::string& table) {
  return decoded(std::move(response), table, model::decode_acknowledgement);
}

inline std::shared_ptr<clock> time_of(const client_config& config) {
  return config.time ? config.time : system_clock_source();
}

inline std::shared_ptr<random_source> random_of(const client_config& config) {
  return config.random ? config.random : system_random_source();
}

}  // namespace dynamo::wire
