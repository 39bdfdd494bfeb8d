#include "engine/engine.hpp"

#include "engine/error_response.hpp"
#include "engine/expiry_sweeper.hpp"
#include "engine/operation/operations.hpp"
#include "engine/operation/table_operations.hpp"
#include "engine/request/decode.hpp"

#include <dynamo/core/error.hpp>

#include <algorithm>
#include <exception>
#include <new>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace dynamo::engine {
namespace {

// Limit of a request body (developer guide, BatchWriteItem).
constexpr std::size_t largest_request = 16 * 1024 * 1024;

engine_options completed(engine_options options) {
  if (!options.time) options.time = system_clock_source();
  if (!options.random) options.random = system_random_source();
  return options;
}

constexpr std::string_view out_of_memory =
    R"({"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError",)"
    R"("message":"the embedded engine failed: out of memory; use smaller requests, or more memory"})";

// True if an operation may have created something that expires: items, or records of a stream.
bool begins_expiry(operation op) {
  return op == operation::update_time_to_live || op == operation::create_table ||
         op == operation::update_table;
}

// Message of the exception being handled.
error failure_of_store() {
  error failure = detail::caught_error();
  if (failure.kind == errc::callback) failure.kind = errc::io;
  return failure;
}

}  // namespace

struct engine::parts {
  parts(engine_options given, std::unique_ptr<database> rows)
      : options(std::move(given)), store(std::move(rows)), sweeper(*store, options) {
    if (options.throttle) limits.emplace(options.time);
  }

  [[nodiscard]] bool anything_expires();
  void begin_expiry() noexcept;
  [[nodiscard]] operation_context context() {
    return {*store, options, limits ? &*limits : nullptr, tokens};
  }
  void carry_out(operation op, const body_buffer& request, body_buffer& answer);

  const engine_options options;
  const std::unique_ptr<database> store;
  std::optional<throttle> limits;
  recent_tokens tokens;
  expiry_sweeper sweeper;  // destroyed first
};

bool engine::parts::anything_expires() {
  bool found = false;
  store->read([&](const snapshot& in) {
    constexpr std::size_t at_once = 100;
    std::vector<std::string> names;
    do {
      names = in.table_names(names.empty() ? std::string() : names.back(), at_once);
      found = std::ranges::any_of(names, [&](const std::string& name) {
        const auto table = in.find_table(name);
        return !table->time_to_live.empty() || table->stream.has_value();
      });
    } while (!found && names.size() == at_once);
    // Includes streams of deleted tables.
    found = found || !in.streams().empty();
  });
  return found;
}

void engine::parts::begin_expiry() noexcept {
  try {
    if (anything_expires()) sweeper.start();
    // NOLINTNEXTLINE(bugprone-empty-catch): the request itself succeeded and is committed
  } catch (const std::exception&) {
    // The next such request tries again, and so does the next opening.
  }
}

void engine::parts::carry_out(operation op, const body_buffer& request, body_buffer& answer) {
  operation_context with = context();
  switch (op) {
    case operation::put_item:
      return put_item(with, decode_put(request), answer);
    case operation::get_item:
      return get_item(with, decode_get(request), answer);
    case operation::update_item:
      return update_item(with, decode_update(request), answer);
    case operation::delete_item:
      return delete_item(with, decode_delete(request), answer);
    case operation::batch_write_item:
      return batch_write(with, decode_batch_write(request), answer);
    case operation::batch_get_item:
      return batch_get(with, decode_batch_get(request), answer);
    case operation::transact_write_items:
      return transact_write(with, decode_transact_write(request), answer);
    case operation::transact_get_items:
      return transact_get(with, decode_transact_get(request), answer);
    case operation::query:
      return query(with, decode_query(request), answer);
    case operation::scan:
      return scan(with, decode_scan(request), answer);
    case operation::create_table:
      return create_table(with, decode_create_table(request), answer);
    case operation::describe_table:
      return describe_table(with, decode_table(request), answer);
    case operation::update_table:
      return update_table(with, decode_update_table(request), answer);
    case operation::delete_table:
      return delete_table(with, decode_table(request), answer);
    case operation::list_tables:
      return list_tables(with, decode_list_tables(request), answer);
    case operation::update_time_to_live:
      return update_time_to_live(with, decode_update_time_to_live(request), answer);
    case operation::describe_time_to_live:
      return describe_time_to_live(with, decode_table(request), answer);
    case operation::describe_limits:
      decode_nothing(request);
      return describe_limits(answer);
    case operation::describe_endpoints:
      decode_nothing(request);
      return describe_endpoints(answer);
  }
}

engine::engine(std::unique_ptr<parts> of) : parts_(std::move(of)) {}
engine::~engine() {
  if (home_.is_forked_child()) dynamo::detail::abandon(parts_);
}

result<std::shared_ptr<engine>> engine::open(const std::string& path, engine_options options) {
  try {
    options = completed(std::move(options));
    auto store = database::open(path, options);
    if (!store) return std::move(store).error();
    auto of = std::make_unique<parts>(std::move(options), *std::move(store));
    if (of->anything_expires()) of->sweeper.start();
    return std::shared_ptr<engine>(new engine(std::move(of)));
  } catch (...) {
    return failure_of_store();
  }
}

std::shared_ptr<engine> engine::in_memory(engine_options options) {
  options = completed(std::move(options));
  auto store = database::in_memory(options);
  return std::shared_ptr<engine>(
      new engine(std::make_unique<parts>(std::move(options), std::move(store))));
}

int engine::execute(operation op, const body_buffer& request, body_buffer& answer) {
  constexpr int good = 200;
  constexpr int at_fault = 400;
  constexpr int too_large = 413;
  constexpr int failed = 500;
  int status = good;
  try {
    // Reserves room for the final error below.
    answer.reserve(out_of_memory.size());
    std::string error_text;
    try {
      if (home_.is_forked_child()) {
        throw std::logic_error(
            "the database was opened before fork(); a child process must not use it");
      }
      if (request.size() > largest_request) {
        status = too_large;
        error_text = error_json(
            refusal("RequestEntityTooLargeException",
                    "The request is longer than " + std::to_string(largest_request) + " bytes."));
      } else {
        parts_->carry_out(op, request, answer);
        if (begins_expiry(op)) parts_->begin_expiry();
      }
    } catch (const refusal& what) {
      status = at_fault;
      error_text = error_json(what);
    } catch (const std::bad_alloc&) {
      throw;
    } catch (...) {
      status = failed;
      error_text = failure_json(detail::caught_error().message);
    }
    if (status != good) {
      answer.clear();
      answer.append(error_text);
    }
  } catch (const std::bad_alloc&) {
    status = failed;
    answer.clear();
    if (answer.capacity() >= out_of_memory.size()) answer.append(out_of_memory);
  }
  answer.finish();
  return status;
}

std::size_t engine::remove_expired() {
  return parts_->sweeper.sweep();
}

result<void> engine::compact(const std::stop_token& stop) {
  if (home_.is_forked_child()) return dynamo::detail::made_before_fork("database");
  try {
    if (parts_->store->compact(stop)) return {};
    return error{.kind = errc::cancelled,
                 .message = "compacting was cancelled: nothing has changed"};
  } catch (...) {
    return failure_of_store();
  }
}

}  // namespace dynamo::engine
