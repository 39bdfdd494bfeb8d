// The client's transactions.
#include "client/answers.hpp"
#include "model/encode.hpp"

#include <dynamo/client/client.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace dynamo {
namespace {

// For errors: the table, if there is only one.
template <class Requests, class Table>
std::string only_table(const Requests& requests, Table table_of) {
  std::string only;
  for (const auto& each : requests) {
    const std::string& table = table_of(each);
    if (!only.empty() && only != table) return {};
    only = table;
  }
  return only;
}

// As unlikely to come twice as it must be: 10 minutes, one account.
std::string new_token(random_source& random) {
  std::string token;
  for (int part = 0; part < 4; ++part) {
    token += fmt::format("{:08x}", static_cast<std::uint32_t>(random.uniform() * 4294967296.0));
  }
  return token;
}

}  // namespace

result<void> client::try_transact_write(const transact_write_request& request,
                                        const call_options& options) const {
  for (const transact_action& each : request.actions) {
    const auto* const update = std::get_if<update_item_request>(&each);
    if (update != nullptr && update->returned != return_values::none) {
      throw exception({.kind = errc::invalid_argument,
                       .message = "an update in a transaction gives nothing back: its `returned` "
                                  "must be return_values::none",
                       .table = update->table});
    }
  }
  const std::string table = only_table(request.actions, [](const transact_action& each) {
    return std::visit([](const auto& action) { return action.table; }, each);
  });
  std::string body;
  if (request.client_request_token.empty()) {
    transact_write_request with_token = request;
    with_token.client_request_token = new_token(*wire::random_of(*config_));
    body = model::encode(with_token);
  } else {
    body = model::encode(request);
  }
  return wire::without_value(call(operation::transact_write_items, std::move(body), table, options),
                             table);
}

result<std::vector<std::optional<owned_item>>> client::try_transact_get(
    const transact_get_request& request, const call_options& options) const {
  const std::string table =
      only_table(request.gets, [](const get_item_request& each) { return each.table; });
  return wire::decoded(call(operation::transact_get_items, model::encode(request), table, options),
                       table, [&](const body_buffer& body) {
                         return model::decode_transact_get(body, request.gets.size());
                       });
}

// The throwing twins.

void client::transact_write(const transact_write_request& request,
                            const call_options& options) const {
  try_transact_write(request, options).value();
}
std::vector<std::optional<owned_item>> client::transact_get(const transact_get_request& request,
                                                            const call_options& options) const {
  return try_transact_get(request, options).value();
}

}  // namespace dynamo
