// The client's operations on tables.
#include "client/answers.hpp"
#include "model/encode.hpp"

#include <dynamo/client/client.hpp>
#include <dynamo/core/page_chain.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace dynamo {

using wire::decoded;
using wire::without_value;

result<std::vector<std::string>> client::try_list_tables(const call_options& options) const {
  std::vector<std::string> names;
  std::string start;
  detail::page_chain chain;
  do {
    auto part =
        decoded(call(operation::list_tables,
                     model::encode_list_tables(start.empty() ? std::nullopt : std::optional(start)),
                     "", options),
                "", model::decode_list_tables);
    if (!part) return std::move(part).error();
    std::string next = std::move(part->next).value_or("");
    if (!chain.leads_on(start, next, part->names.size())) {
      error reason;
      reason.kind = errc::invalid_response;
      reason.message =
          "the service repeats a LastEvaluatedTableName, so that the list of tables would never "
          "end";
      return reason;
    }
    std::ranges::move(part->names, std::back_inserter(names));
    start = std::move(next);
  } while (!start.empty());
  return names;
}

result<table_description> client::try_describe_table(const std::string& table,
                                                     const call_options& options) const {
  return decoded(call(operation::describe_table, model::encode_table_name(table), table, options),
                 table, model::decode_table);
}

result<table_description> client::try_create_table(const create_table_request& request,
                                                   const call_options& options) const {
  return decoded(call(operation::create_table, model::encode(request), request.table, options),
                 request.table, model::decode_table);
}

result<table_description> client::try_update_table(const update_table_request& request,
                                                   const call_options& options) const {
  return decoded(call(operation::update_table, model::encode(request), request.table, options),
                 request.table, model::decode_table);
}

result<void> client::try_delete_table(const std::string& table, const call_options& options) const {
  return without_value(
      call(operation::delete_table, model::encode_table_name(table), table, options), table);
}

result<void> client::try_set_time_to_live(const std::string& table, const std::string& attribute,
                                          bool enabled, const call_options& options) const {
  return without_value(call(operation::update_time_to_live,
                            model::encode_time_to_live(table, attribute, enabled), table, options),
                       table);
}

result<table_description> client::try_wait_until_active(const std::string& table,
                                                        std::chrono::seconds timeout,
                                                        const call_options& options) const {
  using std::chrono::milliseconds;
  const auto time = wire::time_of(*config_);
  auto give_up_at = time->now() + timeout;
  if (options.deadline) give_up_at = std::min(give_up_at, *options.deadline);
  milliseconds pause(50);
  for (;;) {
    auto described = try_describe_table(table, options);
    // A table that was just created may not be known everywhere yet.
    if (!described && described.error().kind != errc::not_found) return described;
    if (described && described->status == table_status::active) return described;
    const auto next = time->now() + pause;
    pause = std::min(pause * 2, milliseconds(5000));
    error reason;
    reason.table = table;
    if (next >= give_up_at) {
      if (!described) return described;
      reason.kind = errc::deadline_exceeded;
      reason.message =
          fmt::format("the table is still {} after the time it was given", described->status_text);
      return reason;
    }
    if (!time->sleep_until(next, options.stop)) {
      reason.kind = errc::cancelled;
      reason.message = "waiting for the table was cancelled";
      return reason;
    }
  }
}

// The throwing twins.

std::vector<std::string> client::list_tables(const call_options& options) const {
  return try_list_tables(options).value();
}
table_description client::describe_table(const std::string& table,
                                         const call_options& options) const {
  return try_describe_table(table, options).value();
}
table_description client::create_table(const create_table_request& request,
                                       const call_options& options) const {
  return try_create_table(request, options).value();
}
table_description client::update_table(const update_table_request& request,
                                       const call_options& options) const {
  return try_update_table(request, options).value();
}
void client::set_time_to_live(const std::string& table, const std::string& attribute, bool enabled,
                              const call_options& options) const {
  try_set_time_to_live(table, attribute, enabled, options).value();
}
void client::delete_table(const std::string& table, const call_options& options) const {
  try_delete_table(table, options).value();
}
table_description client::wait_until_active(const std::string& table, std::chrono::seconds timeout,
                                            const call_options& options) const {
  return try_wait_until_active(table, timeout, options).value();
}

}  // namespace dynamo
